#include "snmp/look.h"
#include "snmp/tree.h"

#include "base/mem.h"

#include <string.h>

static int compare_rows(const void *a, const void *b)
{
    const struct row_head *left = a, *right = b;

    for (size_t i = 0; i < INDEX_MOST; i++)
        if (left->index[i] != right->index[i])
            return left->index[i] < right->index[i] ? -1 : 1;
    return 0;
}

/* Of rows with one index the first stays: a server may list a thing twice. */
static void drop_repeats(struct rows *rows)
{
    size_t kept = 0;

    for (size_t i = 0; i < rows->count; i++) {
        char *to = rows->first + kept * rows->table->row_bytes;

        if (kept && compare_rows(rows_at(rows, kept - 1), rows_at(rows, i)) == 0)
            continue;
        if (kept != i)
            memcpy(to, rows_at(rows, i), rows->table->row_bytes);
        kept++;
    }
    rows->count = kept;
}

static void keep_texts(struct arena *arena, struct rows *rows)
{
    for (size_t c = 0; c < rows->table->column_count; c++) {
        const struct column *column = &rows->table->columns[c];

        for (size_t i = 0; i < rows->count && column->kind == VALUE_TEXT; i++) {
            const char **member =
                (const char **)(void *)(rows->first + i * rows->table->row_bytes + column->offset);

            *member = keep_text(arena, *member);
        }
    }
}

struct branch *branch_new(const struct look *look, enum table_part part)
{
    struct branch *branch = mem_alloc(sizeof(*branch));

    branch->pool = look->pool;
    branch->arenas[part] = arena_new();
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        struct rows *rows = &branch->rows[i];

        rows->table = tables[i];
        if (tables[i]->part == part)
            tables[i]->fill(look, rows);
        if (rows->count)
            qsort(rows->first, rows->count, rows->table->row_bytes, compare_rows);
        drop_repeats(rows);
        keep_texts(branch->arenas[part], rows);
    }
    return branch;
}

void branch_free(struct branch *branch)
{
    if (!branch)
        return;
    for (size_t i = 0; i < TABLE_COUNT; i++)
        free(branch->rows[i].first);
    for (size_t part = 0; part < COUNT(branch->arenas); part++)
        arena_free(branch->arenas[part]);
    free(branch);
}

const struct row_head *branch_find(const struct branch *branch, const struct table *table,
                                   const uint32_t index[INDEX_MOST])
{
    struct row_head wanted = {{0}};

    memcpy(wanted.index, index, sizeof(wanted.index));
    for (size_t i = 0; i < TABLE_COUNT; i++)
        if (tables[i] == table && branch->rows[i].count)
            return bsearch(&wanted, branch->rows[i].first, branch->rows[i].count, table->row_bytes,
                           compare_rows);
    return NULL;
}

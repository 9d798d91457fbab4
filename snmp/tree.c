#include "snmp/tree.h"

#include "base/mem.h"
#include "base/object_id.h"

#include <string.h>

/* The first branch of that pool or one behind it. */
static size_t branch_at(const struct mib_tree *tree, uint32_t pool)
{
    size_t low = 0, high = tree->count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (tree->branches[middle]->pool < pool)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const struct mib_tree *tree, size_t at, uint32_t pool)
{
    return at < tree->count && tree->branches[at]->pool == pool;
}

/* The rows of that part change places; what the branch held before goes with it. */
static void exchange(struct branch *into, struct branch *from, enum table_part part)
{
    struct arena *arena = into->arenas[part];

    into->arenas[part] = from->arenas[part];
    from->arenas[part] = arena;
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        struct rows rows = into->rows[i];

        if (tables[i]->part != part)
            continue;
        into->rows[i] = from->rows[i];
        from->rows[i] = rows;
    }
}

void tree_put(struct mib_tree *tree, struct branch *branch, enum table_part part)
{
    size_t at = branch_at(tree, branch->pool);

    if (is_at(tree, at, branch->pool)) {
        exchange(tree->branches[at], branch, part);
        branch_free(branch);
        return;
    }
    tree->branches = mem_resize(tree->branches, tree->count + 1, sizeof(void *));
    memmove(tree->branches + at + 1, tree->branches + at, (tree->count++ - at) * sizeof(void *));
    tree->branches[at] = branch;
}

void tree_remove(struct mib_tree *tree, uint32_t pool)
{
    size_t at = branch_at(tree, pool);

    if (!is_at(tree, at, pool))
        return;
    branch_free(tree->branches[at]);
    memmove(tree->branches + at, tree->branches + at + 1, (--tree->count - at) * sizeof(void *));
}

void tree_done(struct mib_tree *tree)
{
    for (size_t i = 0; i < tree->count; i++)
        branch_free(tree->branches[i]);
    free(tree->branches);
    *tree = (struct mib_tree)TREE_INIT;
}

/* ---- places ---- */

/* {1, table, 1} before the column, or {1, group} before the scalar. */
static size_t prefix_of(const struct table *table, uint32_t prefix[PLACE_MOST_PARTS])
{
    prefix[0] = 1;
    prefix[1] = table->number;
    prefix[2] = 1;
    return table->scalars ? 2 : 3;
}

struct place place_of(const struct table *table, const struct column *column,
                      const uint32_t index[INDEX_MOST])
{
    struct place place = {.length = 0};

    place.length = prefix_of(table, place.parts);
    place.parts[place.length++] = column->number;
    for (size_t i = 0; i < table->index_count; i++)
        place.parts[place.length++] = index[i];
    return place;
}

/* What follows a table's prefix in an identifier that was asked for. */
struct rest {
    const uint32_t *parts; /* the column, then the index */
    size_t length;
};

enum side { BEFORE, WITHIN, BEHIND };

/* Where does the identifier lie, seen from the table? */
static enum side side_of(const struct table *table, const uint32_t *parts, size_t length,
                         struct rest *ret_rest)
{
    uint32_t prefix[PLACE_MOST_PARTS];
    size_t count = prefix_of(table, prefix);
    size_t shared = length < count ? length : count;
    int order = object_id_compare(parts, shared, prefix, shared);

    *ret_rest = (struct rest){parts + shared, length - shared};
    if (order != 0)
        return order < 0 ? BEFORE : BEHIND;
    return length < count ? BEFORE : WITHIN;
}

/* ---- GET ---- */

static const struct column *column_at(const struct table *table, uint32_t number)
{
    size_t low = 0, high = table->column_count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (table->columns[middle].number == number)
            return &table->columns[middle];
        if (table->columns[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static bool table_get(const struct mib_tree *tree, size_t table, struct rest rest, struct mono_ms now,
                      struct value *ret)
{
    const struct column *column = rest.length ? column_at(tables[table], rest.parts[0]) : NULL;
    const struct row_head *row;
    uint32_t index[INDEX_MOST] = {0};
    size_t at;

    if (!column || rest.length != 1 + tables[table]->index_count)
        return false;
    memcpy(index, rest.parts + 1, tables[table]->index_count * sizeof(index[0]));
    at = branch_at(tree, index[0]);
    row = is_at(tree, at, index[0]) ? branch_find(tree->branches[at], tables[table], index) : NULL;
    return row && row_value(column, row, now, ret);
}

bool tree_get(const struct mib_tree *tree, const uint32_t *parts, size_t length, struct mono_ms now,
              struct value *ret)
{
    struct rest rest;

    for (size_t i = 0; i < TABLE_COUNT; i++)
        if (side_of(tables[i], parts, length, &rest) == WITHIN)
            return table_get(tree, i, rest, now, ret);
    return false;
}

/* ---- GETNEXT ---- */

/* The first row behind that index. */
static size_t row_behind(const struct rows *rows, const uint32_t *index, size_t length)
{
    size_t low = 0, high = rows->count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (object_id_compare(rows_at(rows, middle)->index, rows->table->index_count, index, length) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The first row behind that index in which the column is there. */
static const struct row_head *column_next(const struct mib_tree *tree, size_t table,
                                          const struct column *column, struct rest index, struct mono_ms now,
                                          struct value *ret)
{
    size_t at = index.length ? branch_at(tree, index.parts[0]) : 0;

    for (size_t first = at; at < tree->count; at++) {
        const struct rows *rows = &tree->branches[at]->rows[table];
        size_t i = at == first ? row_behind(rows, index.parts, index.length) : 0;

        for (; i < rows->count; i++)
            if (row_value(column, rows_at(rows, i), now, ret))
                return rows_at(rows, i);
    }
    return NULL;
}

static bool table_next(const struct mib_tree *tree, size_t table, struct rest rest, struct mono_ms now,
                       struct place *ret_place, struct value *ret)
{
    for (size_t i = 0; i < tables[table]->column_count; i++) {
        const struct column *column = &tables[table]->columns[i];
        struct rest index = {NULL, 0};
        const struct row_head *row;

        if (rest.length && column->number < rest.parts[0])
            continue;
        if (rest.length && column->number == rest.parts[0])
            index = (struct rest){rest.parts + 1, rest.length - 1};
        row = column_next(tree, table, column, index, now, ret);
        if (!row)
            continue;
        *ret_place = place_of(tables[table], column, row->index);
        return true;
    }
    return false;
}

bool tree_next(const struct mib_tree *tree, const uint32_t *parts, size_t length, struct mono_ms now,
               struct place *ret_place, struct value *ret)
{
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        struct rest rest;
        enum side side = side_of(tables[i], parts, length, &rest);

        if (side == BEFORE)
            rest = (struct rest){NULL, 0};
        if (side != BEHIND && table_next(tree, i, rest, now, ret_place, ret))
            return true;
    }
    return false;
}

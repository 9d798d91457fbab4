/*
 * The reader of result sets meets any columns and values.  The first byte chooses the group of facts; the
 * rest is cells, one a line,
 * "\x01" for NULL: by the second byte, under the group's own columns or with their first row as the columns.
 */
#include "model/snapshot.h"
#include "observe/sql/denial.h"
#include "observe/sql/row_reader.h"

#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char **split(struct arena *arena, const char *text, size_t length, size_t *ret_count)
{
    const char **cells = NULL;
    const char *end = text + length;

    *ret_count = 0;
    while (text < end) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        const char **cell = arena_push(arena, &cells, ret_count, sizeof(*cell));

        stop = stop ? stop : end;
        *cell = stop == text + 1 && *text == '\x01' ? NULL : arena_text_n(arena, text, (size_t)(stop - text));
        text = stop + 1;
    }
    return cells;
}

static const char **own_columns(struct arena *arena, const struct fact_group *group)
{
    const char **columns = arena_alloc(arena, group->field_count * sizeof(*columns));

    for (size_t f = 0; f < group->field_count; f++)
        columns[f] = group->fields[f].key;
    return columns;
}

static void check_texts(const struct fact_rows *facts, const struct fact_group *group)
{
    for (size_t i = 0; i < facts->count; i++)
        for (size_t f = 0; f < group->field_count; f++) {
            const char *const *text =
                fact_member((unsigned char *)facts->rows + i * group->record_bytes, &group->fields[f]);

            if (group->fields[f].kind == FACT_KIND_TEXT && *text &&
                (!utf8_valid(*text) || strlen(*text) > ROW_TEXT_MAX_BYTES))
                abort();
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct sql_rows rows = {0};
    struct fact_rows facts;
    enum fact_group_id id;
    size_t cell_count;

    if (size < 2)
        return 0;
    id = (enum fact_group_id)(data[0] % FACT_GROUP_COUNT);
    rows.columns = own_columns(arena, fact_group(id));
    rows.column_count = fact_group(id)->field_count;
    rows.cells = split(arena, (const char *)data + 2, size - 2, &cell_count);
    if (data[1] % 2 && cell_count > rows.column_count) {
        rows.columns = rows.cells;
        rows.cells += rows.column_count;
        cell_count -= rows.column_count;
        for (size_t i = 0; i < rows.column_count; i++)
            if (!rows.columns[i])
                return 0;
    }
    /* Every group has fields; the analyzer cannot know. */
    rows.row_count = rows.column_count ? cell_count / rows.column_count : 0;
    row_read_facts(&rows, id, arena, &facts);
    if (facts.sighting.sight != SIGHT_SEEN &&
        (facts.sighting.sight != SIGHT_PROTOCOL_ERROR || facts.rows || !utf8_valid(facts.sighting.detail)))
        abort();
    check_texts(&facts, fact_group(id));
    if (cell_count && rows.cells[0])
        denial_from_message(arena, data[1] % 2 ? 229 : 916, row_safe_text(arena, rows.cells[0]), "m");
    return 0;
}

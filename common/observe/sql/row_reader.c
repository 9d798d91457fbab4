#include "observe/sql/row_reader.h"

#include "base/number.h"
#include "base/utc.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SHOWN_BYTES = 60 /* of a value that is not what it should be */ };

static const char *clean(struct arena *arena, const char *text, size_t max_bytes)
{
    AUTO(strbuf) struct strbuf kept = STRBUF_INIT, valid = STRBUF_INIT;
    size_t length = strnlen(text, max_bytes + 1);

    if (length <= max_bytes && utf8_valid(text))
        return arena_text_n(arena, text, length);
    strbuf_add_n(&kept, text, utf8_cut(text, length, max_bytes));
    utf8_add_text(&valid, strbuf_text(&kept));
    return arena_text_n(arena, strbuf_text(&valid), utf8_cut(strbuf_text(&valid), valid.length, max_bytes));
}

bool row_number(const char *cell, int64_t *ret)
{
    char *end;

    if (!cell)
        return false;
    *ret = strtoll(cell, &end, 10);
    return end != cell && !*end;
}

const char *row_safe_text(struct arena *arena, const char *text)
{
    return clean(arena, text, ROW_TEXT_MAX_BYTES);
}

static bool read_text(struct arena *arena, const char *cell, void *member)
{
    *(const char **)member = row_safe_text(arena, cell);
    return true;
}

static bool read_num(struct arena *arena, const char *cell, void *member)
{
    struct fact_num *num = member;

    (void)arena;
    num->known = number_parse(cell, &num->value);
    return num->known;
}

static bool read_lsn(struct arena *arena, const char *cell, void *member)
{
    (void)arena;
    return lsn_parse(cell, member);
}

static bool read_utc(struct arena *arena, const char *cell, void *member)
{
    struct fact_num *utc_ms = member;

    (void)arena;
    utc_ms->known = utc_parse(cell, &utc_ms->value);
    return utc_ms->known;
}

static const struct {
    bool (*read)(struct arena *arena, const char *cell, void *member);
    const char *expected;
} kinds[] = {
    [FACT_KIND_TEXT] = {read_text, "a text"},
    [FACT_KIND_NUM] = {read_num, "a whole number"},
    [FACT_KIND_LSN] = {read_lsn, "a log sequence number"},
    [FACT_KIND_UTC] = {read_utc, "a time"},
};

/* Column names are compared as SQL Server's default collations do: without case. */
static size_t find_column(const struct sql_rows *rows, const char *name)
{
    size_t column = 0;

    while (column < rows->column_count && strcasecmp(rows->columns[column], name) != 0)
        column++;
    return column;
}

static void fail(struct fact_rows *facts, const char *detail)
{
    *facts = (struct fact_rows){{SIGHT_PROTOCOL_ERROR, detail}, NULL, 0};
}

/* Reads one column of all records; false after *facts became a failure. */
static bool read_column(const struct sql_rows *rows, const struct fact_group *group,
                        const struct fact_field *field, struct arena *arena, struct fact_rows *facts)
{
    size_t column = find_column(rows, field->key);

    if (column == rows->column_count) {
        fail(facts, arena_format(arena, "the answer to %s.sql has no column %s", group->key, field->key));
        return false;
    }
    for (size_t i = 0; i < facts->count; i++) {
        const char *cell = rows->cells[i * rows->column_count + column];
        void *record = (unsigned char *)facts->rows + i * group->record_bytes;

        if (cell && !kinds[field->kind].read(arena, cell, fact_member(record, field))) {
            fail(facts,
                 arena_format(arena, "%s.sql: column %s holds \"%s\", expected %s", group->key, field->key,
                              clean(arena, cell, SHOWN_BYTES), kinds[field->kind].expected));
            return false;
        }
    }
    return true;
}

void row_read_group(const struct sql_rows *rows, const struct fact_group *group, struct arena *arena,
                    struct fact_rows *ret_facts)
{
    size_t count = rows->row_count < group->most_rows ? rows->row_count : group->most_rows;

    *ret_facts = (struct fact_rows){
        {SIGHT_SEEN, NULL}, count ? arena_alloc(arena, count * group->record_bytes) : NULL, count};
    for (size_t f = 0; f < group->field_count; f++)
        if (!read_column(rows, group, &group->fields[f], arena, ret_facts))
            return;
}

void row_read_facts(const struct sql_rows *rows, enum fact_group_id id, struct arena *arena,
                    struct fact_rows *ret_facts)
{
    row_read_group(rows, fact_group(id), arena, ret_facts);
}

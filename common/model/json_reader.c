#include "model/json_reader.h"

#include "base/utc.h"
#include "base/utf8.h"

enum { ROW_SLACK = 4 };

void json_reader_done(struct json_reader *reader)
{
    strbuf_done(&reader->path);
}

/* jansson quotes what it could not read: foreign bytes, made one printable line. */
static int bad_json(const json_error_t *error, struct err *err)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    utf8_add_text(&text, error->text);
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.text[i] < ' ' || text.text[i] == 0x7F)
            text.text[i] = ' ';
    return err_set(err, ERR_INPUT, "line %d, column %d: no valid JSON: %s", error->line, error->column,
                   strbuf_text(&text));
}

json_t *json_parse(const char *text, size_t length, size_t most_bytes, struct err *err)
{
    json_error_t error;
    json_t *root;

    if (length > most_bytes) {
        err_set(err, ERR_INPUT, "%zu bytes, expected at most %zu", length, most_bytes);
        return NULL;
    }
    root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        bad_json(&error, err);
    return root;
}

/* ---- the path ---- */

size_t json_enter(struct json_reader *reader, const char *key)
{
    size_t mark = reader->path.length;

    strbuf_format(&reader->path, "%s%s", mark ? "." : "", key);
    return mark;
}

size_t json_enter_index(struct json_reader *reader, size_t index)
{
    size_t mark = reader->path.length;

    strbuf_format(&reader->path, "[%zu]", index);
    return mark;
}

int json_leave(struct json_reader *reader, size_t mark, int result)
{
    strbuf_truncate(&reader->path, mark);
    return result;
}

int json_expected(struct json_reader *reader, const char *what)
{
    const char *path = strbuf_text(&reader->path);

    return err_set(reader->err, ERR_INPUT, "%s%sexpected %s", path, *path ? ": " : "", what);
}

/* ---- single values: absent ones stay unknown ---- */

bool json_absent(const json_t *value)
{
    return !value || json_is_null(value);
}

int json_object_or_absent(struct json_reader *reader, const json_t *value)
{
    return json_absent(value) || json_is_object(value) ? 0 : json_expected(reader, "an object");
}

int json_read_text(struct json_reader *reader, const json_t *value, void *member)
{
    if (json_absent(value))
        return 0;
    if (!json_is_string(value))
        return json_expected(reader, "text");
    *(const char **)member = arena_text_n(reader->arena, json_string_value(value), json_string_length(value));
    return 0;
}

int json_read_num(struct json_reader *reader, const json_t *value, void *member)
{
    if (json_absent(value))
        return 0;
    if (!json_is_integer(value))
        return json_expected(reader, "a whole number");
    *(struct fact_num *)member = (struct fact_num){true, json_integer_value(value)};
    return 0;
}

static int read_lsn(struct json_reader *reader, const json_t *value, void *member)
{
    if (json_absent(value))
        return 0;
    if (!json_is_string(value) || !lsn_parse(json_string_value(value), member))
        return json_expected(reader, "up to 25 digits as text");
    return 0;
}

int json_read_utc(struct json_reader *reader, const json_t *value, void *member)
{
    struct fact_num utc_ms = {.known = true};

    if (json_absent(value))
        return 0;
    if (!json_is_string(value) || !utc_parse(json_string_value(value), &utc_ms.value))
        return json_expected(reader, "a UTC time like \"2026-11-23T05:15:40Z\"");
    *(struct fact_num *)member = utc_ms;
    return 0;
}

static json_read_fn *const readers[] = {
    [FACT_KIND_TEXT] = json_read_text,
    [FACT_KIND_NUM] = json_read_num,
    [FACT_KIND_LSN] = read_lsn,
    [FACT_KIND_UTC] = json_read_utc,
};

int json_read_key(struct json_reader *reader, const json_t *object, const char *key, json_read_fn *read,
                  void *member)
{
    size_t mark = json_enter(reader, key);

    return json_leave(reader, mark, read(reader, json_object_get(object, key), member));
}

int json_read_required(struct json_reader *reader, const json_t *value, void *member)
{
    return json_absent(value) ? json_expected(reader, "text") : json_read_text(reader, value, member);
}

static int read_sight(struct json_reader *reader, const json_t *value, void *member)
{
    if (!json_is_string(value) || !sight_parse(json_string_value(value), member))
        return json_expected(reader, "a sight: seen, not_asked, refused, timed_out, denied, ...");
    return 0;
}

/* ---- groups of facts ---- */

int json_read_sighting(struct json_reader *reader, const json_t *value, void *member)
{
    struct sighting *sighting = member;

    if (json_absent(value))
        return 0;
    if (!json_is_object(value))
        return json_expected(reader, "an object");
    if (json_read_key(reader, value, "sight", read_sight, &sighting->sight) != 0)
        return -1;
    return json_read_key(reader, value, "detail", json_read_text, &sighting->detail);
}

static int read_record(struct json_reader *reader, const json_t *value, const struct fact_group *group,
                       void *record)
{
    if (!json_is_object(value))
        return json_expected(reader, "an object");
    for (size_t i = 0; i < group->field_count; i++) {
        const struct fact_field *field = &group->fields[i];

        if (json_read_key(reader, value, field->key, readers[field->kind], fact_member(record, field)) != 0)
            return -1;
    }
    return 0;
}

static int read_rows(struct json_reader *reader, const json_t *value, const struct fact_group *group,
                     struct fact_rows *rows)
{
    size_t most = group->most_rows * ROW_SLACK, i;
    const json_t *row;

    if (json_absent(value))
        return 0;
    if (!json_is_array(value))
        return json_expected(reader, "an array");
    if (json_array_size(value) > most)
        return err_set(reader->err, ERR_INPUT, "%s: %zu rows, expected at most %zu",
                       strbuf_text(&reader->path), json_array_size(value), most);
    json_array_foreach(value, i, row)
    {
        size_t mark = json_enter_index(reader, i);

        if (json_leave(reader, mark,
                       read_record(reader, row, group, fact_group_push(group, reader->arena, rows))) != 0)
            return -1;
    }
    return 0;
}

static int read_group(struct json_reader *reader, const json_t *value, const struct fact_group *group,
                      void *subject)
{
    struct fact_rows rows = {0};
    size_t mark;

    if (json_read_sighting(reader, value, &rows.sighting) != 0)
        return -1;
    mark = json_enter(reader, "rows");
    if (json_leave(reader, mark, read_rows(reader, json_object_get(value, "rows"), group, &rows)) != 0)
        return -1;
    fact_group_put(group, subject, &rows);
    return 0;
}

int json_read_group(struct json_reader *reader, const json_t *value, const struct fact_group *group,
                    void *subject)
{
    size_t mark = json_enter(reader, group->key);

    return json_leave(reader, mark, read_group(reader, json_object_get(value, group->key), group, subject));
}

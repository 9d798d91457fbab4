#include "observe/winrm/json_facts.h"

#include "base/strbuf.h"
#include "observe/winrm/fact_value.h"

#include <string.h>

struct reading {
    struct arena *arena;
    const struct fact_field *field;
    const char *refused; /* why the record does not fit; NULL: it does */
    const char *note;    /* what was left unknown that someone should know */
};

static void refuse(struct reading *reading, const char *expected)
{
    reading->refused = arena_format(reading->arena, "%s: expected %s", reading->field->key, expected);
}

static bool is_dns_name(const char *text, size_t length)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

    return length > 0 && length <= JSON_FACTS_NAME_MAX_BYTES && strlen(text) == length &&
           strspn(text, allowed) == length;
}

/* NULL where one of them is no name: half a list would be a wrong one. */
static const char *join_names(const json_t *names, struct arena *arena)
{
    AUTO(strbuf) struct strbuf joined = STRBUF_INIT;

    if (json_array_size(names) > JSON_FACTS_MAX_NAMES)
        return NULL;
    for (size_t i = 0; i < json_array_size(names); i++) {
        const json_t *name = json_array_get(names, i);
        const char *text = json_string_value(name);

        if (!text || !is_dns_name(text, json_string_length(name)))
            return NULL;
        strbuf_format(&joined, "%s%s", i ? "," : "", text);
    }
    return arena_text(arena, strbuf_text(&joined));
}

static void read_names(struct reading *reading, const json_t *names, const char **member)
{
    *member = join_names(names, reading->arena);
    if (!*member)
        reading->note = arena_format(reading->arena, "%s: not a list of at most %d DNS names",
                                     reading->field->key, JSON_FACTS_MAX_NAMES);
}

static void read_string(struct reading *reading, const json_t *value, void *member)
{
    const char *text = json_string_value(value);

    if (!text || strlen(text) != json_string_length(value))
        refuse(reading, reading->field->kind == FACT_KIND_UTC ? "a time" : "text");
    else if (!fact_value_read(reading->arena, reading->field->kind, text, member))
        reading->refused = fact_value_refusal(reading->arena, reading->field->key, text);
}

static void read_number(struct reading *reading, const json_t *value, struct fact_num *member)
{
    if (json_is_integer(value))
        *member = (struct fact_num){true, json_integer_value(value)};
    else
        refuse(reading, "a whole number");
}

static void read_value(struct reading *reading, const json_t *value, void *record)
{
    void *member = fact_member(record, reading->field);

    if (!value || json_is_null(value))
        return;
    if (reading->field->kind == FACT_KIND_NUM)
        read_number(reading, value, member);
    else if (reading->field->kind == FACT_KIND_TEXT && json_is_array(value))
        read_names(reading, value, member);
    else
        read_string(reading, value, member);
}

static void read_record(struct reading *reading, const json_t *object, const struct fact_group *group,
                        void *record)
{
    for (size_t f = 0; f < group->field_count && !reading->refused; f++) {
        reading->field = &group->fields[f];
        read_value(reading, json_object_get(object, group->fields[f].key), record);
    }
}

void json_facts_read(const json_t *rows, const struct fact_group *group, struct arena *arena,
                     struct fact_rows *ret_facts)
{
    struct reading reading = {.arena = arena};
    struct fact_rows facts = {{SIGHT_SEEN, NULL}, NULL, 0};
    size_t count = json_array_size(rows);

    if (!json_is_array(rows))
        reading.refused = arena_format(arena, "%s: expected an array", group->key);
    for (size_t i = 0; i < count && i < group->most_rows && !reading.refused; i++) {
        const json_t *object = json_array_get(rows, i);

        if (json_is_object(object))
            read_record(&reading, object, group, fact_group_push(group, arena, &facts));
        else
            reading.refused = arena_format(arena, "%s: expected objects", group->key);
    }
    if (count > group->most_rows)
        reading.note = arena_format(arena, "%zu of %zu rows are kept", group->most_rows, count);
    facts.sighting.detail = reading.note;
    if (reading.refused)
        facts = (struct fact_rows){{SIGHT_PROTOCOL_ERROR, reading.refused}, NULL, 0};
    *ret_facts = facts;
}

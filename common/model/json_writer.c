#include "model/json_writer.h"

#include "base/utc.h"
#include "model/json_text.h"

json_t *json_utc(int64_t utc_ms)
{
    char text[UTC_TEXT_BYTES];
    int64_t again;

    if (!utc_parse(utc_format(utc_ms, text), &again) || again != utc_ms)
        return json_null();
    return json_string(text);
}

json_t *json_num(const struct fact_num *num)
{
    return num->known ? json_integer(num->value) : json_null();
}

static json_t *write_text(const void *member)
{
    return json_text(*(const char *const *)member);
}

static json_t *write_num(const void *member)
{
    return json_num(member);
}

static json_t *write_lsn(const void *member)
{
    const struct lsn *lsn = member;

    return lsn_known(lsn) ? json_string(lsn_text(lsn)) : json_null();
}

static json_t *write_utc(const void *member)
{
    const struct fact_num *utc_ms = member;

    return utc_ms->known ? json_utc(utc_ms->value) : json_null();
}

static json_t *(*const writers[])(const void *member) = {
    [FACT_KIND_TEXT] = write_text,
    [FACT_KIND_NUM] = write_num,
    [FACT_KIND_LSN] = write_lsn,
    [FACT_KIND_UTC] = write_utc,
};

static json_t *write_record(const struct fact_group *group, const unsigned char *record)
{
    json_t *object = json_object();

    for (size_t i = 0; i < group->field_count; i++) {
        const struct fact_field *field = &group->fields[i];

        json_object_set_new(object, field->key, writers[field->kind](record + field->offset));
    }
    return object;
}

json_t *json_sighting(const struct sighting *sighting)
{
    json_t *object = json_object();

    json_object_set_new(object, "sight", json_string(sight_name(sighting->sight)));
    json_object_set_new(object, "detail", json_text(sighting->detail));
    return object;
}

void json_set_group(json_t *object, const struct fact_group *group, const void *subject)
{
    struct fact_rows facts = fact_group_rows(group, subject);
    json_t *told = json_sighting(&facts.sighting), *rows = json_array();

    for (size_t i = 0; i < facts.count; i++)
        json_array_append_new(
            rows, write_record(group, (const unsigned char *)facts.rows + i * group->record_bytes));
    json_object_set_new(told, "rows", rows);
    json_object_set_new(object, group->key, told);
}

#include "unit/winrm/facts_text.h"

#include "base/utc.h"

#include <inttypes.h>

static void add_sighting(struct strbuf *out, const char *name, const struct sighting *sighting)
{
    strbuf_format(out, "%s: %s", name, sight_name(sighting->sight));
    if (sighting->detail)
        strbuf_format(out, " (%s)", sighting->detail);
    strbuf_add(out, "\n");
}

static void add_number(struct strbuf *out, const struct fact_field *field, const struct fact_num *num)
{
    char time[UTC_TEXT_BYTES];

    if (num->known && field->kind == FACT_KIND_UTC)
        strbuf_format(out, " %s=%s", field->key, utc_format(num->value, time));
    else if (num->known)
        strbuf_format(out, " %s=%" PRId64, field->key, num->value);
}

static void add_field(struct strbuf *out, const struct fact_field *field, void *record)
{
    void *member = fact_member(record, field);

    if (field->kind != FACT_KIND_TEXT)
        add_number(out, field, member);
    else if (*(const char *const *)member)
        strbuf_format(out, " %s=%s", field->key, *(const char *const *)member);
}

static void add_group(struct strbuf *out, const struct fact_group *group, const struct host_snapshot *host)
{
    struct fact_rows facts = fact_group_rows(group, host);

    if (facts.sighting.sight == SIGHT_NOT_ASKED && !facts.sighting.detail)
        return;
    add_sighting(out, group->key, &facts.sighting);
    for (size_t i = 0; i < facts.count; i++) {
        strbuf_add(out, group->key);
        for (size_t f = 0; f < group->field_count; f++)
            add_field(out, &group->fields[f], (unsigned char *)facts.rows + i * group->record_bytes);
        strbuf_add(out, "\n");
    }
}

void facts_text_add(struct strbuf *out, const struct host_snapshot *host)
{
    add_sighting(out, host_way_name(WAY_WINRM), &host->ways[WAY_WINRM]);
    for (int id = 0; id < HOST_FACT_COUNT; id++)
        add_group(out, host_fact_group((enum host_fact_id)id), host);
}

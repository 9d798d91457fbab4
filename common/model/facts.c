#include "model/facts.h"

#include "model/fact_table.h"
#include "model/snapshot.h"

#include <string.h>

#define GROUP_TABLE(group, FIELDS, most) FACT_GROUP_TABLE(struct instance_snapshot, group, FIELDS, most)
FACT_GROUPS(GROUP_TABLE)

#define GROUP_ENTRY(group, FIELDS, most) [FACT_##group] = group##_table,
static const struct fact_group *(*const tables[FACT_GROUP_COUNT])(void) = {FACT_GROUPS(GROUP_ENTRY)};

const struct fact_group *fact_group(enum fact_group_id id)
{
    return tables[id]();
}

/* Copied as bytes: the typed struct and struct fact_rows differ in the type that rows point to. */
struct fact_rows fact_group_rows(const struct fact_group *group, const void *subject)
{
    struct fact_rows rows;

    memcpy(&rows, (const unsigned char *)subject + group->offset, sizeof(rows));
    return rows;
}

void fact_group_put(const struct fact_group *group, void *subject, const struct fact_rows *rows)
{
    memcpy((unsigned char *)subject + group->offset, rows, sizeof(*rows));
}

void *fact_group_push(const struct fact_group *group, struct arena *arena, struct fact_rows *rows)
{
    return arena_push(arena, &rows->rows, &rows->count, group->record_bytes);
}

struct fact_rows fact_rows_of(const struct instance_snapshot *instance, enum fact_group_id id)
{
    return fact_group_rows(fact_group(id), instance);
}

void fact_rows_put(struct instance_snapshot *instance, enum fact_group_id id, const struct fact_rows *rows)
{
    fact_group_put(fact_group(id), instance, rows);
}

void *fact_rows_push(struct arena *arena, struct fact_rows *rows, enum fact_group_id id)
{
    return fact_group_push(fact_group(id), arena, rows);
}

void *fact_member(void *record, const struct fact_field *field)
{
    return (unsigned char *)record + field->offset;
}

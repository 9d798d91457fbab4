#include "model/facts.h"

#include "model/snapshot.h"

#include <string.h>

/* Each group's table stands in a function of its own, so that `record` can mean that group's struct. */
#define FIELD_TEXT(name) {#name, FACT_KIND_TEXT, offsetof(record, name)},
#define FIELD_NUM(name)  {#name, FACT_KIND_NUM, offsetof(record, name)},
#define FIELD_LSN(name)  {#name, FACT_KIND_LSN, offsetof(record, name)},
#define FIELD_UTC(name)  {#name "_utc", FACT_KIND_UTC, offsetof(record, name##_utc_ms)},

#define GROUP_TABLE(group, FIELDS, most)                                                                     \
    _Static_assert(sizeof(struct group##_facts) == sizeof(struct fact_rows), "one layout for all");          \
    static const struct fact_group *group##_table(void)                                                      \
    {                                                                                                        \
        typedef struct group##_fact record;                                                                  \
        static const struct fact_field fields[] = {FIELDS(FIELD_TEXT, FIELD_NUM, FIELD_LSN, FIELD_UTC)};     \
        static const struct fact_group table = {                                                             \
            #group, fields, COUNT(fields), sizeof(record), most, offsetof(struct instance_snapshot, group)}; \
        return &table;                                                                                       \
    }
FACT_GROUPS(GROUP_TABLE)

#define GROUP_ENTRY(group, FIELDS, most) [FACT_##group] = group##_table,
static const struct fact_group *(*const tables[FACT_GROUP_COUNT])(void) = {FACT_GROUPS(GROUP_ENTRY)};

const struct fact_group *fact_group(enum fact_group_id id)
{
    return tables[id]();
}

/* Copied as bytes: the typed struct and struct fact_rows differ in the type that rows point to. */
struct fact_rows fact_rows_of(const struct instance_snapshot *instance, enum fact_group_id id)
{
    struct fact_rows rows;

    memcpy(&rows, (const unsigned char *)instance + fact_group(id)->offset, sizeof(rows));
    return rows;
}

void fact_rows_put(struct instance_snapshot *instance, enum fact_group_id id, const struct fact_rows *rows)
{
    memcpy((unsigned char *)instance + fact_group(id)->offset, rows, sizeof(*rows));
}

void *fact_rows_push(struct arena *arena, struct fact_rows *rows, enum fact_group_id id)
{
    return arena_push(arena, &rows->rows, &rows->count, fact_group(id)->record_bytes);
}

void *fact_member(void *record, const struct fact_field *field)
{
    return (unsigned char *)record + field->offset;
}

#include "model/host_facts.h"

#include "model/fact_table.h"
#include "model/snapshot.h"

#define GROUP_TABLE(group, FIELDS, most) FACT_GROUP_TABLE(struct host_snapshot, group, FIELDS, most)
HOST_FACT_GROUPS(GROUP_TABLE)

#define GROUP_ENTRY(group, FIELDS, most) [HOST_FACT_##group] = group##_table,
static const struct fact_group *(*const tables[HOST_FACT_COUNT])(void) = {HOST_FACT_GROUPS(GROUP_ENTRY)};

const struct fact_group *host_fact_group(enum host_fact_id id)
{
    return tables[id]();
}

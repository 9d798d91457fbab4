#include "act/judge/act_facts.h"

#include "model/fact_table.h"

#define GROUP_TABLE(group, FIELDS, most) FACT_GROUP_TABLE(struct act_facts, group, FIELDS, most)
ACT_FACT_GROUPS(GROUP_TABLE)

#define GROUP_ENTRY(group, FIELDS, most) [ACT_FACT_##group] = group##_table,
static const struct fact_group *(*const tables[ACT_FACT_COUNT])(void) = {ACT_FACT_GROUPS(GROUP_ENTRY)};

const struct fact_group *act_fact_group(enum act_fact_id id)
{
    return tables[id]();
}

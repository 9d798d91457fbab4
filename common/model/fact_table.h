/*
 * From a list of fields to the table that describes its record: facts.c, host_facts.c and act_facts.c make
 * their tables with it, one for each kind of subject.
 */
#ifndef PCHAT_MODEL_FACT_TABLE_H
#define PCHAT_MODEL_FACT_TABLE_H

#include "model/facts.h"

#define FIELD_TEXT(name) {#name, FACT_KIND_TEXT, offsetof(record, name)},
#define FIELD_NUM(name)  {#name, FACT_KIND_NUM, offsetof(record, name)},
#define FIELD_LSN(name)  {#name, FACT_KIND_LSN, offsetof(record, name)},
#define FIELD_UTC(name)  {#name "_utc", FACT_KIND_UTC, offsetof(record, name##_utc_ms)},

/* Each group's table stands in a function of its own, so that `record` can mean that group's struct. */
#define FACT_GROUP_TABLE(subject, group, FIELDS, most)                                                       \
    _Static_assert(sizeof(struct group##_facts) == sizeof(struct fact_rows), "one layout for all");          \
    static const struct fact_group *group##_table(void)                                                      \
    {                                                                                                        \
        typedef struct group##_fact record;                                                                  \
        static const struct fact_field fields[] = {FIELDS(FIELD_TEXT, FIELD_NUM, FIELD_LSN, FIELD_UTC)};     \
        static const struct fact_group table = {#group,         fields, COUNT(fields),                       \
                                                sizeof(record), most,   offsetof(subject, group)};           \
        return &table;                                                                                       \
    }

#endif

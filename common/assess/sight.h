/*
 * Can I see?  Which instances answered, which questions they answered, which rights the login lacks.
 */
#ifndef PCHAT_ASSESS_SIGHT_H
#define PCHAT_ASSESS_SIGHT_H

#include "model/snapshot.h"

struct replication;

static inline bool instance_seen(const struct instance_snapshot *instance)
{
    return instance && instance->reach.sight == SIGHT_SEEN;
}

/* The first record of a group; NULL when nothing was seen, or there is none. */
#define FACT(instance, group)                                                                                \
    (instance_seen(instance) && (instance)->group.sighting.sight == SIGHT_SEEN && (instance)->group.count    \
         ? &(instance)->group.rows[0]                                                                        \
         : NULL)
/* Looked, and there is none. */
#define FACT_NONE(instance, group)                                                                           \
    (instance_seen(instance) && (instance)->group.sighting.sight == SIGHT_SEEN &&                            \
     (instance)->group.count == 0)

static inline bool fact_is(struct fact_num num, int64_t value)
{
    return num.known && num.value == value;
}

/* A number that no server would say is as good as none; what is left can be added and multiplied. */
static inline struct fact_num fact_within(struct fact_num num, int64_t least, int64_t most)
{
    return num.known && num.value >= least && num.value <= most ? num : (struct fact_num){0};
}

/* Is there a log-shipping definition here that receives? */
static inline bool receives_logs(const struct instance_snapshot *instance)
{
    return FACT(instance, ls_secondary) != NULL;
}

void assess_sight(struct replication *replication);

#endif

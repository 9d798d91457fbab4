/*
 * The cast: which instance and which hosts play A, A', B, B' and W now, found from the topology's design and
 * from where the pool serves.  The side that serves is the one whose site the last recorded failover or
 * switchover of the ledger names, else the primary site.  Pure, thread-safe.
 */
#ifndef PCHAT_ACT_JUDGE_CAST_H
#define PCHAT_ACT_JUDGE_CAST_H

#include "model/snapshot.h"
#include "topology/topology.h"

enum part { PART_A, PART_A_MIRROR, PART_B, PART_B_MIRROR, PART_WITNESS, PART_COUNT };

struct cast {
    const struct topology_pool *pool;
    const struct topology_site *serving, *standby; /* standby NULL: there is none */
    const struct topology_sql *parts[PART_COUNT];  /* NULL: the pool has none */
    const struct topology_host *management; /* where cmdlets run: of the standby site, else of the other */
    const struct topology_host *const *activate; /* servers of the standby site to be active, at most four */
    size_t activate_count;
};

/* serving_site: the name of the site that the ledger says; NULL: by design.  Arrays in the arena. */
struct cast cast_of(struct arena *arena, const struct topology_pool *pool, const char *serving_site);
/* "A", "A'", "B", "B'", "W" */
const char *part_name(enum part part);
/* What the snapshot has of it; NULL: there is no such part, or it was not in the snapshot. */
const struct instance_snapshot *cast_instance(const struct cast *cast, enum part part,
                                              const struct snapshot *snapshot);
/* The part that an instance plays; PART_COUNT: none. */
enum part cast_part(const struct cast *cast, const char *instance);

#endif

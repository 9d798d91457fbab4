/*
 * The shape of a pool of topology.yaml, in which it is rehearsed: which machines there are, where and what
 * for, how often logs are shipped, who may act and by what means.  Nothing else of the topology is taken
 * over: no address, no port, no credential, no program, no path.
 *
 * Machines keep their names, in a domain that nobody can resolve; the pool has a name of its own.  What
 * cannot be played as it is stands in notes, a line each.  Pure, lives in its arena.
 */
#ifndef PCHAT_REHEARSE_SHAPE_H
#define PCHAT_REHEARSE_SHAPE_H

#include "base/arena.h"
#include "lab/world/shape.h"
#include "topology/topology.h"

#define SHAPE_DOMAIN  "rehearsal.invalid"
#define SHAPE_MONITOR "monitor"

struct shape_name;

struct shape {
    struct arena *arena;
    struct world_shape world;
    struct topology_pool pool;                         /* as the product knows the world */
    const struct topology_sql *copies[SQL_ROLE_COUNT]; /* by design, of that pool; NULL: there is none */
    const char *stores[2];           /* by site: the front end on which its part of the management store is */
    const char *share_host;          /* of the log-shipping share */
    struct topology_person approver; /* who may approve; name NULL: nobody */
    bool has_fence_program, has_switch; /* fence_status, fence_off */
    bool is_told_of_snmp;
    const char **notes;
    size_t note_count;
    /* Of those who make it. */
    struct shape_host *hosts;
    size_t host_count;
    struct shape_name *names;
    size_t name_count;
};

/* NULL with *err (ERR_CONFIG): a shape in which nothing could be played. */
struct shape *shape_of_pool(const struct topology *topology, const struct topology_pool *pool,
                            struct err *err);
void shape_free(struct shape *shape);
AUTO_DEFINE_FREE(shape, struct shape)

/* The site of the shape's pool; there are always both. */
const struct topology_site *shape_site(const struct shape *shape, enum site_role role);
/* Where that machine of the world stands. */
enum shape_place shape_place_of(const struct shape *shape, const char *name);

#endif

/*
 * The hosts and vantage points of a pool, in the order in which a snapshot has them.  A management host that
 * is a front end too is two hosts: it is asked for two reasons.
 */
#ifndef PCHAT_OBSERVE_HOSTS_H
#define PCHAT_OBSERVE_HOSTS_H

#include "observe/core/track.h"

/* Malloc'ed. */
struct track_subject *hosts_of(const struct topology_pool *pool, size_t *ret_count);
/* Adds them to the snapshot by name, nothing of them seen yet. */
void hosts_name(struct snapshot *snapshot, const struct topology_pool *pool);

#endif

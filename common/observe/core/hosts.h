/*
 * The hosts and vantage points of a pool in a snapshot: by name, in topology order, nothing of them seen yet.
 * A management host that is a front end too is two hosts: it is asked for two reasons.
 */
#ifndef PCHAT_OBSERVE_HOSTS_H
#define PCHAT_OBSERVE_HOSTS_H

#include "model/snapshot.h"
#include "topology/topology.h"

void hosts_name(struct snapshot *snapshot, const struct topology_pool *pool);

#endif

/*
 * Who speaks: the peer of the runner's socket by his uid, as the topology lists persons.  Thread-safe.
 */
#ifndef PCHAT_ACT_RUNNER_PEOPLE_H
#define PCHAT_ACT_RUNNER_PEOPLE_H

#include "base/err.h"
#include "topology/topology.h"

#include <sys/types.h>

/* The peer's uid (SO_PEERCRED); (uid_t)-1: not known. */
uid_t people_peer(int socket_fd);
/* The person of that uid; by: what he calls himself, NULL: nothing.  NULL with *err: not listed, or another.
 */
const struct topology_person *people_find(const struct topology_acting *acting, uid_t uid, const char *by,
                                          struct err *err);

#endif

/*
 * Names of servers.  Log shipping and mirroring hold them as @@SERVERNAME knew them when they were set up
 * ("SQLPRI1", "HOST\INSTANCE"), topologies as DNS names, endpoints as "TCP://host.domain:5022": the same
 * server if the first label of the host and the instance agree, in any case.  Pure, thread-safe.
 */
#ifndef PCHAT_ASSESS_SERVER_NAME_H
#define PCHAT_ASSESS_SERVER_NAME_H

#include "model/snapshot.h"

#include <stdbool.h>

/* False when either is NULL or empty. */
bool server_name_equal(const char *a, const char *b);
/* Is this the instance's name: by what it says of itself, else by its name in the topology and its address?
 */
bool server_name_is(const char *name, const struct instance_snapshot *instance);
/* The host part of a UNC path or of HOST\INSTANCE is that instance's host. */
bool server_name_host_is(const char *path, const struct instance_snapshot *instance);

#endif

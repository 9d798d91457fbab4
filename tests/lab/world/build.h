/*
 * The founding of the deployment: hosts, instances, databases, mirroring and log shipping, set up as the
 * reference prescribes, with the same statements that an administrator would use.
 */
#ifndef PCHAT_LAB_WORLD_BUILD_H
#define PCHAT_LAB_WORLD_BUILD_H

#include "lab/world/instance.h"

struct world;

void build_deployment(struct world *world);
/* A new mgc begins a lineage of its own. */
void build_lineage(struct world *world, struct database *mgc);
/* A full backup of one instance's database to the share, restored on another WITH NORECOVERY, REPLACE. */
void build_seed(struct world *world, struct instance *from, struct instance *to, const char *name,
                struct world_result *result);
/*
 * Two file servers in the primary site: fs1 has the log-shipping share, which a fault may move elsewhere; fs2
 * has the file store of the topology, with what was posted to rooms.  They are two because the one must not
 * be the other ("Log-shipping share: any UNC share, not a FileStore role").
 */
struct host *build_share_host(struct world *world);
struct host *build_file_server(struct world *world);
/* The log-shipping share as its clients name it, wherever it is offered now. */
const char *build_share(struct world *world);
/* The instance with that part in the design (not: the current role). */
struct instance *build_designed(struct world *world, enum instance_role design);

#endif

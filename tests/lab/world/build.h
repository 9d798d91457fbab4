/*
 * The founding of the deployment: hosts, instances, databases, mirroring and log shipping, set up as the
 * reference prescribes, with the same statements that an administrator would use.
 */
#ifndef PCHAT_LAB_WORLD_BUILD_H
#define PCHAT_LAB_WORLD_BUILD_H

#include "lab/world/instance.h"

struct world;

/* The shares of fs1, by index. */
enum { BUILD_LOG_SHARE, BUILD_FILE_STORE };

void build_deployment(struct world *world);
/* A new mgc begins a lineage of its own. */
void build_lineage(struct world *world, struct database *mgc);
/* A full backup of one instance's database to the share, restored on another WITH NORECOVERY, REPLACE. */
void build_seed(struct world *world, struct instance *from, struct instance *to, const char *name,
                struct world_result *result);
/* The log-shipping share as its clients name it, wherever it is offered now. */
const char *build_share(const struct world *world);
/* The instance with that part in the design (not: the current role). */
struct instance *build_designed(struct world *world, enum instance_role design);

#endif

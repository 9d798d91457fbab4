/*
 * Users and grants are content of their database: the copies that receive its log receive them too.
 */
#ifndef PCHAT_LAB_WORLD_CARRIED_RIGHTS_H
#define PCHAT_LAB_WORLD_CARRIED_RIGHTS_H

struct world;

/* Every closed copy of mgc and mgccomp gets what its source has; delays of log shipping are not played. */
void carried_rights_follow(struct world *world);

#endif

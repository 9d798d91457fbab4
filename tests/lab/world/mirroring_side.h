/*
 * One partner's side of a mirroring session, as the files of this part hand it around.
 */
#ifndef PCHAT_LAB_WORLD_MIRRORING_SIDE_H
#define PCHAT_LAB_WORLD_MIRRORING_SIDE_H

#include "lab/world/mirroring.h"

struct side {
    struct instance *instance;
    struct database *database; /* NULL: no such side */
    struct mirror *mirror;
};

struct side side_of(struct instance *instance, struct database *database);
/* The other side; its database is NULL when the partner knows nothing of the session. */
struct side side_partner(struct world *world, struct side side);
/* Do the two partners reach each other right now? */
bool side_in_contact(struct world *world, struct side side);
/* NULL = no witness. */
struct instance *side_witness(struct world *world, const struct mirror *mirror);

/* Role changes of one copy, without the other's knowledge. */
void side_become_principal(struct world *world, struct side side);
void side_become_mirror(struct world *world, struct side side, int role_sequence);
void side_show_restoring(struct database *database);
/* What a mirror learns through the log beside the data. */
void side_share_facts(struct side principal, struct side mirror);

#endif

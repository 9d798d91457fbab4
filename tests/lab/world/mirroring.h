/*
 * Database mirroring: contact, quorum, role switches and the stream of log from principal to mirror.
 *
 * Facts from the pages "Quorum: how a witness affects database availability", "Role switching during a
 * database mirroring session", "Possible failures during database mirroring" and "Mirroring states".
 */
#ifndef PCHAT_LAB_WORLD_MIRRORING_H
#define PCHAT_LAB_WORLD_MIRRORING_H

#include "lab/world/instance.h"

struct world;

/* The partner's copy and, if wanted, its instance; NULL when this copy is not mirrored or the partner knows
 * nothing of it. */
struct database *mirroring_partner(struct world *world, const struct database *database,
                                   struct instance **ret_instance);
/* Do two instances' mirroring endpoints reach each other right now? */
bool mirroring_contact(const struct world *world, const struct instance *a, const struct instance *b);

/* May a transaction commit here now?  A synchronous principal waits while its partner is silent and not yet
 * given up. */
bool mirroring_can_commit(struct world *world, struct instance *instance, struct database *database);
/* After a commit: the synchronized mirror has hardened the same log. */
void mirroring_follow(struct world *world, struct instance *instance, struct database *database);

/* Time passes: contact is lost and found, quorum is judged, roles switch, log flows. */
void mirroring_tick(struct world *world);
/* The instance has just started: it must learn its roles anew. */
void mirroring_restart(struct world *world, struct instance *instance);

/* Both copies stand ready (ONLINE and RESTORING): the session begins.  witness may be NULL. */
void mirroring_establish(struct world *world, struct instance *principal, struct instance *mirror,
                         struct instance *witness, const char *name);
/* As the above, after giving the mirror a fresh copy of the principal. */
void mirroring_reseed(struct world *world, struct instance *principal, struct instance *mirror,
                      struct instance *witness, const char *name);
/* This copy leaves the session: the principal stays ONLINE, the mirror RESTORING. */
void mirroring_forget(struct world *world, struct instance *instance, struct database *database);
/* The mirror becomes principal; the old principal's copy, if it is in contact, becomes mirror. */
void mirroring_switch(struct world *world, struct instance *mirror, struct database *database);
/* As above without the partner's consent: a new fork, the session suspended. */
void mirroring_force(struct world *world, struct instance *mirror, struct database *database);
/* Shows a change in the views at once instead of with the next tick. */
void mirroring_refresh(struct world *world);
/* What a witness knows of a session; NULL = nothing. */
struct witness_session *mirroring_witness_row(struct instance *witness, const struct guid *mirroring_guid);

#endif

/*
 * Copies of the chat database: may this one be written to?  "Provably not" is durable: absent, OFFLINE,
 * READ_ONLY, STANDBY, RESTORING and no mirror, or one that has lost its partner and has no witness.  What may
 * become writable without an act of ours counts as a danger: a live mirror, SUSPECT, RECOVERING,
 * RECOVERY_PENDING, a principal without quorum. Source: sys.databases, sys.database_mirroring, "Quorum: How a
 * Witness Affects Database Availability". Pure, thread-safe.
 */
#ifndef PCHAT_ASSESS_COPIES_H
#define PCHAT_ASSESS_COPIES_H

#include "base/arena.h"
#include "model/snapshot.h"

enum copy_writability {
    COPY_UNSEEN,
    COPY_WRITABLE,
    COPY_NOT_WRITABLE,       /* provably */
    COPY_MAY_BECOME_WRITABLE /* by itself */
};

enum copy_writability copy_writability(const struct instance_snapshot *instance);
static inline bool copy_is_writable(const struct instance_snapshot *instance)
{
    return copy_writability(instance) == COPY_WRITABLE;
}

/* ONLINE between two restores, for readers. */
bool copy_is_standby(const struct instance_snapshot *instance);
/* Programs of administrators, of SQL Server itself and of this monitor; whoever else has the database open
   may be chat. */
bool session_is_administration(const char *program);

/* Its state as it reads in a sentence: "restoring", "online, read-only", "absent", "not seen (timed out)". */
const char *copy_words(struct arena *arena, const struct instance_snapshot *instance);

#endif

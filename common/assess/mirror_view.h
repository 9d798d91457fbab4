/*
 * What an instance says of its mirroring session, told apart from what it hides.  On the mirror SQL Server
 * shows sys.database_mirroring only to a sysadmin: to others all columns are NULL, just as for a database
 * that is not mirrored. Source: sys.database_mirroring.  Pure, thread-safe.
 */
#ifndef PCHAT_ASSESS_MIRROR_VIEW_H
#define PCHAT_ASSESS_MIRROR_VIEW_H

#include "model/snapshot.h"

enum mirror_sight {
    MIRROR_UNSEEN, /* the instance, or this question to it, brought nothing */
    MIRROR_HIDDEN, /* it answered, but to this login nothing that means anything */
    MIRROR_ABSENT, /* seen: not mirrored */
    MIRROR_SEEN
};

enum mirror_sight mirror_sight(const struct instance_snapshot *instance);
/* The row; NULL unless MIRROR_SEEN. */
const struct mirroring_fact *mirror_row(const struct instance_snapshot *instance);
bool mirror_claims_principal(const struct instance_snapshot *instance);
bool mirror_has_witness(const struct mirroring_fact *row);
/* A mirror without partner and without a witness: it takes over when it is forced, never by itself.  False
 * for NULL. */
bool mirror_is_alone(const struct mirroring_fact *row);
/* A principal that sees neither mirror nor the witness it has: it must close the database. */
bool mirror_lacks_quorum(const struct instance_snapshot *instance);

#endif

/*
 * Who is who now: which copy is principal, which side serves, who receives its logs.  Designed roles say who
 * may be asked, facts say who is.
 */
#ifndef PCHAT_ASSESS_ROLES_H
#define PCHAT_ASSESS_ROLES_H

#include "model/snapshot.h"

enum { PARTNERS = 2 };

struct roles {
    const struct instance_snapshot *by_design[SQL_ROLE_COUNT]; /* NULL: the topology names none */
    /* The two copies of the side that serves: the primary site, unless only the backup site has a writable
       copy; there without a mirror the second is NULL. */
    const struct instance_snapshot *partners[PARTNERS];
    bool exchanged; /* the backup site serves */
    /* The principal now, also when it has closed the database; NULL: not seen. */
    const struct instance_snapshot *principal;
    /* Receives the principal's log backups; NULL: nobody. */
    const struct instance_snapshot *standby;
};

struct roles roles_find(const struct snapshot *snapshot);
/* The other partner; NULL when there is none or the instance is no partner. */
const struct instance_snapshot *roles_partner_of(const struct roles *roles,
                                                 const struct instance_snapshot *instance);
/* The partner with that name as servers know it; NULL: neither. */
const struct instance_snapshot *roles_partner_named(const struct roles *roles, const char *server_name);

#endif

/*
 * An inquiry of act: what acting must know of one instance beyond a check's snapshot (act_facts.h), asked
 * over one session with the acting login.  The texts are queries/NAME.sql, compiled in.
 *
 * Unknown stays unknown: a group that could not be asked, or not to its end, has no rows and says why.
 * Thread-safe: all state is the caller's.
 */
#ifndef PCHAT_ACT_ENGINE_INQUIRE_H
#define PCHAT_ACT_ENGINE_INQUIRE_H

#include "act/judge/act_facts.h"
#include "model/snapshot.h"
#include "observe/sql/sql_port.h"

/* A user of the chat database that belongs to a login. */
struct database_user {
    const char *name, *sid; /* "0x0105..." */
};

/* A SID as T-SQL writes it, and nothing else: it goes into a batch as it is. */
bool database_user_sid_is_one(const char *text);

struct database_users {
    struct sighting sighting;
    struct database_user *rows;
    size_t count;
};

struct inquiry {
    const char *database;
    const char *lock; /* pool_lock_resource() */
    struct deadline deadline;
};

/*
 * All groups but log_file (log_files.h), orphan and job_owner.  seen: the same instance in the snapshot; a
 * witness is not asked.
 */
void inquire(struct sql_port *port, const struct inquiry *inquiry, const struct instance_snapshot *seen,
             struct arena *arena, struct act_facts *ret_facts);
/* The group job_owner; after inquire(). */
void inquire_jobs(struct sql_port *port, const struct inquiry *inquiry, const struct instance_snapshot *seen,
                  struct arena *arena, struct act_facts *facts);
/* Whom a copy that is recovered elsewhere must know; asked where the database is open. */
void inquire_users(struct sql_port *port, const struct inquiry *inquiry, struct arena *arena,
                   struct database_users *ret_users);
/* Which of them have no login here.  Users that were not seen leave it unknown. */
void inquire_orphans(struct sql_port *port, const struct inquiry *inquiry, const struct database_users *users,
                     struct arena *arena, struct act_facts *facts);

#endif

/*
 * The pool lock: one writer at a time.  sp_getapplock, Exclusive, owner Session, in master - on B first, then
 * on each other instance that the run sends T-SQL to, in a fixed order (B, B', A', A).  Everything that
 * changes goes through the sessions that hold it, and each batch begins by proving so: whoever obtains the
 * lock knows that no statement of the previous holder still runs.  Source: sp_getapplock, APPLOCK_MODE.
 *
 * One thread.
 */
#ifndef PCHAT_ACT_ENGINE_POOL_LOCK_H
#define PCHAT_ACT_ENGINE_POOL_LOCK_H

#include "act/judge/cast.h"
#include "observe/sql/sql_port.h"

struct pool_lock;

struct lock_failure {
    const char *instance;
    bool held_by_other; /* somebody has it; else the instance could not be asked */
    struct sql_failure failure;
};

/* resource: pool_lock_resource() of lock_name.h */
struct pool_lock *pool_lock_new(const struct sql_opener *opener, const char *resource);
/* Also releases: the sessions are logged out. */
void pool_lock_free(struct pool_lock *lock);
AUTO_DEFINE_FREE(pool_lock, struct pool_lock)

/* Holds it on that instance from now on; twice is once.  server_name: what @@SERVERNAME must be. */
int pool_lock_take(struct pool_lock *lock, const struct topology_sql *instance, struct deadline deadline,
                   struct arena *arena, struct lock_failure *ret_failure);
/* The session that holds it there; NULL: not held, or lost. */
struct sql_port *pool_lock_session(struct pool_lock *lock, const char *instance);
/* Asks each session whether it still holds it.  False: *ret_failure says where not. */
bool pool_lock_is_held(struct pool_lock *lock, struct deadline deadline, struct arena *arena,
                       struct lock_failure *ret_failure);

#endif

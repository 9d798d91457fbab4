/*
 * The pool lock: one writer at a time.  sp_getapplock, Exclusive, owner Session, in master - on B first, then
 * on each other instance that the run sends T-SQL to, in a fixed order (B, B', A', A).  Everything that
 * changes goes through the sessions that hold it, and each batch begins by proving so: whoever obtains the
 * lock knows that no statement of the previous holder still runs.  Source: sp_getapplock, APPLOCK_MODE.
 *
 * The sessions see to the proof themselves: whatever is sent through one goes out behind lock_prove(), and
 * where that fails the session is of no more use (sql_failure.message_number 0), with nothing done.
 *
 * One thread.
 */
#ifndef PCHAT_ACT_ENGINE_POOL_LOCK_H
#define PCHAT_ACT_ENGINE_POOL_LOCK_H

#include "act/judge/act_facts.h"
#include "act/judge/cast.h"
#include "observe/sql/sql_port.h"

struct pool_lock;

struct lock_failure {
    const char *instance;
    bool held_by_other; /* somebody has it; else the instance could not be asked */
    struct sql_failure failure;
};

/* resource: pool_lock_resource() of lock_name.h, the caller's. */
struct pool_lock *pool_lock_new(const struct sql_opener *opener, const char *resource);
/* Also releases: the sessions are logged out. */
void pool_lock_free(struct pool_lock *lock);
AUTO_DEFINE_FREE(pool_lock, struct pool_lock)

/* Holds it on that instance from now on; twice is once.  Waits a few seconds at most for another holder. */
int pool_lock_take(struct pool_lock *lock, const struct topology_sql *instance, struct deadline deadline,
                   struct arena *arena, struct lock_failure *ret_failure);
/* The session that holds it there; NULL: not held, or lost. */
struct sql_port *pool_lock_session(struct pool_lock *lock, const char *instance);
/* Gives it up on that instance alone, which is to be switched off; nothing can be sent there any more. */
void pool_lock_release(struct pool_lock *lock, const char *instance);
/* What the server there called itself when the lock was taken (@@SERVERNAME); NULL: not held. */
const char *pool_lock_server_name(struct pool_lock *lock, const char *instance);
/* Asks each session whether it still holds it; one that does not is given up.  False: *ret_failure says where
 * not.  Held nowhere is not held. */
bool pool_lock_is_held(struct pool_lock *lock, struct deadline deadline, struct arena *arena,
                       struct lock_failure *ret_failure);

/*
 * Take-over: ends the session that holds the lock on that instance, if it is still the one that a look showed
 * (session, login time, program, this lock, all compared in the batch that kills it), waits until what it did
 * is rolled back, and takes the lock.  A holder that is gone by itself is as good.  The caller has shown the
 * holder to a person, and raises the epoch next.
 */
int pool_lock_take_over(struct pool_lock *lock, const struct topology_sql *instance,
                        const struct lock_fact *holder, struct deadline deadline, struct arena *arena,
                        struct lock_failure *ret_failure);

#endif

/*
 * The pool lock: one writer at a time.  sp_getapplock, Exclusive, owner Session, in master - on B first, then
 * on each other instance that the run sends T-SQL to, in a fixed order (B, B', A', A).  Everything that
 * changes goes through the sessions that hold it, and each batch begins by proving so (lock_prove()): whoever
 * obtains the lock knows that no statement of the previous holder still runs.  Source: sp_getapplock,
 * APPLOCK_MODE.
 *
 * One thread.
 */
#ifndef PCHAT_ACT_ENGINE_POOL_LOCK_H
#define PCHAT_ACT_ENGINE_POOL_LOCK_H

#include "act/judge/act_facts.h"
#include "act/judge/cast.h"
#include "act/lock/lock_words.h"
#include "observe/sql/sql_port.h"

struct pool_lock;

struct lock_failure {
    const char *instance;
    bool held_by_other; /* somebody has it; else the instance could not be asked */
    struct sql_failure failure;
};

/* resource: lock_resource().  opener and texts are the caller's, and outlive the lock. */
struct pool_lock *pool_lock_new(const struct sql_opener *opener, const char *resource);
/* Also releases: the sessions are logged out. */
void pool_lock_free(struct pool_lock *lock);
AUTO_DEFINE_FREE(pool_lock, struct pool_lock)

/* The instances of the cast in the order in which they are locked, *ret of PART_COUNT at most; never the
 * witness. */
size_t pool_lock_order(const struct cast *cast, const struct topology_sql *ret[PART_COUNT]);

/*
 * Holds it on that instance from now on; twice is once.  server_name: what @@SERVERNAME must be there, as a
 * look has it - another server behind the same address is not locked.  Waits a few seconds at most for
 * another holder.
 */
int pool_lock_take(struct pool_lock *lock, const struct topology_sql *instance, const char *server_name,
                   struct deadline deadline, struct arena *arena, struct lock_failure *ret_failure);
/* The session that holds it there; NULL: not held, or lost. */
struct sql_port *pool_lock_session(struct pool_lock *lock, const char *instance);
/* The same with what it proves that with; NULL as above.  The lock's, until the next call that takes or asks.
 */
const struct lock_session *pool_lock_at(struct pool_lock *lock, const char *instance);
/* Asks each session whether it still holds it; one that does not is given up.  False: *ret_failure says where
 * not. */
bool pool_lock_is_held(struct pool_lock *lock, struct deadline deadline, struct arena *arena,
                       struct lock_failure *ret_failure);

/*
 * Take-over: ends the session that holds the lock on that instance, if it is still the one that a look showed
 * (session, login time, program, this lock, all compared in the batch that kills it), waits until what it did
 * is rolled back, and takes the lock.  A holder that is gone by itself is as good.  The caller has shown the
 * holder to a person, and raises the epoch next.
 */
int pool_lock_take_over(struct pool_lock *lock, const struct topology_sql *instance, const char *server_name,
                        const struct lock_fact *holder, struct deadline deadline, struct arena *arena,
                        struct lock_failure *ret_failure);

#endif

/*
 * The resource of the pool lock, which plans, scripts and the lock itself must spell alike.  Pure,
 * thread-safe.
 */
#ifndef PCHAT_ACT_JUDGE_LOCK_NAME_H
#define PCHAT_ACT_JUDGE_LOCK_NAME_H

#include "base/arena.h"

/* "pchat:<pool>", in the arena; SQL Server compares it byte by byte, so the pool is in lower case. */
const char *pool_lock_resource(struct arena *arena, const char *pool);

#endif

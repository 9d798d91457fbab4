/*
 * The words of the pool lock: its resource, which plans, scripts and the lock itself must spell alike, and
 * the proof with which every acting batch begins.  They depend on nothing but their arguments.
 *
 * Source: sp_getapplock, APPLOCK_MODE, @@SERVERNAME (Transact-SQL reference).  Pure, thread-safe.
 */
#ifndef PCHAT_ACT_JUDGE_LOCK_NAME_H
#define PCHAT_ACT_JUDGE_LOCK_NAME_H

#include "base/arena.h"
#include "base/strbuf.h"

/* sys.dm_tran_locks shows the first 32 characters of a resource: none is longer. */
enum { LOCK_RESOURCE_MOST_BYTES = 32 };

/* Column `outcome`, and only answer, of a batch that did nothing since its session does not hold the lock. */
#define LOCK_NOT_OURS "not ours"

/*
 * "pchat:<pool>", in the arena; SQL Server compares it byte by byte, so the pool is in lower case.  Of a name
 * too long its beginning and a hash of all of it.
 */
const char *pool_lock_resource(struct arena *arena, const char *pool);

/*
 * Appends the proof: unless this session holds the lock, exclusively, on the server that calls itself
 * server_name (@@SERVERNAME), the batch answers LOCK_NOT_OURS and ends before anything else of it.  What is
 * NULL on the server proves nothing.  The session is in master afterwards, where the lock lives.
 */
void lock_prove(struct strbuf *out, const char *resource, const char *server_name);

#endif

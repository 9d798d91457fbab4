/*
 * The words of the pool lock: its name, and the proof with which every acting batch begins.  They depend on
 * nothing but their arguments: a plan prints them byte for byte, and whoever resumes it sends the same.
 *
 * Source: sp_getapplock, APPLOCK_MODE, @@SERVERNAME (Transact-SQL reference).  Pure, thread-safe.
 */
#ifndef PCHAT_ACT_LOCK_WORDS_H
#define PCHAT_ACT_LOCK_WORDS_H

#include "base/arena.h"
#include "base/strbuf.h"

/* sys.dm_tran_locks shows the first 32 characters of a lock's name: none is longer. */
enum { LOCK_RESOURCE_MOST_BYTES = 32 };

/* Column `outcome` of a batch that did nothing, since its session does not hold the lock there. */
#define LOCK_NOT_OURS "not ours"
/* SQL Server's number of what RAISERROR says with a text of one's own; the session is as good as before. */
enum { LOCK_MESSAGE = 50000 };

struct sql_port;

/* A session that holds the lock on one instance, and what it proves that with. */
struct lock_session {
    struct sql_port *port;
    const char *resource, *server_name;
};

/*
 * "pchat:<pool>" in lower case, as names of locks are compared byte by byte; of a name too long its beginning
 * and a hash of all of it.
 */
const char *lock_resource(struct arena *arena, const char *pool);

/*
 * Appends what every acting batch begins with: unless this session holds the lock, exclusively, on the server
 * that calls itself server_name (@@SERVERNAME), the batch answers LOCK_NOT_OURS, raises an error and ends
 * before anything else of it.  What is NULL on the server proves nothing.
 */
void lock_prove(struct strbuf *out, const char *resource, const char *server_name);

#endif

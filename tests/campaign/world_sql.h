/*
 * sql_port over the lab's Transact-SQL, without a wire: sessions from one host of the world to the instances
 * that a topology names as the world does.
 *
 * Answers are what FreeTDS makes of the lab's TDS: the first result set as text, the server's first error as
 * a failure.  Everything takes virtual time: each message half a round trip on its way, a batch that waits as
 * long as it waits.  Whatever is on its way when its host is cut off is lost, so that a statement may have
 * been carried out without an answer.  Silence lasts until the deadline; a server whose client has gone
 * silent keeps the session, and its locks, for as long as SQL Server does.
 */
#ifndef PCHAT_TESTS_CAMPAIGN_WORLD_SQL_H
#define PCHAT_TESTS_CAMPAIGN_WORLD_SQL_H

#include "campaign/world_clock.h"
#include "observe/sql/sql_port.h"

struct world_session;
struct world_orphan;

/* Where sessions come from, and as whom; zeroed before, and where it is until the campaign ends. */
struct world_sql {
    struct world_clock *clock;   /* whose host they come from */
    const char *user, *password; /* of a SQL login; user NULL: the topology's */
    const char *program, *host;  /* as the server lists them */
    int64_t half_trip_ms;        /* of one message */
    int64_t login_timeout_ms;    /* how long a connection may take */
    struct world_session *sessions;
    struct world_orphan *orphans; /* on servers that have not noticed that they are alone */
};

struct sql_opener world_sql_opener(struct world_sql *sql);
/* The process that held them is gone: so are its sessions on the servers, at once.  Its ports must not be
 * used any more. */
void world_sql_crash(struct world_sql *sql);
void world_sql_done(struct world_sql *sql);

#endif

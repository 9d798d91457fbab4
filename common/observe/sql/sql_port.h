/*
 * sql_port: all that the product asks of a SQL Server, as a small table of functions.  FreeTDS
 * (sql_freetds.h) is one way to fill it; a recorded script is another; the lab's world in the same process is
 * a third.
 *
 * One port is one session with one instance, used by one thread at a time.
 */
#ifndef PCHAT_OBSERVE_SQL_PORT_H
#define PCHAT_OBSERVE_SQL_PORT_H

#include "base/arena.h"
#include "base/clock.h"
#include "model/sight.h"

#include <stdatomic.h>
#include <stddef.h>

struct topology_sql;

/* A result set.  All values as UTF-8 text as the query's own CONVERT made them; numbers in decimal; SQL NULL
 * is NULL. */
struct sql_rows {
    const char *const *columns;
    size_t column_count;
    const char *const *cells; /* row by row */
    size_t row_count;
};

/* Why a query or a login brought nothing. */
struct sql_failure {
    enum sight sight;
    int message_number; /* SQL Server's first error above severity 10; 0: the session itself failed and is of
                           no more use */
    const char *text;   /* for people, in the caller's arena; the server's own words where it had any */
};

struct sql_port {
    const struct sql_port_ops *ops;
};

struct sql_port_ops {
    /*
     * Runs one batch that yields one result set, and reads it into the arena.  At most max_rows rows are
     * kept. Returns 0, or -1 with *ret_failure filled.  Ends by the deadline as far as the transport can
     * promise it (FreeTDS cannot while it resolves names: callers keep a thread per endpoint and stop
     * waiting).
     */
    int (*query)(struct sql_port *port, const char *sql, size_t max_rows, struct deadline deadline,
                 struct arena *arena, struct sql_rows *ret_rows, struct sql_failure *ret_failure);
    void (*close)(struct sql_port *port);
    /*
     * The one call that another thread may make while the port is in use: a query under way ends at once, as
     * timed out.  The caller sees to it that the port is not being closed.  NULL: this port cannot.
     */
    void (*interrupt)(struct sql_port *port);
};

static inline void sql_port_close(struct sql_port *port)
{
    if (port)
        port->ops->close(port);
}

/* Who makes ports. */
struct sql_opener {
    /*
     * Logs in, or returns NULL with *ret_failure filled (text in the arena).  Called by several threads at
     * once.  *doing tells other threads what takes the time just now, as static text ("resolving the name").
     */
    struct sql_port *(*open)(void *user, const struct topology_sql *endpoint, struct deadline deadline,
                             struct arena *arena, const char *_Atomic *doing,
                             struct sql_failure *ret_failure);
    void *user;
};

#endif

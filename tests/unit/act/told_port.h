/*
 * A SQL Server that is told what to answer, batch after batch, and remembers what was sent: for tests of
 * texts and of who reacts how.
 */
#ifndef PCHAT_TESTS_TOLD_PORT_H
#define PCHAT_TESTS_TOLD_PORT_H

#include "base/strbuf.h"
#include "observe/sql/sql_port.h"

/* One row; or, with a number or a sight, a failure. */
struct told_answer {
    const char *cells[3]; /* up to the first NULL */
    struct sql_failure failure;
};

struct told_server {
    const struct told_answer *answers; /* the last is repeated */
    size_t count;
    struct sql_failure login; /* sight other than NOT_ASKED: it fails so */
    /* What was done. */
    struct strbuf sent; /* batches, each followed by a line "--" */
    unsigned queries, logins, closes;
};

struct sql_opener told_opener(struct told_server *server);
/* One session; close it. */
struct sql_port *told_port(struct told_server *server);

#endif

/*
 * Asks a pool all that asks.h has: SQL instances, hosts over WS-Management, and ports and pages from here,
 * all in parallel under one deadline.  Reads only.
 */
#ifndef PCHAT_DISCOVER_SURVEY_POOL_H
#define PCHAT_DISCOVER_SURVEY_POOL_H

#include "discover/survey.h"
#include "observe/core/suspects.h"
#include "observe/sql/sql_port.h"
#include "topology/topology.h"

struct survey_request {
    const struct topology_pool *pool;
    const char *program_name; /* what the server's session list shows */
    int64_t watch_ms;         /* how long pings are watched */
    struct deadline deadline;
    struct suspects *suspects; /* of a child process; NULL: none */
};

struct survey_result {
    struct survey *survey; /* the caller's; never NULL */
    unsigned hung_threads; /* as observe_pool() has them: leave by _exit() */
};

struct survey_result survey_pool(const struct survey_request *request);

#endif

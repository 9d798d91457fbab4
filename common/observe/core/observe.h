/*
 * Observe: one pass over a pool.  All endpoints are asked in parallel, each in threads of its own, under one
 * absolute deadline; whatever is not finished then is "timed out", and the pass goes on with what it has.
 */
#ifndef PCHAT_OBSERVE_H
#define PCHAT_OBSERVE_H

#include "base/clock.h"
#include "model/snapshot.h"
#include "observe/core/suspects.h"
#include "observe/core/track.h"
#include "observe/sql/sql_port.h"
#include "topology/topology.h"

/* What a pass in a child process may take; a true one takes a tenth of it.  Threads for hosts need their
 * stacks, whether they use them or not. */
enum { OBSERVE_SQL_MEMORY_BYTES = 48 * 1024 * 1024, OBSERVE_HOSTS_MEMORY_BYTES = 256 * 1024 * 1024 };

struct observe_request {
    const struct topology_pool *pool;
    const char *only_instance; /* NULL: all */
    unsigned fact_sets;        /* beyond what every check asks: bits of enum fact_set */
    const char *program_name;  /* what the server's session list shows */
    struct clock *clock;
    struct deadline deadline;
    const struct sql_opener *opener;  /* NULL: FreeTDS */
    struct suspects *suspects;        /* of a pass in a child process; NULL: none */
    const struct track_table *tracks; /* how hosts and vantage points are looked at; NULL: not at all */
};

struct observe_result {
    struct snapshot *snapshot; /* the caller's; never NULL */
    /*
     * Threads that a driver still holds.  They own what they use and never touch the snapshot, but libraries
     * under them do not stop: with any of them, leave by _exit() after flushing, without freeing topology or
     * secrets.
     */
    unsigned hung_threads;
};

struct observe_result observe_pool(const struct observe_request *request);

#endif

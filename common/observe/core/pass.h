/*
 * The threads of a pass: one for each endpoint, and what they share with the thread that waits for them.
 *
 * A thread that a driver holds beyond the deadline is abandoned: what it found so far is taken, and it keeps
 * alive what it uses (the pass, by reference count), so that it touches neither freed memory nor a snapshot
 * that somebody reads.
 */
#ifndef PCHAT_OBSERVE_PASS_H
#define PCHAT_OBSERVE_PASS_H

#include "base/clock.h"
#include "model/snapshot.h"
#include "observe/core/suspects.h"
#include "observe/sql/sql_port.h"
#include "topology/topology.h"

#include <pthread.h>
#include <stdatomic.h>

struct pass_endpoint {
    struct pass *pass;
    const struct topology_sql *sql;
    pthread_t thread;
    const char *_Atomic doing; /* static text: what takes the time while it logs in */

    /* Under the pass's lock. */
    struct arena *arena; /* of what was seen; NULL once it was taken: then nothing more is written */
    struct instance_snapshot seen; /* facts, reach and clock; not its names */
    bool settled[FACT_GROUP_COUNT];
    struct sql_port *port; /* while it is open */
    bool started, finished;
};

/* What is asked of every endpoint. */
struct pass_questions {
    const char *database, *compliance_database; /* copied */
    unsigned fact_sets;                         /* bits of enum fact_set */
    int64_t sample_gap_ms;                      /* at least, between two samples of one group */
};

struct pass {
    struct suspects *suspects;
    struct sql_opener opener;
    struct deadline deadline; /* of the threads: a little before that of the pass */
    char *database, *compliance_database;
    unsigned fact_sets;
    int64_t sample_gap_ms;
    pthread_mutex_t lock;
    pthread_cond_t one_finished;
    unsigned references, running;
    struct pass_endpoint *endpoints;
    size_t count;
};

/* One thread for each endpoint that is not NULL; endpoints are kept by address.  The pass has one reference,
 * the caller's. */
struct pass *pass_start(const struct topology_sql *const *endpoints, size_t count,
                        const struct pass_questions *questions, struct sql_opener opener,
                        struct deadline deadline, struct suspects *suspects);
/* Waits until all are finished, or the deadline; shortly before it, ports still busy are interrupted. */
void pass_wait(struct pass *pass, struct deadline deadline);
/* Moves what endpoint number `index` found into *instance, its memory into the arena; what it had no time for
 * is timed out. */
void pass_take(struct pass *pass, size_t index, struct arena *arena, struct instance_snapshot *instance);
/* Joins the finished threads, gives the others up and returns their number; the caller's reference ends. */
unsigned pass_end(struct pass *pass);

#endif

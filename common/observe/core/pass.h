/*
 * A pass: a thread for each SQL instance and for each track of each host, and what they share with the thread
 * that waits for them.
 */
#ifndef PCHAT_OBSERVE_PASS_H
#define PCHAT_OBSERVE_PASS_H

#include "observe/core/suspects.h"
#include "observe/core/track.h"
#include "observe/sql/sql_port.h"

#include <stdatomic.h>

struct pass_endpoint {
    struct crew_job job;
    struct pass *pass;
    const struct topology_sql *sql;
    const char *_Atomic doing; /* static text: what takes the time while it logs in */

    /* Under the crew's lock. */
    struct arena *arena; /* of what was seen; NULL once it was taken: then nothing more is written */
    struct instance_snapshot seen; /* facts, reach and clock; not its names */
    bool settled[FACT_GROUP_COUNT];
    struct sql_port *port; /* while it is open */
};

/* Whom to ask, and what of every SQL instance. */
struct pass_questions {
    const struct topology_sql *const *endpoints; /* kept by address; NULL: a gap */
    size_t endpoint_count;
    const char *database, *compliance_database; /* copied */
    unsigned fact_sets;                         /* bits of enum fact_set */
    int64_t sample_gap_ms;                      /* at least, between two samples of one group */
    struct sql_opener opener;
    struct suspects *suspects;
    struct track *tracks; /* malloc'ed, the pass's from here on */
    size_t track_count;
};

struct pass {
    struct crew crew;
    struct suspects *suspects;
    struct sql_opener opener;
    char *database, *compliance_database;
    unsigned fact_sets;
    int64_t sample_gap_ms;
    struct pass_endpoint *endpoints;
    size_t count;
    struct track *tracks;
    size_t track_count;
};

/* The pass has one reference, the caller's. */
struct pass *pass_start(const struct pass_questions *questions, struct deadline deadline);
/* Waits until all are finished, or the deadline; shortly before it, ports still busy are interrupted. */
void pass_wait(struct pass *pass, struct deadline deadline);
/* Moves what endpoint number `index` found into *instance, its memory into the arena; what it had no time for
 * is timed out. */
void pass_take(struct pass *pass, size_t index, struct arena *arena, struct instance_snapshot *instance);
/* The same of all tracks, into the hosts of the snapshot. */
void pass_take_hosts(struct pass *pass, struct snapshot *snapshot);
/* Joins the finished threads, gives the others up and returns their number; the caller's reference ends. */
unsigned pass_end(struct pass *pass);

#endif

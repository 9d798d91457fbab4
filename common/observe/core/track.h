/*
 * Tracks: the ways in which a pass looks at what is no SQL Server - a Windows host, a vantage point.
 *
 * A track is one line of questions to one subject, in a thread of its own; it publishes what it found group
 * by group, and what it owes when time is up is timed out.  Which tracks there are is a table that the
 * program brings along, so that a check links only the protocols that it speaks.
 */
#ifndef PCHAT_OBSERVE_TRACK_H
#define PCHAT_OBSERVE_TRACK_H

#include "model/snapshot.h"
#include "observe/core/crew.h"
#include "topology/topology.h"

/* Whom it is about: a host, or a vantage point. */
struct track_subject {
    const struct topology_pool *pool;
    const struct topology_site *site; /* of a host */
    enum host_kind kind;
    const struct topology_host *host;       /* else NULL */
    const struct topology_vantage *vantage; /* else NULL */
};

struct track;

struct track_kind {
    const char *name; /* "WinRM": what it was doing when time was up */
    unsigned kinds;   /* bits 1 << enum host_kind */
    unsigned ways;    /* in which it looks: bits 1 << enum host_way */
    unsigned groups;  /* that it may settle: bits 1 << enum host_fact_id */
    bool (*is_set_up)(const struct track_subject *subject); /* NULL: always */
    /* In its thread.  *draft and the arena are its own until track_publish() copies from them. */
    void (*run)(struct track *track, struct host_snapshot *draft, struct arena *arena);
};

/* What a program brings along. */
struct track_table {
    const struct track_kind *kinds;
    size_t count;
    /* Once everything is in: facts that follow from other facts.  NULL: none. */
    void (*conclude)(const struct topology_pool *pool, struct snapshot *snapshot);
    const void *means; /* what its rows reach hosts by; theirs alone to read, from track->means */
};

struct track {
    struct crew_job job;
    const struct track_kind *kind;
    struct track_subject subject;
    size_t host; /* its place in the snapshot */
    struct clock *clock;
    const void *means; /* the table's */

    /* Under the crew's lock. */
    struct arena *arena; /* of what was published; NULL once it was taken: then nothing more is written */
    struct host_snapshot seen; /* facts, ways and clock; not its names */
    unsigned settled;          /* groups, as bits */
};

static inline struct deadline track_deadline(const struct track *track)
{
    return track->job.crew->deadline;
}

/* Copies these groups of the draft (bits 1 << enum host_fact_id), its ways and its clock. */
void track_publish(struct track *track, const struct host_snapshot *draft, unsigned groups);

/* ---- for the pass ---- */

/* All that the table has for the hosts of the snapshot, in its order; *ret_count of them, malloc'ed. */
struct track *tracks_make(const struct track_table *table, const struct topology_pool *pool,
                          struct clock *clock, size_t *ret_count);
/* Under the lock. */
void track_start(struct crew *crew, struct track *track);
/* Adds what it found to *host, its memory to the arena. */
void track_take(struct track *track, struct arena *arena, struct host_snapshot *host);

#endif

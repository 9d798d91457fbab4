/*
 * The board: what the observer knows and tells, as it stands now.  Documents are printed from it when they
 * are sent, so that a slow reader costs one document and no queue.  Pure but for the clock; one thread.
 */
#ifndef PCHAT_FEED_BOARD_H
#define PCHAT_FEED_BOARD_H

#include "base/clock.h"
#include "base/err.h"
#include "base/strbuf.h"
#include "model/facts.h"

struct feed_board_pool {
    char *name;
    int64_t interval_ms;
    int64_t pass, generation, failed; /* as feed.h says */
    struct mono_ms begun;             /* of the snapshot's pass */
    int64_t duration_ms;
    char *snapshot; /* JSON in one line; NULL: none yet */
    int64_t failure_pass;
    struct mono_ms failure_at;
    char *failure_why;
    int64_t changed; /* when, by the board's sequence */
};

struct feed_board {
    struct clock *clock;
    int64_t started_utc_ms;
    char *topology, *topology_error;
    struct feed_board_pool **pools; /* in topology order; each stays where it is while it is one of them */
    size_t pool_count;
    char *runs_unknown, *runs_file; /* one of them is NULL; the file as JSON in one line */
    struct fact_num episodes_waiting;
    int64_t sequence; /* grows by one with every change */
    int64_t observer_changed, runs_changed;
};

struct feed_board *feed_board_new(const char *topology, struct clock *clock);
void feed_board_free(struct feed_board *board);
AUTO_DEFINE_FREE(feed_board, struct feed_board)

/* ---- what is known ---- */

struct feed_board_plan {
    const char *name;
    int64_t interval_ms;
};

/* These pools, and no others, from here on: who is one already keeps what is known of it.  What was wrong
 * with the topology is no more. */
void feed_board_plan(struct feed_board *board, const struct feed_board_plan *plans, size_t count);
void feed_board_topology_error(struct feed_board *board, const char *why);
/* A pass that began then has ended, with a snapshot as JSON in one line. */
void feed_board_snapshot(struct feed_board *board, struct feed_board_pool *pool, struct mono_ms begun,
                         const char *snapshot);
/* A pass has ended without one. */
void feed_board_failure(struct feed_board *board, struct feed_board_pool *pool, const char *why);
/* unknown: why there is no file; or NULL and the file.  False: nothing new. */
bool feed_board_runs(struct feed_board *board, const char *unknown, const char *file,
                     struct fact_num episodes_waiting);

/* ---- what is told: a document in one line with its end, appended ---- */

void feed_board_put_observer(const struct feed_board *board, struct strbuf *out);
void feed_board_put_runs(const struct feed_board *board, struct strbuf *out);
void feed_board_put_pool(const struct feed_board *board, const struct feed_board_pool *pool,
                         struct strbuf *out);
void feed_board_put_error(const char *why, struct strbuf *out);

/* NULL with *err: no such pool, or name is NULL and there are several. */
const struct feed_board_pool *feed_board_find(const struct feed_board *board, const char *name,
                                              struct err *err);
/*
 * What a follower has to be told next: whatever of runs and pools changed first after *cursor, which moves
 * there.  False: it knows everything.
 */
bool feed_board_put_next(const struct feed_board *board, int64_t *cursor, struct strbuf *out);

#endif

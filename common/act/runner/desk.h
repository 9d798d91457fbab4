/*
 * A desk: what the runner knows of one pool between its workers - the episode, the pause, what the last watch
 * told, who waits for an answer.  What must outlive the process is in the journal; runs.json shows it to
 * others.
 *
 * One thread.
 */
#ifndef PCHAT_ACT_RUNNER_DESK_H
#define PCHAT_ACT_RUNNER_DESK_H

#include "act/episode/episode.h"
#include "act/runner/errand.h"
#include "act/runner/office.h"
#include "act/runner/runs_file.h"
#include "act/runner/worker.h"

enum { DESK_QUEUE_MAX = 8 };

/* What a handler has told, until it is over. */
struct desk_episode {
    bool is_open;
    struct episode episode;
};

/* A client whose request has its turn, or waits for it. */
struct desk_request {
    struct wire_request request;
    struct arena *arena; /* of the request's texts */
    const struct topology_person *person;
    int fd;
};

/* Steps of the pool's last run, as far as the journal was read. */
struct desk_steps {
    int64_t run, after; /* after: the last entry that was read */
    struct arena *arena;
    struct runs_step *steps;
    size_t count;
};

struct desk {
    const struct topology_pool *pool;
    const struct office_config *config;
    struct journal *journal;
    char *journal_path;
    struct worker worker;
    struct errand errand;     /* the worker's */
    struct desk_request turn; /* whose errand it is; fd -1: a watch */
    /* A drill has a worker of its own: nothing waits for it. */
    struct worker drill_worker;
    struct errand drill_errand;
    struct desk_request drill_turn;
    struct desk_request queue[DESK_QUEUE_MAX];
    size_t queued;
    struct mono_ms due; /* of the next watch */
    struct desk_episode episodes[EPISODE_KIND_COUNT];
    struct arena *news_arena;
    struct watch_news news; /* of the last watch; .end NULL: there was none yet */
    int64_t watched_utc_ms; /* when it ended; 0: there was none yet */
    bool unsettled;         /* a request may have left something open since then */
    char *told;             /* what notify was told last */
    struct desk_steps steps;
    bool has_news;        /* the worker has said something that runs.json may show */
    struct mono_ms shown; /* when runs.json was written last */
};

int desk_open(struct desk *desk, const struct topology_pool *pool, const struct office_config *config,
              struct err *err);
void desk_close(struct desk *desk);
/* Takes arena and fd over. */
void desk_ask(struct desk *desk, const struct wire_request *request, struct arena *arena, int fd);
void desk_episode(struct desk *desk, const struct episode *episode);
/* Hears its worker, begins what is due. */
void desk_tick(struct desk *desk);
/* An episode, a run, a failover without failback, or a request is open. */
bool desk_is_busy(const struct desk *desk);

/* ---- inside, for the files of a desk ---- */

void desk_answer(struct desk_request *request, int code, const char *text); /* and done with it */
void desk_request_done(struct desk_request *request);
struct errand desk_errand_for(struct desk *desk, const struct desk_request *turn);

/* ---- desk_drill.c ---- */

/* At once, beside whatever else is done; one at a time. */
void desk_drill_begin(struct desk *desk, struct desk_request *request);
void desk_drill_hear(struct desk *desk);
/* Something needs the servers more: it ends before its next statement. */
void desk_drill_yield(struct desk *desk);
void desk_drill_close(struct desk *desk);

/* ---- desk_memory.c ---- */

/* What the journal has of episode and last watch, after a restart. */
void desk_remember(struct desk *desk);
void desk_keep_episode(struct desk *desk, enum episode_kind kind);
bool desk_is_paused(struct desk *desk);
char *desk_status_text(struct desk *desk); /* malloc'ed, for people */
/* Replaces runs.json as a whole. */
void desk_write_runs(struct desk *desk);

/* ---- desk_runs.c ---- */

/* The runs of the pool, in the arena; the steps are the desk's, until it is asked again. */
void desk_find_runs(struct desk *desk, struct arena *arena, struct runs_pool *pool);
void desk_steps_done(struct desk_steps *steps);

#endif

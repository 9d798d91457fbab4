/*
 * runs.json: what the runner shows to those who may not ask it - check_pchat_runbook, the observer - as one
 * small file that is replaced at every change.  No secret is in it; an old or absent file is unknown, never
 * "no runs".
 */
#ifndef PCHAT_ACT_RUNNER_RUNS_FILE_H
#define PCHAT_ACT_RUNNER_RUNS_FILE_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { RUNS_SCHEMA = 1 };

/* A step of a run, or what a run does besides: what was tried on one target. */
struct runs_step {
    const char *step, *target;
    const char *outcome;                /* as the journal has it; NULL: none yet */
    int64_t begun_utc_ms, ended_utc_ms; /* 0: not known, not yet */
};

/* As the journal has it, oldest first. */
struct runs_run {
    int64_t run;
    const char *verb, *plan, *state, *origin, *person;
    int64_t begun_utc_ms, ended_utc_ms;
    struct runs_step *steps; /* in the order in which they were begun */
    size_t step_count;
};

struct runs_pool {
    const char *pool;
    bool episode;             /* open */
    const char *episode_from; /* "icinga2"; NULL: none is open */
    int64_t episode_utc_ms;
    const char *end, *why;                             /* of the last watch; NULL: there was none yet */
    const char *plan, *verb;                           /* that waits; NULL: none */
    const char *fence_lost;                            /* objects; NULL: none */
    const char *pause_until, *pause_by, *pause_reason; /* NULL: not paused */
    int64_t open_run;                                  /* 0: none */
    bool failed_over, busy;
    int64_t failed_over_utc_ms; /* when it was first seen to be; 0: it is not */
    int64_t watched_utc_ms;     /* when the last watch ended; 0: never */
    struct runs_run *runs;      /* the newest, and what is open */
    size_t run_count;
};

struct runs_file {
    int64_t written_utc_ms;
    struct runs_pool *pools;
    size_t pool_count;
};

/* Beside it, then renamed: 0, or -1 with *err. */
int runs_file_write(const char *path, const struct runs_file *file, struct err *err);
/* Keeps the pools of other desks: replaces the one of that name. */
int runs_file_put(const char *path, const struct runs_pool *pool, int64_t now_utc_ms, struct err *err);
int runs_file_read(const char *path, struct arena *arena, struct runs_file *ret_file, struct err *err);

#endif

/*
 * Errands: what a worker does for one request, in the child - makes the workshop of its pool, does the job,
 * says how it went as a line of wire.h.
 */
#ifndef PCHAT_ACT_RUNNER_ERRAND_H
#define PCHAT_ACT_RUNNER_ERRAND_H

#include "act/runner/jobs.h"
#include "act/runner/wire.h"

/* Exit codes of pchatctl and the runner. */
enum runner_exit {
    RUNNER_DONE = 0,
    RUNNER_REFUSED = 1,
    RUNNER_RESUMABLE = 2,
    RUNNER_USAGE = 3,
    RUNNER_WAITS = 4
};

struct errand {
    const struct topology_pool *pool;
    const char *topology_sha256, *journal_path, *holder;
    struct wire_request request;          /* what a client asks; with watch, unused */
    const struct topology_person *person; /* NULL: nobody */
    bool watch, episode;                  /* by itself; an episode of a failover is open */
    bool failback;                        /* one of a failback is */
    bool hard, downtime, paused;
    bool drills; /* a drill is under way in another worker */
};

/* worker_start()'s work: argument is a struct errand. */
int errand_run(void *argument, int fd);
int runner_exit_of(enum engine_end end);

/* What a watch says, as the text of its answer. */
struct watch_news {
    const char *end, *why, *plan, *plan_text, *verb, *fence_lost, *drill_left;
    int64_t open_run;
    bool failed_over, at_home, sees_nothing;
};
int watch_news_parse(const char *text, struct arena *arena, struct watch_news *ret_news, struct err *err);

#endif

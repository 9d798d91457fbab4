/*
 * Workers: one job of a pool in a child process, which the runner hears of line by line and never waits for.
 * What a driver does to a child - hang, crash, exit() - costs the job, which can be resumed.
 *
 * Linux: fork, PR_SET_PDEATHSIG (a worker does not outlive its runner; the world does not mind: its run is
 * resumed).  One thread.
 */
#ifndef PCHAT_ACT_RUNNER_WORKER_H
#define PCHAT_ACT_RUNNER_WORKER_H

#include "base/err.h"
#include "base/strbuf.h"

#include <stdbool.h>
#include <sys/types.h>

struct worker {
    pid_t pid; /* 0: none */
    int fd;    /* what it says; -1: nothing more */
    struct strbuf said;
};

#define WORKER_INIT                                                                                          \
    {                                                                                                        \
        0, -1, STRBUF_INIT                                                                                   \
    }

/* work writes lines to fd and returns the exit code, in the child. */
int worker_start(struct worker *worker, int (*work)(void *argument, int fd), void *argument, struct err *err);
static inline bool worker_is_busy(const struct worker *worker)
{
    return worker->pid != 0;
}
/* Calls line() for each whole line that it has said by now; false once it has said all and ended. */
bool worker_hear(struct worker *worker, void (*line)(void *user, const char *text, size_t length),
                 void *user);
/* Asks it to stop between two sendings (SIGTERM); it ends by itself. */
void worker_stop(const struct worker *worker);
/* Ends it at once. */
void worker_done(struct worker *worker);

#endif

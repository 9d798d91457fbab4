/*
 * A crew: the threads of a pass, and the one that waits for them under a deadline.  By a virtual clock
 * (base/clock.h) they are that clock's, and work in turn.
 *
 * A thread that something holds beyond the deadline is abandoned: the crew, and whatever embeds it, stays
 * alive by reference count until the last thread has ended, so that it touches no freed memory.  What the
 * threads found is guarded by the crew's one lock.
 */
#ifndef PCHAT_OBSERVE_CREW_H
#define PCHAT_OBSERVE_CREW_H

#include "base/clock.h"

#include <pthread.h>
#include <stdbool.h>

struct crew {
    pthread_mutex_t lock;
    struct deadline deadline; /* of the threads: a little before that of the pass */

    /* Under the lock. */
    pthread_cond_t one_finished;
    unsigned references, running;
    void (*destroy)(struct crew *crew); /* of whatever embeds it */
};

/* What one thread does.  Stays where it is as long as the crew. */
struct crew_job {
    struct crew *crew;
    void (*work)(struct crew_job *job);
    pthread_t thread;       /* not by a virtual clock */
    bool started, finished; /* under the lock */
};

/* One reference, the caller's. */
void crew_init(struct crew *crew, struct deadline deadline, void (*destroy)(struct crew *crew));
/* Under the lock; returns 0 or an errno. */
int crew_start(struct crew *crew, struct crew_job *job, void (*work)(struct crew_job *job));
/* Waits for all; shortly before the deadline interrupt(crew), under the lock, may end waits (NULL: nothing
 * can). */
void crew_wait(struct crew *crew, struct deadline deadline, void (*interrupt)(struct crew *crew));
/* Joins a finished thread and returns true; gives any other up. */
bool crew_part(struct crew *crew, struct crew_job *job);
/* Ends the caller's reference. */
void crew_release(struct crew *crew);

#endif

#include "observe/core/crew.h"

#include <errno.h>

/* What the threads leave of the pass's time, so that an interrupted one still ends within it. */
enum { RESERVE_SHARE = 20, RESERVE_LEAST_MS = 50, RESERVE_MOST_MS = 500 };

/* Enough for a resolver and a TLS handshake; the default of 8 MB counts as memory used. */
enum { STACK_BYTES = 512 * 1024 };

static struct deadline threads_deadline(struct deadline deadline)
{
    int64_t reserve_ms = deadline_left_ms(deadline) / RESERVE_SHARE;

    if (reserve_ms < RESERVE_LEAST_MS)
        reserve_ms = RESERVE_LEAST_MS;
    if (reserve_ms > RESERVE_MOST_MS)
        reserve_ms = RESERVE_MOST_MS;
    deadline.at.ms -= reserve_ms;
    return deadline;
}

void crew_init(struct crew *crew, struct deadline deadline, void (*destroy)(struct crew *crew))
{
    pthread_condattr_t attributes;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&crew->one_finished, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&crew->lock, NULL);
    crew->deadline = threads_deadline(deadline);
    crew->references = 1;
    crew->running = 0;
    crew->destroy = destroy;
}

void crew_release(struct crew *crew)
{
    unsigned left;

    pthread_mutex_lock(&crew->lock);
    left = --crew->references;
    pthread_mutex_unlock(&crew->lock);
    if (left)
        return;
    pthread_cond_destroy(&crew->one_finished);
    pthread_mutex_destroy(&crew->lock);
    crew->destroy(crew);
}

static void run(void *argument)
{
    struct crew_job *job = argument;
    struct crew *crew = job->crew;

    job->work(job);
    pthread_mutex_lock(&crew->lock);
    job->finished = true;
    crew->running--;
    pthread_cond_signal(&crew->one_finished);
    pthread_mutex_unlock(&crew->lock);
    crew_release(crew);
}

static void *thread_main(void *job)
{
    run(job);
    return NULL;
}

static int create_thread(struct crew_job *job)
{
    pthread_attr_t attributes;
    int status;

    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    status = pthread_create(&job->thread, &attributes, thread_main, job);
    pthread_attr_destroy(&attributes);
    return status;
}

int crew_start(struct crew *crew, struct crew_job *job, void (*work)(struct crew_job *job))
{
    struct clock *clock = crew->deadline.clock;
    int status;

    job->crew = crew;
    job->work = work;
    status = clock->start ? clock->start(clock, run, job) : create_thread(job);
    if (status != 0)
        return status;
    job->started = true;
    crew->references++;
    crew->running++;
    return 0;
}

/* Under the lock; false when time is up. */
static bool wait_for_one(struct crew *crew, struct deadline deadline)
{
    const struct timespec until = deadline_timespec(deadline);

    if (!deadline.clock->start)
        return pthread_cond_timedwait(&crew->one_finished, &crew->lock, &until) != ETIMEDOUT;
    pthread_mutex_unlock(&crew->lock);
    clock_sleep_ms(deadline.clock, deadline_left_ms(deadline));
    pthread_mutex_lock(&crew->lock);
    return !deadline_passed(deadline);
}

static void wait_until(struct crew *crew, struct deadline deadline)
{
    while (crew->running && wait_for_one(crew, deadline))
        continue;
}

void crew_wait(struct crew *crew, struct deadline deadline, void (*interrupt)(struct crew *crew))
{
    pthread_mutex_lock(&crew->lock);
    wait_until(crew, crew->deadline);
    if (crew->running && interrupt)
        interrupt(crew);
    wait_until(crew, deadline);
    pthread_mutex_unlock(&crew->lock);
}

bool crew_part(struct crew *crew, struct crew_job *job)
{
    bool finished;

    pthread_mutex_lock(&crew->lock);
    finished = job->finished;
    pthread_mutex_unlock(&crew->lock);
    if (crew->deadline.clock->start)
        return finished;
    if (finished)
        pthread_join(job->thread, NULL);
    else
        pthread_detach(job->thread);
    return finished;
}

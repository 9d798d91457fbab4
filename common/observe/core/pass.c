#include "observe/core/pass.h"

#include "base/mem.h"
#include "observe/core/inquiry.h"
#include "observe/sql/fact_query.h"

#include <errno.h>
#include <string.h>

/* What the threads leave of the pass's time, so that an interrupted one still ends within it. */
enum { RESERVE_SHARE = 20, RESERVE_LEAST_MS = 50, RESERVE_MOST_MS = 500 };

/* Enough for a resolver and a TLS handshake; the default of 8 MB counts as memory used. */
enum { STACK_BYTES = 1024 * 1024 };

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

static void release(struct pass *pass)
{
    unsigned left;

    pthread_mutex_lock(&pass->lock);
    left = --pass->references;
    pthread_mutex_unlock(&pass->lock);
    if (left)
        return;
    for (size_t i = 0; i < pass->count; i++)
        arena_free(pass->endpoints[i].arena);
    pthread_cond_destroy(&pass->one_finished);
    pthread_mutex_destroy(&pass->lock);
    free(pass->endpoints);
    free(pass->database);
    free(pass->compliance_database);
    free(pass);
}

static void *thread_main(void *argument)
{
    struct pass_endpoint *endpoint = argument;
    struct pass *pass = endpoint->pass;

    suspects_enter(pass->suspects, (size_t)(endpoint - pass->endpoints), endpoint->sql->name);
    inquiry_run(endpoint);
    pthread_mutex_lock(&pass->lock);
    endpoint->finished = true;
    pass->running--;
    pthread_cond_signal(&pass->one_finished);
    pthread_mutex_unlock(&pass->lock);
    release(pass);
    return NULL;
}

static int create_thread(struct pass_endpoint *endpoint)
{
    pthread_attr_t attributes;
    int status;

    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    status = pthread_create(&endpoint->thread, &attributes, thread_main, endpoint);
    pthread_attr_destroy(&attributes);
    return status;
}

/* Under the lock. */
static void start_thread(struct pass_endpoint *endpoint)
{
    struct pass *pass = endpoint->pass;
    int status;
    char reason[128];

    endpoint->started = true;
    pass->references++;
    pass->running++;
    status = create_thread(endpoint);
    if (status == 0)
        return;
    endpoint->started = false;
    pass->references--;
    pass->running--;
    endpoint->seen.reach =
        (struct sighting){SIGHT_NOT_ASKED, arena_format(endpoint->arena, "no thread for it: %s",
                                                        strerror_r(status, reason, sizeof(reason)))};
}

static struct pass *pass_new(const struct topology_sql *const *endpoints, size_t count)
{
    struct pass *pass = mem_alloc(sizeof(*pass));
    pthread_condattr_t attributes;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&pass->one_finished, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&pass->lock, NULL);
    pass->references = 1;
    pass->endpoints = mem_alloc(count * sizeof(*pass->endpoints));
    pass->count = count;
    for (size_t i = 0; i < count; i++) {
        pass->endpoints[i].pass = pass;
        pass->endpoints[i].sql = endpoints[i];
        pass->endpoints[i].arena = arena_new();
    }
    return pass;
}

struct pass *pass_start(const struct topology_sql *const *endpoints, size_t count,
                        const struct pass_questions *questions, struct sql_opener opener,
                        struct deadline deadline, struct suspects *suspects)
{
    struct pass *pass = pass_new(endpoints, count);

    pass->suspects = suspects;
    pass->opener = opener;
    pass->deadline = threads_deadline(deadline);
    pass->database = mem_copy_text(questions->database);
    pass->compliance_database = mem_copy_text(questions->compliance_database);
    pass->fact_sets = questions->fact_sets;
    pass->sample_gap_ms = questions->sample_gap_ms;
    pthread_mutex_lock(&pass->lock);
    for (size_t i = 0; i < count; i++)
        if (endpoints[i])
            start_thread(&pass->endpoints[i]);
    pthread_mutex_unlock(&pass->lock);
    return pass;
}

/* Under the lock. */
static void wait_until(struct pass *pass, struct deadline deadline)
{
    const struct timespec until = deadline_timespec(deadline);

    while (pass->running && pthread_cond_timedwait(&pass->one_finished, &pass->lock, &until) != ETIMEDOUT)
        ;
}

/* Under the lock, which keeps the ports open. */
static void interrupt_ports(struct pass *pass)
{
    for (size_t i = 0; i < pass->count; i++) {
        struct sql_port *port = pass->endpoints[i].port;

        if (port && port->ops->interrupt)
            port->ops->interrupt(port);
    }
}

void pass_wait(struct pass *pass, struct deadline deadline)
{
    pthread_mutex_lock(&pass->lock);
    wait_until(pass, pass->deadline);
    if (pass->running)
        interrupt_ports(pass);
    wait_until(pass, deadline);
    pthread_mutex_unlock(&pass->lock);
}

/* Under the lock: what an endpoint owes when time is up. */
static void settle_unfinished(struct pass_endpoint *endpoint)
{
    struct instance_snapshot *seen = &endpoint->seen;
    const char *doing = atomic_load(&endpoint->doing);

    if (!endpoint->started || endpoint->finished)
        return;
    if (seen->reach.sight == SIGHT_NOT_ASKED)
        seen->reach =
            (struct sighting){SIGHT_TIMED_OUT, arena_format(endpoint->arena, "still %s at the deadline",
                                                            doing ? doing : "starting")};
    for (size_t i = 0; seen->reach.sight == SIGHT_SEEN && i < fact_query_count; i++) {
        struct fact_rows facts = {{SIGHT_TIMED_OUT, "no answer before the deadline"}, NULL, 0};

        if (fact_query_is_for(&fact_queries[i], endpoint->sql->role) &&
            fact_query_is_wanted(&fact_queries[i], endpoint->pass->fact_sets) &&
            !endpoint->settled[fact_queries[i].group])
            fact_rows_put(seen, fact_queries[i].group, &facts);
    }
}

void pass_take(struct pass *pass, size_t index, struct arena *arena, struct instance_snapshot *instance)
{
    struct pass_endpoint *endpoint = &pass->endpoints[index];

    pthread_mutex_lock(&pass->lock);
    settle_unfinished(endpoint);
    instance->reach = endpoint->seen.reach;
    instance->clock_offset_ms = endpoint->seen.clock_offset_ms;
    instance->round_trip_ms = endpoint->seen.round_trip_ms;
    for (int id = 0; id < FACT_GROUP_COUNT; id++) {
        const struct fact_rows facts = fact_rows_of(&endpoint->seen, (enum fact_group_id)id);

        fact_rows_put(instance, (enum fact_group_id)id, &facts);
    }
    arena_adopt(arena, endpoint->arena);
    endpoint->arena = NULL;
    pthread_mutex_unlock(&pass->lock);
}

unsigned pass_end(struct pass *pass)
{
    unsigned hung = 0;

    for (size_t i = 0; i < pass->count; i++) {
        struct pass_endpoint *endpoint = &pass->endpoints[i];
        bool finished;

        pthread_mutex_lock(&pass->lock);
        finished = endpoint->finished;
        pthread_mutex_unlock(&pass->lock);
        if (!endpoint->started)
            continue;
        if (finished)
            pthread_join(endpoint->thread, NULL);
        else {
            pthread_detach(endpoint->thread);
            hung++;
        }
    }
    release(pass);
    return hung;
}

#include "observe/core/pass.h"

#include "base/mem.h"
#include "observe/core/inquiry.h"
#include "observe/sql/fact_query.h"

#include <string.h>

/* ---- start ---- */

static void destroy(struct crew *crew)
{
    struct pass *pass = (struct pass *)crew;

    for (size_t i = 0; i < pass->count; i++)
        arena_free(pass->endpoints[i].arena);
    for (size_t i = 0; i < pass->track_count; i++)
        arena_free(pass->tracks[i].arena);
    free(pass->endpoints);
    free(pass->tracks);
    free(pass->database);
    free(pass->compliance_database);
    free(pass);
}

static void work(struct crew_job *job)
{
    struct pass_endpoint *endpoint = (struct pass_endpoint *)job;
    struct pass *pass = endpoint->pass;

    suspects_enter(pass->suspects, (size_t)(endpoint - pass->endpoints), endpoint->sql->name);
    inquiry_run(endpoint);
}

/* Under the lock. */
static void start_endpoint(struct pass_endpoint *endpoint)
{
    int status = crew_start(&endpoint->pass->crew, &endpoint->job, work);
    char reason[128];

    if (status != 0)
        endpoint->seen.reach =
            (struct sighting){SIGHT_NOT_ASKED, arena_format(endpoint->arena, "no thread for it: %s",
                                                            strerror_r(status, reason, sizeof(reason)))};
}

static void add_endpoints(struct pass *pass, const struct pass_questions *questions)
{
    pass->count = questions->endpoint_count;
    pass->endpoints = mem_alloc(pass->count * sizeof(*pass->endpoints));
    for (size_t i = 0; i < pass->count; i++) {
        pass->endpoints[i].pass = pass;
        pass->endpoints[i].sql = questions->endpoints[i];
        pass->endpoints[i].arena = arena_new();
    }
}

static struct pass *pass_new(const struct pass_questions *questions, struct deadline deadline)
{
    struct pass *pass = mem_alloc(sizeof(*pass));

    crew_init(&pass->crew, deadline, destroy);
    add_endpoints(pass, questions);
    pass->suspects = questions->suspects;
    pass->opener = questions->opener;
    pass->database = mem_copy_text(questions->database);
    pass->compliance_database = mem_copy_text(questions->compliance_database);
    pass->fact_sets = questions->fact_sets;
    pass->sample_gap_ms = questions->sample_gap_ms;
    pass->tracks = questions->tracks;
    pass->track_count = questions->track_count;
    return pass;
}

struct pass *pass_start(const struct pass_questions *questions, struct deadline deadline)
{
    struct pass *pass = pass_new(questions, deadline);

    pthread_mutex_lock(&pass->crew.lock);
    for (size_t i = 0; i < pass->count; i++)
        if (pass->endpoints[i].sql)
            start_endpoint(&pass->endpoints[i]);
    for (size_t i = 0; i < pass->track_count; i++)
        track_start(&pass->crew, &pass->tracks[i]);
    pthread_mutex_unlock(&pass->crew.lock);
    return pass;
}

/* ---- wait ---- */

/* Under the lock, which keeps the ports open. */
static void interrupt_ports(struct crew *crew)
{
    struct pass *pass = (struct pass *)crew;

    for (size_t i = 0; i < pass->count; i++) {
        struct sql_port *port = pass->endpoints[i].port;

        if (port && port->ops->interrupt)
            port->ops->interrupt(port);
    }
}

void pass_wait(struct pass *pass, struct deadline deadline)
{
    crew_wait(&pass->crew, deadline, interrupt_ports);
}

/* ---- take ---- */

/* Under the lock: what an endpoint owes when time is up. */
static void settle_unfinished(struct pass_endpoint *endpoint)
{
    struct instance_snapshot *seen = &endpoint->seen;
    const char *doing = atomic_load(&endpoint->doing);

    if (!endpoint->job.started || endpoint->job.finished)
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

    pthread_mutex_lock(&pass->crew.lock);
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
    pthread_mutex_unlock(&pass->crew.lock);
}

void pass_take_hosts(struct pass *pass, struct snapshot *snapshot)
{
    for (size_t i = 0; i < pass->track_count; i++)
        track_take(&pass->tracks[i], snapshot->arena, &snapshot->hosts[pass->tracks[i].host]);
}

unsigned pass_end(struct pass *pass)
{
    unsigned hung = 0;

    for (size_t i = 0; i < pass->count; i++)
        if (pass->endpoints[i].job.started)
            hung += !crew_part(&pass->crew, &pass->endpoints[i].job);
    for (size_t i = 0; i < pass->track_count; i++)
        if (pass->tracks[i].job.started)
            hung += !crew_part(&pass->crew, &pass->tracks[i].job);
    crew_release(&pass->crew);
    return hung;
}

#include "discover/survey_pool.h"

#include "base/mem.h"
#include "discover/errand.h"
#include "observe/sql/sql_freetds.h"

#include <string.h>

/* Lives until its last thread has ended. */
struct surveyor {
    struct crew crew; /* first, so that one is the other */
    struct survey_request request;
    struct errand *errands;
    size_t errand_count;
    struct freetds *freetds;
    struct err freetds_failure; /* why there is none */
};

static void destroy(struct crew *crew)
{
    struct surveyor *surveyor = (struct surveyor *)crew;

    for (size_t i = 0; i < surveyor->errand_count; i++)
        arena_free(surveyor->errands[i].arena);
    free(surveyor->errands);
    free(surveyor);
}

/* ---- who is asked ---- */

static size_t add_subject(struct survey *into, enum subject_kind kind, const char *name, const char *fqdn,
                          const char *site)
{
    struct subject *subject =
        arena_push(into->arena, &into->subjects, &into->subject_count, sizeof(*subject));

    *subject = (struct subject){arena_text(into->arena, name), arena_text(into->arena, fqdn),
                                arena_text(into->arena, site), kind};
    return into->subject_count - 1;
}

static unsigned asks_of(enum subject_kind kind, bool from_outside)
{
    unsigned bits = 0;

    for (int id = 0; id < ASK_COUNT; id++)
        if (asks[id].whom == kind && (asks[id].way == ASK_TCP || asks[id].way == ASK_WEB) == from_outside)
            bits |= 1U << id;
    return bits;
}

static void add_errand(struct surveyor *surveyor, struct errand errand)
{
    if (!errand.asks)
        return;
    errand.request = &surveyor->request;
    errand.arena = arena_new();
    surveyor->errands = mem_resize(surveyor->errands, surveyor->errand_count + 1, sizeof(errand));
    surveyor->errands[surveyor->errand_count++] = errand;
}

/* A host is asked over WS-Management and looked at from outside at the same time. */
static void add_hosts(struct surveyor *surveyor, struct survey *into, const struct topology_site *site,
                      enum subject_kind kind, const struct topology_host *hosts, size_t count)
{
    static const enum host_kind kinds[SUBJECT_KINDS] = {[SUBJECT_CHAT_SERVER] = HOST_CHAT_SERVER,
                                                        [SUBJECT_FRONT_END] = HOST_FRONT_END,
                                                        [SUBJECT_MANAGEMENT] = HOST_MANAGEMENT};

    for (size_t i = 0; i < count; i++) {
        struct errand errand = {
            .subject = add_subject(into, kind, hosts[i].name, hosts[i].fqdn, site->name),
            .asks = asks_of(kind, false),
            .run = errand_windows,
            .host = {.pool = surveyor->request.pool, .site = site, .kind = kinds[kind], .host = &hosts[i]},
        };

        add_errand(surveyor, errand);
        errand.asks = asks_of(kind, true);
        errand.run = errand_outside;
        add_errand(surveyor, errand);
    }
}

static void add_instances(struct surveyor *surveyor, struct survey *into, const struct topology_site *site)
{
    for (size_t i = 0; i < site->sql_count; i++)
        add_errand(surveyor, (struct errand){
                                 .subject = add_subject(into, SUBJECT_SQL, site->sql[i].name,
                                                        site->sql[i].host, site->name),
                                 .asks = asks_of(SUBJECT_SQL, false),
                                 .run = errand_sql,
                                 .sql = &site->sql[i],
                             });
}

static void add_errands(struct surveyor *surveyor, struct survey *into)
{
    const struct topology_pool *pool = surveyor->request.pool;

    for (size_t i = 0; i < pool->site_count; i++) {
        const struct topology_site *site = &pool->sites[i];

        add_instances(surveyor, into, site);
        add_hosts(surveyor, into, site, SUBJECT_CHAT_SERVER, site->chat_servers, site->chat_server_count);
        add_hosts(surveyor, into, site, SUBJECT_FRONT_END, site->front_ends, site->front_end_count);
        add_hosts(surveyor, into, site, SUBJECT_MANAGEMENT, site->management, site->management ? 1 : 0);
    }
}

/* ---- the threads ---- */

static void work(struct crew_job *job)
{
    struct errand *errand = (struct errand *)job;
    struct surveyor *surveyor = (struct surveyor *)job->crew;

    if (errand->sql)
        suspects_enter(errand->request->suspects, (size_t)(errand - surveyor->errands), errand->sql->name);
    errand->run(errand);
}

/* A server whose answers crashed FreeTDS once is not asked again; without FreeTDS none is. */
static const char *why_not(const struct surveyor *surveyor, size_t index)
{
    if (!surveyor->errands[index].sql)
        return NULL;
    if (suspects_convicted(surveyor->request.suspects, index))
        return "FreeTDS crashed on what it says";
    return surveyor->freetds ? NULL : surveyor->freetds_failure.text;
}

static void start(struct surveyor *surveyor)
{
    pthread_mutex_lock(&surveyor->crew.lock);
    for (size_t i = 0; i < surveyor->errand_count; i++)
        if (!why_not(surveyor, i))
            crew_start(&surveyor->crew, &surveyor->errands[i].job, work);
    pthread_mutex_unlock(&surveyor->crew.lock);
}

/* crew_wait() has the lock. */
static void interrupt(struct crew *crew)
{
    struct surveyor *surveyor = (struct surveyor *)crew;

    for (size_t i = 0; i < surveyor->errand_count; i++) {
        struct sql_port *port = surveyor->errands[i].port;

        if (port && port->ops->interrupt)
            port->ops->interrupt(port);
    }
}

/* ---- FreeTDS ---- */

static void open_freetds(struct surveyor *surveyor)
{
    AUTO_FREE const struct topology_sql **endpoints =
        mem_alloc((surveyor->errand_count + 1) * sizeof(const struct topology_sql *));
    size_t count = 0;

    for (size_t i = 0; i < surveyor->errand_count; i++)
        if (surveyor->errands[i].sql)
            endpoints[count++] = surveyor->errands[i].sql;
    surveyor->freetds = freetds_new(endpoints, count, surveyor->request.program_name, surveyor->crew.deadline,
                                    &surveyor->freetds_failure);
    for (size_t i = 0; surveyor->freetds && i < surveyor->errand_count; i++)
        surveyor->errands[i].opener = freetds_opener(surveyor->freetds);
}

/* ---- what they brought ---- */

/* Under the lock. */
static void add_unsettled(const struct surveyor *surveyor, size_t index, struct survey *into, enum ask_id ask)
{
    const struct errand *errand = &surveyor->errands[index];
    struct answer *answer = arena_push(into->arena, &into->answers, &into->answer_count, sizeof(*answer));
    const char *why = why_not(surveyor, index);

    *answer = (struct answer){
        .ask = ask, .subject = errand->subject, .at_utc_ms = clock_utc_ms(surveyor->crew.deadline.clock)};
    if (errand->job.started)
        answer->sighting = (struct sighting){SIGHT_TIMED_OUT, "no answer before the deadline"};
    else
        answer->sighting =
            (struct sighting){SIGHT_NOT_ASKED, why ? arena_text(into->arena, why) : "no thread for it"};
}

static void take(struct surveyor *surveyor, size_t index, struct survey *into)
{
    struct errand *errand = &surveyor->errands[index];

    pthread_mutex_lock(&surveyor->crew.lock);
    for (size_t i = 0; i < errand->answer_count; i++)
        *(struct answer *)arena_push(into->arena, &into->answers, &into->answer_count,
                                     sizeof(struct answer)) = errand->answers[i];
    for (int ask = 0; ask < ASK_COUNT; ask++)
        if (errand_owes(errand, (enum ask_id)ask))
            add_unsettled(surveyor, index, into, (enum ask_id)ask);
    arena_adopt(into->arena, errand->arena);
    errand->arena = NULL;
    pthread_mutex_unlock(&surveyor->crew.lock);
}

static unsigned part(struct surveyor *surveyor)
{
    unsigned hung = 0;

    for (size_t i = 0; i < surveyor->errand_count; i++)
        if (surveyor->errands[i].job.started && !crew_part(&surveyor->crew, &surveyor->errands[i].job))
            hung++;
    return hung;
}

/* ---- all ---- */

static struct survey *describe(const struct survey_request *request)
{
    struct survey *survey = survey_new();
    const struct topology_pool *pool = request->pool;

    survey->pool = arena_text(survey->arena, pool->fqdn);
    survey->database = arena_text(survey->arena, pool->database);
    survey->chat_executable = arena_text(survey->arena, pool->settings.chat_executable);
    survey->compliance_executable = arena_text(survey->arena, pool->settings.compliance_executable);
    survey->taken_utc_ms = clock_utc_ms(request->deadline.clock);
    return survey;
}

struct survey_result survey_pool(const struct survey_request *request)
{
    struct survey_result result = {.survey = describe(request)};
    struct surveyor *surveyor = mem_alloc(sizeof(*surveyor));

    surveyor->request = *request;
    crew_init(&surveyor->crew, request->deadline, destroy);
    add_errands(surveyor, result.survey);
    open_freetds(surveyor);
    start(surveyor);
    crew_wait(&surveyor->crew, request->deadline, interrupt);
    for (size_t i = 0; i < surveyor->errand_count; i++)
        take(surveyor, i, result.survey);
    result.hung_threads = part(surveyor);
    if (!result.hung_threads)
        freetds_free(surveyor->freetds);
    crew_release(&surveyor->crew);
    return result;
}

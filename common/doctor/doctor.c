#include "doctor/doctor.h"

#include "base/mem.h"
#include "doctor/examiner.h"
#include "doctor/findings.h"
#include "doctor/sql_round.h"
#include "observe/core/crew.h"

#include <string.h>

/* One endpoint that is no SQL Server, or one that FreeTDS must not meet again. */
struct bed {
    struct crew_job job;
    struct ward *ward;
    const struct endpoint *endpoint;
    struct chart *chart;
};

struct ward {
    struct crew crew;
    const struct topology_pool *pool;
    struct bed *beds;
    size_t count;
};

static void destroy(struct crew *crew)
{
    struct ward *ward = (struct ward *)crew;

    free(ward->beds);
    free(ward);
}

/* FreeTDS crashed on its answers: the connection is examined without it, the login is not tried. */
static void examine_convict(const struct examiner *examiner)
{
    struct sql_failure failure;
    struct examination *examination;

    if (!examine_sql_connection(examiner, &failure))
        return;
    examination = chart_take_up(examiner->chart);
    if (examination)
        examination_bad(examination, LAYER_LOGIN, DIAGNOSIS_driver_crashed, NULL, NULL);
    chart_put_down(examiner->chart);
}

static void work(struct crew_job *job)
{
    static void (*const examine[WAY_KIND_COUNT])(const struct examiner *examiner) = {
        [BY_SQL] = examine_convict, [BY_WINRM] = examine_winrm, [BY_SIP] = examine_sip,
        [BY_WEB] = examine_web,     [BY_TCP] = examine_tcp,
    };
    struct bed *bed = (struct bed *)job;
    AUTO(arena) struct arena *arena = arena_new();
    const struct examiner examiner = {bed->ward->pool, bed->endpoint, bed->chart, job->crew->deadline, arena};

    examine[bed->endpoint->way](&examiner);
}

static bool belongs_to_ward(const struct doctor_request *request, size_t index)
{
    return request->endpoints->list[index].way != BY_SQL || suspects_convicted(request->suspects, index);
}

static struct ward *ward_open(const struct doctor_request *request, struct chart *charts)
{
    struct ward *ward = mem_alloc(sizeof(*ward));

    ward->pool = request->pool;
    ward->count = request->endpoints->count;
    ward->beds = mem_alloc(ward->count * sizeof(*ward->beds));
    crew_init(&ward->crew, request->deadline, destroy);
    pthread_mutex_lock(&ward->crew.lock);
    for (size_t i = 0; i < ward->count; i++) {
        ward->beds[i].ward = ward;
        ward->beds[i].endpoint = &request->endpoints->list[i];
        ward->beds[i].chart = &charts[i];
        if (belongs_to_ward(request, i))
            crew_start(&ward->crew, &ward->beds[i].job, work);
    }
    pthread_mutex_unlock(&ward->crew.lock);
    return ward;
}

static bool bed_is_finished(struct ward *ward, size_t index)
{
    bool finished;

    pthread_mutex_lock(&ward->crew.lock);
    finished = ward->beds[index].job.finished;
    pthread_mutex_unlock(&ward->crew.lock);
    return finished;
}

static unsigned ward_close(struct ward *ward)
{
    unsigned hung = 0;

    for (size_t i = 0; i < ward->count; i++)
        if (ward->beds[i].job.started)
            hung += !crew_part(&ward->crew, &ward->beds[i].job);
    crew_release(&ward->crew);
    return hung;
}

static struct chart *charts_new(const struct doctor_request *request)
{
    const struct endpoints *endpoints = request->endpoints;
    struct chart *charts = mem_alloc(endpoints->count * sizeof(*charts));
    AUTO(arena) struct arena *arena = arena_new();

    for (size_t i = 0; i < endpoints->count; i++)
        chart_init(&charts[i], endpoints->list[i].way, endpoints->list[i].site->name,
                   endpoint_name(&endpoints->list[i]), endpoint_text(&endpoints->list[i], arena));
    return charts;
}

struct doctor_result doctor_examine(const struct doctor_request *request)
{
    struct doctor_result result = {.examinations = examinations_new(request->pool->fqdn)};
    struct examinations *all = result.examinations;
    struct chart *charts = charts_new(request);
    struct sql_round *round = sql_round_start(request, charts);
    struct ward *ward = ward_open(request, charts);

    sql_round_wait(round);
    crew_wait(&ward->crew, request->deadline, NULL);
    all->list = arena_alloc(all->arena, request->endpoints->count * sizeof(*all->list));
    for (all->count = 0; all->count < request->endpoints->count; all->count++)
        all->list[all->count] =
            belongs_to_ward(request, all->count)
                ? chart_close(&charts[all->count], bed_is_finished(ward, all->count), all->arena)
                : sql_round_take(round, all->count, all->arena);
    result.hung_threads = sql_round_end(round) + ward_close(ward);
    if (!result.hung_threads)
        free(charts);
    doctor_compare(all);
    return result;
}

static bool reads_store(const struct examination *examination)
{
    for (size_t i = 0; i < examination->step_count; i++)
        if (examination->steps[i].layer == LAYER_STORE && !examination->steps[i].diagnosis)
            return true;
    return false;
}

void doctor_compare(struct examinations *all)
{
    const char *reader = NULL;

    for (size_t i = 0; i < all->count && !reader; i++)
        reader = reads_store(&all->list[i]) ? all->list[i].name : NULL;
    for (size_t i = 0; reader && i < all->count; i++) {
        struct step *fault = (struct step *)examination_fault(&all->list[i]);

        if (!fault || fault->diagnosis != DIAGNOSIS_second_hop_denied)
            continue;
        fault->diagnosis = DIAGNOSIS_NONE;
        fault->remedy = NULL;
        fault->text = arena_format(all->arena, "not through this host, but through %s", reader);
    }
}

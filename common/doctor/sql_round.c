#include "doctor/sql_round.h"

#include "base/mem.h"
#include "doctor/examiner.h"
#include "doctor/findings.h"
#include "observe/core/pass.h"
#include "observe/sql/fact_query.h"
#include "observe/sql/sql_freetds.h"

#include <string.h>

struct sql_round {
    struct doctor_request request; /* copies: a thread that is given up outlives the caller's */
    struct endpoints endpoints;
    struct chart *charts;
    const struct topology_sql **instances; /* beside the endpoints; NULL: not of the round */
    size_t count;
    bool *logged_in; /* beside them; written under the chart's lock */
    struct freetds *freetds;
    struct sql_opener driver;
    struct pass *pass;
    struct err err; /* why there is no driver */
};

static size_t index_of(const struct sql_round *round, const struct topology_sql *sql)
{
    size_t i = 0;

    while (round->instances[i] != sql)
        i++; /* opened are only those that it has */
    return i;
}

static void note_login(const struct sql_round *round, size_t index, const struct topology_sql *sql, bool good,
                       const struct sql_failure *failure)
{
    struct examination *examination = chart_take_up(&round->charts[index]);

    round->logged_in[index] = good;
    if (examination && !good)
        find_sql_login_failure(examination, sql, failure);
    chart_put_down(&round->charts[index]);
}

/* The driver opens what was found good up to TLS. */
static struct sql_port *open_examined(void *user, const struct topology_sql *sql, struct deadline deadline,
                                      struct arena *arena, const char *_Atomic *doing,
                                      struct sql_failure *ret_failure)
{
    const struct sql_round *round = user;
    size_t index = index_of(round, sql);
    const struct examiner examiner = {round->request.pool, &round->endpoints.list[index],
                                      &round->charts[index], deadline, arena};
    struct sql_port *port;

    if (!examine_sql_connection(&examiner, ret_failure))
        return NULL;
    chart_begin(&round->charts[index], LAYER_LOGIN);
    port = round->driver.open(round->driver.user, sql, deadline, arena, doing, ret_failure);
    note_login(round, index, sql, port != NULL, ret_failure);
    return port;
}

static struct sql_round *round_new(const struct doctor_request *request, struct chart *charts)
{
    const struct endpoints *endpoints = request->endpoints;
    struct sql_round *round = mem_alloc(sizeof(*round));

    round->request = *request;
    round->endpoints = *endpoints;
    round->charts = charts;
    round->count = endpoints->count;
    round->instances = mem_alloc(round->count * sizeof(const struct topology_sql *));
    round->logged_in = mem_alloc(round->count * sizeof(*round->logged_in));
    for (size_t i = 0; i < round->count; i++)
        if (endpoints->list[i].way == BY_SQL && !suspects_convicted(request->suspects, i))
            round->instances[i] = endpoints->list[i].sql;
    return round;
}

struct sql_round *sql_round_start(const struct doctor_request *request, struct chart *charts)
{
    struct sql_round *round = round_new(request, charts);
    const struct pass_questions questions = {
        .endpoints = round->instances,
        .endpoint_count = round->count,
        .database = request->pool->database,
        .compliance_database = request->pool->settings.compliance_database,
        .fact_sets = FACT_SET_POOL,
        .sample_gap_ms = 0, /* whether a ping moves is the checks' question */
        .opener = {open_examined, round},
        .suspects = request->suspects,
    };

    round->freetds =
        freetds_new(round->instances, round->count, request->program_name, request->deadline, &round->err);
    if (round->freetds) {
        round->driver = freetds_opener(round->freetds);
        round->pass = pass_start(&questions, request->deadline);
    }
    return round;
}

void sql_round_wait(struct sql_round *round)
{
    if (round->pass)
        pass_wait(round->pass, round->request.deadline);
}

static bool is_logged_in(const struct sql_round *round, size_t index)
{
    bool logged_in;

    chart_take_up(&round->charts[index]);
    logged_in = round->logged_in[index];
    chart_put_down(&round->charts[index]);
    return logged_in;
}

/* Without the driver nothing is examined but says why. */
static struct examination take_nothing(const struct sql_round *round, size_t index, struct arena *arena)
{
    struct examination examination = chart_close(&round->charts[index], true, arena);

    examination_bad(&examination, LAYER_LOGIN, DIAGNOSIS_login_unspeakable, round->err.text, NULL);
    return examination;
}

struct examination sql_round_take(struct sql_round *round, size_t index, struct arena *arena)
{
    struct instance_snapshot seen = {0};
    struct examination examination;
    bool logged_in;

    if (!round->pass)
        return take_nothing(round, index, arena);
    pass_take(round->pass, index, arena, &seen);
    logged_in = is_logged_in(round, index);
    examination = chart_close(&round->charts[index], logged_in, arena);
    if (logged_in)
        find_sql_facts(&examination, round->instances[index], &seen, round->request.pool->database);
    return examination;
}

unsigned sql_round_end(struct sql_round *round)
{
    unsigned hung = round->pass ? pass_end(round->pass) : 0;

    if (hung)
        return hung;
    freetds_free(round->freetds);
    free(round->instances);
    free(round->logged_in);
    free(round);
    return 0;
}

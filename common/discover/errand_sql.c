/* SQL instances: one login, the queries, and the pings for as long as they are watched. */
#include "discover/errand.h"

#include "base/mem.h"
#include "observe/sql/denial.h"
#include "observe/sql/fact_query.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ROWS_MOST = 32, SAMPLES_MOST = 1000, STEP_LEAST_MS = 100, STEP_MOST_MS = 500, STEPS_WANTED = 40 };

/* ---- one query ---- */

static const char *failure_detail(const struct errand *errand, const struct sql_failure *failure,
                                  struct arena *arena)
{
    if (failure->sight != SIGHT_DENIED || !failure->text)
        return failure->text;
    return denial_from_message(arena, failure->message_number, failure->text,
                               errand->sql->credential->sql_user);
}

static int query(struct errand *errand, enum ask_id ask, struct arena *arena, struct sql_rows *ret_rows)
{
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;
    struct sql_failure failure = {0};

    fact_query_batch(&batch, asks[ask].text, errand->request->pool->database);
    if (errand->port->ops->query(errand->port, strbuf_text(&batch), ROWS_MOST, errand_deadline(errand), arena,
                                 ret_rows, &failure) == 0)
        return 0;
    errand_fail(errand, ask, failure.sight, failure_detail(errand, &failure, arena));
    return failure.message_number ? 1 : -1;
}

static const char *cell_of(const struct sql_rows *rows, size_t row, const char *column)
{
    for (size_t i = 0; i < rows->column_count; i++)
        if (strcmp(rows->columns[i], column) == 0)
            return rows->cells[row * rows->column_count + i];
    return NULL;
}

static void take_row(const struct sql_rows *rows, size_t row, enum ask_id ask, struct answer_row *ret_row)
{
    for (size_t i = 0; asks[ask].columns[i]; i++)
        ret_row->cells[i] = cell_of(rows, row, asks[ask].columns[i]);
}

/* -1: the session is of no more use. */
static int ask_once(struct errand *errand, enum ask_id ask, struct arena *arena, const char **ret_first)
{
    struct answer_row taken[ROWS_MOST] = {0};
    struct sql_rows rows = {0};
    int failed = query(errand, ask, arena, &rows);

    if (failed)
        return failed < 0 ? -1 : 0;
    for (size_t i = 0; i < rows.row_count; i++)
        take_row(&rows, i, ask, &taken[i]);
    errand_put(errand, ask, (struct sighting){SIGHT_SEEN, NULL}, taken, rows.row_count);
    if (ret_first && rows.row_count)
        *ret_first = cell_of(&rows, 0, "state");
    return 0;
}

/* ---- samples ---- */

/* What the samples have shown so far: rows that are new, and the last state of each server. */
struct samples {
    struct answer_row *rows, *last; /* last: by the place in the last sample */
    size_t count, last_count;
    const char *before; /* server_utc of the sample before */
};

static void samples_done(struct samples *samples)
{
    free(samples->rows);
    free(samples->last);
}
AUTO_DEFINE_DONE(samples, struct samples)

static bool same_text(const char *left, const char *right)
{
    return left && right ? strcmp(left, right) == 0 : left == right;
}

static bool is_new(const struct samples *samples, const struct answer_row *row)
{
    for (size_t i = 0; i < samples->last_count; i++)
        if (same_text(samples->last[i].cells[0], row->cells[0]))
            return !same_text(samples->last[i].cells[2], row->cells[2]);
    return true;
}

static void take_sample(struct samples *samples, const struct sql_rows *rows)
{
    struct answer_row now[ROWS_MOST] = {0};
    int before = ask_column(&asks[ASK_PINGS], "before");

    for (size_t i = 0; i < rows->row_count; i++) {
        take_row(rows, i, ASK_PINGS, &now[i]);
        now[i].cells[before] = samples->before;
        if (is_new(samples, &now[i]) && samples->count < SAMPLES_MOST)
            samples->rows[samples->count++] = now[i];
    }
    if (rows->row_count)
        samples->before = cell_of(rows, 0, "server_utc");
    memcpy(samples->last, now, sizeof(now));
    samples->last_count = rows->row_count;
}

/* The last sample once more, so that it is known how long the rows stood. */
static void close_samples(struct samples *samples)
{
    for (size_t i = 0; i < samples->last_count; i++)
        samples->rows[samples->count++] = samples->last[i];
}

static int64_t step_ms(int64_t watch_ms)
{
    int64_t step = watch_ms / STEPS_WANTED;

    if (step < STEP_LEAST_MS)
        return STEP_LEAST_MS;
    return step < STEP_MOST_MS ? step : STEP_MOST_MS;
}

static int watch(struct errand *errand, struct arena *arena)
{
    AUTO(samples)
    struct samples samples = {
        .rows = mem_alloc((SAMPLES_MOST + ROWS_MOST) * sizeof(struct answer_row)),
        .last = mem_alloc(ROWS_MOST * sizeof(struct answer_row)),
    };
    struct clock *clock = errand_deadline(errand).clock;
    const int64_t step = step_ms(errand->request->watch_ms);
    struct deadline end = deadline_sooner(errand_deadline(errand), errand->request->watch_ms);

    for (;;) {
        struct sql_rows rows = {0};
        int failed = query(errand, ASK_PINGS, arena, &rows);

        if (failed)
            return failed < 0 ? -1 : 0;
        take_sample(&samples, &rows);
        if (deadline_left_ms(end) <= step)
            break;
        clock_sleep_ms(clock, step);
    }
    close_samples(&samples);
    errand_put(errand, ASK_PINGS, (struct sighting){SIGHT_SEEN, NULL}, samples.rows, samples.count);
    return 0;
}

/* ---- all ---- */

static void ask_all(struct errand *errand, struct arena *arena)
{
    const char *database = errand->request->pool->database, *state = NULL;

    if (ask_once(errand, ASK_INSTANCE, arena, &state) != 0 ||
        ask_once(errand, ASK_ENDPOINT, arena, NULL) != 0 || ask_once(errand, ASK_SCHEDULE, arena, NULL) != 0)
        return;
    if (state && strcasecmp(state, "ONLINE") == 0)
        watch(errand, arena);
    else
        errand_fail(errand, ASK_PINGS, SIGHT_NOT_ASKED,
                    state ? arena_format(arena, "%s is %s there", database, state)
                          : arena_format(arena, "there is no %s there", database));
}

static void set_port(struct errand *errand, struct sql_port *port)
{
    pthread_mutex_lock(&errand->job.crew->lock);
    errand->port = port;
    pthread_mutex_unlock(&errand->job.crew->lock);
}

void errand_sql(struct errand *errand)
{
    AUTO(arena) struct arena *arena = arena_new();
    const char *_Atomic doing = NULL;
    struct sql_failure failure = {0};
    struct sql_port *port = errand->opener.open(errand->opener.user, errand->sql, errand_deadline(errand),
                                                arena, &doing, &failure);

    if (!port) {
        errand_fail_rest(errand, failure.sight, failure.text);
        return;
    }
    set_port(errand, port);
    ask_all(errand, arena);
    set_port(errand, NULL);
    sql_port_close(port);
    errand_fail_rest(errand, SIGHT_NOT_ASKED, "the session broke before");
}

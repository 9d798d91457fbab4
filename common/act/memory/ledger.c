#include "act/memory/ledger.h"

#include "base/sql_quote.h"
#include "base/utc.h"

#include <inttypes.h>
#include <string.h>

#define RUNS  "pchat_ops.dbo.run"
#define NOTES "pchat_ops.dbo.note"

static const char *const state_names[RUN_STATE_COUNT] = {
    [RUN_OPEN] = "open", [RUN_FINISHED] = "finished", [RUN_ABANDONED] = "abandoned", [RUN_LEFT] = "left"};

const char *run_state_name(enum run_state state)
{
    return state_names[state];
}

bool run_state_parse(const char *name, enum run_state *ret_state)
{
    for (int state = 0; name && state < RUN_STATE_COUNT; state++)
        if (strcmp(name, state_names[state]) == 0) {
            *ret_state = (enum run_state)state;
            return true;
        }
    return false;
}

/* ---- what a look says ---- */

static bool is_open(const struct ledger_run_fact *run)
{
    return run->state && strcmp(run->state, state_names[RUN_OPEN]) == 0;
}

static int64_t epoch_of(const struct ledger_run_fact *run)
{
    return run->epoch.known ? run->epoch.value : 0;
}

static int64_t highest_epoch(const struct ledger_run_facts *runs)
{
    int64_t highest = 0;

    for (size_t i = 0; i < runs->count; i++)
        if (epoch_of(&runs->rows[i]) > highest)
            highest = epoch_of(&runs->rows[i]);
    return highest;
}

int64_t ledger_next_run(const struct ledger_run_facts *runs)
{
    int64_t highest = 0;

    for (size_t i = 0; i < runs->count; i++)
        if (runs->rows[i].run.known && runs->rows[i].run.value > highest)
            highest = runs->rows[i].run.value;
    return runs->sighting.sight == SIGHT_SEEN ? highest + 1 : 0;
}

int64_t ledger_next_epoch(const struct ledger_run_facts *runs)
{
    return runs->sighting.sight == SIGHT_SEEN ? highest_epoch(runs) + 1 : 0;
}

const struct ledger_run_fact *ledger_open_run(const struct ledger_run_facts *runs)
{
    const struct ledger_run_fact *open = NULL;

    for (size_t i = 0; i < runs->count; i++)
        if (is_open(&runs->rows[i]) && (!open || epoch_of(&runs->rows[i]) > epoch_of(open)))
            open = &runs->rows[i];
    return open;
}

const struct ledger_run_fact *ledger_last_move(const struct ledger_run_facts *runs)
{
    const struct ledger_run_fact *last = NULL;

    for (size_t i = 0; i < runs->count; i++) {
        const struct ledger_run_fact *run = &runs->rows[i];

        if (!is_open(run) && run->serving_site && *run->serving_site &&
            (!last || epoch_of(run) > epoch_of(last)))
            last = run;
    }
    return last;
}

const char *ledger_serving_site(const struct ledger_run_facts *runs)
{
    const struct ledger_run_fact *last = ledger_last_move(runs);

    return last ? last->serving_site : NULL;
}

bool ledger_note_has_expired(const struct ledger_note_fact *note)
{
    if (!note->expires_utc_ms.known)
        return false;
    return !note->now_utc_ms.known || note->now_utc_ms.value >= note->expires_utc_ms.value;
}

/* ---- batches ---- */

/* A value as it stands in T-SQL: what follows it says whether a comma does. */
static void add_text(struct strbuf *batch, const char *text, const char *then)
{
    if (text)
        sql_quote_literal(batch, text);
    else
        strbuf_add(batch, "NULL");
    strbuf_add(batch, then);
}

static void add_number(struct strbuf *batch, int64_t number, const char *then)
{
    strbuf_format(batch, "%" PRId64 "%s", number, then);
}

/* " WHERE run = 7 AND plan_id = N'...'" */
static void add_where(struct strbuf *batch, int64_t run, const char *plan)
{
    strbuf_format(batch, " WHERE run = %" PRId64 " AND plan_id = ", run);
    add_text(batch, plan ? plan : "", "");
}

static int fail(struct sql_failure *failure, const char *text)
{
    *failure = (struct sql_failure){SIGHT_PROTOCOL_ERROR, LEDGER_CHANGED, text};
    return -1;
}

/* The batch's last line tells whether the row is as it was to be. */
static int send(struct sql_port *port, const struct strbuf *batch, struct deadline deadline,
                struct arena *arena, struct sql_failure *ret_failure)
{
    struct sql_rows rows;

    if (port->ops->query(port, strbuf_text(batch), 1, deadline, arena, &rows, ret_failure) != 0)
        return -1;
    if (rows.row_count == 1 && rows.column_count == 1 && rows.cells[0] && strcmp(rows.cells[0], "done") == 0)
        return 0;
    return fail(ret_failure, "the ledger is not as it was seen: somebody else has written it");
}

#define TELL_ROWS "\nSELECT CASE WHEN @@ROWCOUNT = 1 THEN N'done' ELSE N'changed' END AS outcome;\n"

int ledger_begin(struct sql_port *port, const struct ledger_run *run, struct deadline deadline,
                 struct arena *arena, struct sql_failure *ret_failure)
{
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;

    strbuf_add(&batch, "INSERT INTO " RUNS " (run, epoch, verb, plan_id, state, holder, begun)\nSELECT ");
    add_number(&batch, run->run, ", ");
    add_number(&batch, run->epoch, ", ");
    add_text(&batch, run->verb, ", ");
    add_text(&batch, run->plan, ", N'open', ");
    add_text(&batch, run->holder, ", GETUTCDATE()\n");
    strbuf_add(&batch,
               "WHERE NOT EXISTS (SELECT 1 FROM " RUNS " WITH (UPDLOCK, HOLDLOCK) WHERE state = N'open'");
    strbuf_format(&batch, " OR run >= %" PRId64 " OR epoch >= %" PRId64 ");" TELL_ROWS, run->run, run->epoch);
    return send(port, &batch, deadline, arena, ret_failure);
}

int ledger_take_over(struct sql_port *port, const struct ledger_run *run, struct deadline deadline,
                     struct arena *arena, struct sql_failure *ret_failure)
{
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;

    strbuf_format(&batch, "UPDATE " RUNS " SET epoch = %" PRId64 ", holder = ", run->epoch);
    add_text(&batch, run->holder, "");
    strbuf_format(&batch,
                  " WHERE run = %" PRId64 " AND state = N'open'\n    AND NOT EXISTS (SELECT 1 FROM " RUNS
                  " WITH (UPDLOCK, HOLDLOCK) WHERE epoch >= %" PRId64 ");" TELL_ROWS,
                  run->run, run->epoch);
    return send(port, &batch, deadline, arena, ret_failure);
}

/* Sent again after an answer that was lost, it finds the row as it wanted it. */
int ledger_end(struct sql_port *port, const struct ledger_run *run, struct deadline deadline,
               struct arena *arena, struct sql_failure *ret_failure)
{
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;

    strbuf_add(&batch, "UPDATE " RUNS " SET state = ");
    add_text(&batch, run->state, ", serving_site = ");
    add_text(&batch, run->serving_site, ", ended = GETUTCDATE()");
    strbuf_format(&batch, " WHERE run = %" PRId64 " AND epoch = %" PRId64 " AND state = N'open';\n", run->run,
                  run->epoch);
    strbuf_format(&batch,
                  "SELECT CASE WHEN EXISTS (SELECT 1 FROM " RUNS " WHERE run = %" PRId64
                  " AND epoch = %" PRId64 " AND state = ",
                  run->run, run->epoch);
    add_text(&batch, run->state, ") THEN N'done' ELSE N'changed' END AS outcome;\n");
    return send(port, &batch, deadline, arena, ret_failure);
}

int ledger_write_note(struct sql_port *port, const struct ledger_note *note, struct deadline deadline,
                      struct arena *arena, struct sql_failure *ret_failure)
{
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;

    if (note->text && strlen(note->text) > LEDGER_TEXT_MOST_BYTES)
        return fail(ret_failure, "the text is too long for a note of the ledger");
    strbuf_add(&batch,
               "INSERT INTO " NOTES " (note, run, plan_id, kind, object, person, note_text, at, expires)\n"
               "SELECT ISNULL(MAX(note), 0) + 1, ");
    if (note->run)
        add_number(&batch, note->run, ", ");
    else
        strbuf_add(&batch, "NULL, ");
    add_text(&batch, note->plan, ", ");
    add_text(&batch, note->kind, ", ");
    add_text(&batch, note->object, ", ");
    add_text(&batch, note->person, ", ");
    add_text(&batch, note->text, ", GETUTCDATE(), ");
    if (note->valid_s)
        strbuf_format(&batch, "DATEADD(second, %" PRId64 ", GETUTCDATE())", note->valid_s);
    else
        strbuf_add(&batch, "NULL");
    strbuf_add(&batch, "\nFROM " NOTES " WITH (UPDLOCK, HOLDLOCK);" TELL_ROWS);
    return send(port, &batch, deadline, arena, ret_failure);
}

/* ---- from one ledger to another ---- */

static void add_moment(struct strbuf *batch, const struct fact_num *utc_ms, const char *then)
{
    char text[UTC_TEXT_BYTES];

    if (utc_ms->known) {
        (void)utc_format(utc_ms->value, text);
        text[strlen(text) - 1] = '\0'; /* datetime takes no Z */
    }
    add_text(batch, utc_ms->known ? text : NULL, then);
}

static void add_update(struct strbuf *batch, const struct ledger_run_fact *run)
{
    strbuf_format(batch, "UPDATE " RUNS " SET epoch = %" PRId64 ", state = ", epoch_of(run));
    add_text(batch, run->state, ", holder = ");
    add_text(batch, run->holder, ", serving_site = ");
    add_text(batch, run->serving_site, ", ended = ");
    add_moment(batch, &run->ended_utc_ms, "");
    add_where(batch, run->run.value, run->plan);
    strbuf_format(batch, "\n    AND (epoch < %" PRId64 " OR (epoch = %" PRId64 " AND state = N'open'));\n",
                  epoch_of(run), epoch_of(run));
}

static void add_insert(struct strbuf *batch, const struct ledger_run_fact *run)
{
    strbuf_add(batch, "INSERT INTO " RUNS
                      " (run, epoch, verb, plan_id, state, holder, serving_site, begun, ended)\nSELECT ");
    add_number(batch, run->run.value, ", ");
    add_number(batch, epoch_of(run), ", ");
    add_text(batch, run->verb, ", ");
    add_text(batch, run->plan ? run->plan : "", ", ");
    add_text(batch, run->state, ", ");
    add_text(batch, run->holder, ", ");
    add_text(batch, run->serving_site, ", ");
    add_moment(batch, &run->begun_utc_ms, ", ");
    add_moment(batch, &run->ended_utc_ms,
               "\nWHERE NOT EXISTS (SELECT 1 FROM " RUNS " WITH (UPDLOCK, HOLDLOCK)");
    add_where(batch, run->run.value, run->plan);
    strbuf_add(batch, ");\n");
}

int ledger_copy_run(struct sql_port *port, const struct ledger_run_fact *run, struct deadline deadline,
                    struct arena *arena, struct sql_failure *ret_failure)
{
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;

    add_update(&batch, run);
    add_insert(&batch, run);
    strbuf_add(&batch, "SELECT CASE WHEN EXISTS (SELECT 1 FROM " RUNS);
    add_where(&batch, run->run.value, run->plan);
    strbuf_format(&batch, " AND epoch >= %" PRId64 ") THEN N'done' ELSE N'changed' END AS outcome;\n",
                  epoch_of(run));
    return send(port, &batch, deadline, arena, ret_failure);
}

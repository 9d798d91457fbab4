/* Batches: parse all, then run one statement after the other. */
#include "lab/tsql/run.h"

#include "base/arena.h"
#include "lab/tsql/parser.h"
#include "lab/tsql/statement.h"
#include "lab/world/spans.h"

/* Errors that end their statement only; any other one of a query ends the batch, as errors of compilation do.
 */
static bool ends_statement_only(int number)
{
    static const int numbers[] = {220, 229, 297, 300, 512, 515, 517, 535, 537, 1222, 8115, 8134, 8152, 8169};

    for (size_t i = 0; i < COUNT(numbers); i++)
        if (numbers[i] == number)
            return true;
    return false;
}

static bool ends_batch(const struct problems *problems, const struct statement_kind *kind)
{
    for (size_t i = 0; i < problems->count; i++)
        if (problems->items[i].severity >= SEVERITY_FIRST_ERROR && problems->items[i].number < 15000 &&
            !kind->survives && !ends_statement_only(problems->items[i].number))
            return true;
    return false;
}

void run_count_mutation(struct run *run)
{
    instance_count_mutation(run->session->instance, run->session->login);
    run->mutated = true;
}

void run_wait(struct run *run, int64_t deadline_utc_ms)
{
    run->progress.waits = true;
    if (!run_resumes(run))
        run->progress.deadline_utc_ms = deadline_utc_ms;
}

bool run_resumes(const struct run *run)
{
    return run->progress.resume_level != 0 && run->progress.resume_level == run->progress.level;
}

bool run_is_inside(const struct run *run)
{
    return run->progress.resume_level > run->progress.level;
}

/* The statement, or one inside it, has been here before. */
static bool is_known(const struct run *run)
{
    return run_resumes(run) || run_is_inside(run);
}

static enum flow run_statement(struct run *run, const struct statement *statement)
{
    enum flow flow = FLOW_NEXT;
    bool ends, error;

    run->line = statement->line;
    run->row_count = 0;
    run->has_count = false;
    if (statement->kind->mutates && !is_known(run))
        run_count_mutation(run);
    statement->kind->run(run, statement, &flow);
    if (run->mutated)
        spans_note(run->session->world);
    run->mutated = false;
    if (run->progress.waits)
        return FLOW_WAIT;
    if (run->throws)
        return FLOW_CATCH;
    ends = ends_batch(&run->problems, statement->kind);
    if (!(ends && run->try_depth == run->depth + 1) && run_catches(run)) {
        if (!statement->kind->silent)
            run->sink->done(run->sink->user, false, 0, false);
        return FLOW_CATCH;
    }
    if (statement->kind->silent && run->problems.count == 0)
        return flow;
    error = run_report(run, run->procedure);
    if (error && run->session->settings.xact_abort && run->session->transaction_count > 0) {
        user_tables_roll_back(run->session->instance, run->session->session_id);
        run->session->transaction_count = 0;
        ends = true;
    }
    run->session->last_row_count = (int64_t)run->row_count;
    run->sink->done(run->sink->user, run->has_count && !run->session->settings.nocount && !error,
                    run->row_count, error);
    return ends ? FLOW_END_BATCH : flow;
}

/* The innermost statement that waits names the level; those around it leave that alone. */
static void note_wait(struct progress *progress, size_t level)
{
    if (progress->resume_level < level)
        progress->resume_level = level;
}

enum flow run_statements(struct run *run, const struct statements *statements)
{
    struct progress *progress = &run->progress;
    size_t level = ++progress->level;
    struct run_place *place = &progress->places[level - 1];
    size_t first = progress->resume_level >= level ? place->index : 0;
    enum flow flow = FLOW_NEXT;

    for (size_t i = first; i < statements->count && flow == FLOW_NEXT; i++) {
        place->index = i;
        flow = run_statement(run, &statements->items[i]);
        if (flow == FLOW_WAIT)
            note_wait(progress, level);
        else if (progress->resume_level >= level)
            progress->resume_level = 0;
    }
    progress->level--;
    return flow;
}

static int parse(struct run *run, const char *text, struct statements *ret)
{
    struct tokens tokens;
    struct parser parser = {.arena = run->arena, .problems = &run->problems};

    if (tokens_read(text, run->session->settings.quoted_identifier, &tokens, &run->problems) != 0)
        return -1;
    parser.first = parser.at = tokens.items;
    return parse_batch(&parser, ret);
}

enum flow run_text(struct run *run, const char *text)
{
    struct statements statements;

    if (parse(run, text, &statements) == 0)
        return run_statements(run, &statements);
    if (run_catches(run))
        return FLOW_CATCH;
    run_report(run, run->procedure);
    run->sink->done(run->sink->user, false, 0, true);
    return FLOW_END_BATCH;
}

/* --- batches --- */

/* A batch between two of its runs; all that it knows lives in its arena. */
struct waiting {
    struct arena *arena;
    struct run *run;
    struct statements statements;
};

static void waiting_free(struct waiting *waiting)
{
    if (waiting)
        arena_free(waiting->arena);
}
AUTO_DEFINE_FREE(waiting, struct waiting)

void run_forget(struct tsql_session *session)
{
    struct session *row = session_row(session);

    waiting_free(session->waiting);
    session->waiting = NULL;
    if (row && row->rolled_back_utc_ms == 0)
        session_request_ends(row);
}

/* True: the batch is at its end. */
static bool go_on(struct tsql_session *session, struct waiting *given, const struct tsql_sink *sink)
{
    AUTO(waiting) struct waiting *waiting = given;
    struct run *run = waiting->run;
    enum flow flow;

    run->sink = sink;
    run->progress.waits = false;
    session->run = run;
    flow = run_statements(run, &waiting->statements);
    session->run = NULL;
    if (flow != FLOW_WAIT)
        return true;
    session->waiting = waiting;
    waiting = NULL;
    return false;
}

static struct waiting *new_batch(struct tsql_session *session, const struct tsql_sink *sink)
{
    struct arena *arena = arena_new();
    struct waiting *batch = arena_alloc(arena, sizeof(*batch));

    batch->arena = arena;
    batch->run = arena_alloc(arena, sizeof(*batch->run));
    batch->run->session = session; /* one by one: a run is large, and zeroed already */
    batch->run->sink = sink;
    batch->run->arena = batch->run->problems.arena = arena;
    batch->run->procedure = "";
    return batch;
}

static void tell_world(struct tsql_session *session, const char *batch)
{
    world_receive(session->world, &(struct received){.way = "sql",
                                                     .where = session->instance->name,
                                                     .who = session->login,
                                                     .program = session_row(session)->program,
                                                     .text = batch,
                                                     .at_utc_ms = session->world->now_utc_ms});
}

bool tsql_execute(struct tsql_session *session, const char *batch, const struct tsql_sink *sink)
{
    AUTO(waiting) struct waiting *waiting = NULL;
    struct waiting *parsed;

    if (!tsql_session_alive(session))
        return true;
    tell_world(session, batch);
    waiting = new_batch(session, sink);
    session->run = waiting->run;
    if (parse(waiting->run, batch, &waiting->statements) != 0) {
        run_report(waiting->run, "");
        sink->done(sink->user, false, 0, true);
        session->run = NULL;
        return true;
    }
    parsed = waiting;
    waiting = NULL;
    return go_on(session, parsed, sink);
}

bool tsql_continue(struct tsql_session *session, const struct tsql_sink *sink)
{
    struct waiting *waiting = session->waiting;

    if (!waiting || !tsql_session_alive(session))
        return true;
    session->waiting = NULL;
    return go_on(session, waiting, sink);
}

void tsql_cancel(struct tsql_session *session)
{
    run_forget(session);
}

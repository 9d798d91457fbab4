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

static enum flow run_statement(struct run *run, const struct statement *statement)
{
    enum flow flow = FLOW_NEXT;
    bool ends, error;

    run->line = statement->line;
    run->row_count = 0;
    run->has_count = false;
    if (statement->kind->mutates)
        run_count_mutation(run);
    statement->kind->run(run, statement, &flow);
    if (run->mutated)
        spans_note(run->session->world);
    run->mutated = false;
    ends = ends_batch(&run->problems, statement->kind);
    if (statement->kind->silent && run->problems.count == 0)
        return flow;
    error = run_report(run, run->procedure);
    run->session->last_row_count = (int64_t)run->row_count;
    run->sink->done(run->sink->user, run->has_count && !run->session->settings.nocount && !error,
                    run->row_count, error);
    return ends ? FLOW_END_BATCH : flow;
}

enum flow run_statements(struct run *run, const struct statements *statements)
{
    enum flow flow = FLOW_NEXT;

    for (size_t i = 0; i < statements->count && flow == FLOW_NEXT; i++)
        flow = run_statement(run, &statements->items[i]);
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
    run_report(run, run->procedure);
    run->sink->done(run->sink->user, false, 0, true);
    return FLOW_END_BATCH;
}

void tsql_execute(struct tsql_session *session, const char *batch, const struct tsql_sink *sink)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct run run = {
        .session = session, .sink = sink, .arena = arena, .problems = {.arena = arena}, .procedure = ""};

    if (!tsql_session_alive(session))
        return;
    session->run = &run;
    run_text(&run, batch);
    session->run = NULL;
}

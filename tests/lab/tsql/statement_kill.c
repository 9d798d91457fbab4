/* KILL session [WITH STATUSONLY] */
#include "lab/tsql/statement.h"

#include "base/arena.h"
#include "lab/tsql/rights.h"

#include <stdlib.h>

struct kill_statement {
    int64_t session_id;
    bool status_only;
};

/* Only a literal: no variable, no unit of work. */
static int parse_kill(struct parser *parser, struct statement *statement)
{
    struct kill_statement *asked = DETAIL(parser, statement, struct kill_statement);

    if (parser->at->kind != TOKEN_INTEGER)
        return parse_error(parser);
    asked->session_id = strtoll(parser->at++->text, NULL, 10);
    asked->status_only = take_word(parser, "WITH");
    return asked->status_only ? need_word(parser, "STATUSONLY") : 0;
}

static const char *number_text(struct run *run, int64_t number)
{
    return arena_format(run->arena, "%lld", (long long)number);
}

/* What has been undone of a session that was killed, as far as the server can tell. */
static int report_rollback(struct run *run, int line, int64_t session_id)
{
    const struct world *world = run->session->world;
    const struct session *row = session_find(run->session->instance, (int)session_id);
    int64_t left_ms, total_ms;

    if (!row || !session_rolls_back(world, row))
        return PROBLEM(&run->problems, line, 6120, number_text(run, session_id));
    left_ms = row->rolled_back_utc_ms - world->now_utc_ms;
    total_ms = row->rolled_back_utc_ms - row->request_from_utc_ms;
    PROBLEM(&run->problems, line, 6109, number_text(run, session_id),
            number_text(run, 100 - left_ms * 100 / total_ms), number_text(run, left_ms / 1000));
    return 0;
}

static int run_kill(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    enum { SESSION_ID_MAX = 32767 };
    const struct kill_statement *asked = statement->detail;
    struct world_result result = {0};

    (void)ret_flow;
    if (!asked->status_only)
        run_count_mutation(run);
    if (!may_as(run->session, "processadmin") && !may_server(run->session, "ALTER ANY CONNECTION"))
        return PROBLEM0(&run->problems, statement->line, 6102);
    if (run->session->transaction_count > 0)
        return PROBLEM0(&run->problems, statement->line, 6115);
    if (asked->session_id < 1 || asked->session_id > SESSION_ID_MAX)
        return PROBLEM(&run->problems, statement->line, 6101, number_text(run, asked->session_id));
    if (asked->status_only)
        return report_rollback(run, statement->line, asked->session_id);
    session_kill(run->session->world, run->session->instance, (int)asked->session_id,
                 run->session->session_id, &result);
    return run_world_result(run, statement->line, &result);
}

static const struct statement_kind kinds[] = {
    {.first = "KILL", .parse = parse_kill, .run = run_kill, .survives = true},
};
const struct statement_family statements_kill = {kinds, COUNT(kinds)};

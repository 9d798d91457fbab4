/*
 * BEGIN TRY ... END TRY BEGIN CATCH ... END CATCH, and THROW ("TRY...CATCH", "THROW").
 *
 * What a statement has told of its failure is lost but for its last error, as in SQL Server: of 3201 and 3013
 * a CATCH sees 3013.  Errors of compilation in the text of the TRY itself are not caught.
 */
#include "lab/tsql/statement.h"

#include "base/arena.h"
#include "lab/tsql/query.h"
#include "lab/tsql/value.h"

struct attempt {
    struct statements body, otherwise;
};

static int need_words(struct parser *parser, const char *first, const char *second)
{
    return need_word(parser, first) == 0 ? need_word(parser, second) : -1;
}

static int parse_try(struct parser *parser, struct statement *statement)
{
    struct attempt *attempt = DETAIL(parser, statement, struct attempt);

    if (parse_until_end(parser, &attempt->body) != 0 || need_words(parser, "END", "TRY") != 0)
        return -1;
    take_mark(parser, ";");
    if (need_words(parser, "BEGIN", "CATCH") != 0 || parse_until_end(parser, &attempt->otherwise) != 0)
        return -1;
    return need_words(parser, "END", "CATCH");
}

static enum flow run_body(struct run *run, const struct attempt *attempt)
{
    int outer_depth = run->try_depth;
    enum flow flow;

    run->try_depth = run->depth + 1;
    flow = run_statements(run, &attempt->body);
    run->try_depth = outer_depth;
    return flow;
}

/* The error is there for as long as the CATCH lasts. */
static enum flow run_catch(struct run *run, const struct attempt *attempt, const struct problem *caught)
{
    const struct problem *outer = run->error;
    enum flow flow;

    run->error = caught;
    flow = run_statements(run, &attempt->otherwise);
    run->error = outer;
    return flow;
}

static const struct problem *take_caught(struct run *run)
{
    struct problem *caught = arena_alloc(run->arena, sizeof(*caught));

    *caught = run->caught;
    run->throws = false;
    return caught;
}

static int run_try(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    const struct attempt *attempt = statement->detail;
    struct run_place *place = &run->progress.places[run->progress.level - 1];

    if (!run_is_inside(run))
        place->caught = NULL;
    if (!place->caught) {
        *ret_flow = run_body(run, attempt);
        if (!run->throws)
            return 0;
        place->caught = take_caught(run);
    }
    *ret_flow = run_catch(run, attempt, place->caught);
    return 0;
}

/* --- THROW --- */

struct thrown {
    struct expr *number, *text, *state; /* NULL: the error of the CATCH again */
};

static int parse_throw(struct parser *parser, struct statement *statement)
{
    struct thrown *thrown = DETAIL(parser, statement, struct thrown);

    if (parser->at->kind != TOKEN_INTEGER && parser->at->kind != TOKEN_VARIABLE)
        return 0;
    thrown->number = parse_value(parser);
    if (!thrown->number || need_mark(parser, ",") != 0 || !(thrown->text = parse_value(parser)) ||
        need_mark(parser, ",") != 0)
        return -1;
    thrown->state = parse_value(parser);
    return thrown->state ? 0 : -1;
}

static int throw_again(struct run *run, int line)
{
    if (!run->error)
        return PROBLEM0(&run->problems, line, 10704);
    return problem_add_text(&run->problems, *run->error);
}

static int run_throw(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    enum { USER_SEVERITY = 16, FIRST_USER_NUMBER = 50000 };
    const struct thrown *thrown = statement->detail;
    struct type whole = type_of(TSQL_INT), text = type_text(TSQL_NVARCHAR, 2047);
    struct tsql_value number, words, state;

    *ret_flow = FLOW_END_BATCH;
    if (!thrown->number)
        return throw_again(run, statement->line);
    if (query_value(run, thrown->number, &whole, &number, NULL) != 0 ||
        query_value(run, thrown->text, &text, &words, NULL) != 0)
        return -1;
    words = value_keep(run, &words);
    if (query_value(run, thrown->state, &whole, &state, NULL) != 0)
        return -1;
    if (number.integer < FIRST_USER_NUMBER)
        return PROBLEM0(&run->problems, statement->line, 35100);
    return problem_add_text(&run->problems,
                            (struct problem){(int)number.integer, USER_SEVERITY, (int)state.integer,
                                             statement->line, words.is_null ? "(null)" : words.text});
}

static const struct statement_kind kinds[] = {
    {.first = "BEGIN", .second = "TRY", .parse = parse_try, .run = run_try, .silent = true},
    {.first = "THROW", .parse = parse_throw, .run = run_throw, .survives = true},
};
const struct statement_family statements_try = {kinds, COUNT(kinds)};

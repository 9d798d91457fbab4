/* Control of flow: BEGIN, IF, DECLARE, PRINT, RAISERROR, RETURN, USE, WAITFOR, transactions. */
#include "lab/tsql/statement.h"

#include "base/arena.h"
#include "base/strbuf.h"
#include "lab/tsql/query.h"
#include "lab/tsql/text.h"
#include "lab/tsql/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int parse_block(struct parser *parser, struct statement *statement)
{
    return parse_body(parser, DETAIL(parser, statement, struct statements));
}

static int run_block(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    *ret_flow = run_statements(run, statement->detail);
    return 0;
}

struct branch {
    struct expr *condition;
    struct statements then, otherwise;
};

static int parse_if(struct parser *parser, struct statement *statement)
{
    struct branch *branch = DETAIL(parser, statement, struct branch);

    branch->condition = parse_condition(parser);
    if (!branch->condition || parse_body(parser, &branch->then) != 0)
        return -1;
    if (at_mark(parser, ";") && token_is_word(parser->at + 1, "ELSE"))
        parser->at++;
    return take_word(parser, "ELSE") ? parse_body(parser, &branch->otherwise) : 0;
}

static int run_if(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    const struct branch *branch = statement->detail;
    struct run_place *place = &run->progress.places[run->progress.level - 1];
    bool met = place->branch;

    if (!run_is_inside(run) && query_condition(run, branch->condition, &met) != 0)
        return -1;
    place->branch = met;
    *ret_flow = run_statements(run, met ? &branch->then : &branch->otherwise);
    return 0;
}

struct declaration {
    const char *name;
    int line;
    struct type type;
    struct expr *value; /* NULL = none */
};

struct declarations {
    struct declaration *items;
    size_t count;
};

static int parse_declare(struct parser *parser, struct statement *statement)
{
    struct declarations *list = DETAIL(parser, statement, struct declarations);

    do {
        struct declaration *declaration =
            arena_push(parser->arena, &list->items, &list->count, sizeof(*declaration));

        if (parser->at->kind != TOKEN_VARIABLE)
            return parse_error(parser);
        declaration->line = parser->at->line;
        declaration->name = parser->at++->text;
        take_word(parser, "AS");
        if (need_type(parser, &declaration->type) != 0)
            return -1;
        if (take_mark(parser, "=") && !(declaration->value = parse_value(parser)))
            return -1;
    } while (take_mark(parser, ","));
    return 0;
}

static int declare(struct run *run, const struct declaration *declaration)
{
    struct variable variable = {.name = declaration->name, .type = declaration->type, .value = value_null()};

    if (run_variable(run, declaration->name))
        return PROBLEM(&run->problems, declaration->line, 134, declaration->name);
    if (declaration->value &&
        query_value(run, declaration->value, &declaration->type, &variable.value, NULL) != 0)
        return -1;
    *(struct variable *)arena_push(run->arena, &run->variables.items, &run->variables.count,
                                   sizeof(variable)) = variable;
    return 0;
}

static int run_declare(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    const struct declarations *list = statement->detail;

    (void)ret_flow;
    for (size_t i = 0; i < list->count; i++)
        if (declare(run, &list->items[i]) != 0)
            return -1;
    return 0;
}

static int parse_print(struct parser *parser, struct statement *statement)
{
    statement->detail = parse_value(parser);
    return statement->detail ? 0 : -1;
}

static int run_print(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    struct type type = type_text(TSQL_NVARCHAR, TEXT_LENGTH_MAX);
    struct tsql_value value;

    (void)ret_flow;
    if (query_value(run, statement->detail, &type, &value, NULL) != 0)
        return -1;
    problem_add_text(&run->problems,
                     (struct problem){0, 0, 1, statement->line, value.is_null ? " " : value.text});
    return 0;
}

enum { RAISE_ARGUMENTS_MAX = 20, USER_MESSAGE = 50000 };

struct raise {
    struct expr *arguments[RAISE_ARGUMENTS_MAX]; /* text, severity, state, then what the text asks for */
    size_t count;
};

static int parse_raise(struct parser *parser, struct statement *statement)
{
    struct raise *raise = DETAIL(parser, statement, struct raise);

    if (need_mark(parser, "(") != 0)
        return -1;
    do {
        if (raise->count == RAISE_ARGUMENTS_MAX)
            return parse_error(parser);
        raise->arguments[raise->count] = parse_value(parser);
        if (!raise->arguments[raise->count++])
            return -1;
    } while (take_mark(parser, ","));
    if (raise->count < 3 || need_mark(parser, ")") != 0)
        return raise->count < 3 ? parse_error(parser) : -1;
    if (take_word(parser, "WITH"))
        return take_word(parser, "NOWAIT") || take_word(parser, "LOG") ? 0 : parse_error(parser);
    return 0;
}

static int raise_text(struct run *run, const struct raise *raise, size_t index, const char **ret)
{
    struct type type = type_text(TSQL_NVARCHAR, 2047);
    struct tsql_value value;

    if (query_value(run, raise->arguments[index], &type, &value, NULL) != 0)
        return -1;
    *ret = value.is_null ? "(null)" : value.text;
    return 0;
}

/* %s, %d, %i, %u, %%; widths are not known here. */
static int raise_format(struct run *run, const struct raise *raise, struct strbuf *out)
{
    const char *format, *argument;
    size_t next = 3;

    if (raise_text(run, raise, 0, &format) != 0)
        return -1;
    for (; *format; format++) {
        if (*format != '%' || !format[1]) {
            strbuf_add_char(out, *format);
            continue;
        }
        format++;
        if (!strchr("sdiu", *format)) {
            strbuf_add_char(out, *format);
            continue;
        }
        argument = "(null)";
        if (next < raise->count && raise_text(run, raise, next++, &argument) != 0)
            return -1;
        strbuf_add(out, argument);
    }
    return 0;
}

static int run_raise(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    const struct raise *raise = statement->detail;
    struct type type = type_of(TSQL_INT);
    struct tsql_value severity, state;

    (void)ret_flow;
    if (raise_format(run, raise, &text) != 0 ||
        query_value(run, raise->arguments[1], &type, &severity, NULL) != 0 ||
        query_value(run, raise->arguments[2], &type, &state, NULL) != 0)
        return -1;
    return problem_add_text(&run->problems,
                            (struct problem){USER_MESSAGE, (int)severity.integer, (int)state.integer,
                                             statement->line, strbuf_text(&text)});
}

static int parse_return(struct parser *parser, struct statement *statement)
{
    bool value = parser->at->kind == TOKEN_INTEGER || parser->at->kind == TOKEN_VARIABLE ||
                 at_mark(parser, "-") || at_mark(parser, "(");

    statement->detail = value ? parse_value(parser) : NULL;
    return value && !statement->detail ? -1 : 0;
}

static int run_return(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    struct type type = type_of(TSQL_INT);
    struct tsql_value value;

    *ret_flow = FLOW_RETURN;
    if (!statement->detail)
        return 0;
    if (query_value(run, statement->detail, &type, &value, NULL) != 0)
        return -1;
    run->return_status = (int32_t)value.integer;
    return 0;
}

static int parse_use(struct parser *parser, struct statement *statement)
{
    const char *name = need_identifier(parser);

    statement->detail = arena_text(parser->arena, name);
    return name ? 0 : -1;
}

static int run_use(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    struct tsql_session *session = run->session;
    const struct database *database;
    char from[WORLD_NAME_BYTES];

    (void)ret_flow;
    if (session_may_enter(session, statement->detail, statement->line, &run->problems) != 0)
        return -1;
    database = database_find(session->instance, statement->detail);
    snprintf(from, sizeof(from), "%s", session_database(session));
    snprintf(session_row(session)->database, sizeof(session_row(session)->database), "%s", database->name);
    run->sink->database_changed(run->sink->user, from, database->name);
    PROBLEM(&run->problems, statement->line, 5701, database->name);
    return 0;
}

/* WAITFOR DELAY 'hh:mm:ss': the lab's clock is virtual, so nothing waits; a wrong delay is still wrong. */
static int parse_waitfor(struct parser *parser, struct statement *statement)
{
    const char *delay;
    int hours, minutes, seconds;

    statement->detail = NULL;
    if (need_word(parser, "DELAY") != 0 || !(delay = need_string(parser)))
        return -1;
    if (sscanf(delay, "%2d:%2d:%2d", &hours, &minutes, &seconds) != 3 || hours < 0 || hours > 23)
        return PROBLEM(parser->problems, statement->line, 148, delay);
    return 0;
}

static int run_nothing(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    (void)run;
    (void)statement;
    (void)ret_flow;
    return 0;
}

/* BEGIN TRAN, COMMIT [TRAN], ROLLBACK [TRAN]: only tables that somebody created are
 * transactional here. */
static int parse_transaction(struct parser *parser, struct statement *statement)
{
    statement->detail = NULL;
    if (!take_word(parser, "TRAN") && !take_word(parser, "TRANSACTION"))
        take_word(parser, "WORK");
    if (parser->at->kind == TOKEN_WORD && at_identifier(parser) && parser->at->line == parser->at[-1].line)
        parser->at++; /* its name */
    return 0;
}

static int run_begin_transaction(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    (void)statement;
    (void)ret_flow;
    run->session->transaction_count++;
    return 0;
}

static int run_commit(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    (void)ret_flow;
    if (run->session->transaction_count == 0)
        return PROBLEM0(&run->problems, statement->line, 3902);
    if (--run->session->transaction_count == 0)
        user_tables_commit(run->session->instance, run->session->session_id);
    return 0;
}

static int run_rollback(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    (void)ret_flow;
    if (run->session->transaction_count == 0)
        return PROBLEM0(&run->problems, statement->line, 3903);
    run->session->transaction_count = 0;
    user_tables_roll_back(run->session->instance, run->session->session_id);
    return 0;
}

static const struct statement_kind kinds[] = {
    {.first = "BEGIN", .second = "TRAN", .parse = parse_transaction, .run = run_begin_transaction},
    {.first = "BEGIN", .second = "TRANSACTION", .parse = parse_transaction, .run = run_begin_transaction},
    {.first = "BEGIN", .parse = parse_block, .run = run_block, .keeps_words = true, .silent = true},
    {.first = "IF", .parse = parse_if, .run = run_if, .silent = true},
    {.first = "DECLARE", .parse = parse_declare, .run = run_declare, .silent = true},
    {.first = "PRINT", .parse = parse_print, .run = run_print},
    {.first = "RAISERROR", .parse = parse_raise, .run = run_raise, .survives = true},
    {.first = "RETURN", .parse = parse_return, .run = run_return, .silent = true},
    {.first = "USE", .parse = parse_use, .run = run_use, .survives = true},
    {.first = "WAITFOR", .parse = parse_waitfor, .run = run_nothing},
    {.first = "COMMIT", .parse = parse_transaction, .run = run_commit, .survives = true},
    {.first = "ROLLBACK", .parse = parse_transaction, .run = run_rollback, .survives = true},
};
const struct statement_family statements_control = {kinds, COUNT(kinds)};

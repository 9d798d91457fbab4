/* EXEC: procedures, texts, sp_executesql. */
#include "lab/tsql/statement.h"

#include "base/arena.h"
#include "base/strbuf.h"
#include "lab/tsql/procedure.h"
#include "lab/tsql/query.h"
#include "lab/tsql/value.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct argument {
    const char *name; /* @p = ...; NULL: by its place */
    struct expr *value;
    bool by_default;    /* DEFAULT */
    const char *output; /* @v OUTPUT */
};

struct execute {
    struct name name;
    const char *status; /* EXEC @rc = ... */
    struct expr *text;  /* EXEC (text) */
    struct argument *arguments;
    size_t count;
};

/* A bare word as a value is its own text: sp_addrolemember db_datareader, x. */
static struct expr *parse_word_value(struct parser *parser)
{
    struct expr *expr = expr_new(parser, EXPR_LITERAL, parser->at->line);

    expr->literal = TOKEN_NATIONAL_STRING;
    expr->text = parser->at++->text;
    return expr;
}

static int parse_argument(struct parser *parser, struct execute *execute)
{
    struct argument *argument =
        arena_push(parser->arena, &execute->arguments, &execute->count, sizeof(*argument));
    bool variable;

    if (parser->at->kind == TOKEN_VARIABLE && token_is_mark(parser->at + 1, "=")) {
        argument->name = parser->at->text;
        parser->at += 2;
    }
    if (take_word(parser, "DEFAULT")) {
        argument->by_default = true;
        return 0;
    }
    variable = parser->at->kind == TOKEN_VARIABLE;
    argument->value = at_identifier(parser) ? parse_word_value(parser) : parse_value(parser);
    if (!argument->value)
        return -1;
    if (variable && (take_word(parser, "OUTPUT") || take_word(parser, "OUT")))
        argument->output = argument->value->text;
    return 0;
}

static bool at_argument(const struct parser *parser)
{
    enum token_kind kind = parser->at->kind;

    return (kind >= TOKEN_VARIABLE && kind <= TOKEN_HEX) || at_identifier(parser) || at_mark(parser, "-") ||
           at_word(parser, "NULL") || at_word(parser, "DEFAULT");
}

static int parse_procedure_call(struct parser *parser, struct execute *execute)
{
    if (need_name(parser, &execute->name) != 0)
        return -1;
    if (!at_argument(parser))
        return 0;
    do {
        if (parse_argument(parser, execute) != 0)
            return -1;
    } while (take_mark(parser, ","));
    return 0;
}

static int parse_exec(struct parser *parser, struct statement *statement)
{
    struct execute *execute = DETAIL(parser, statement, struct execute);

    if (take_mark(parser, "(")) {
        execute->text = parse_value(parser);
        return execute->text ? need_mark(parser, ")") : -1;
    }
    if (parser->at->kind == TOKEN_VARIABLE && token_is_mark(parser->at + 1, "=")) {
        execute->status = parser->at->text;
        parser->at += 2;
    }
    return parse_procedure_call(parser, execute);
}

static int text_of(struct run *run, struct expr *expr, const char **ret)
{
    struct type type = type_text(TSQL_NVARCHAR, 0);
    struct tsql_value value;

    if (query_value(run, expr, &type, &value, NULL) != 0)
        return -1;
    *ret = value.is_null ? "" : value.text;
    return 0;
}

/* A USE in a text lasts until its end. */
static void leave_database(struct run *run, const char *database)
{
    struct session *row = session_row(run->session);

    if (!row || run->progress.waits || strcmp(row->database, database) == 0)
        return;
    if (run->sink->database_changed)
        run->sink->database_changed(run->sink->user, row->database, database);
    snprintf(row->database, sizeof(row->database), "%s", database);
}

/* Runs a text with variables of its own. */
static int run_inner(struct run *run, const char *text, struct variables *variables, const char *procedure,
                     int line)
{
    struct variables outer = run->variables;
    const char *outer_procedure = run->procedure;

    if (run->depth >= TEXT_DEPTH_MAX)
        return PROBLEM0(&run->problems, line, 217);
    run->depth++;
    if (!run_is_inside(run))
        run->progress.databases[run->depth] = arena_text(run->arena, session_database(run->session));
    run->variables = run_is_inside(run) ? run->progress.texts[run->depth] : *variables;
    run->procedure = procedure;
    run->return_status = 0;
    run_text(run, text);
    *variables = run->progress.texts[run->depth] = run->variables;
    leave_database(run, run->progress.databases[run->depth]);
    run->variables = outer;
    run->procedure = outer_procedure;
    run->depth--;
    return 0;
}

static struct variable *add_variable(struct run *run, struct variables *list, const char *name,
                                     struct type type)
{
    struct variable *variable = arena_push(run->arena, &list->items, &list->count, sizeof(*variable));

    *variable = (struct variable){.name = name, .type = type, .value = value_null()};
    return variable;
}

static int put_output(struct run *run, const struct argument *argument, const struct variable *from, int line)
{
    struct variable *to = run_variable(run, argument->output);
    struct operation operation = {.from = from->type, .line = line};

    if (!to)
        return PROBLEM(&run->problems, line, 137, argument->output);
    operation.to = to->type;
    return value_convert(run, &operation, &from->value, 0, &to->value);
}

/* "@a int, @b nvarchar(10) OUTPUT" */
static int declare_parameters(struct run *run, const char *text, struct variables *list)
{
    struct tokens tokens;
    struct parser parser = {.arena = run->arena, .problems = &run->problems};

    if (tokens_read(text, true, &tokens, &run->problems) != 0)
        return -1;
    for (parser.first = parser.at = tokens.items; parser.at->kind == TOKEN_VARIABLE;) {
        const char *name = parser.at++->text;
        struct type type;

        take_word(&parser, "AS");
        if (need_type(&parser, &type) != 0)
            return -1;
        add_variable(run, list, name, type);
        if (!take_word(&parser, "OUTPUT"))
            take_word(&parser, "OUT");
        if (!take_mark(&parser, ","))
            break;
    }
    return parser.at->kind == TOKEN_END ? 0 : parse_error(&parser);
}

static struct variable *variable_for(struct variables *list, const struct argument *argument, size_t place)
{
    for (size_t i = 0; argument->name && i < list->count; i++)
        if (strcasecmp(list->items[i].name, argument->name) == 0)
            return &list->items[i];
    return !argument->name && place < list->count ? &list->items[place] : NULL;
}

static int set_arguments(struct run *run, const struct execute *execute, size_t first, struct variables *list,
                         const char *procedure)
{
    for (size_t i = first; i < execute->count; i++) {
        const struct argument *argument = &execute->arguments[i];
        struct variable *variable = variable_for(list, argument, i - first);

        if (!variable && argument->name)
            return PROBLEM(&run->problems, run->line, 8145, argument->name, procedure);
        if (!variable)
            return PROBLEM(&run->problems, run->line, 8144, procedure);
        if (!argument->by_default &&
            query_value(run, argument->value, &variable->type, &variable->value, NULL) != 0)
            return -1;
    }
    return 0;
}

static int put_outputs(struct run *run, const struct execute *execute, size_t first, struct variables *list)
{
    for (size_t i = first; i < execute->count; i++) {
        const struct argument *argument = &execute->arguments[i];
        const struct variable *variable = variable_for(list, argument, i - first);

        if (argument->output && variable && put_output(run, argument, variable, run->line) != 0)
            return -1;
    }
    return 0;
}

/* sp_executesql N'text' [, N'parameters', values ...] */
static int run_executesql(struct run *run, const struct execute *execute)
{
    struct variables variables = {NULL, 0};
    const char *text, *parameters = "";

    if (execute->count == 0)
        return PROBLEM(&run->problems, run->line, 201, "sp_executesql", "@statement");
    if (text_of(run, execute->arguments[0].value, &text) != 0 ||
        (execute->count > 1 && text_of(run, execute->arguments[1].value, &parameters) != 0))
        return -1;
    if (declare_parameters(run, parameters, &variables) != 0 ||
        set_arguments(run, execute, 2, &variables, "sp_executesql") != 0)
        return -1;
    if (execute->count < variables.count + 2)
        if (variables.count)
            return PROBLEM(&run->problems, run->line, 8178, parameters,
                           variables.items[variables.count - 1].name);
    if (run_inner(run, text, &variables, "", run->line) != 0)
        return -1;
    run->return_status = run->session->last_error;
    return execute->count > 2 ? put_outputs(run, execute, 2, &variables) : 0;
}

static int check_required(struct run *run, const struct procedure *procedure, const struct execute *execute)
{
    for (size_t p = 0; p < PARAMETERS_MAX && procedure->parameters[p].name; p++) {
        bool given = p < execute->count && !execute->arguments[p].name;

        for (size_t i = 0; i < execute->count; i++)
            given = given || (execute->arguments[i].name &&
                              strcasecmp(execute->arguments[i].name, procedure->parameters[p].name) == 0);
        if (!given && procedure->parameters[p].required)
            return PROBLEM(&run->problems, run->line, 201, procedure->name, procedure->parameters[p].name);
    }
    return 0;
}

static int run_body(struct run *run, const struct procedure *procedure, struct variables *variables)
{
    struct variables outer = run->variables;
    int result;

    if (procedure->text) {
        run->as_owner = true;
        result = run_inner(run, procedure->text, variables, procedure->name, run->line);
        run->as_owner = false;
        return result;
    }
    run->variables = *variables;
    run->return_status = 0;
    result = procedure->body(run, run->line);
    *variables = run->variables;
    run->variables = outer;
    return result;
}

static int deny(struct run *run, const struct procedure *procedure)
{
    bool system = procedure->place == PROCEDURE_SYSTEM;

    return PROBLEM(&run->problems, run->line, 229, "EXECUTE", procedure->name,
                   system ? "mssqlsystemresource" : "msdb", system ? "sys" : "dbo");
}

static int run_procedure(struct run *run, const struct execute *execute, const struct procedure *procedure)
{
    struct variables variables = {NULL, 0};

    if (procedure->mutates && !run_resumes(run))
        run_count_mutation(run);
    if (!procedure_may_execute(run->session, procedure))
        return deny(run, procedure);
    for (size_t p = 0; p < PARAMETERS_MAX && procedure->parameters[p].name; p++)
        add_variable(run, &variables, procedure->parameters[p].name, procedure->parameters[p].type);
    if (check_required(run, procedure, execute) != 0 ||
        set_arguments(run, execute, 0, &variables, procedure->name) != 0 ||
        run_body(run, procedure, &variables) != 0)
        return -1;
    return put_outputs(run, execute, 0, &variables);
}

static bool is_executesql(const struct name *name)
{
    return strcasecmp(name_object(name), "sp_executesql") == 0;
}

/* Inside another text nobody but a variable hears of the status. */
static int finish(struct run *run, const struct execute *execute, int result)
{
    int32_t status = result != 0 && run->return_status == 0 ? 1 : run->return_status;
    struct variable *variable = execute->status ? run_variable(run, execute->status) : NULL;

    if (run->progress.waits)
        return result;
    if (execute->status && !variable)
        return PROBLEM(&run->problems, run->line, 137, execute->status);
    if (variable)
        variable->value = value_integer(status);
    if (run->depth > 0 || run->throws || run_catches(run))
        return result;
    run_report(run, name_object(&execute->name));
    if (run->sink->return_status)
        run->sink->return_status(run->sink->user, status);
    return result;
}

static int run_exec(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    const struct execute *execute = statement->detail;
    struct variables none = {NULL, 0};
    const struct procedure *procedure;
    const char *text;

    (void)ret_flow;
    if (execute->text)
        return text_of(run, execute->text, &text) == 0 ? run_inner(run, text, &none, "", run->line) : -1;
    run->return_status = 0;
    if (is_executesql(&execute->name))
        return finish(run, execute, run_executesql(run, execute));
    procedure = procedure_find(run->session, &execute->name);
    if (!procedure)
        return PROBLEM(&run->problems, statement->line, 2812, name_text(run->arena, &execute->name));
    return finish(run, execute, run_procedure(run, execute, procedure));
}

const struct statement_kind statement_implicit_exec = {
    .first = "", .parse = parse_exec, .run = run_exec, .keeps_words = true, .silent = true, .survives = true};

static const struct statement_kind kinds[] = {
    {.first = "EXEC", .parse = parse_exec, .run = run_exec, .silent = true, .survives = true},
    {.first = "EXECUTE", .parse = parse_exec, .run = run_exec, .silent = true, .survives = true},
};
const struct statement_family statements_exec = {kinds, COUNT(kinds)};

#include "lab/powershell/parse.h"

#include "lab/powershell/run.h"

#include <ctype.h>
#include <string.h>

static struct ps_statement *statement_new(struct ps_reader *reader, enum ps_statement_kind kind, size_t at)
{
    struct ps_statement *statement = ps_alloc(reader->ps, sizeof(*statement));

    statement->kind = kind;
    statement->extent.at = at;
    return statement;
}

static struct ps_statement *statement_end(struct ps_reader *reader, struct ps_statement *statement)
{
    size_t end = ps_reader_offset(reader);

    while (end > statement->extent.at && strchr(" \t\r\n", reader->start[end - 1]))
        end--;
    statement->extent.length = end - statement->extent.at;
    return reader->problem.id ? NULL : statement;
}

static int expect(struct ps_reader *reader, const char *mark, const char *after)
{
    ps_skip_lines(reader);
    if (ps_take(reader, mark))
        return 0;
    return ps_reader_fail(reader, *mark == '(' ? "MissingOpenParenthesis" : "MissingToken",
                          "Missing '%s' %s.", mark, after);
}

/* { statements } */
static int parse_body(struct ps_reader *reader, struct ps_statements *body, const char *after)
{
    ps_skip_lines(reader);
    if (!ps_take(reader, "{"))
        return ps_reader_fail(reader, "MissingStatementBlock", "Missing statement block after %s.", after);
    return ps_parse_statements(reader, "}", body);
}

/* ( pipeline ) */
static struct ps_statement *parse_condition(struct ps_reader *reader, const char *word)
{
    struct ps_statement *condition;

    if (expect(reader, "(", word) != 0)
        return NULL;
    ps_skip_lines(reader);
    condition = ps_parse_statement(reader);
    return condition && expect(reader, ")", "after expression in condition") == 0 ? condition : NULL;
}

static struct ps_statement *parse_if(struct ps_reader *reader, struct ps_statement *statement)
{
    const char *after;

    do {
        struct ps_branch *branch =
            arena_push(reader->ps->arena, &statement->branches, &statement->branch_count, sizeof(*branch));

        branch->condition = parse_condition(reader, "after 'if' in if statement");
        if (!branch->condition || parse_body(reader, &branch->body, "if ( condition )") != 0)
            return NULL;
        after = reader->at;
        ps_skip_lines(reader);
    } while (ps_take_word(reader, "elseif"));
    if (ps_take_word(reader, "else")) {
        struct ps_branch *branch =
            arena_push(reader->ps->arena, &statement->branches, &statement->branch_count, sizeof(*branch));

        if (parse_body(reader, &branch->body, "'else'") != 0)
            return NULL;
    } else {
        reader->at = after;
    }
    return statement_end(reader, statement);
}

static struct ps_statement *parse_foreach(struct ps_reader *reader, struct ps_statement *statement)
{
    if (expect(reader, "(", "after 'foreach'") != 0)
        return NULL;
    ps_skip_lines(reader);
    statement->target = *reader->at == '$' ? ps_parse_unary(reader) : NULL;
    ps_skip_lines(reader);
    if (!statement->target || statement->target->kind != PS_EXPR_VARIABLE || !ps_take_word(reader, "in"))
        return ps_reader_fail(reader, "MissingVariableNameAfterForeach",
                              "Missing variable name after foreach."),
               NULL;
    ps_skip_lines(reader);
    statement->value = ps_parse_pipeline(reader);
    if (!statement->value || expect(reader, ")", "after expression in foreach") != 0 ||
        parse_body(reader, &statement->body, "foreach") != 0)
        return NULL;
    return statement_end(reader, statement);
}

static struct ps_statement *parse_while(struct ps_reader *reader, struct ps_statement *statement)
{
    statement->value = parse_condition(reader, "after 'while'");
    if (!statement->value || parse_body(reader, &statement->body, "while") != 0)
        return NULL;
    return statement_end(reader, statement);
}

/* One of the three parts of for (;;), up to its end; *ret_part stays NULL when it is empty. */
static int parse_for_part(struct ps_reader *reader, const char *end, struct ps_statement **ret_part)
{
    ps_skip_lines(reader);
    if (ps_take(reader, end))
        return 0;
    *ret_part = ps_parse_statement(reader);
    return *ret_part ? expect(reader, end, "in for statement") : -1;
}

static struct ps_statement *parse_for(struct ps_reader *reader, struct ps_statement *statement)
{
    if (expect(reader, "(", "after 'for'") != 0 || parse_for_part(reader, ";", &statement->initial) != 0 ||
        parse_for_part(reader, ";", &statement->value) != 0 ||
        parse_for_part(reader, ")", &statement->next) != 0 ||
        parse_body(reader, &statement->body, "for") != 0)
        return NULL;
    return statement_end(reader, statement);
}

static int parse_catch(struct ps_reader *reader, struct ps_statement *statement)
{
    struct ps_catch *clause =
        arena_push(reader->ps->arena, &statement->catches, &statement->catch_count, sizeof(*clause));

    for (;;) {
        const char *type;

        ps_skip_lines(reader);
        type = ps_read_type(reader);
        if (!type)
            return parse_body(reader, &clause->body, "'catch'");
        *(const char **)arena_push(reader->ps->arena, &clause->types, &clause->type_count, sizeof(type)) =
            type;
        ps_skip_blanks(reader);
        ps_take(reader, ",");
    }
}

static struct ps_statement *parse_try(struct ps_reader *reader, struct ps_statement *statement)
{
    const char *after;
    bool has_finally = false;

    if (parse_body(reader, &statement->body, "'try'") != 0)
        return NULL;
    for (;;) {
        after = reader->at;
        ps_skip_lines(reader);
        if (!ps_take_word(reader, "catch"))
            break;
        if (parse_catch(reader, statement) != 0)
            return NULL;
    }
    if (ps_take_word(reader, "finally")) {
        has_finally = true;
        if (parse_body(reader, &statement->finally, "'finally'") != 0)
            return NULL;
    } else {
        reader->at = after;
    }
    if (statement->catch_count == 0 && !has_finally)
        return ps_reader_fail(reader, "MissingCatchOrFinally",
                              "The Try statement is missing its Catch or Finally block."),
               NULL;
    return statement_end(reader, statement);
}

/* throw, return, exit: with an optional value. */
static struct ps_statement *parse_leave(struct ps_reader *reader, struct ps_statement *statement)
{
    ps_skip_blanks(reader);
    if (*reader->at && !strchr("\n;)}", *reader->at)) {
        statement->value = ps_parse_pipeline(reader);
        if (!statement->value)
            return NULL;
    }
    return statement_end(reader, statement);
}

static struct ps_statement *parse_bare(struct ps_reader *reader, struct ps_statement *statement)
{
    return statement_end(reader, statement);
}

static struct ps_statement *parse_function(struct ps_reader *reader, struct ps_statement *statement)
{
    struct ps_block header = {.parameters = NULL};
    const struct ps_block *block;
    const char *start;

    ps_skip_blanks(reader);
    start = reader->at;
    while (ps_is_name_char(*reader->at) || *reader->at == '-' || *reader->at == ':')
        reader->at++;
    if (reader->at == start)
        return ps_reader_fail(reader, "MissingNameAfterKeyword", "Missing name after function keyword."),
               NULL;
    statement->name = ps_keep(reader->ps, start, (size_t)(reader->at - start));
    ps_skip_lines(reader);
    if (ps_take(reader, "(") && ps_parse_parameters(reader, &header) != 0)
        return NULL;
    ps_skip_lines(reader);
    block = ps_parse_block(reader);
    if (!block)
        return NULL;
    if (header.parameter_count > 0) {
        struct ps_block *whole = ps_alloc(reader->ps, sizeof(*whole));

        *whole = *block;
        whole->parameters = header.parameters;
        whole->parameter_count = header.parameter_count;
        block = whole;
    }
    statement->block = block;
    return statement_end(reader, statement);
}

struct keyword {
    const char *word;
    enum ps_statement_kind kind;
    struct ps_statement *(*parse)(struct ps_reader *reader, struct ps_statement *statement);
};

/* parse NULL: a keyword of PowerShell that the lab does not know. */
static const struct keyword keywords[] = {
    {"if", PS_IF, parse_if},
    {"foreach", PS_FOREACH, parse_foreach},
    {"for", PS_FOR, parse_for},
    {"while", PS_WHILE, parse_while},
    {"try", PS_TRY, parse_try},
    {"throw", PS_THROW, parse_leave},
    {"return", PS_RETURN, parse_leave},
    {"exit", PS_EXIT, parse_leave},
    {"break", PS_BREAK, parse_bare},
    {"continue", PS_CONTINUE, parse_bare},
    {"function", PS_FUNCTION, parse_function},
    {"switch", PS_PIPELINE, NULL},
    {"do", PS_PIPELINE, NULL},
    {"trap", PS_PIPELINE, NULL},
    {"filter", PS_PIPELINE, NULL},
    {"workflow", PS_PIPELINE, NULL},
    {"begin", PS_PIPELINE, NULL},
    {"process", PS_PIPELINE, NULL},
    {"end", PS_PIPELINE, NULL},
    {"else", PS_PIPELINE, NULL},
    {"elseif", PS_PIPELINE, NULL},
    {"catch", PS_PIPELINE, NULL},
    {"finally", PS_PIPELINE, NULL},
    {"param", PS_PIPELINE, NULL},
};

static const struct keyword *keyword_at(const struct ps_reader *reader)
{
    for (size_t i = 0; i < COUNT(keywords); i++)
        if (ps_at_word(reader, keywords[i].word))
            return &keywords[i];
    return NULL;
}

static const struct ps_operator *take_assignment(struct ps_reader *reader, bool *ret_taken)
{
    static const char *const marks[] = {"+=", "-=", "*=", "/="};

    for (size_t i = 0; i < COUNT(marks); i++) {
        char name[2] = {marks[i][0], '\0'};

        if (!ps_take(reader, marks[i]))
            continue;
        *ret_taken = true;
        return ps_operator_named(name);
    }
    *ret_taken = reader->at[0] == '=' && ps_take(reader, "=");
    return NULL;
}

static bool is_assignable(const struct ps_expr *expr)
{
    return expr->kind == PS_EXPR_VARIABLE || expr->kind == PS_EXPR_MEMBER || expr->kind == PS_EXPR_INDEX ||
           expr->kind == PS_EXPR_STATIC || (expr->kind == PS_EXPR_CAST && is_assignable(expr->left));
}

/* target = statement; NULL without a problem: no assignment stands here. */
static struct ps_statement *parse_assignment(struct ps_reader *reader, struct ps_expr *target)
{
    struct ps_statement *statement;
    const struct ps_operator *operation;
    bool taken = false;

    ps_skip_blanks(reader);
    operation = take_assignment(reader, &taken);
    if (!taken)
        return NULL;
    statement = statement_new(reader, PS_ASSIGN, target->extent.at);
    if (!is_assignable(target))
        return ps_reader_fail(reader, "InvalidLeftHandSide", "The assignment expression is not valid."), NULL;
    statement->target = target;
    statement->operation = operation;
    ps_skip_lines(reader);
    statement->value = ps_parse_statement(reader);
    return statement->value ? statement_end(reader, statement) : NULL;
}

static bool starts_expression(const struct ps_reader *reader)
{
    if (!*reader->at)
        return false;
    return strchr("$\"'(@[{!,", *reader->at) || ps_at_number(reader) || *reader->at == '-';
}

static struct ps_stage *add_stage(struct ps_reader *reader, struct ps_statement *statement)
{
    return arena_push(reader->ps->arena, &statement->stages, &statement->stage_count,
                      sizeof(struct ps_stage));
}

static int parse_stages(struct ps_reader *reader, struct ps_statement *pipeline)
{
    for (;;) {
        ps_skip_blanks(reader);
        if (!ps_take(reader, "|"))
            return 0;
        ps_skip_lines(reader);
        if (!*reader->at)
            return ps_reader_fail(reader, "EmptyPipeElement", "An empty pipe element is not allowed.");
        if (starts_expression(reader))
            return ps_reader_fail(reader, "ExpressionsMustBeFirstInPipeline",
                                  "Expressions are only allowed as the first element of a pipeline.");
        if (ps_parse_command(reader, add_stage(reader, pipeline)) != 0)
            return -1;
    }
}

/* The first stage; *ret_assignment when it turned out to be one. */
static int parse_first(struct ps_reader *reader, struct ps_statement *pipeline,
                       struct ps_statement **ret_assignment)
{
    struct ps_stage *stage = add_stage(reader, pipeline);

    if (!starts_expression(reader))
        return ps_parse_command(reader, stage);
    stage->expr = ps_parse_expr(reader);
    if (!stage->expr)
        return -1;
    stage->extent = stage->expr->extent;
    *ret_assignment = parse_assignment(reader, stage->expr);
    return reader->problem.id ? -1 : 0;
}

struct ps_statement *ps_parse_pipeline(struct ps_reader *reader)
{
    struct ps_statement *pipeline = statement_new(reader, PS_PIPELINE, ps_reader_offset(reader)),
                        *assignment = NULL;

    if (parse_first(reader, pipeline, &assignment) != 0)
        return NULL;
    if (assignment)
        return assignment;
    return parse_stages(reader, pipeline) == 0 ? statement_end(reader, pipeline) : NULL;
}

static struct ps_statement *parse_any(struct ps_reader *reader)
{
    const struct keyword *keyword = keyword_at(reader);
    struct ps_statement *statement;

    if (!keyword)
        return ps_parse_pipeline(reader);
    if (!keyword->parse)
        return ps_reader_fail(reader, "ReservedKeywordNotAllowed",
                              "The '%s' keyword is not known to the lab here.", keyword->word),
               NULL;
    statement = statement_new(reader, keyword->kind, ps_reader_offset(reader));
    ps_take_word(reader, keyword->word);
    return keyword->parse(reader, statement);
}

struct ps_statement *ps_parse_statement(struct ps_reader *reader)
{
    struct ps_statement *statement;

    if (ps_parse_enter(reader) != 0)
        return NULL;
    statement = parse_any(reader);
    reader->depth--;
    return statement;
}

static int missing_end(struct ps_reader *reader, const char *end)
{
    if (*end == '}')
        return ps_reader_fail(reader, "MissingEndCurlyBrace",
                              "Missing closing '}' in statement block or type definition.");
    return ps_reader_fail(reader, "MissingEndParenthesisInSubexpression",
                          "Missing closing ')' in subexpression.");
}

/* A statement ends with its line, at ;, at the end of the block, or with its own }. */
static bool at_statement_end(const struct ps_reader *reader, const char *end)
{
    if (!*reader->at || strchr("\n;", *reader->at) || reader->at[-1] == '}')
        return true;
    return *end && strncmp(reader->at, end, strlen(end)) == 0;
}

int ps_parse_statements(struct ps_reader *reader, const char *end, struct ps_statements *ret_statements)
{
    for (;;) {
        struct ps_statement *statement;

        ps_skip_ends(reader);
        if (reader->problem.id)
            return -1;
        if (*end ? ps_take(reader, end) : !*reader->at)
            return 0;
        if (!*reader->at)
            return missing_end(reader, end);
        statement = ps_parse_statement(reader);
        if (!statement)
            return -1;
        ps_statements_add(reader, ret_statements, statement);
        ps_skip_blanks(reader);
        if (!at_statement_end(reader, end)) {
            ps_parse_unexpected(reader);
            return -1;
        }
    }
}

/* [attribute(...)] before a parameter is skipped: binding here knows no validation but [switch]. */
static void skip_attribute(struct ps_reader *reader)
{
    size_t name = 1;

    while (ps_is_name_char(reader->at[name]) || reader->at[name] == '.')
        name++;
    if (*reader->at == '[' && reader->at[name] == '(')
        reader->at += strcspn(reader->at, "]") + (strchr(reader->at, ']') != NULL);
}

static int parse_parameter(struct ps_reader *reader, struct ps_block *block)
{
    struct ps_parameter_decl *parameter =
        arena_push(reader->ps->arena, &block->parameters, &block->parameter_count, sizeof(*parameter));

    for (;;) {
        const char *before = reader->at, *type;

        skip_attribute(reader);
        ps_skip_lines(reader);
        type = ps_read_type(reader);
        if (type)
            parameter->type = type;
        ps_skip_lines(reader);
        if (reader->at == before)
            break;
    }
    parameter->is_switch = parameter->type && ps_same_type(parameter->type, "switch");
    parameter->name = ps_take(reader, "$") ? ps_read_variable(reader) : NULL;
    if (!parameter->name)
        return ps_reader_fail(reader, "MissingEndParenthesisInFunctionParameterList",
                              "Missing ')' in function parameter list.");
    ps_skip_lines(reader);
    if (ps_take(reader, "=")) {
        ps_skip_lines(reader);
        parameter->initial = ps_parse_unary(reader);
        return parameter->initial ? 0 : -1;
    }
    return 0;
}

int ps_parse_parameters(struct ps_reader *reader, struct ps_block *block)
{
    for (;;) {
        ps_skip_lines(reader);
        if (ps_take(reader, ")"))
            return 0;
        if (parse_parameter(reader, block) != 0)
            return -1;
        ps_skip_lines(reader);
        if (!ps_take(reader, ",") && *reader->at != ')')
            return ps_reader_fail(reader, "MissingEndParenthesisInFunctionParameterList",
                                  "Missing ')' in function parameter list.");
    }
}

/* param(...) at the beginning, [CmdletBinding()] before it. */
static int parse_param(struct ps_reader *reader, struct ps_block *block)
{
    ps_skip_ends(reader);
    skip_attribute(reader);
    ps_skip_ends(reader);
    if (!ps_take_word(reader, "param"))
        return 0;
    ps_skip_lines(reader);
    if (!ps_take(reader, "("))
        return ps_reader_fail(reader, "MissingOpenParenthesis", "Missing '(' after 'param'.");
    return ps_parse_parameters(reader, block);
}

const struct ps_block *ps_parse_block(struct ps_reader *reader)
{
    struct ps_block *block = ps_alloc(reader->ps, sizeof(*block));

    block->extent.at = ps_reader_offset(reader);
    if (!ps_take(reader, "{"))
        return ps_reader_fail(reader, "MissingOpenBraceInScriptBlock", "Missing '{'."), NULL;
    if (ps_parse_enter(reader) != 0 || parse_param(reader, block) != 0 ||
        ps_parse_statements(reader, "}", &block->body) != 0)
        return NULL;
    reader->depth--;
    block->extent.length = ps_reader_offset(reader) - block->extent.at;
    block->text = ps_keep(reader->ps, reader->start + block->extent.at + 1, block->extent.length - 2);
    return block;
}

const struct ps_block *ps_parse(struct ps *ps, const char *script, struct ps_reader *reader)
{
    struct ps_block *block = ps_alloc(ps, sizeof(*block));

    *reader = (struct ps_reader){.ps = ps, .start = script, .at = script};
    if (parse_param(reader, block) != 0 || ps_parse_statements(reader, "", &block->body) != 0)
        return NULL;
    return block;
}

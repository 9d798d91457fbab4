#include "lab/powershell/parse.h"

#include "lab/powershell/run.h"

#include <ctype.h>
#include <string.h>

enum { NESTING_MAX = 100, LEVEL_LOWEST = 1, LEVEL_HIGHEST = 6 };

struct ps_expr *ps_expr_new(struct ps_reader *reader, enum ps_expr_kind kind, size_t at)
{
    struct ps_expr *expr = ps_alloc(reader->ps, sizeof(*expr));

    expr->kind = kind;
    expr->extent.at = at;
    return expr;
}

struct ps_expr *ps_expr_end(struct ps_reader *reader, struct ps_expr *expr)
{
    expr->extent.length = ps_reader_offset(reader) - expr->extent.at;
    return reader->problem.id ? NULL : expr;
}

int ps_parse_enter(struct ps_reader *reader)
{
    if (++reader->depth <= NESTING_MAX)
        return 0;
    return ps_reader_fail(reader, "NestingTooDeep", "The script is nested more deeply than the lab follows.");
}

void ps_exprs_add(struct ps_reader *reader, struct ps_exprs *exprs, struct ps_expr *expr)
{
    *(struct ps_expr **)arena_push(reader->ps->arena, &exprs->items, &exprs->count, sizeof(void *)) = expr;
}

void ps_statements_add(struct ps_reader *reader, struct ps_statements *statements,
                       struct ps_statement *statement)
{
    *(struct ps_statement **)arena_push(reader->ps->arena, &statements->items, &statements->count,
                                        sizeof(void *)) = statement;
}

static int add_expr(struct ps_reader *reader, struct ps_exprs *exprs, struct ps_expr *expr)
{
    if (!expr)
        return -1;
    ps_exprs_add(reader, exprs, expr);
    return 0;
}

static struct ps_expr *literal(struct ps_reader *reader, size_t at, struct ps_value value)
{
    struct ps_expr *expr = ps_expr_new(reader, PS_EXPR_LITERAL, at);

    expr->literal = value;
    return ps_expr_end(reader, expr);
}

/* ( pipeline ) */
static struct ps_expr *parse_paren(struct ps_reader *reader)
{
    struct ps_expr *expr = ps_expr_new(reader, PS_EXPR_PAREN, ps_reader_offset(reader));
    struct ps_statement *inner;

    reader->at++;
    ps_skip_lines(reader);
    inner = ps_parse_statement(reader);
    if (!inner)
        return NULL;
    ps_statements_add(reader, &expr->body, inner);
    ps_skip_lines(reader);
    if (!ps_take(reader, ")"))
        ps_reader_fail(reader, "MissingEndParenthesisInExpression", "Missing closing ')' in expression.");
    return ps_expr_end(reader, expr);
}

/* $( statements ) and @( statements ) */
static struct ps_expr *parse_statements_expr(struct ps_reader *reader, enum ps_expr_kind kind)
{
    struct ps_expr *expr = ps_expr_new(reader, kind, ps_reader_offset(reader));

    reader->at += 2;
    ps_parse_statements(reader, ")", &expr->body);
    return ps_expr_end(reader, expr);
}

static int parse_table_key(struct ps_reader *reader, struct ps_expr *table)
{
    size_t at = ps_reader_offset(reader);
    const char *name = isdigit((unsigned char)*reader->at) ? NULL : ps_read_name(reader);

    if (name)
        return add_expr(reader, &table->parts, literal(reader, at, ps_text(name)));
    return add_expr(reader, &table->parts, ps_parse_unary(reader));
}

static int parse_table_entry(struct ps_reader *reader, struct ps_expr *table)
{
    struct ps_statement *value;

    if (parse_table_key(reader, table) != 0)
        return -1;
    ps_skip_blanks(reader);
    if (!ps_take(reader, "="))
        return ps_reader_fail(reader, "MissingEqualsInHashLiteral",
                              "Missing '=' operator after key in hash literal.");
    ps_skip_lines(reader);
    value = ps_parse_statement(reader);
    if (!value)
        return -1;
    ps_statements_add(reader, &table->body, value);
    ps_skip_blanks(reader);
    if (!strchr("\n;}", *reader->at))
        return ps_reader_fail(reader, "MissingEndCurlyBrace", "The hash literal was incomplete.");
    ps_skip_ends(reader);
    return 0;
}

/* @{ name = value; ... } */
static struct ps_expr *parse_table(struct ps_reader *reader)
{
    struct ps_expr *expr = ps_expr_new(reader, PS_EXPR_TABLE, ps_reader_offset(reader));

    reader->at += 2;
    ps_skip_ends(reader);
    while (!ps_take(reader, "}"))
        if (parse_table_entry(reader, expr) != 0)
            return NULL;
    return ps_expr_end(reader, expr);
}

static struct ps_expr *parse_variable(struct ps_reader *reader)
{
    struct ps_expr *expr = ps_expr_new(reader, PS_EXPR_VARIABLE, ps_reader_offset(reader));

    reader->at++;
    expr->name = ps_read_variable(reader);
    if (!expr->name)
        ps_reader_fail(reader, "UnexpectedToken", "Unexpected token '$' in expression or statement.");
    return ps_expr_end(reader, expr);
}

static struct ps_expr *parse_number(struct ps_reader *reader)
{
    size_t at = ps_reader_offset(reader);
    struct ps_value value = ps_null();

    return ps_read_number(reader, &value) == 0 ? literal(reader, at, value) : NULL;
}

static struct ps_expr *parse_verbatim(struct ps_reader *reader)
{
    size_t at = ps_reader_offset(reader);
    const char *text = NULL;

    return ps_read_verbatim(reader, &text) == 0 ? literal(reader, at, ps_text(text)) : NULL;
}

static struct ps_expr *parse_block_expr(struct ps_reader *reader)
{
    struct ps_expr *expr = ps_expr_new(reader, PS_EXPR_BLOCK, ps_reader_offset(reader));

    expr->block = ps_parse_block(reader);
    return expr->block ? ps_expr_end(reader, expr) : NULL;
}

static struct ps_expr *parse_type(struct ps_reader *reader)
{
    struct ps_expr *expr = ps_expr_new(reader, PS_EXPR_TYPE, ps_reader_offset(reader));

    expr->name = ps_read_type(reader);
    if (!expr->name)
        ps_reader_fail(reader, "TypeNameExpected", "Missing type name after '['.");
    return ps_expr_end(reader, expr);
}

struct ps_expr *ps_parse_unexpected(struct ps_reader *reader)
{
    if (!*reader->at)
        ps_reader_fail(reader, "ExpectedExpression", "An expression was expected.");
    else
        ps_reader_fail(reader, "UnexpectedToken", "Unexpected token '%c' in expression or statement.",
                       *reader->at);
    return NULL;
}

static struct ps_expr *parse_at_sign(struct ps_reader *reader)
{
    switch (reader->at[1]) {
    case '(':
        return parse_statements_expr(reader, PS_EXPR_ARRAY);
    case '{':
        return parse_table(reader);
    case '"':
        return ps_parse_text(reader);
    case '\'':
        return parse_verbatim(reader);
    default:
        return ps_parse_unexpected(reader);
    }
}

static struct ps_expr *parse_primary(struct ps_reader *reader)
{
    switch (*reader->at) {
    case '$':
        return reader->at[1] == '(' ? parse_statements_expr(reader, PS_EXPR_SUB) : parse_variable(reader);
    case '"':
        return ps_parse_text(reader);
    case '\'':
        return parse_verbatim(reader);
    case '(':
        return parse_paren(reader);
    case '@':
        return parse_at_sign(reader);
    case '{':
        return parse_block_expr(reader);
    case '[':
        return parse_type(reader);
    default:
        return ps_at_number(reader) ? parse_number(reader) : ps_parse_unexpected(reader);
    }
}

/* What names a member: a word, a text or a variable. */
static struct ps_expr *parse_member_name(struct ps_reader *reader)
{
    size_t at = ps_reader_offset(reader);
    const char *name = ps_read_name(reader);

    if (name)
        return literal(reader, at, ps_text(name));
    if (*reader->at && strchr("$\"'(", *reader->at))
        return parse_primary(reader);
    ps_reader_fail(reader, "MissingPropertyName", "Missing property name after reference operator.");
    return NULL;
}

static int parse_arguments(struct ps_reader *reader, struct ps_expr *call)
{
    ps_skip_lines(reader);
    if (ps_take(reader, ")"))
        return 0;
    for (;;) {
        struct ps_expr *argument;

        ps_skip_lines(reader);
        argument = ps_parse_expr(reader);
        if (!argument)
            return -1;
        /* A comma of the list reads as one of an array: the array's elements are the arguments. */
        if (argument->kind == PS_EXPR_LIST)
            call->parts = argument->parts;
        else if (add_expr(reader, &call->parts, argument) != 0)
            return -1;
        ps_skip_lines(reader);
        if (ps_take(reader, ")"))
            return 0;
        return ps_reader_fail(reader, "MissingEndParenthesisInMethodCall", "Missing ')' in method call.");
    }
}

static struct ps_expr *parse_member(struct ps_reader *reader, struct ps_expr *object, enum ps_expr_kind kind)
{
    struct ps_expr *member = ps_expr_new(reader, kind, object->extent.at);

    member->left = object;
    member->right = parse_member_name(reader);
    if (!member->right || !ps_expr_end(reader, member))
        return NULL;
    if (ps_take(reader, "(")) {
        struct ps_expr *call = ps_expr_new(reader, PS_EXPR_CALL, object->extent.at);

        call->left = member;
        parse_arguments(reader, call);
        return ps_expr_end(reader, call);
    }
    return member;
}

static struct ps_expr *parse_index(struct ps_reader *reader, struct ps_expr *object)
{
    struct ps_expr *index = ps_expr_new(reader, PS_EXPR_INDEX, object->extent.at);

    index->left = object;
    ps_skip_lines(reader);
    index->right = ps_parse_expr(reader);
    if (!index->right)
        return NULL;
    ps_skip_lines(reader);
    if (!ps_take(reader, "]"))
        ps_reader_fail(reader, "MissingEndSquareBracket", "Missing ] at end of array index expression.");
    return ps_expr_end(reader, index);
}

static struct ps_expr *parse_step(struct ps_reader *reader, struct ps_expr *target, int step)
{
    struct ps_expr *expr = ps_expr_new(reader, PS_EXPR_STEP, target->extent.at);

    expr->left = target;
    expr->step = step;
    return ps_expr_end(reader, expr);
}

/* Not a range: 1..3 */
static bool at_member(const struct ps_reader *reader)
{
    const char *next = reader->at + 1;

    return reader->at[0] == '.' && (ps_is_name_char(*next) || (*next && strchr("$\"'(", *next)));
}

struct ps_expr *ps_parse_postfix(struct ps_reader *reader)
{
    struct ps_expr *expr;

    if (ps_parse_enter(reader) != 0)
        return NULL;
    expr = parse_primary(reader);
    for (int links = 0; expr; links++) {
        if (links > NESTING_MAX)
            return ps_reader_fail(reader, "NestingTooDeep", "The chain of members is too long."), NULL;
        if (at_member(reader) && ps_take(reader, "."))
            expr = parse_member(reader, expr, PS_EXPR_MEMBER);
        else if (expr->kind == PS_EXPR_TYPE && ps_take(reader, "::"))
            expr = parse_member(reader, expr, PS_EXPR_STATIC);
        else if (expr->kind != PS_EXPR_TYPE && ps_take(reader, "["))
            expr = parse_index(reader, expr);
        else if (expr->kind == PS_EXPR_VARIABLE && ps_take(reader, "++"))
            expr = parse_step(reader, expr, 1);
        else if (expr->kind == PS_EXPR_VARIABLE && ps_take(reader, "--"))
            expr = parse_step(reader, expr, -1);
        else
            break;
    }
    reader->depth--;
    return expr;
}

static struct ps_expr *parse_operand(struct ps_reader *reader, enum ps_expr_kind kind, size_t at)
{
    struct ps_expr *expr = ps_expr_new(reader, kind, at);

    ps_skip_blanks(reader);
    expr->left = ps_parse_unary(reader);
    return expr->left ? ps_expr_end(reader, expr) : NULL;
}

/* A type followed by what it converts. */
static struct ps_expr *parse_cast(struct ps_reader *reader, struct ps_expr *type)
{
    struct ps_expr *cast;

    if (!*reader->at || strchr(".,;|)}]=\n", *reader->at) || *reader->at == '-')
        return type;
    cast = parse_operand(reader, PS_EXPR_CAST, type->extent.at);
    if (cast)
        cast->name = type->name;
    return cast;
}

static struct ps_expr *parse_prefixed(struct ps_reader *reader)
{
    static const struct {
        const char *word;
        enum ps_expr_kind kind;
    } words[] = {{"-not", PS_EXPR_NOT}, {"-join", PS_EXPR_UNARY_JOIN}, {"-split", PS_EXPR_UNARY_SPLIT}};
    size_t at = ps_reader_offset(reader);
    struct ps_expr *expr;

    for (size_t i = 0; i < COUNT(words); i++)
        if (ps_take_word(reader, words[i].word))
            return parse_operand(reader, words[i].kind, at);
    if (ps_take(reader, "!"))
        return parse_operand(reader, PS_EXPR_NOT, at);
    if (ps_take(reader, "-"))
        return parse_operand(reader, PS_EXPR_NEGATE, at);
    if (ps_take(reader, ",")) { /* the array of one element */
        struct ps_expr *list = ps_expr_new(reader, PS_EXPR_LIST, at);

        ps_skip_blanks(reader);
        add_expr(reader, &list->parts, ps_parse_unary(reader));
        return ps_expr_end(reader, list);
    }
    expr = ps_parse_postfix(reader);
    if (!expr || expr->kind != PS_EXPR_TYPE)
        return expr;
    ps_skip_blanks(reader);
    return parse_cast(reader, expr);
}

struct ps_expr *ps_parse_unary(struct ps_reader *reader)
{
    struct ps_expr *expr;

    if (ps_parse_enter(reader) != 0)
        return NULL;
    expr = parse_prefixed(reader);
    reader->depth--;
    return expr;
}

/* a, b, c */
static struct ps_expr *parse_list(struct ps_reader *reader)
{
    struct ps_expr *first = ps_parse_unary(reader), *list;

    ps_skip_blanks(reader);
    if (!first || *reader->at != ',')
        return first;
    list = ps_expr_new(reader, PS_EXPR_LIST, first->extent.at);
    if (add_expr(reader, &list->parts, first) != 0)
        return NULL;
    while (ps_take(reader, ",")) {
        ps_skip_lines(reader);
        if (add_expr(reader, &list->parts, ps_parse_unary(reader)) != 0)
            return NULL;
        ps_skip_blanks(reader);
    }
    return ps_expr_end(reader, list);
}

static struct ps_expr *binary(struct ps_reader *reader, const struct ps_operator *operation,
                              bool case_sensitive, struct ps_expr *left, struct ps_expr *right)
{
    enum ps_expr_kind kind = PS_EXPR_BINARY;
    struct ps_expr *expr;

    if (operation->logical)
        kind = strcmp(operation->name, "-and") == 0 ? PS_EXPR_AND : PS_EXPR_OR;
    expr = ps_expr_new(reader, kind, left->extent.at);
    expr->operation = operation;
    expr->case_sensitive = case_sensitive;
    expr->left = left;
    expr->right = right;
    return right ? ps_expr_end(reader, expr) : NULL;
}

static struct ps_expr *parse_level(struct ps_reader *reader, int level)
{
    struct ps_expr *left = level > LEVEL_HIGHEST ? parse_list(reader) : parse_level(reader, level + 1);

    if (level > LEVEL_HIGHEST)
        return left;
    for (int links = 0; left; links++) {
        bool case_sensitive = false;
        size_t length = 0;
        const struct ps_operator *operation;

        ps_skip_blanks(reader);
        operation = ps_operator_at(reader->at, level, &length, &case_sensitive);
        if (!operation)
            return left;
        if (links > NESTING_MAX)
            return ps_reader_fail(reader, "NestingTooDeep", "The expression is longer than the lab follows."),
                   NULL;
        reader->at += length;
        ps_skip_lines(reader);
        left = binary(reader, operation, case_sensitive, left, parse_level(reader, level + 1));
    }
    return left;
}

struct ps_expr *ps_parse_expr(struct ps_reader *reader)
{
    struct ps_expr *expr;

    if (ps_parse_enter(reader) != 0)
        return NULL;
    expr = parse_level(reader, LEVEL_LOWEST);
    reader->depth--;
    return expr;
}

/* Expressions and conditions: "Operator Precedence (Transact-SQL)". */
#include "lab/tsql/parser.h"

#include "base/arena.h"

#include <string.h>
#include <strings.h>

static struct expr *parse_or(struct parser *parser);
static struct expr *parse_sum(struct parser *parser);

struct expr *expr_new(struct parser *parser, enum expr_kind kind, int line)
{
    struct expr *expr = arena_alloc(parser->arena, sizeof(*expr));

    expr->kind = kind;
    expr->line = line;
    expr->depth = 1;
    return expr;
}

bool expr_add(struct parser *parser, struct expr *expr, struct expr *arg)
{
    struct expr **slot;

    if (!arg)
        return false;
    slot = arena_push(parser->arena, &expr->args, &expr->arg_count, sizeof(struct expr *));
    *slot = arg;
    if (arg->depth >= expr->depth)
        expr->depth = arg->depth + 1;
    if (expr->depth <= EXPR_DEPTH_MAX)
        return true;
    PROBLEM0(parser->problems, parser->at->line, 191);
    return false;
}

static struct expr *two(struct parser *parser, enum expr_kind kind, const char *text, struct expr *a,
                        struct expr *b)
{
    struct expr *expr = expr_new(parser, kind, a->line);

    expr->text = text;
    return expr_add(parser, expr, a) && expr_add(parser, expr, b) ? expr : NULL;
}

/* A value may not be a condition: `(a = b) + 1`. */
static bool is_value(struct parser *parser, const struct expr *expr)
{
    if (expr && expr_is_condition(expr))
        parse_error(parser);
    return expr && !expr_is_condition(expr);
}

static bool is_condition(struct parser *parser, const struct expr *expr)
{
    if (expr && !expr_is_condition(expr))
        PROBLEM(parser->problems, parser->at->line, 4145, parse_place(parser)->text);
    return expr && expr_is_condition(expr);
}

struct expr *parse_value(struct parser *parser)
{
    struct expr *expr = parse_enter(parser) ? parse_sum(parser) : NULL;

    if (!expr)
        return NULL;
    parse_leave(parser);
    return is_value(parser, expr) ? expr : NULL;
}

struct expr *parse_condition(struct parser *parser)
{
    struct expr *expr = parse_or(parser);

    return is_condition(parser, expr) ? expr : NULL;
}

static struct expr *parse_literal(struct parser *parser)
{
    struct expr *expr = expr_new(parser, EXPR_LITERAL, parser->at->line);

    expr->literal = parser->at->kind;
    expr->text = parser->at++->text;
    return expr;
}

static struct expr *parse_subquery(struct parser *parser)
{
    struct expr *expr = expr_new(parser, EXPR_SUBQUERY, parser->at->line);

    expr->query = parse_query(parser);
    return expr->query && need_mark(parser, ")") == 0 ? expr : NULL;
}

/* Behind "(": a subquery, a value or a condition; which of them the context decides. */
static struct expr *parse_parenthesis(struct parser *parser)
{
    struct expr *expr;

    if (at_query(parser))
        return parse_subquery(parser);
    expr = parse_or(parser);
    return expr && need_mark(parser, ")") == 0 ? expr : NULL;
}

/* CASE x WHEN a becomes CASE WHEN x = a. */
static struct expr *parse_when(struct parser *parser, struct expr *operand)
{
    struct expr *value;

    if (!operand)
        return parse_condition(parser);
    value = parse_value(parser);
    return value ? two(parser, EXPR_COMPARE, "=", operand, value) : NULL;
}

static struct expr *parse_case(struct parser *parser)
{
    struct expr *expr = expr_new(parser, EXPR_CASE, parser->at[-1].line);
    struct expr *operand = NULL;

    if (!at_word(parser, "WHEN") && !(operand = parse_value(parser)))
        return NULL;
    do {
        if (need_word(parser, "WHEN") != 0 || !expr_add(parser, expr, parse_when(parser, operand)) ||
            need_word(parser, "THEN") != 0 || !expr_add(parser, expr, parse_value(parser)))
            return NULL;
    } while (at_word(parser, "WHEN"));
    expr->has_else = take_word(parser, "ELSE");
    if (expr->has_else && !expr_add(parser, expr, parse_value(parser)))
        return NULL;
    return need_word(parser, "END") == 0 ? expr : NULL;
}

/* CAST(x AS type), TRY_CAST */
static struct expr *parse_cast(struct parser *parser, const char *name)
{
    struct expr *expr = expr_new(parser, EXPR_CAST, parser->at->line);

    expr->text = name;
    if (!expr_add(parser, expr, parse_value(parser)) || need_word(parser, "AS") != 0 ||
        need_type(parser, &expr->type) != 0)
        return NULL;
    return need_mark(parser, ")") == 0 ? expr : NULL;
}

/* CONVERT(type, x [, style]), TRY_CONVERT */
static struct expr *parse_convert(struct parser *parser, const char *name)
{
    struct expr *expr = expr_new(parser, EXPR_CAST, parser->at->line);

    expr->text = name;
    if (need_type(parser, &expr->type) != 0 || need_mark(parser, ",") != 0 ||
        !expr_add(parser, expr, parse_value(parser)))
        return NULL;
    if (take_mark(parser, ",") && !expr_add(parser, expr, parse_value(parser)))
        return NULL;
    return need_mark(parser, ")") == 0 ? expr : NULL;
}

static struct expr *parse_iif(struct parser *parser)
{
    struct expr *expr = expr_new(parser, EXPR_CASE, parser->at->line);

    expr->has_else = true;
    expr->text = "IIF";
    if (!expr_add(parser, expr, parse_condition(parser)) || need_mark(parser, ",") != 0 ||
        !expr_add(parser, expr, parse_value(parser)) || need_mark(parser, ",") != 0 ||
        !expr_add(parser, expr, parse_value(parser)))
        return NULL;
    return need_mark(parser, ")") == 0 ? expr : NULL;
}

/* Functions whose arguments are not a list of values. */
static const struct special_call {
    const char *name;
    struct expr *(*parse)(struct parser *parser, const char *name);
} special_calls[] = {
    {"CAST", parse_cast},
    {"TRY_CAST", parse_cast},
    {"CONVERT", parse_convert},
    {"TRY_CONVERT", parse_convert},
};

static const struct special_call *special_call(const char *name)
{
    for (size_t i = 0; i < COUNT(special_calls); i++)
        if (strcasecmp(name, special_calls[i].name) == 0)
            return &special_calls[i];
    return NULL;
}

static int parse_partitions(struct parser *parser, struct window *window)
{
    if (!at_words(parser, "PARTITION", "BY"))
        return 0;
    parser->at += 2;
    do {
        struct expr **slot =
            arena_push(parser->arena, &window->partitions, &window->partition_count, sizeof(struct expr *));

        *slot = parse_value(parser);
        if (!*slot)
            return -1;
    } while (take_mark(parser, ","));
    return 0;
}

static struct window *parse_window(struct parser *parser)
{
    struct window *window = arena_alloc(parser->arena, sizeof(*window));

    if (need_mark(parser, "(") != 0 || parse_partitions(parser, window) != 0)
        return NULL;
    if (at_words(parser, "ORDER", "BY") && parse_orders(parser, &window->orders, &window->order_count) != 0)
        return NULL;
    return need_mark(parser, ")") == 0 ? window : NULL;
}

static int parse_arguments(struct parser *parser, struct expr *call)
{
    if (take_mark(parser, ")"))
        return 0;
    if (at_mark(parser, "*")) {
        parser->at++;
        call->star = true;
        return need_mark(parser, ")");
    }
    call->distinct = take_word(parser, "DISTINCT");
    if (!call->distinct)
        take_word(parser, "ALL");
    do {
        if (!expr_add(parser, call, parse_value(parser)))
            return -1;
    } while (take_mark(parser, ","));
    return need_mark(parser, ")");
}

/* Behind "name(". */
static struct expr *parse_call(struct parser *parser, const struct name *name)
{
    const char *text = name_object(name);
    const struct special_call *special = name->count == 1 ? special_call(text) : NULL;
    struct expr *expr;

    if (special)
        return special->parse(parser, text);
    if (name->count == 1 && strcasecmp(text, "IIF") == 0)
        return parse_iif(parser);
    expr = expr_new(parser, EXPR_CALL, name->line);
    expr->name = *name;
    expr->text = text;
    if (parse_arguments(parser, expr) != 0)
        return NULL;
    if (take_word(parser, "OVER") && !(expr->window = parse_window(parser)))
        return NULL;
    return expr;
}

/* Reserved words that are functions, with or without parentheses. */
static bool at_reserved_function(const struct parser *parser)
{
    static const char *const with[] = {"COALESCE", "CONVERT", "LEFT", "NULLIF", "RIGHT"};

    for (size_t i = 0; i < COUNT(with); i++)
        if (at_word(parser, with[i]) && token_is_mark(parser->at + 1, "("))
            return true;
    return false;
}

static struct expr *parse_bare_function(struct parser *parser)
{
    static const char *const bare[] = {"CURRENT_TIMESTAMP", "CURRENT_USER", "SESSION_USER", "SYSTEM_USER",
                                       "USER"};

    for (size_t i = 0; i < COUNT(bare); i++) {
        struct expr *expr;

        if (!take_word(parser, bare[i]))
            continue;
        expr = expr_new(parser, EXPR_CALL, parser->at[-1].line);
        expr->text = bare[i];
        expr->name = (struct name){.part = {bare[i]}, .count = 1, .line = expr->line};
        return expr;
    }
    parse_error(parser);
    return NULL;
}

static struct expr *parse_reserved_call(struct parser *parser)
{
    struct name name = {.part = {parser->at->text}, .count = 1, .line = parser->at->line};

    parser->at += 2;
    return parse_call(parser, &name);
}

static struct expr *parse_named(struct parser *parser)
{
    struct name name;
    struct expr *expr;

    if (need_name(parser, &name) != 0)
        return NULL;
    if (take_mark(parser, "("))
        return parse_call(parser, &name);
    expr = expr_new(parser, EXPR_COLUMN, name.line);
    expr->name = name;
    expr->text = name_object(&name);
    return expr;
}

static struct expr *parse_variable(struct parser *parser)
{
    enum expr_kind kind = parser->at->kind == TOKEN_GLOBAL ? EXPR_GLOBAL : EXPR_VARIABLE;
    struct expr *expr = expr_new(parser, kind, parser->at->line);

    expr->text = parser->at++->text;
    return expr;
}

static bool at_literal(const struct parser *parser)
{
    return (parser->at->kind >= TOKEN_STRING && parser->at->kind <= TOKEN_HEX) || at_word(parser, "NULL");
}

static struct expr *parse_primary(struct parser *parser)
{
    if (at_literal(parser))
        return parse_literal(parser);
    if (parser->at->kind == TOKEN_VARIABLE || parser->at->kind == TOKEN_GLOBAL)
        return parse_variable(parser);
    if (take_mark(parser, "("))
        return parse_parenthesis(parser);
    if (take_word(parser, "CASE"))
        return parse_case(parser);
    if (at_reserved_function(parser))
        return parse_reserved_call(parser);
    if (at_identifier(parser))
        return parse_named(parser);
    return parse_bare_function(parser);
}

/* x COLLATE name: one collation is all that the lab's servers have. */
static struct expr *parse_collated(struct parser *parser)
{
    struct expr *expr = parse_primary(parser);

    while (expr && take_word(parser, "COLLATE"))
        if (!is_value(parser, expr) || !need_identifier(parser))
            return NULL;
    return expr;
}

static struct expr *parse_unary(struct parser *parser)
{
    int line = parser->at->line;
    struct expr *expr, *zero;

    if (!at_mark(parser, "-") && !at_mark(parser, "+") && !at_mark(parser, "~"))
        return parse_collated(parser);
    expr = expr_new(parser, EXPR_ARITHMETIC, line);
    expr->text = parser->at++->text;
    zero = parse_enter(parser) ? parse_unary(parser) : NULL;
    if (!zero)
        return NULL;
    parse_leave(parser);
    return is_value(parser, zero) && expr_add(parser, expr, zero) ? expr : NULL;
}

/* Left-associative operators of one level. */
static struct expr *parse_level(struct parser *parser, const char *marks,
                                struct expr *(*next)(struct parser *))
{
    struct expr *left = next(parser);

    while (left && parser->at->kind == TOKEN_PUNCTUATION && !parser->at->text[1] &&
           strchr(marks, *parser->at->text)) {
        const char *mark = parser->at->text;
        struct expr *right;

        if (!is_value(parser, left))
            return NULL;
        parser->at++;
        right = next(parser);
        if (!is_value(parser, right))
            return NULL;
        left = two(parser, EXPR_ARITHMETIC, mark, left, right);
    }
    return left;
}

static struct expr *parse_product(struct parser *parser)
{
    return parse_level(parser, "*/%", parse_unary);
}

static struct expr *parse_sum(struct parser *parser)
{
    return parse_level(parser, "+-&|^", parse_product);
}

static struct expr *parse_in(struct parser *parser, struct expr *left)
{
    struct expr *expr = expr_new(parser, EXPR_IN, left->line);

    if (!expr_add(parser, expr, left) || need_mark(parser, "(") != 0)
        return NULL;
    if (at_query(parser)) {
        expr->query = parse_query(parser);
        if (!expr->query)
            return NULL;
    } else {
        do {
            if (!expr_add(parser, expr, parse_value(parser)))
                return NULL;
        } while (take_mark(parser, ","));
    }
    return need_mark(parser, ")") == 0 ? expr : NULL;
}

static struct expr *parse_between(struct parser *parser, struct expr *left)
{
    struct expr *expr = expr_new(parser, EXPR_BETWEEN, left->line);

    if (!expr_add(parser, expr, left) || !expr_add(parser, expr, parse_value(parser)) ||
        need_word(parser, "AND") != 0 || !expr_add(parser, expr, parse_value(parser)))
        return NULL;
    return expr;
}

static struct expr *parse_like(struct parser *parser, struct expr *left)
{
    struct expr *expr = expr_new(parser, EXPR_LIKE, left->line);

    if (!expr_add(parser, expr, left) || !expr_add(parser, expr, parse_value(parser)))
        return NULL;
    if (take_word(parser, "ESCAPE") && !expr_add(parser, expr, parse_value(parser)))
        return NULL;
    return expr;
}

static struct expr *parse_is_null(struct parser *parser, struct expr *left)
{
    struct expr *expr = expr_new(parser, EXPR_IS_NULL, left->line);

    expr->negated = take_word(parser, "NOT");
    return need_word(parser, "NULL") == 0 && expr_add(parser, expr, left) ? expr : NULL;
}

static const struct predicate {
    const char *word;
    struct expr *(*parse)(struct parser *parser, struct expr *left);
} predicates[] = {{"IN", parse_in}, {"BETWEEN", parse_between}, {"LIKE", parse_like}, {"IS", parse_is_null}};

static struct expr *parse_named_predicate(struct parser *parser, struct expr *left)
{
    bool negated = take_word(parser, "NOT");
    struct expr *expr;

    for (size_t i = 0; i < COUNT(predicates); i++) {
        if (!take_word(parser, predicates[i].word))
            continue;
        expr = is_value(parser, left) ? predicates[i].parse(parser, left) : NULL;
        if (expr)
            expr->negated ^= negated;
        return expr;
    }
    if (!negated)
        return left;
    parse_error(parser);
    return NULL;
}

static struct expr *parse_predicate(struct parser *parser)
{
    static const char *const marks[] = {"=", "<>", "!=", "<", ">", "<=", ">=", "!<", "!>"};
    struct expr *left = parse_sum(parser), *right;

    for (size_t i = 0; left && i < COUNT(marks); i++) {
        if (!take_mark(parser, marks[i]))
            continue;
        if (!is_value(parser, left))
            return NULL;
        right = parse_value(parser);
        return right ? two(parser, EXPR_COMPARE, marks[i], left, right) : NULL;
    }
    return left ? parse_named_predicate(parser, left) : NULL;
}

static struct expr *parse_exists(struct parser *parser)
{
    struct expr *expr = expr_new(parser, EXPR_EXISTS, parser->at->line);

    if (need_mark(parser, "(") != 0)
        return NULL;
    if (!at_query(parser)) {
        parse_error(parser);
        return NULL;
    }
    expr->query = parse_query(parser);
    return expr->query && need_mark(parser, ")") == 0 ? expr : NULL;
}

static struct expr *parse_not(struct parser *parser)
{
    int line = parser->at->line;
    struct expr *expr, *arg;

    if (take_word(parser, "EXISTS"))
        return parse_exists(parser);
    if (!take_word(parser, "NOT"))
        return parse_predicate(parser);
    arg = parse_enter(parser) ? parse_not(parser) : NULL;
    if (!arg)
        return NULL;
    parse_leave(parser);
    expr = expr_new(parser, EXPR_NOT, line);
    return is_condition(parser, arg) && expr_add(parser, expr, arg) ? expr : NULL;
}

static struct expr *parse_and(struct parser *parser)
{
    struct expr *left = parse_not(parser), *right;

    while (left && take_word(parser, "AND")) {
        right = is_condition(parser, left) ? parse_not(parser) : NULL;
        left = is_condition(parser, right) ? two(parser, EXPR_AND, "AND", left, right) : NULL;
    }
    return left;
}

/* The lowest level: a value too, when no operator of conditions follows. */
static struct expr *parse_or(struct parser *parser)
{
    struct expr *left, *right;

    if (!parse_enter(parser))
        return NULL;
    left = parse_and(parser);
    while (left && take_word(parser, "OR")) {
        right = is_condition(parser, left) ? parse_and(parser) : NULL;
        left = is_condition(parser, right) ? two(parser, EXPR_OR, "OR", left, right) : NULL;
    }
    parse_leave(parser);
    return left;
}

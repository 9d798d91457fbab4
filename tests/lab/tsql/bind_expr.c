#include "lab/tsql/bind.h"

#include "base/arena.h"
#include "lab/tsql/catalog.h"
#include "lab/tsql/function.h"
#include "lab/tsql/moment.h"
#include "lab/tsql/text.h"
#include "lab/tsql/value.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int bind_problem(const struct scope *scope, int line, int number, const char *argument)
{
    return PROBLEM(&scope->run->problems, line, number, argument);
}

static bool same_type(struct type a, struct type b)
{
    return a.base == b.base && a.length == b.length && a.precision == b.precision && a.scale == b.scale;
}

int bind_convert(struct run *run, struct expr **slot, struct type type)
{
    struct expr *from = *slot, *cast;

    if (type_same_form(from->type, type) || from->type.is_null) {
        if (from->type.is_null && !type.is_null)
            from->type = type_nullable(type, true);
        return 0;
    }
    if (!type_converts(from->type, type, true))
        return PROBLEM(&run->problems, from->line, 206, type_name(from->type), type_name(type));
    cast = arena_alloc(run->arena, sizeof(*cast));
    *cast = (struct expr){.kind = EXPR_CAST,
                          .line = from->line,
                          .depth = from->depth + 1,
                          .text = "CAST",
                          .bound = true,
                          .implicit = true,
                          .type = type_nullable(type, from->type.nullable)};
    *(struct expr **)arena_push(run->arena, &cast->args, &cast->arg_count, sizeof(struct expr *)) = from;
    *slot = cast;
    return 0;
}

static struct type integer_literal_type(const char *digits)
{
    size_t length = strlen(digits + strspn(digits, "0"));

    if (length < 10 || (length == 10 && strcmp(digits + strspn(digits, "0"), "2147483647") <= 0))
        return type_of(TSQL_INT);
    return type_numeric(length > NUMERIC_PRECISION_MAX ? NUMERIC_PRECISION_MAX : (unsigned)length, 0);
}

static struct type decimal_literal_type(const char *text)
{
    const char *dot = strchr(text, '.');
    unsigned scale = (unsigned)strlen(dot + 1), whole = (unsigned)(dot - text);

    if (scale > NUMERIC_PRECISION_MAX)
        scale = NUMERIC_PRECISION_MAX;
    if (whole + scale > NUMERIC_PRECISION_MAX)
        whole = NUMERIC_PRECISION_MAX - scale;
    return type_numeric(whole + scale ? whole + scale : 1, scale);
}

static int bind_literal(const struct scope *scope, struct expr *expr)
{
    unsigned characters;

    switch (expr->literal) {
    case TOKEN_STRING:
    case TOKEN_NATIONAL_STRING:
        characters = (unsigned)text_characters(expr->text);
        expr->type = type_text(expr->literal == TOKEN_STRING ? TSQL_VARCHAR : TSQL_NVARCHAR,
                               characters > TEXT_LENGTH_MAX ? 0
                               : characters                 ? characters
                                                            : 1);
        break;
    case TOKEN_INTEGER:
        expr->type = integer_literal_type(expr->text);
        break;
    case TOKEN_DECIMAL:
        expr->type = decimal_literal_type(expr->text);
        break;
    case TOKEN_FLOAT:
        if (!isfinite(strtod(expr->text, NULL)))
            return bind_problem(scope, expr->line, 168, expr->text);
        expr->type = type_of(TSQL_FLOAT);
        break;
    case TOKEN_HEX:
        expr->type = (struct type){.base = TSQL_VARBINARY, .length = (unsigned)(strlen(expr->text) + 1) / 2};
        expr->type.length += expr->type.length == 0;
        break;
    default:
        expr->type = (struct type){.base = TSQL_INT, .nullable = true, .is_null = true};
    }
    return 0;
}

static int bind_variable(const struct scope *scope, struct expr *expr)
{
    const struct variable *variable = run_variable(scope->run, expr->text);

    if (!variable)
        return bind_problem(scope, expr->line, 137, expr->text);
    expr->type = type_nullable(variable->type, true);
    return 0;
}

/* Does the source go by the name that stands before the column? */
static bool source_answers(const struct source *source, const struct name *column)
{
    const char *object = column->count > 1 ? column->part[column->count - 2] : NULL;
    const char *schema = column->count > 2 ? column->part[column->count - 3] : NULL;

    if (!object)
        return true;
    if (source->alias)
        return !schema && strcasecmp(source->alias, object) == 0;
    if (source->kind != SOURCE_NAMED || strcasecmp(name_object(&source->name), object) != 0)
        return false;
    return !schema ||
           (source->name.count > 1 && strcasecmp(source->name.part[source->name.count - 2], schema) == 0);
}

struct lookup {
    const struct name *name;
    const struct source *source; /* found */
    size_t column, matches;
    bool qualifier_known;
};

static void look_in(struct lookup *lookup, const struct source *source)
{
    if (source->kind == SOURCE_JOIN) {
        look_in(lookup, source->left);
        look_in(lookup, source->right);
        return;
    }
    if (!source_answers(source, lookup->name))
        return;
    lookup->qualifier_known = true;
    for (size_t i = 0; i < source->output_count; i++) {
        if (strcasecmp(source->outputs[i].name, name_object(lookup->name)) != 0)
            continue;
        lookup->source = source;
        lookup->column = i;
        lookup->matches++;
    }
}

static int no_such_column(struct run *run, const struct name *name, bool qualifier_known)
{
    if (name->count > 1 && !qualifier_known)
        return PROBLEM(&run->problems, name->line, 4104, name_text(run->arena, name));
    return PROBLEM(&run->problems, name->line, 207, name_object(name));
}

static int bind_column(const struct scope *scope, struct expr *expr)
{
    struct lookup lookup = {.name = &expr->name};
    struct run *run = scope->run;

    for (const struct scope *s = scope;
         s && !lookup.matches && !(lookup.qualifier_known && expr->name.count > 1); s = s->outer)
        if (s->from)
            look_in(&lookup, s->from);
    if (lookup.matches == 0)
        return no_such_column(run, &expr->name, lookup.qualifier_known);
    if (lookup.matches > 1)
        return PROBLEM(&run->problems, expr->line, 209, name_object(&expr->name));
    expr->source = lookup.source;
    expr->column = lookup.column;
    expr->type = lookup.source->outputs[lookup.column].type;
    return 0;
}

static int bind_args(const struct scope *scope, struct expr *expr)
{
    for (size_t i = 0; i < expr->arg_count; i++)
        if (bind_expr(scope, expr->args[i]) != 0)
            return -1;
    return 0;
}

/* The letter of argument i in a function's pattern; 0 = there is none. */
static char argument_letter(const char *pattern, size_t i)
{
    for (char last = 0; *pattern; pattern++) {
        if (*pattern == '?')
            continue;
        if (*pattern == '+')
            return last;
        last = *pattern;
        if (i-- == 0)
            return last;
    }
    return 0;
}

static size_t arguments_needed(const char *pattern)
{
    return strcspn(pattern, "?+");
}

static size_t arguments_allowed(const char *pattern)
{
    return strlen(pattern) - (strchr(pattern, '?') != NULL);
}

static int check_count(const struct scope *scope, const struct expr *call)
{
    const char *pattern = call->function->arguments;
    size_t needed = arguments_needed(pattern), allowed = arguments_allowed(pattern);
    const char *low = arena_format(scope->run->arena, "%zu", needed);

    if (call->arg_count >= needed && (call->arg_count <= allowed || strchr(pattern, '+')))
        return 0;
    if (needed == allowed)
        return PROBLEM(&scope->run->problems, call->line, 174, call->function->name, low);
    return PROBLEM(&scope->run->problems, call->line, 189, call->function->name, low,
                   arena_format(scope->run->arena, "%zu", allowed));
}

static const char *lower_case(struct arena *arena, const char *text)
{
    char *copy = arena_text(arena, text);

    for (char *c = copy; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return copy;
}

/* A datepart is a word, not a column. */
static int bind_datepart(const struct scope *scope, const struct expr *call, struct expr *arg)
{
    enum datepart part;

    if (arg->bound)
        return 0;
    if (arg->kind != EXPR_COLUMN || arg->name.count != 1 || !datepart_from_name(arg->text, &part))
        return PROBLEM(&scope->run->problems, call->line, 155, arg->text ? arg->text : "",
                       lower_case(scope->run->arena, call->function->name));
    arg->kind = EXPR_LITERAL;
    arg->literal = TOKEN_INTEGER;
    arg->text = arena_format(scope->run->arena, "%d", (int)part);
    arg->type = type_of(TSQL_INT);
    arg->bound = true;
    return 0;
}

/* The common type of the arguments whose letter is c. */
static struct type common_type(const struct expr *call)
{
    struct type type = call->args[0]->type;

    for (size_t i = 1; i < call->arg_count; i++)
        if (argument_letter(call->function->arguments, i) == 'c')
            type = type_common(type, call->args[i]->type);
    return type;
}

static bool is_number(struct type type)
{
    enum type_family family = type_family(type);

    return family == FAMILY_INTEGER || family == FAMILY_FLOAT || family == FAMILY_NUMERIC || type.is_null;
}

static int convert_argument(const struct scope *scope, struct expr *call, size_t i)
{
    struct expr **slot = &call->args[i];
    struct type type = (*slot)->type;

    switch (argument_letter(call->function->arguments, i)) {
    case 't':
        return bind_convert(scope->run, slot, type_text(TSQL_NVARCHAR, 4000));
    case 'i':
        return bind_convert(scope->run, slot, type_of(TSQL_INT));
    case 'd':
        return bind_convert(scope->run, slot, type_of(TSQL_DATETIME));
    case 'x':
        return bind_convert(scope->run, slot, type_of(TSQL_FLOAT));
    case 'f':
        if (call->args[0]->type.is_null)
            return bind_convert(scope->run, &call->args[0], type);
        return bind_convert(scope->run, slot, call->args[0]->type);
    case 'c':
        return bind_convert(scope->run, slot, common_type(call));
    case 'n':
        if (is_number(type))
            return 0;
        if (call->function->kind == FUNCTION_AGGREGATE)
            return PROBLEM(&scope->run->problems, call->line, 8117, type_name(type), call->function->native);
        return bind_convert(scope->run, slot, type_of(TSQL_FLOAT));
    default:
        return 0;
    }
}

static int check_aggregate(const struct scope *scope, struct expr *call)
{
    bool extreme = strcmp(call->function->name, "MIN") == 0 || strcmp(call->function->name, "MAX") == 0;
    struct type type = call->arg_count ? call->args[0]->type : type_of(TSQL_INT);

    if (extreme && (type.base == TSQL_BIT ||
                    (type.base == TSQL_UNIQUEIDENTIFIER && !session_at_least(scope->run->session, 11))))
        return PROBLEM(&scope->run->problems, call->line, 8117, type_name(type), call->function->native);
    if (call->window)
        return 0;
    if (scope->no_aggregate || !scope->select)
        return PROBLEM0(&scope->run->problems, call->line, 147);
    scope->select->aggregates = true;
    return 0;
}

static int bind_window(const struct scope *scope, struct expr *call)
{
    struct window *window = call->window;

    if (!window || call->function->kind == FUNCTION_SCALAR)
        return call->function->kind == FUNCTION_RANKING || window
                   ? bind_problem(scope, call->line, 4112, call->function->name)
                   : 0;
    if (call->function->kind == FUNCTION_RANKING && window->order_count == 0)
        return bind_problem(scope, call->line, 4112, call->function->name);
    if (scope->no_aggregate)
        return PROBLEM0(&scope->run->problems, call->line, 4108);
    for (size_t i = 0; i < window->partition_count; i++)
        if (bind_expr(scope, window->partitions[i]) != 0)
            return -1;
    for (size_t i = 0; i < window->order_count; i++)
        if (bind_expr(scope, window->orders[i].expr) != 0)
            return -1;
    return 0;
}

static int find_function(const struct scope *scope, struct expr *call)
{
    const struct function *function = call->name.count == 1 ? function_find(call->text) : NULL;

    if (function && *call->text != '@' && session_at_least(scope->run->session, function->since_major)) {
        call->function = function;
        return 0;
    }
    if (call->name.count > 1)
        return PROBLEM(&scope->run->problems, call->line, 4121, call->name.part[0],
                       name_text(scope->run->arena, &call->name));
    return PROBLEM(&scope->run->problems, call->line, 195, call->text, "built-in function name");
}

static int bind_call(const struct scope *scope, struct expr *call)
{
    struct scope inner = *scope;

    if (find_function(scope, call) != 0)
        return -1;
    if (call->star ? call->function->result != function_find("COUNT")->result &&
                         call->function->result != function_find("COUNT_BIG")->result
                   : check_count(scope, call) != 0)
        return call->star ? bind_problem(scope, call->line, 102, "*") : -1;
    if (call->function->kind == FUNCTION_AGGREGATE && !call->window)
        inner.no_aggregate = "aggregate";
    for (size_t i = 0; i < call->arg_count; i++) {
        bool datepart = argument_letter(call->function->arguments, i) == 'p';

        if (datepart ? bind_datepart(scope, call, call->args[i]) != 0 : bind_expr(&inner, call->args[i]) != 0)
            return -1;
    }
    for (size_t i = 0; i < call->arg_count; i++)
        if (convert_argument(scope, call, i) != 0)
            return -1;
    if (bind_window(scope, call) != 0)
        return -1;
    if (call->function->kind == FUNCTION_AGGREGATE && check_aggregate(scope, call) != 0)
        return -1;
    call->type = call->function->result(call);
    return 0;
}

static int bind_global(const struct scope *scope, struct expr *expr)
{
    expr->function = function_find(expr->text);
    if (!expr->function)
        return bind_problem(scope, expr->line, 137, expr->text);
    expr->kind = EXPR_CALL;
    expr->type = expr->function->result(expr);
    return 0;
}

static int bind_cast(const struct scope *scope, struct expr *expr)
{
    struct type target = expr->type;
    bool tries = strncasecmp(expr->text, "TRY_", 4) == 0;

    if (tries && !session_at_least(scope->run->session, 11))
        return PROBLEM(&scope->run->problems, expr->line, 195, expr->text, "built-in function name");
    if (bind_args(scope, expr) != 0)
        return -1;
    if (!type_converts(expr->args[0]->type, target, false))
        return PROBLEM(&scope->run->problems, expr->line, 529, type_name(expr->args[0]->type),
                       type_name(target));
    expr->type = type_nullable(target, tries || expr->args[0]->type.nullable);
    return expr->arg_count > 1 ? bind_convert(scope->run, &expr->args[1], type_of(TSQL_INT)) : 0;
}

static int bind_unary(const struct scope *scope, struct expr *expr)
{
    struct type type = expr->args[0]->type;

    if (!is_number(type))
        return PROBLEM(&scope->run->problems, expr->line, 8117, type_name(type),
                       *expr->text == '-' ? "minus" : "unary");
    expr->type = type;
    return 0;
}

/* "Precision, Scale, and Length" */
static struct type numeric_result(char mark, struct type type, struct type a, struct type b)
{
    unsigned whole = type.precision - type.scale, scale = type.scale;

    if (mark == '*') {
        scale = a.scale + b.scale;
        whole = a.precision + b.precision + 1 - scale;
    } else if (mark == '/') {
        scale = a.scale + b.precision + 1 > 6 ? a.scale + b.precision + 1 : 6;
        whole = a.precision - a.scale + b.scale;
    } else if (mark != '%') {
        whole++;
    }
    if (whole + scale > NUMERIC_PRECISION_MAX)
        scale = whole + 6 > NUMERIC_PRECISION_MAX ? (scale < 6 ? scale : 6) : NUMERIC_PRECISION_MAX - whole;
    return type_numeric(whole + scale > NUMERIC_PRECISION_MAX ? NUMERIC_PRECISION_MAX : whole + scale, scale);
}

static unsigned sum_length(struct type a, struct type b)
{
    unsigned max = a.base == TSQL_VARCHAR && b.base == TSQL_VARCHAR ? 8000 : 4000;

    if (a.is_null || b.is_null)
        return a.is_null ? b.length : a.length;
    if (!a.length || !b.length)
        return 0;
    return a.length + b.length > max ? max : a.length + b.length;
}

static const char *operator_name(char mark)
{
    return mark == '+'   ? "add"
           : mark == '-' ? "subtract"
           : mark == '*' ? "multiply"
           : mark == '/' ? "divide"
           : mark == '%' ? "modulo"
                         : "bitwise";
}

static bool arithmetic_allowed(char mark, struct type type)
{
    switch (type_family(type)) {
    case FAMILY_INTEGER:
        return type.base != TSQL_BIT || strchr("&|^", mark);
    case FAMILY_FLOAT:
    case FAMILY_NUMERIC:
        return !strchr("&|^", mark);
    case FAMILY_DATETIME:
    case FAMILY_TEXT:
        return mark == '+' || (mark == '-' && type_family(type) == FAMILY_DATETIME);
    default:
        return false;
    }
}

/* An exact number keeps its own precision and scale; whatever else is converted to the common type. */
static int bind_operand(const struct scope *scope, struct expr **slot, struct type common)
{
    struct type own = (*slot)->type;
    bool exact = common.base == TSQL_NUMERIC && !own.is_null &&
                 (own.base == TSQL_NUMERIC || type_family(own) == FAMILY_INTEGER);

    return bind_convert(scope->run, slot, exact ? type_as_numeric(own) : common);
}

static int bind_arithmetic(const struct scope *scope, struct expr *expr)
{
    char mark = *expr->text;
    struct type a, b, type;

    if (bind_args(scope, expr) != 0)
        return -1;
    if (expr->arg_count == 1)
        return bind_unary(scope, expr);
    a = expr->args[0]->type;
    b = expr->args[1]->type;
    type = type_common(a, b);
    if (!arithmetic_allowed(mark, type))
        return PROBLEM(&scope->run->problems, expr->line, 8117, type_name(type), operator_name(mark));
    if (bind_operand(scope, &expr->args[0], type) != 0 || bind_operand(scope, &expr->args[1], type) != 0)
        return -1;
    if (type.base == TSQL_NUMERIC)
        type = numeric_result(mark, type, expr->args[0]->type, expr->args[1]->type);
    else if (type_family(type) == FAMILY_TEXT)
        type.length = sum_length(a, b);
    type.padded = false;
    if (type.base == TSQL_NCHAR)
        type.base = TSQL_NVARCHAR;
    expr->type = type_nullable(type, a.nullable || b.nullable);
    return 0;
}

static int bind_case(const struct scope *scope, struct expr *expr)
{
    size_t pairs = expr->arg_count / 2;
    struct type type = {.base = TSQL_INT, .nullable = true, .is_null = true};
    bool nullable = !expr->has_else;

    if (expr->text && !session_at_least(scope->run->session, 11))
        return PROBLEM(&scope->run->problems, expr->line, 195, expr->text, "built-in function name");
    if (bind_args(scope, expr) != 0)
        return -1;
    for (size_t i = 0; i < expr->arg_count; i++) {
        bool result = i % 2 == 1 || i == pairs * 2;

        if (!result)
            continue;
        nullable = nullable || expr->args[i]->type.nullable;
        type = type_common(type, expr->args[i]->type);
    }
    for (size_t i = 0; i < expr->arg_count; i++)
        if ((i % 2 == 1 || i == pairs * 2) && bind_convert(scope->run, &expr->args[i], type) != 0)
            return -1;
    expr->type = type_nullable(type, nullable);
    return 0;
}

static int bind_subquery_value(const struct scope *scope, struct expr *expr)
{
    if (bind_subquery(scope, expr->query, false) != 0)
        return -1;
    if (expr->query->output_count != 1)
        return PROBLEM0(&scope->run->problems, expr->line, 116);
    expr->type = type_nullable(expr->query->outputs[0].type, true);
    return 0;
}

static int bind_compare(const struct scope *scope, struct expr *expr)
{
    struct type type;

    if (bind_args(scope, expr) != 0)
        return -1;
    type = expr->args[0]->type;
    for (size_t i = 1; i < expr->arg_count; i++)
        type = type_common(type, expr->args[i]->type);
    for (size_t i = 0; i < expr->arg_count; i++)
        if (bind_convert(scope->run, &expr->args[i], type) != 0)
            return -1;
    return 0;
}

static int bind_in(const struct scope *scope, struct expr *expr)
{
    struct type left, right;

    if (!expr->query)
        return bind_compare(scope, expr);
    if (bind_args(scope, expr) != 0 || bind_subquery(scope, expr->query, false) != 0)
        return -1;
    if (expr->query->output_count != 1)
        return PROBLEM0(&scope->run->problems, expr->line, 116);
    left = expr->args[0]->type;
    right = expr->query->outputs[0].type;
    /* The left side gives way; a query whose column would have to change is compared as text. */
    return bind_convert(scope->run, &expr->args[0], type_same_form(left, right) ? left : right);
}

static int bind_like(const struct scope *scope, struct expr *expr)
{
    if (bind_args(scope, expr) != 0)
        return -1;
    for (size_t i = 0; i < expr->arg_count; i++)
        if (bind_convert(scope->run, &expr->args[i], type_text(TSQL_NVARCHAR, 4000)) != 0)
            return -1;
    return 0;
}

static int bind_exists(const struct scope *scope, struct expr *expr)
{
    return bind_subquery(scope, expr->query, true);
}

int bind_expr(const struct scope *scope, struct expr *expr)
{
    static int (*const binders[])(const struct scope *scope, struct expr *expr) = {
        [EXPR_LITERAL] = bind_literal,
        [EXPR_VARIABLE] = bind_variable,
        [EXPR_GLOBAL] = bind_global,
        [EXPR_COLUMN] = bind_column,
        [EXPR_CALL] = bind_call,
        [EXPR_CAST] = bind_cast,
        [EXPR_ARITHMETIC] = bind_arithmetic,
        [EXPR_CASE] = bind_case,
        [EXPR_SUBQUERY] = bind_subquery_value,
        [EXPR_COMPARE] = bind_compare,
        [EXPR_AND] = bind_args,
        [EXPR_OR] = bind_args,
        [EXPR_NOT] = bind_args,
        [EXPR_IN] = bind_in,
        [EXPR_BETWEEN] = bind_compare,
        [EXPR_LIKE] = bind_like,
        [EXPR_IS_NULL] = bind_args,
        [EXPR_EXISTS] = bind_exists,
    };

    if (expr->bound)
        return 0;
    if (binders[expr->kind](scope, expr) != 0)
        return -1;
    expr->bound = true;
    return 0;
}

static const struct expr *without_casts(const struct expr *expr)
{
    while (expr->kind == EXPR_CAST && expr->implicit)
        expr = expr->args[0];
    return expr;
}

bool expr_same(const struct expr *a, const struct expr *b)
{
    a = without_casts(a);
    b = without_casts(b);
    if (a->kind != b->kind || a->arg_count != b->arg_count || a->query != b->query ||
        a->function != b->function)
        return false;
    if (a->kind == EXPR_COLUMN)
        return a->source == b->source && a->column == b->column;
    if ((a->text || b->text) && (!a->text || !b->text || strcmp(a->text, b->text) != 0))
        return false;
    if (a->kind == EXPR_CAST && !same_type(a->type, b->type))
        return false;
    for (size_t i = 0; i < a->arg_count; i++)
        if (!expr_same(a->args[i], b->args[i]))
            return false;
    return true;
}

#include "lab/tsql/function.h"

#include "lab/tsql/decimal.h"
#include "lab/tsql/engine.h"
#include "lab/tsql/text.h"
#include "lab/tsql/value.h"

#include "base/arena.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct function_family *const families[] = {&functions_text, &functions_time, &functions_server,
                                                         &functions_math};

const struct function *function_find(const char *name)
{
    for (size_t f = 0; f < COUNT(families); f++)
        for (size_t i = 0; i < families[f]->count; i++)
            if (strcasecmp(name, families[f]->functions[i].name) == 0)
                return &families[f]->functions[i];
    return NULL;
}

const char *function_sqlite_name(const struct function *function, char out[64])
{
    const char *name = function->body ? function->name : function->native;

    snprintf(out, 64, "%s%s", function->body ? "ts_" : "", name + strspn(name, "@"));
    for (char *c = out; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return out;
}

struct run *function_run(sqlite3_context *context)
{
    return engine_run(sqlite3_user_data(context));
}

bool function_any_null(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    for (int i = 0; i < count; i++) {
        if (sqlite3_value_type(arguments[i]) != SQLITE_NULL)
            continue;
        sqlite3_result_null(context);
        return true;
    }
    return false;
}

const char *function_text(sqlite3_value *value)
{
    const unsigned char *text = sqlite3_value_text(value);

    return text ? (const char *)text : "";
}

void function_return_text(sqlite3_context *context, const char *text)
{
    if (text)
        sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
    else
        sqlite3_result_null(context);
}

void function_return_integer(sqlite3_context *context, int64_t integer)
{
    sqlite3_result_int64(context, integer);
}

void function_fail(sqlite3_context *context)
{
    sqlite3_result_error(context, "problem", -1);
}

static bool any_nullable(const struct expr *call)
{
    for (size_t i = 0; i < call->arg_count; i++)
        if (call->args[i]->type.nullable)
            return true;
    return call->arg_count == 0;
}

struct type result_int(const struct expr *call)
{
    return type_nullable(type_of(TSQL_INT), any_nullable(call));
}

struct type result_bigint(const struct expr *call)
{
    return type_nullable(type_of(TSQL_BIGINT), any_nullable(call));
}

struct type result_datetime(const struct expr *call)
{
    return type_nullable(type_of(TSQL_DATETIME), call->arg_count && any_nullable(call));
}

struct type result_first(const struct expr *call)
{
    return type_nullable(call->args[0]->type, true);
}

struct type result_sysname(const struct expr *call)
{
    (void)call;
    return type_nullable(type_text(TSQL_NVARCHAR, SYSNAME_LENGTH), true);
}

/* A text as long as the first argument's. */
struct type result_text(const struct expr *call)
{
    struct type type = call->arg_count ? call->args[0]->type : type_text(TSQL_NVARCHAR, TEXT_LENGTH_MAX);

    if (type_family(type) != FAMILY_TEXT)
        type = type_text(TSQL_VARCHAR, 30);
    if (type.base == TSQL_NCHAR)
        type.base = TSQL_NVARCHAR;
    type.padded = type.is_null = false;
    return type_nullable(type, true);
}

static struct tsql_value value_read(sqlite3_value *value, struct type type)
{
    struct tsql_value result = {.is_null = sqlite3_value_type(value) == SQLITE_NULL};

    if (result.is_null)
        return result;
    switch (type_family(type)) {
    case FAMILY_INTEGER:
    case FAMILY_DATETIME:
        result.integer = sqlite3_value_int64(value);
        break;
    case FAMILY_FLOAT:
        result.real = sqlite3_value_double(value);
        break;
    case FAMILY_BINARY:
        result.bytes = sqlite3_value_blob(value);
        result.length_bytes = (size_t)sqlite3_value_bytes(value);
        break;
    default:
        result.text = function_text(value);
    }
    return result;
}

static void value_return(sqlite3_context *context, const struct tsql_value *value, struct type type)
{
    if (value->is_null) {
        sqlite3_result_null(context);
        return;
    }
    switch (type_family(type)) {
    case FAMILY_INTEGER:
    case FAMILY_DATETIME:
        sqlite3_result_int64(context, value->integer);
        break;
    case FAMILY_FLOAT:
        sqlite3_result_double(context, value->real);
        break;
    case FAMILY_BINARY:
        sqlite3_result_blob(context, value->length_bytes ? (const void *)value->bytes : "",
                            (int)value->length_bytes, SQLITE_TRANSIENT);
        break;
    default:
        function_return_text(context, value->text);
    }
}

/* ts_cast(operation, value [, style]) */
static void cast_body(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    struct run *run = function_run(context);
    struct operation operation = run->operations[sqlite3_value_int(arguments[0])];
    struct tsql_value in = value_read(arguments[1], operation.from), out;
    int style = count > 2 ? sqlite3_value_int(arguments[2]) : 0;

    if (value_convert(run, &operation, &in, style, &out) == 0)
        value_return(context, &out, operation.to);
    else
        function_fail(context);
}

/* ts_compute(operation, a, b) */
static void compute_body(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    struct run *run = function_run(context);
    struct operation operation = run->operations[sqlite3_value_int(arguments[0])];
    struct tsql_value a = value_read(arguments[1], operation.to), b = value_read(arguments[2], operation.to),
                      out;

    (void)count;
    if (value_compute(run, &operation, &a, &b, &out) == 0)
        value_return(context, &out, operation.to);
    else
        function_fail(context);
}

static void like_body(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const char *escape = count > 2 ? function_text(arguments[2]) : "";

    if (function_any_null(context, count, arguments))
        return;
    sqlite3_result_int(
        context, text_like(function_text(arguments[0]), function_text(arguments[1]), text_next(&escape)));
}

/* A subquery as a value: more than one row is 512. */
static void single_body(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    struct run *run = function_run(context);

    (void)count;
    if (sqlite3_value_int64(arguments[1]) <= 1) {
        sqlite3_result_value(context, arguments[2]);
        return;
    }
    PROBLEM0(&run->problems, sqlite3_value_int(arguments[0]), 512);
    function_fail(context);
}

/* SUM and AVG of exact numbers. */
struct total {
    decimal_int sum;
    int64_t count;
    int operation;
};

/* SQLite's memory is not aligned for the sum: it holds only where ours is. */
static struct total *total_of(sqlite3_context *context)
{
    struct total **slot = sqlite3_aggregate_context(context, sizeof(struct total *));

    if (slot && !*slot)
        *slot = arena_alloc(function_run(context)->arena, sizeof(struct total));
    return slot ? *slot : NULL;
}

static void total_add(sqlite3_context *context, sqlite3_value **arguments, int sign)
{
    struct total *total = total_of(context);
    struct decimal decimal;

    if (!total || sqlite3_value_type(arguments[1]) == SQLITE_NULL ||
        !decimal_parse(function_text(arguments[1]), &decimal))
        return;
    total->operation = sqlite3_value_int(arguments[0]);
    total->sum += sign * decimal.value;
    total->count += sign;
}

static void total_step(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    total_add(context, arguments, 1);
}

static void total_inverse(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    total_add(context, arguments, -1);
}

static void total_value(sqlite3_context *context)
{
    const struct total *total = total_of(context);
    struct run *run = function_run(context);
    struct operation operation;
    struct tsql_value in, out;
    char text[DECIMAL_TEXT_BYTES];

    if (!total || total->count == 0) {
        sqlite3_result_null(context);
        return;
    }
    operation = run->operations[total->operation];
    operation.from = type_numeric(DECIMAL_DIGITS_MAX, operation.to.scale);
    in = value_text(
        decimal_format((struct decimal){*operation.mark == 'A' ? total->sum / total->count : total->sum,
                                        operation.from.scale},
                       text));
    if (value_convert(run, &operation, &in, 0, &out) == 0)
        value_return(context, &out, operation.to);
    else
        function_fail(context);
}

static int collate_text(void *user, int a_bytes, const void *a, int b_bytes, const void *b)
{
    (void)user;
    return text_compare(a, (size_t)a_bytes, b, (size_t)b_bytes);
}

static int collate_numeric(void *user, int a_bytes, const void *a, int b_bytes, const void *b)
{
    char x_text[64], y_text[64];
    struct decimal x = {0, 0}, y = {0, 0};

    (void)user;
    snprintf(x_text, sizeof(x_text), "%.*s", a_bytes, (const char *)a);
    snprintf(y_text, sizeof(y_text), "%.*s", b_bytes, (const char *)b);
    decimal_parse(x_text, &x);
    decimal_parse(y_text, &y);
    return decimal_compare(x, y);
}

static const struct {
    const char *name;
    int arguments;
    function_body *body;
} operators[] = {{"ts_cast", -1, cast_body},
                 {"ts_compute", 3, compute_body},
                 {"ts_like", -1, like_body},
                 {"ts_single", 3, single_body}};

static int register_operators(struct engine *engine)
{
    sqlite3 *sqlite = engine_sqlite(engine);
    int flags = SQLITE_UTF8, failed = 0;

    for (size_t i = 0; i < COUNT(operators); i++)
        failed |= sqlite3_create_function(sqlite, operators[i].name, operators[i].arguments, flags, engine,
                                          operators[i].body, NULL, NULL);
    failed |= sqlite3_create_window_function(sqlite, "ts_total", 2, flags, engine, total_step, total_value,
                                             total_value, total_inverse, NULL);
    failed |= sqlite3_create_collation(sqlite, "TSQL", SQLITE_UTF8, NULL, collate_text);
    failed |= sqlite3_create_collation(sqlite, "TSQLNUM", SQLITE_UTF8, NULL, collate_numeric);
    return failed;
}

int functions_register(struct engine *engine)
{
    int failed = register_operators(engine);
    char name[64];

    for (size_t f = 0; f < COUNT(families); f++) {
        for (size_t i = 0; i < families[f]->count; i++) {
            const struct function *function = &families[f]->functions[i];

            if (function->body)
                failed |= sqlite3_create_function(engine_sqlite(engine), function_sqlite_name(function, name),
                                                  -1, SQLITE_UTF8, engine, function->body, NULL, NULL);
        }
    }
    return failed ? -1 : 0;
}

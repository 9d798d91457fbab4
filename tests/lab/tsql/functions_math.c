/* Numbers, NULLs, aggregates, ranking. */
#include "lab/tsql/function.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>

static void floor_body(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    if (!function_any_null(context, count, arguments))
        sqlite3_result_double(context, floor(sqlite3_value_double(arguments[0])));
}

static void ceiling_body(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    if (!function_any_null(context, count, arguments))
        sqlite3_result_double(context, ceil(sqlite3_value_double(arguments[0])));
}

static void round_body(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    double scale = pow(10, sqlite3_value_int(arguments[1]));

    if (!function_any_null(context, count, arguments))
        sqlite3_result_double(context, round(sqlite3_value_double(arguments[0]) * scale) / scale);
}

/* Of an exact number (text) as well as of the binary ones. */
static void abs_body(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const char *text = function_text(arguments[0]);

    if (function_any_null(context, count, arguments))
        return;
    if (sqlite3_value_type(arguments[0]) == SQLITE_TEXT)
        function_return_text(context, text + (*text == '-'));
    else if (sqlite3_value_type(arguments[0]) == SQLITE_FLOAT)
        sqlite3_result_double(context, fabs(sqlite3_value_double(arguments[0])));
    else
        function_return_integer(context, llabs(sqlite3_value_int64(arguments[0])));
}

static void sign_body(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    double number = sqlite3_value_double(arguments[0]);

    if (!function_any_null(context, count, arguments))
        function_return_integer(context, (number > 0) - (number < 0));
}

static struct type result_coalesced(const struct expr *call)
{
    bool nullable = true;

    for (size_t i = 0; i < call->arg_count; i++)
        nullable = nullable && call->args[i]->type.nullable;
    return type_nullable(call->args[0]->type, nullable);
}

static struct type result_float(const struct expr *call)
{
    (void)call;
    return type_nullable(type_of(TSQL_FLOAT), true);
}

static struct type result_count(const struct expr *call)
{
    (void)call;
    return type_of(TSQL_INT);
}

static struct type result_count_big(const struct expr *call)
{
    (void)call;
    return type_of(TSQL_BIGINT);
}

/* SUM and AVG: int for whatever is smaller, 38 digits for exact numbers. */
static struct type result_total(const struct expr *call)
{
    struct type type = call->args[0]->type;

    if (type.base == TSQL_NUMERIC)
        type.precision = NUMERIC_PRECISION_MAX;
    else if (type.base == TSQL_REAL)
        type.base = TSQL_FLOAT;
    else if (type.base < TSQL_INT)
        type.base = TSQL_INT;
    return type_nullable(type, true);
}

static const struct function table[] = {
    {"ABS", FUNCTION_SCALAR, "n", result_first, abs_body, NULL, 0},
    {"AVG", FUNCTION_AGGREGATE, "n", result_total, NULL, "avg", 0},
    {"CEILING", FUNCTION_SCALAR, "x", result_float, ceiling_body, NULL, 0},
    {"COALESCE", FUNCTION_SCALAR, "cc+", result_coalesced, NULL, "coalesce", 0},
    {"COUNT", FUNCTION_AGGREGATE, "*", result_count, NULL, "count", 0},
    {"COUNT_BIG", FUNCTION_AGGREGATE, "*", result_count_big, NULL, "count", 0},
    {"DENSE_RANK", FUNCTION_RANKING, "", result_count_big, NULL, "dense_rank", 0},
    {"FLOOR", FUNCTION_SCALAR, "x", result_float, floor_body, NULL, 0},
    {"ISNULL", FUNCTION_SCALAR, "*f", result_coalesced, NULL, "coalesce", 0},
    {"LAG", FUNCTION_RANKING, "*?i", result_first, NULL, "lag", 11},
    {"LEAD", FUNCTION_RANKING, "*?i", result_first, NULL, "lead", 11},
    {"MAX", FUNCTION_AGGREGATE, "*", result_first, NULL, "max", 0},
    {"MIN", FUNCTION_AGGREGATE, "*", result_first, NULL, "min", 0},
    {"NULLIF", FUNCTION_SCALAR, "cc", result_first, NULL, "nullif", 0},
    {"RANK", FUNCTION_RANKING, "", result_count_big, NULL, "rank", 0},
    {"ROUND", FUNCTION_SCALAR, "xi", result_float, round_body, NULL, 0},
    {"ROW_NUMBER", FUNCTION_RANKING, "", result_count_big, NULL, "row_number", 0},
    {"SIGN", FUNCTION_SCALAR, "n", result_int, sign_body, NULL, 0},
    {"SUM", FUNCTION_AGGREGATE, "n", result_total, NULL, "sum", 0},
};
const struct function_family functions_math = {table, COUNT(table)};

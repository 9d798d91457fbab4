/* Date and time functions.  The clock is the instance's host's, skew and zone included. */
#include "lab/tsql/function.h"

#include "base/arena.h"
#include "lab/tsql/moment.h"

/* The binder has put the datepart's number where its word stood. */
static enum datepart part_of(sqlite3_value *value)
{
    return (enum datepart)sqlite3_value_int(value);
}

static void getdate(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    struct tsql_session *session = function_run(context)->session;

    (void)count;
    (void)arguments;
    function_return_integer(context, world_getdate(session->world, session->instance));
}

static void getutcdate(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    struct tsql_session *session = function_run(context)->session;

    (void)count;
    (void)arguments;
    function_return_integer(context, world_getutcdate(session->world, session->instance));
}

static void difference(sqlite3_context *context, int count, sqlite3_value **arguments, bool big)
{
    int64_t result;

    if (function_any_null(context, count, arguments))
        return;
    result = moment_difference(part_of(arguments[0]), sqlite3_value_int64(arguments[1]),
                               sqlite3_value_int64(arguments[2]));
    if (big || (result >= INT32_MIN && result <= INT32_MAX)) {
        function_return_integer(context, result);
        return;
    }
    PROBLEM0(&function_run(context)->problems, function_run(context)->line, 535);
    function_fail(context);
}

static void datediff(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    difference(context, count, arguments, false);
}

static void datediff_big(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    difference(context, count, arguments, true);
}

static void dateadd(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    int64_t result;

    if (function_any_null(context, count, arguments))
        return;
    if (moment_add(part_of(arguments[0]), sqlite3_value_int64(arguments[1]),
                   sqlite3_value_int64(arguments[2]), &result)) {
        function_return_integer(context, result);
        return;
    }
    PROBLEM0(&function_run(context)->problems, function_run(context)->line, 517);
    function_fail(context);
}

static void datepart(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    if (!function_any_null(context, count, arguments))
        function_return_integer(context,
                                moment_part(part_of(arguments[0]), sqlite3_value_int64(arguments[1])));
}

static void year(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    if (!function_any_null(context, count, arguments))
        function_return_integer(context, moment_part(DATEPART_YEAR, sqlite3_value_int64(arguments[0])));
}

static void month(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    if (!function_any_null(context, count, arguments))
        function_return_integer(context, moment_part(DATEPART_MONTH, sqlite3_value_int64(arguments[0])));
}

static void day(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    if (!function_any_null(context, count, arguments))
        function_return_integer(context, moment_part(DATEPART_DAY, sqlite3_value_int64(arguments[0])));
}

static struct type result_third(const struct expr *call)
{
    return type_nullable(type_of(TSQL_DATETIME),
                         call->args[2]->type.nullable || call->args[1]->type.nullable);
}

static const struct function table[] = {
    {"CURRENT_TIMESTAMP", FUNCTION_SCALAR, "", result_datetime, getdate, NULL, 0},
    {"DATEADD", FUNCTION_SCALAR, "pid", result_third, dateadd, NULL, 0},
    {"DATEDIFF", FUNCTION_SCALAR, "pdd", result_int, datediff, NULL, 0},
    {"DATEDIFF_BIG", FUNCTION_SCALAR, "pdd", result_bigint, datediff_big, NULL, 13},
    {"DATEPART", FUNCTION_SCALAR, "pd", result_int, datepart, NULL, 0},
    {"DAY", FUNCTION_SCALAR, "d", result_int, day, NULL, 0},
    {"GETDATE", FUNCTION_SCALAR, "", result_datetime, getdate, NULL, 0},
    {"GETUTCDATE", FUNCTION_SCALAR, "", result_datetime, getutcdate, NULL, 0},
    {"MONTH", FUNCTION_SCALAR, "d", result_int, month, NULL, 0},
    {"SYSDATETIME", FUNCTION_SCALAR, "", result_datetime, getdate, NULL, 0},
    {"SYSUTCDATETIME", FUNCTION_SCALAR, "", result_datetime, getutcdate, NULL, 0},
    {"YEAR", FUNCTION_SCALAR, "d", result_int, year, NULL, 0},
};
const struct function_family functions_time = {table, COUNT(table)};

/*
 * The functions that the lab's servers know, as one table; what is not in it is error 195.
 */
#ifndef PCHAT_LAB_TSQL_FUNCTION_H
#define PCHAT_LAB_TSQL_FUNCTION_H

#include "lab/tsql/run.h"

#include <sqlite3.h>

enum function_kind { FUNCTION_SCALAR, FUNCTION_AGGREGATE, FUNCTION_RANKING };

typedef void function_body(sqlite3_context *context, int count, sqlite3_value **arguments);

struct function {
    const char *name;
    enum function_kind kind;
    /*
     * One letter for each argument: t text, i integer, n number, d datetime, p datepart, x floating point, f
     * as the first, c common type of all c, * anything.  Behind '?' they are optional; '+' repeats the last
     * without end.
     */
    const char *arguments;
    struct type (*result)(const struct expr *call);
    function_body *body; /* NULL: SQLite's own `native` */
    const char *native;
    int since_major; /* 0 = always */
};

const struct function *function_find(const char *name);
/* "ts_len": under which name SQLite knows it. */
const char *function_sqlite_name(const struct function *function, char out[64]);
/* Makes all of them, and the collations TSQL and TSQLNUM, known to the engine. */
int functions_register(struct engine *engine);

/* For bodies. */
struct run *function_run(sqlite3_context *context);
bool function_any_null(sqlite3_context *context, int count,
                       sqlite3_value **arguments);                     /* then the result is NULL */
const char *function_text(sqlite3_value *value);                       /* never NULL */
void function_return_text(sqlite3_context *context, const char *text); /* NULL = NULL */
void function_return_integer(sqlite3_context *context, int64_t integer);
void function_fail(sqlite3_context *context); /* after problem_add */

/* Types of results. */
struct type result_int(const struct expr *call);
struct type result_bigint(const struct expr *call);
struct type result_datetime(const struct expr *call);
struct type result_first(const struct expr *call);
struct type result_sysname(const struct expr *call);
struct type result_text(const struct expr *call);

/* The families of functions, each in its file. */
struct function_family {
    const struct function *functions;
    size_t count;
};
extern const struct function_family functions_text, functions_time, functions_server, functions_math;

#endif

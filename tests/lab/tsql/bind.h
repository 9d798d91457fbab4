/*
 * The binder: gives every name of a query its table or column, every expression its type, inserts the
 * conversions that SQL Server makes by itself, and refuses what it would refuse (207, 208, 209, 4104, 8120
 * ...).
 */
#ifndef PCHAT_LAB_TSQL_BIND_H
#define PCHAT_LAB_TSQL_BIND_H

#include "lab/tsql/run.h"

/* Where a name is looked up: the sources of a SELECT, then those around it. */
struct scope {
    struct run *run;
    const struct scope *outer;
    struct source *from;
    struct select *select;
    struct query *query;      /* whose CTEs are visible ... */
    size_t cte_count;         /* ... this many of them */
    const char *no_aggregate; /* the clause in which an aggregate is 147; NULL = allowed */
};

/* A whole statement's query.  0, or -1 with the problem added. */
int bind_query(struct run *run, struct query *query);
/* A query inside another one; exists: its select list is not looked at. */
int bind_subquery(const struct scope *scope, struct query *query, bool exists);
/* expr.c's half. */
int bind_expr(const struct scope *scope, struct expr *expr);
/* Makes *slot a value of that type, by a conversion if need be; 206 when there is none. */
int bind_convert(struct run *run, struct expr **slot, struct type type);
int bind_problem(const struct scope *scope, int line, int number, const char *argument);
bool expr_same(const struct expr *a, const struct expr *b);

/* A query of the one expression or condition, for SET, IF, EXEC and their kind. */
struct query *query_of_value(struct arena *arena, struct expr *expr);
struct query *query_of_condition(struct arena *arena, struct expr *condition);

#endif

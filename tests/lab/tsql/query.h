/*
 * Runs a query: binds it, renders it, fills the tables that it names, lets SQLite execute it.
 */
#ifndef PCHAT_LAB_TSQL_QUERY_H
#define PCHAT_LAB_TSQL_QUERY_H

#include "lab/tsql/run.h"

/* One row of the answer; false ends the query. */
typedef bool query_row(void *user, const struct tsql_value *values, size_t count);
struct query_reader {
    void *user;
    void (*columns)(void *user, const struct query *query); /* may be NULL */
    query_row *row;
};

/* 0 with *ret_rows, or -1 with the problem added; rows may have gone out before. */
int query_run(struct run *run, struct query *query, const struct query_reader *reader, uint64_t *ret_rows);
/* To the sink, as the answer of a SELECT. */
int query_send(struct run *run, struct query *query, uint64_t *ret_rows);
/* The one value of query_of_value() as `type` (NULL: as it is, *ret_type then says). */
int query_value(struct run *run, struct expr *expr, const struct type *type, struct tsql_value *ret,
                struct type *ret_type);
int query_condition(struct run *run, struct expr *condition, bool *ret);

/* A copy that lives as long as the run. */
struct tsql_value value_keep(struct run *run, const struct tsql_value *value);

#endif

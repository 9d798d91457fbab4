/*
 * The table of statements: how each one starts, is parsed and runs.  A statement that is not in it is error
 * 102; a new one is a new row.
 */
#ifndef PCHAT_LAB_TSQL_STATEMENT_H
#define PCHAT_LAB_TSQL_STATEMENT_H

#include "lab/tsql/parser.h"
#include "lab/tsql/run.h"

struct statement_kind {
    const char *first, *second; /* its leading words; second NULL = any */
    /* Behind the leading words (SELECT and WITH: at them).  Sets statement->detail. */
    int (*parse)(struct parser *parser, struct statement *statement);
    /* -1 or 0 after problems were added; *ret_flow starts as FLOW_NEXT. */
    int (*run)(struct run *run, const struct statement *statement, enum flow *ret_flow);
    bool keeps_words; /* parse starts at the leading words */
    bool silent;      /* no DONE of its own: control flow, DECLARE, EXEC */
    bool survives;    /* its errors never end the batch */
    bool mutates;     /* changes something beside the session: counted by login */
};

/* The families of statements, each in its file. */
struct statement_family {
    const struct statement_kind *kinds;
    size_t count;
};
extern const struct statement_family statements_select, statements_control, statements_set,
    statements_security;
extern const struct statement_family statements_exec, statements_database, statements_backup, statements_kill,
    statements_table, statements_change, statements_try, statements_dbcc;
/* A batch's first word may be a procedure's name without EXEC. */
extern const struct statement_kind statement_implicit_exec;

#define DETAIL(parser, statement, type) ((statement)->detail = arena_alloc((parser)->arena, sizeof(type)))

#endif

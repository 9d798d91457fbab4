/*
 * What a batch says: expressions, queries, statements as the parser builds them and the binder completes
 * them. Everything lives in the batch's arena.
 */
#ifndef PCHAT_LAB_TSQL_AST_H
#define PCHAT_LAB_TSQL_AST_H

#include "lab/tsql/token.h"
#include "lab/tsql/type.h"

struct catalog_table;
struct function;
struct query;
struct source;

enum { NAME_PARTS_MAX = 4 };

/* server.database.schema.object, as far as written; an omitted middle part is "". */
struct name {
    const char *part[NAME_PARTS_MAX]; /* in written order */
    size_t count;
    int line;
};

const char *name_text(struct arena *arena, const struct name *name); /* "msdb.dbo.sysjobs" */
const char *name_object(const struct name *name);                    /* the last part */

enum expr_kind {
    EXPR_LITERAL,
    EXPR_VARIABLE, /* @x */
    EXPR_GLOBAL,   /* @@x; the binder makes it a call */
    EXPR_COLUMN,
    EXPR_CALL,
    EXPR_CAST, /* args[0]; args[1] = style of CONVERT; type = target */
    EXPR_ARITHMETIC,
    EXPR_CASE, /* when, then, ..., [else] */
    EXPR_SUBQUERY,
    EXPR_FIRST_CONDITION,
    EXPR_COMPARE = EXPR_FIRST_CONDITION,
    EXPR_AND,
    EXPR_OR,
    EXPR_NOT,
    EXPR_IN,      /* args[0] in args[1..] or query */
    EXPR_BETWEEN, /* three args */
    EXPR_LIKE,    /* value, pattern, [escape] */
    EXPR_IS_NULL,
    EXPR_EXISTS
};

struct order {
    struct expr *expr;
    bool descending;
    size_t position; /* bound: 1-based output column, 0 = an expression */
};

struct window {
    struct expr **partitions;
    size_t partition_count;
    struct order *orders;
    size_t order_count;
};

struct expr {
    enum expr_kind kind;
    int line;
    unsigned depth;
    const char *text; /* literal, variable or function name, operator */
    enum token_kind literal;
    bool negated;  /* NOT IN, NOT LIKE, IS NOT NULL ... */
    bool distinct; /* COUNT(DISTINCT x) */
    bool star;     /* COUNT(*) */
    bool has_else;
    bool implicit; /* a conversion that nobody wrote */
    struct expr **args;
    size_t arg_count;
    struct name name; /* EXPR_COLUMN; EXPR_CALL with a qualified name */
    struct query *query;
    struct window *window; /* OVER (...) */

    /* Bound. */
    bool bound;
    struct type type; /* EXPR_CAST: from the parser on */
    const struct source *source;
    size_t column;
    const struct function *function;
};

static inline bool expr_is_condition(const struct expr *expr)
{
    return expr->kind >= EXPR_FIRST_CONDITION;
}

struct item {
    struct expr *expr;
    const char *alias;    /* NULL = none */
    const char *variable; /* SELECT @x = expr */
    bool star;
    struct name qualifier; /* of the star */
};

/* A column that a query or a table offers. */
struct output {
    const char *name; /* "" = unnamed */
    struct type type;
};

enum source_kind { SOURCE_NAMED, SOURCE_DERIVED, SOURCE_JOIN };
enum join_kind { JOIN_INNER, JOIN_LEFT, JOIN_CROSS };

struct source {
    enum source_kind kind;
    int line;
    struct name name;
    const char *alias;
    bool locks;          /* WITH (UPDLOCK) and its kind */
    struct query *query; /* derived table */
    enum join_kind join;
    struct source *left, *right;
    struct expr *on;

    /* Bound. */
    const struct catalog_table *table;
    const char *database;  /* whose table */
    const struct cte *cte; /* which the name means */
    int id;                /* number of its alias in the rendered text */
    struct output *outputs;
    size_t output_count;
};

struct select {
    int line;
    bool distinct;
    struct expr *top;
    struct item *items;
    size_t item_count;
    struct source *from;
    struct expr *where, *having;
    struct expr **groups;
    size_t group_count;
    bool aggregates; /* bound: GROUP BY or an aggregate in it */
    bool union_all;  /* joined to the one before by UNION ALL, else UNION */
};

struct cte {
    const char *name;
    const char **columns;
    size_t column_count;
    struct query *query;
    int id;
};

struct query {
    int line;
    struct cte *ctes;
    size_t cte_count;
    struct select **selects;
    size_t select_count;
    struct order *orders;
    size_t order_count;

    /* Bound. */
    bool bound;
    struct output *outputs;
    size_t output_count;
};

struct statement {
    const struct statement_kind *kind;
    int line;
    void *detail; /* the kind's own */
};

struct statements {
    struct statement *items;
    size_t count;
};

#endif

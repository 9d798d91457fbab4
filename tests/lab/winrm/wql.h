/*
 * WQL data queries: SELECT columns FROM class WHERE conditions.  Associators, schema and event queries are
 * refused, as is every word that is not understood.  Source: "WQL (SQL for WMI)", "Querying with WQL", "LIKE
 * Operator". Pure; a query lives in its arena.
 */
#ifndef PCHAT_LAB_WINRM_WQL_H
#define PCHAT_LAB_WINRM_WQL_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/* How deep conditions may nest, and how many there may be. */
enum { WQL_DEPTH_MAX = 64, WQL_COMPARISONS_MAX = 512 };

enum wql_operator {
    WQL_EQUAL,
    WQL_NOT_EQUAL,
    WQL_LESS,
    WQL_LESS_OR_EQUAL,
    WQL_GREATER,
    WQL_GREATER_OR_EQUAL,
    WQL_LIKE,
    WQL_IS,    /* NULL only */
    WQL_IS_NOT /* NULL only */
};

enum wql_literal_kind { WQL_NULL, WQL_TEXT, WQL_NUMBER, WQL_BOOLEAN };
struct wql_literal {
    enum wql_literal_kind kind;
    const char *text;
    int64_t number; /* NUMBER; BOOLEAN as 0 or 1 */
};

enum wql_condition_kind { WQL_COMPARE, WQL_AND, WQL_OR, WQL_NOT };
struct wql_condition {
    enum wql_condition_kind kind;
    const struct wql_condition *left, *right; /* AND, OR; NOT: left */
    const char *column;                       /* COMPARE */
    enum wql_operator operator;
    struct wql_literal literal;
};

struct wql_query {
    const char *class_name;
    const char *const *columns; /* none: "*" */
    size_t column_count;
    const struct wql_condition *where; /* NULL: all rows */
};

bool wql_parse(struct arena *arena, const char *text, struct wql_query *ret);

#endif

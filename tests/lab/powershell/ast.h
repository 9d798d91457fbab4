/*
 * What a script says, after parsing.  Everything lives in the run's arena and points into the script's text.
 */
#ifndef PCHAT_LAB_POWERSHELL_AST_H
#define PCHAT_LAB_POWERSHELL_AST_H

#include "lab/powershell/value.h"

struct ps_operator;
struct ps_expr;
struct ps_statement;

/* A stretch of the script. */
struct ps_extent {
    size_t at, length;
};

struct ps_statements {
    struct ps_statement **items;
    size_t count;
};

struct ps_exprs {
    struct ps_expr **items;
    size_t count;
};

enum ps_expr_kind {
    PS_EXPR_LITERAL,
    PS_EXPR_TEXT,     /* "..." with parts */
    PS_EXPR_VARIABLE, /* $name */
    PS_EXPR_NOT,
    PS_EXPR_NEGATE,
    PS_EXPR_UNARY_JOIN,
    PS_EXPR_UNARY_SPLIT,
    PS_EXPR_BINARY,
    PS_EXPR_AND,
    PS_EXPR_OR,
    PS_EXPR_LIST,  /* a, b */
    PS_EXPR_PAREN, /* ( statement ) */
    PS_EXPR_SUB,   /* $( statements ) */
    PS_EXPR_ARRAY, /* @( statements ) */
    PS_EXPR_TABLE, /* @{ name = statement } */
    PS_EXPR_BLOCK,
    PS_EXPR_TYPE,   /* [name] */
    PS_EXPR_CAST,   /* [name] operand */
    PS_EXPR_MEMBER, /* operand.name */
    PS_EXPR_STATIC, /* [name]::member */
    PS_EXPR_CALL,   /* either of the two with (arguments) */
    PS_EXPR_INDEX,  /* operand[index] */
    PS_EXPR_STEP,   /* $i++ */
    PS_EXPR_KIND_COUNT
};

struct ps_expr {
    enum ps_expr_kind kind;
    struct ps_extent extent;
    struct ps_value literal;
    const char *name; /* variable, type */
    const struct ps_operator *operation;
    bool case_sensitive;
    struct ps_expr *left, *right; /* member: its name is `right` */
    struct ps_exprs parts;        /* elements, parts of a text, arguments, keys of a table */
    struct ps_statements body;    /* also the values of a table, one for each key */
    const struct ps_block *block;
    int step;
};

enum ps_argument_kind { PS_ARGUMENT_VALUE, PS_ARGUMENT_PARAMETER, PS_ARGUMENT_SPLAT };

struct ps_argument {
    enum ps_argument_kind kind;
    const char *name;      /* parameter without its dash, or the splatted variable */
    struct ps_expr *value; /* parameter: only when written -Name:value */
    struct ps_extent extent;
};

/* One stage of a pipeline: a command, or (first only) an expression. */
struct ps_stage {
    struct ps_extent extent;
    struct ps_expr *expr; /* the expression, or what names the command after & */
    bool is_command;
    const char *name;
    struct ps_argument *arguments;
    size_t argument_count;
    bool silences_errors, silences_output; /* 2>$null, >$null */
    bool merges_errors;                    /* 2>&1 */
};

struct ps_parameter_decl {
    const char *name, *type; /* type NULL: any */
    struct ps_expr *initial; /* NULL: $null */
    bool is_switch;
};

struct ps_block {
    struct ps_extent extent;
    struct ps_parameter_decl *parameters;
    size_t parameter_count;
    struct ps_statements body;
    const char *text; /* between the braces */
};

struct ps_catch {
    const char **types; /* none: catches all */
    size_t type_count;
    struct ps_statements body;
};

enum ps_statement_kind {
    PS_PIPELINE,
    PS_ASSIGN,
    PS_IF,
    PS_FOREACH,
    PS_FOR,
    PS_WHILE,
    PS_TRY,
    PS_THROW,
    PS_RETURN,
    PS_EXIT,
    PS_BREAK,
    PS_CONTINUE,
    PS_FUNCTION,
    PS_STATEMENT_KIND_COUNT
};

struct ps_branch {
    struct ps_statement *condition; /* NULL: else */
    struct ps_statements body;
};

struct ps_statement {
    enum ps_statement_kind kind;
    struct ps_extent extent;
    struct ps_stage *stages; /* pipeline */
    size_t stage_count;
    struct ps_expr *target;              /* assignment; loop variable */
    const struct ps_operator *operation; /* of += and its kind; NULL: plain */
    struct ps_statement *value;          /* assigned, iterated, condition, thrown, returned; may be NULL */
    struct ps_statement *initial, *next; /* for */
    struct ps_branch *branches;          /* if */
    size_t branch_count;
    struct ps_statements body, finally;
    struct ps_catch *catches;
    size_t catch_count;
    const char *name; /* function */
    const struct ps_block *block;
};

#endif

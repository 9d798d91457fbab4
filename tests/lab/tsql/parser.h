/*
 * The parser: a batch's tokens to its statements, by recursive descent.  A function that parses returns NULL
 * (or -1) after it added the problem; the first problem ends the batch.
 */
#ifndef PCHAT_LAB_TSQL_PARSER_H
#define PCHAT_LAB_TSQL_PARSER_H

#include "lab/tsql/ast.h"

struct parser {
    const struct token *first;
    const struct token *at; /* never behind TOKEN_END */
    struct arena *arena;
    struct problems *problems;
    unsigned depth;
};

/* How deep expressions and queries may nest before 191. */
enum { PARSE_DEPTH_MAX = 100, EXPR_DEPTH_MAX = 200 };

/* What a message names as the place: the present token, or the last one at the end. */
const struct token *parse_place(const struct parser *parser);
/* 102 or 156 there. */
int parse_error(struct parser *parser);
bool parse_enter(struct parser *parser); /* false: 191 */
void parse_leave(struct parser *parser);

bool at_word(const struct parser *parser, const char *word);
bool at_words(const struct parser *parser, const char *first, const char *second);
bool at_mark(const struct parser *parser, const char *mark);
/* A name can start here. */
bool at_identifier(const struct parser *parser);
/* Takes it if it is there. */
bool take_word(struct parser *parser, const char *word);
bool take_mark(struct parser *parser, const char *mark);
/* Takes it or fails. */
int need_word(struct parser *parser, const char *word);
int need_mark(struct parser *parser, const char *mark);
const char *need_identifier(struct parser *parser);
const char *need_string(struct parser *parser);
int need_name(struct parser *parser, struct name *ret);
int need_type(struct parser *parser, struct type *ret);

struct expr *parse_value(struct parser *parser);     /* 102 at a condition */
struct expr *parse_condition(struct parser *parser); /* 4145 at a value */
struct expr *expr_new(struct parser *parser, enum expr_kind kind, int line);
/* Adds an operand and keeps track of the depth; false: 191. */
bool expr_add(struct parser *parser, struct expr *expr, struct expr *arg);
/* WITH (hint, ...), if it is there; *ret_locks: one of them keeps the table from others. */
int parse_hints(struct parser *parser, bool *ret_locks);
int parse_orders(struct parser *parser, struct order **ret_orders, size_t *ret_count);

/* WITH ... SELECT ... UNION ... ORDER BY */
struct query *parse_query(struct parser *parser);
bool at_query(const struct parser *parser);

/* statement.c: any statement of the table. */
int parse_statement(struct parser *parser, struct statement *ret, bool first_of_batch);
/* BEGIN ... END, or the one statement. */
int parse_body(struct parser *parser, struct statements *ret);
/* Statements, maybe none, up to END, which stays. */
int parse_until_end(struct parser *parser, struct statements *ret);
int parse_batch(struct parser *parser, struct statements *ret);

#endif

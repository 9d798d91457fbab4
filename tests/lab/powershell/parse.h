/*
 * The parser's parts, for each other.  Each returns what it parsed, or NULL after the reader's problem was
 * set. Source: "Windows PowerShell Language Specification", chapters 7 and 8.
 */
#ifndef PCHAT_LAB_POWERSHELL_PARSE_H
#define PCHAT_LAB_POWERSHELL_PARSE_H

#include "lab/powershell/reader.h"

/* Statements up to the mark, which is taken; "" is the end of the script. */
int ps_parse_statements(struct ps_reader *reader, const char *end, struct ps_statements *ret_statements);
struct ps_statement *ps_parse_statement(struct ps_reader *reader);
/* What may stand in parentheses and behind =: a pipeline, or a statement that has a value. */
struct ps_statement *ps_parse_pipeline(struct ps_reader *reader);
/* { ... }, param() at its beginning. */
const struct ps_block *ps_parse_block(struct ps_reader *reader);
/* param(...)'s or a function's (...), behind the opening parenthesis. */
int ps_parse_parameters(struct ps_reader *reader, struct ps_block *block);

struct ps_expr *ps_parse_expr(struct ps_reader *reader);
/* Without binary operators and commas. */
struct ps_expr *ps_parse_unary(struct ps_reader *reader);
/* A value and what follows it directly: .member, [index], (arguments). */
struct ps_expr *ps_parse_postfix(struct ps_reader *reader);
/* "..." or @"..."@ with what it holds; and a bare word of a command line. */
struct ps_expr *ps_parse_text(struct ps_reader *reader);
struct ps_expr *ps_parse_bare_word(struct ps_reader *reader);
/* A command with its arguments, to the end of its stage. */
int ps_parse_command(struct ps_reader *reader, struct ps_stage *ret_stage);

/* Says what stands here, or that nothing does; always NULL. */
struct ps_expr *ps_parse_unexpected(struct ps_reader *reader);

struct ps_expr *ps_expr_new(struct ps_reader *reader, enum ps_expr_kind kind, size_t at);
/* Sets its extent's end to where the reader is. */
struct ps_expr *ps_expr_end(struct ps_reader *reader, struct ps_expr *expr);
void ps_exprs_add(struct ps_reader *reader, struct ps_exprs *exprs, struct ps_expr *expr);
void ps_statements_add(struct ps_reader *reader, struct ps_statements *statements,
                       struct ps_statement *statement);
/* One level deeper; -1 when nested too deeply. */
int ps_parse_enter(struct ps_reader *reader);

#endif

/*
 * Transact-SQL words: cuts a batch into tokens.  "Transact-SQL Syntax Conventions", "Identifiers",
 * "Constants".
 */
#ifndef PCHAT_LAB_TSQL_TOKEN_H
#define PCHAT_LAB_TSQL_TOKEN_H

#include "lab/tsql/problem.h"

enum token_kind {
    TOKEN_END,
    TOKEN_WORD,            /* a bare identifier or keyword */
    TOKEN_QUOTED,          /* [x] or "x": never a keyword */
    TOKEN_VARIABLE,        /* @x */
    TOKEN_GLOBAL,          /* @@x */
    TOKEN_STRING,          /* 'x' */
    TOKEN_NATIONAL_STRING, /* N'x' */
    TOKEN_INTEGER,
    TOKEN_DECIMAL,
    TOKEN_FLOAT,
    TOKEN_HEX, /* text without the 0x */
    TOKEN_PUNCTUATION
};

struct token {
    enum token_kind kind;
    int line;
    bool is_reserved; /* of a word: it cannot stand as a bare name */
    const char *text; /* without quotes and escapes */
};

struct tokens {
    struct token *items; /* the last one is TOKEN_END */
    size_t count;
};

/* Cuts the batch; quoted_identifier tells what "x" is.  0, or -1 with the problem (105, 113) added. */
int tokens_read(const char *batch, bool quoted_identifier, struct tokens *ret_tokens,
                struct problems *problems);

/* A bare word (not [quoted]), whatever its case. */
bool token_is_word(const struct token *token, const char *word);
bool token_is_mark(const struct token *token, const char *mark);

#endif

/*
 * One SQL statement of the journal: values are bound, never written into the text, and every failure says
 * which file and why in words.  One thread.
 */
#ifndef PCHAT_ACT_MEMORY_STATEMENT_H
#define PCHAT_ACT_MEMORY_STATEMENT_H

#include "base/cleanup.h"
#include "base/err.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

struct journal {
    sqlite3 *db;
    char *path;
};

/* A statement's parameter: TEXT_VALUE("..."), NUMBER_VALUE(7). */
struct value {
    const char *text; /* NULL: "" */
    int64_t number;
    bool is_text;
};
#define TEXT_VALUE(of)   ((struct value){.text = (of), .is_text = true})
#define NUMBER_VALUE(of) ((struct value){.number = (of)})

struct statement {
    struct journal *journal;
    sqlite3_stmt *handle;
    struct err *err;
};

void statement_done(struct statement *statement);
AUTO_DEFINE_DONE(statement, struct statement)

/* 0, or -1 with *err.  err must live as long as the statement. */
int statement_begin(struct statement *statement, struct journal *journal, const char *sql,
                    const struct value *values, int count, struct err *err);
/* 1: there is a row; 0: no more; -1: *err is set. */
int statement_row(struct statement *statement);
/* Of the row; as long as it is current.  Never NULL. */
const char *statement_text(const struct statement *statement, int column);
int64_t statement_number(const struct statement *statement, int column);

/* All in one, for statements without rows. */
int journal_do(struct journal *journal, const char *sql, const struct value *values, int count,
               struct err *err);
/* Sets *err to "PATH: WHAT: why", by what SQLite said last, and returns -1. */
int journal_fail(const struct journal *journal, int code, const char *what, struct err *err);

/* A group of statements that is there whole or not at all. */
struct transaction {
    struct journal *journal; /* NULL: none is open */
};
void transaction_done(struct transaction *transaction); /* takes back what was not committed */
AUTO_DEFINE_DONE(transaction, struct transaction)
/* writes: waits until nobody else does; else what is read is of one moment. */
int transaction_begin(struct transaction *transaction, struct journal *journal, bool writes, struct err *err);
int transaction_commit(struct transaction *transaction, struct err *err);

#endif

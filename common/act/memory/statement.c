#include "act/memory/statement.h"

#include <string.h>

/* ---- what went wrong ---- */

#define DAMAGED                                                                                              \
    "damaged, cut off or no journal; expected the file that the runner made - move it away, what counts is " \
    "in the ledger"

static const struct {
    int code;
    const char *words;
} reasons[] = {
    {SQLITE_FULL, "no room left on the device"},
    {SQLITE_READONLY_ROLLBACK,
     "holds half of a write that a crash cut off; expected to be opened by the runner first"},
    {SQLITE_READONLY_CANTLOCK,
     "holds half of a write that a crash cut off; expected to be opened by the runner first"},
    {SQLITE_READONLY, "may not be written here; expected a file and a folder that this user may write"},
    {SQLITE_CORRUPT, DAMAGED},
    {SQLITE_NOTADB, DAMAGED},
    {SQLITE_IOERR, "the device fails; expected to read what the system's log says about it"},
    {SQLITE_BUSY, "another process has held it for too long; expected to be let in within seconds"},
};

static const char *reason_of(int code)
{
    for (size_t i = 0; i < COUNT(reasons); i++)
        if (code == reasons[i].code)
            return reasons[i].words;
    return NULL;
}

/* An extended code that has no words of its own is said as its kind. */
int journal_fail(const struct journal *journal, int code, const char *what, struct err *err)
{
    const char *words = reason_of(code) ? reason_of(code) : reason_of(code & 0xFF);
    int number = journal->db ? sqlite3_system_errno(journal->db) : 0;
    const char *colon = *what ? ": " : "";

    if (words)
        return err_set(err, ERR_IO, "%s: %s%s%s", journal->path, what, colon, words);
    if (number)
        return err_set_errno(err, ERR_IO, number, "%s%s%s", journal->path, colon, what);
    return err_set(err, ERR_IO, "%s: %s%s%s", journal->path, what, colon, sqlite3_errstr(code));
}

/* ---- one statement ---- */

void statement_done(struct statement *statement)
{
    sqlite3_finalize(statement->handle);
    statement->handle = NULL;
}

static int fail(const struct statement *statement, int code)
{
    return journal_fail(statement->journal, code, "", statement->err);
}

static int bind(sqlite3_stmt *handle, int at, const struct value *value)
{
    if (!value->is_text)
        return sqlite3_bind_int64(handle, at, value->number);
    return sqlite3_bind_text(handle, at, value->text ? value->text : "", -1, SQLITE_STATIC);
}

int statement_begin(struct statement *statement, struct journal *journal, const char *sql,
                    const struct value *values, int count, struct err *err)
{
    int code;

    *statement = (struct statement){.journal = journal, .err = err};
    code = sqlite3_prepare_v2(journal->db, sql, -1, &statement->handle, NULL);
    for (int i = 0; code == SQLITE_OK && i < count; i++)
        code = bind(statement->handle, i + 1, &values[i]);
    return code == SQLITE_OK ? 0 : fail(statement, sqlite3_extended_errcode(journal->db));
}

int statement_row(struct statement *statement)
{
    switch (sqlite3_step(statement->handle)) {
    case SQLITE_ROW:
        return 1;
    case SQLITE_DONE:
        return 0;
    default:
        return fail(statement, sqlite3_extended_errcode(statement->journal->db));
    }
}

const char *statement_text(const struct statement *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement->handle, column);

    return text ? text : "";
}

int64_t statement_number(const struct statement *statement, int column)
{
    return sqlite3_column_int64(statement->handle, column);
}

int journal_do(struct journal *journal, const char *sql, const struct value *values, int count,
               struct err *err)
{
    AUTO(statement) struct statement statement = {0};

    if (statement_begin(&statement, journal, sql, values, count, err) != 0)
        return -1;
    return statement_row(&statement) < 0 ? -1 : 0;
}

/* ---- several ---- */

void transaction_done(struct transaction *transaction)
{
    struct err ignored = ERR_INIT; /* SQLite may have taken it back already */

    if (transaction->journal)
        journal_do(transaction->journal, "ROLLBACK", NULL, 0, &ignored);
    transaction->journal = NULL;
}

int transaction_begin(struct transaction *transaction, struct journal *journal, bool writes, struct err *err)
{
    if (journal_do(journal, writes ? "BEGIN IMMEDIATE" : "BEGIN", NULL, 0, err) != 0)
        return -1;
    transaction->journal = journal;
    return 0;
}

int transaction_commit(struct transaction *transaction, struct err *err)
{
    if (journal_do(transaction->journal, "COMMIT", NULL, 0, err) != 0)
        return -1;
    transaction->journal = NULL;
    return 0;
}

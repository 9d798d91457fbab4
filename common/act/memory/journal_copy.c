/* The journal as a whole: copied, written out, made smaller. */
#include "act/memory/journal.h"
#include "act/memory/statement.h"
#include "base/strbuf.h"
#include "base/whole_file.h"
#include "model/json_text.h"

#include <errno.h>
#include <fcntl.h>

/* ---- backup ---- */

static int copy_pages(struct journal *journal, sqlite3 *to, const char *path, struct err *err)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", journal->db, "main");
    int step = backup ? sqlite3_backup_step(backup, -1) : SQLITE_ERROR;
    int finish = backup ? sqlite3_backup_finish(backup) : sqlite3_extended_errcode(to);

    if (step == SQLITE_DONE && finish == SQLITE_OK)
        return 0;
    return journal_fail(&(struct journal){.db = to, .path = (char *)path},
                        finish != SQLITE_OK ? finish : step, "backup", err);
}

static int write_backup(struct journal *journal, const char *path, struct err *err)
{
    sqlite3 *to = NULL;
    int code = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    int outcome = code == SQLITE_OK
                      ? copy_pages(journal, to, path, err)
                      : journal_fail(&(struct journal){.path = (char *)path}, code, "backup", err);

    sqlite3_close(to);
    return outcome;
}

int journal_backup(struct journal *journal, const char *path, struct err *err)
{
    AUTO_CLOSE int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0)
        return err_set_errno(err, ERR_IO, errno, "%s", path);
    if (write_backup(journal, path, err) == 0 && whole_file_sync_folder(path, err) == 0)
        return 0;
    unlink(path);
    return -1;
}

/* ---- export ---- */

static json_t *column_value(const struct statement *row, int column)
{
    if (sqlite3_column_type(row->handle, column) == SQLITE_INTEGER)
        return json_integer(statement_number(row, column));
    return json_text(statement_text(row, column));
}

static void add_row(struct strbuf *out, const char *table, const struct statement *row)
{
    json_t *object = json_object();
    AUTO_FREE char *line = NULL;

    json_object_set_new(object, "table", json_text(table));
    for (int i = 0; i < sqlite3_column_count(row->handle); i++)
        json_object_set_new(object, sqlite3_column_name(row->handle, i), column_value(row, i));
    line = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    strbuf_add(out, line ? line : "");
    strbuf_add_char(out, '\n');
}

static int add_table(struct strbuf *out, struct journal *journal, const char *table, const char *sql,
                     struct err *err)
{
    AUTO(statement) struct statement row = {0};
    int outcome;

    if (statement_begin(&row, journal, sql, NULL, 0, err) != 0)
        return -1;
    while ((outcome = statement_row(&row)) > 0)
        add_row(out, table, &row);
    return outcome;
}

char *journal_export(struct journal *journal, struct err *err)
{
    static const struct {
        const char *table, *sql;
    } tables[] = {
        {"run", "SELECT * FROM run ORDER BY run"},
        {"plan", "SELECT * FROM plan ORDER BY at_utc_ms, id"},
        {"entry", "SELECT * FROM entry ORDER BY entry"},
        {"value", "SELECT * FROM value ORDER BY key"},
    };
    AUTO(transaction) struct transaction transaction = {0};
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    if (transaction_begin(&transaction, journal, false, err) != 0)
        return NULL;
    for (size_t i = 0; i < COUNT(tables); i++)
        if (add_table(&out, journal, tables[i].table, tables[i].sql, err) != 0)
            return NULL;
    return strbuf_take(&out);
}

/* ---- prune ---- */

static int64_t remove_rows(struct journal *journal, const char *sql, int64_t before_utc_ms, struct err *err)
{
    const struct value value = NUMBER_VALUE(before_utc_ms);

    return journal_do(journal, sql, &value, 1, err) == 0 ? sqlite3_changes64(journal->db) : -1;
}

int64_t journal_prune(struct journal *journal, int64_t before_utc_ms, struct err *err)
{
    AUTO(transaction) struct transaction transaction = {0};
    int64_t looks, entries;

    if (transaction_begin(&transaction, journal, true, err) != 0)
        return -1;
    looks = remove_rows(journal,
                        "DELETE FROM entry WHERE kind = 'look' AND at_utc_ms < ?"
                        " AND run NOT IN (SELECT run FROM run WHERE ended_utc_ms = 0)",
                        before_utc_ms, err);
    entries = looks < 0 ? -1
                        : remove_rows(journal,
                                      "DELETE FROM entry WHERE run IN"
                                      " (SELECT run FROM run WHERE ended_utc_ms <> 0 AND ended_utc_ms < ?)",
                                      before_utc_ms, err);
    if (entries < 0 || transaction_commit(&transaction, err) != 0)
        return -1;
    return looks + entries;
}

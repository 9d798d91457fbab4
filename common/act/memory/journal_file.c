/* The journal's file: made, opened, recognized, brought to the present schema. */
#include "act/memory/journal.h"
#include "act/memory/statement.h"
#include "base/mem.h"
#include "base/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

/* "pchj": by which the file is told from SQLite files of others.  BUSY: a reader may be slow, a hung one is
 * no reason to wait on. */
enum { APPLICATION_ID = 0x7063686A, BUSY_MS = 5000, LEAST_BYTES = 512 };

/* What leads from each version to the next. */
static const char *const upgrades[JOURNAL_SCHEMA] = {
    "CREATE TABLE entry (entry INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL, plan TEXT NOT NULL,"
    " kind TEXT NOT NULL, at_utc_ms INTEGER NOT NULL, mono_ms INTEGER NOT NULL,"
    " server_utc_ms INTEGER NOT NULL, step TEXT NOT NULL, target TEXT NOT NULL, subject TEXT NOT NULL,"
    " text TEXT NOT NULL, person TEXT NOT NULL) STRICT;"
    "CREATE INDEX entry_of_run ON entry (run, entry);"
    "CREATE TABLE plan (id TEXT PRIMARY KEY, json TEXT NOT NULL, text TEXT NOT NULL,"
    " at_utc_ms INTEGER NOT NULL) STRICT;"
    "CREATE TABLE run (run INTEGER PRIMARY KEY, plan TEXT NOT NULL, verb TEXT NOT NULL, pool TEXT NOT NULL,"
    " origin TEXT NOT NULL, state TEXT NOT NULL, person TEXT NOT NULL, epoch INTEGER NOT NULL,"
    " begun_utc_ms INTEGER NOT NULL, ended_utc_ms INTEGER NOT NULL) STRICT;"
    "CREATE TABLE value (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;"
    "PRAGMA application_id = 1885562986;"
    "PRAGMA user_version = 1;",
};

/* ---- which schema ---- */

static int read_number(struct journal *journal, const char *sql, int64_t *ret_number, struct err *err)
{
    AUTO(statement) struct statement statement = {0};

    if (statement_begin(&statement, journal, sql, NULL, 0, err) != 0 || statement_row(&statement) < 0)
        return -1;
    *ret_number = statement_number(&statement, 0);
    return 0;
}

/* By SQLite's name for what is not. */
static bool is_file(const char *path)
{
    return strcmp(path, ":memory:") != 0;
}

/* What is missing of a last page SQLite takes for zeros. */
static int check_whole(struct journal *journal, struct err *err)
{
    int64_t page_bytes;
    struct stat file;

    if (!is_file(journal->path))
        return 0;
    if (read_number(journal, "PRAGMA page_size", &page_bytes, err) != 0)
        return -1;
    if (stat(journal->path, &file) != 0)
        return err_set_errno(err, ERR_IO, errno, "%s", journal->path);
    return page_bytes > 0 && file.st_size % page_bytes == 0 ? 0
                                                            : journal_fail(journal, SQLITE_CORRUPT, "", err);
}

/* The version; 0 for an empty file.  Within a transaction, as another process may just be bringing the file
 * up. */
static int read_version(struct journal *journal, int64_t *ret_version, struct err *err)
{
    int64_t application, tables;

    if (read_number(journal, "PRAGMA application_id", &application, err) != 0 ||
        read_number(journal, "PRAGMA user_version", ret_version, err) != 0 ||
        read_number(journal, "SELECT count(*) FROM sqlite_schema", &tables, err) != 0)
        return -1;
    if (application != APPLICATION_ID && (application != 0 || *ret_version != 0 || tables != 0))
        return err_set(err, ERR_IO, "%s: a SQLite file of another program; expected a journal",
                       journal->path);
    if (*ret_version > JOURNAL_SCHEMA)
        return err_set(err, ERR_IO,
                       "%s: written by a newer program (schema %" PRId64 ", this one knows %d); expected the "
                       "newer program",
                       journal->path, *ret_version, JOURNAL_SCHEMA);
    return check_whole(journal, err);
}

static int look_at_version(struct journal *journal, int64_t *ret_version, struct err *err)
{
    AUTO(transaction) struct transaction transaction = {0};

    return transaction_begin(&transaction, journal, false, err) != 0
               ? -1
               : read_version(journal, ret_version, err);
}

static int run_script(struct journal *journal, const char *script, struct err *err)
{
    int code = sqlite3_exec(journal->db, script, NULL, NULL, NULL);

    return code == SQLITE_OK ? 0 : journal_fail(journal, sqlite3_extended_errcode(journal->db), "", err);
}

/* Whoever comes second finds it done. */
static int bring_up(struct journal *journal, struct err *err)
{
    AUTO(transaction) struct transaction transaction = {0};
    int64_t version;

    _Static_assert(APPLICATION_ID == 1885562986, "as in the first script");
    if (look_at_version(journal, &version, err) != 0)
        return -1;
    if (version == JOURNAL_SCHEMA)
        return 0;
    if (transaction_begin(&transaction, journal, true, err) != 0 || read_version(journal, &version, err) != 0)
        return -1;
    for (; version < JOURNAL_SCHEMA; version++)
        if (run_script(journal, upgrades[version], err) != 0)
            return -1;
    return transaction_commit(&transaction, err);
}

/* ---- open ---- */

/* SQLite would make it readable by all. */
static int make_file(const char *path, struct err *err)
{
    AUTO_CLOSE int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0)
        return errno == EEXIST ? 0 : err_set_errno(err, ERR_IO, errno, "%s", path);
    return whole_file_sync_folder(path, err);
}

/* What SQLite would take for an empty file, or wait for: the very first bytes of a journal, a pipe. */
static int check_file(const char *path, struct err *err)
{
    struct stat file;

    if (stat(path, &file) != 0)
        return err_set_errno(err, ERR_IO, errno, "%s", path);
    if (S_ISREG(file.st_mode) && file.st_size > 0 && file.st_size < LEAST_BYTES)
        return journal_fail(&(struct journal){.path = (char *)path}, SQLITE_CORRUPT, "", err);
    return S_ISREG(file.st_mode) ? 0
                                 : err_set(err, ERR_IO, "%s: not a regular file; expected a journal", path);
}

static struct journal *open_file(const char *path, int flags, const char *pragmas, struct err *err)
{
    AUTO(journal) struct journal *journal = mem_alloc(sizeof(*journal));
    struct journal *opened = journal;
    int code;

    journal->path = mem_copy_text(path);
    code = sqlite3_open_v2(path, &journal->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (code != SQLITE_OK) {
        journal_fail(journal, journal->db ? sqlite3_extended_errcode(journal->db) : code, "", err);
        return NULL;
    }
    sqlite3_busy_timeout(journal->db, BUSY_MS);
    sqlite3_db_config(journal->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(journal->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    if (run_script(journal, pragmas, err) != 0)
        return NULL;
    journal = NULL;
    return opened;
}

struct journal *journal_open(const char *path, struct err *err)
{
    AUTO(journal) struct journal *journal = NULL;
    struct journal *opened;

    if (is_file(path) && (make_file(path, err) != 0 || check_file(path, err) != 0))
        return NULL;
    journal = open_file(path, SQLITE_OPEN_READWRITE,
                        "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA;", err);
    if (!journal || bring_up(journal, err) != 0)
        return NULL;
    opened = journal;
    journal = NULL;
    return opened;
}

int journal_check(struct journal *journal, struct err *err)
{
    AUTO(statement) struct statement statement = {0};

    if (statement_begin(&statement, journal, "PRAGMA quick_check(1)", NULL, 0, err) != 0 ||
        statement_row(&statement) < 0)
        return -1;
    return strcmp(statement_text(&statement, 0), "ok") == 0 ? 0
                                                            : journal_fail(journal, SQLITE_CORRUPT, "", err);
}

struct journal *journal_open_read_only(const char *path, struct err *err)
{
    AUTO(journal) struct journal *journal = NULL;
    struct journal *opened;
    int64_t version;

    if (check_file(path, err) != 0)
        return NULL;
    journal = open_file(path, SQLITE_OPEN_READONLY, "PRAGMA query_only = ON;", err);
    if (!journal || look_at_version(journal, &version, err) != 0)
        return NULL;
    if (version < JOURNAL_SCHEMA) {
        err_set(err, ERR_IO, "%s: %s; expected the runner to have been started since", path,
                version == 0 ? "empty" : "written by an older program");
        return NULL;
    }
    opened = journal;
    journal = NULL;
    return opened;
}

void journal_free(struct journal *journal)
{
    if (!journal)
        return;
    sqlite3_close(journal->db);
    free(journal->path);
    free(journal);
}

#include "observe/sql/freetds_session.h"

#include "base/mem.h"
#include "base/strbuf.h"
#include "base/utc.h"
#include "observe/sql/freetds_attempt.h"
#include "observe/sql/prologue.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

enum { RESULT_MAX_BYTES = 1024 * 1024 }; /* what one answer may take; the largest of ours are some 100 kB */

struct freetds_session {
    struct sql_port port;
    DBPROCESS *process;
    /* A second descriptor of the session's socket: whatever the library does with its own, this one names no
     * other connection. */
    int socket;
    struct deadline deadline; /* of the query under way */
    atomic_bool interrupted;
    bool prologue_sent;
};

static bool stopped(const struct freetds_session *session)
{
    return atomic_load(&session->interrupted) || deadline_passed(session->deadline);
}

/* DB-Library asks once per second, while it waits, whether to go on. */
static int ask_stopped(void *process)
{
    const struct freetds_session *session = (const struct freetds_session *)dbgetuserdata(process);

    return session && stopped(session);
}

static int cancel_wait(void *process)
{
    (void)process;
    return INT_CANCEL;
}

static bool is_character(int type)
{
    return type == SYBCHAR || type == SYBVARCHAR || type == SYBTEXT;
}

/*
 * What our queries select besides characters.  Each of them is short as text, whatever the server puts in;
 * dbconvert() knows no bound, and of a sql_variant or a long binary it would write all there is.
 */
static bool is_short_as_text(int type)
{
    enum { GUID_TYPE = 0x24 /* [MS-TDS] 2.2.5.4.2; sybdb.h has no name for it */ };
    static const int types[] = {SYBBIT,  SYBINT1,    SYBINT2,    SYBINT4,
                                SYBINT8, SYBNUMERIC, SYBDECIMAL, GUID_TYPE};

    for (size_t i = 0; i < COUNT(types); i++)
        if (types[i] == type)
            return true;
    return false;
}

/* datetime, as CONVERT's style 126 writes it.  Queries convert for themselves; RESTORE HEADERONLY cannot. */
static const char *moment_text(const BYTE *data, DBINT length, struct arena *arena)
{
    enum { DAYS_1900_TO_1970 = 25567, DAY_MS = 86400000 };
    char text[UTC_TEXT_BYTES];
    DBDATETIME moment;
    int64_t utc_ms;

    if (length != (DBINT)sizeof(moment))
        return "(a value of an unexpected type)";
    memcpy(&moment, data, sizeof(moment));
    utc_ms = ((int64_t)moment.dtdays - DAYS_1900_TO_1970) * DAY_MS + ((int64_t)moment.dttime * 10 + 1) / 3;
    (void)utc_format(utc_ms, text);
    return arena_text_n(arena, text, strcspn(text, "Z")); /* whose time it is, only its server knows */
}

/* One value as text; NULL where SQL says NULL. */
static const char *cell_text(DBPROCESS *process, int column, struct arena *arena)
{
    enum { LONGEST_SHORT = 128 /* a numeric has at most 77 digits */ };
    BYTE *data = dbdata(process, column);
    DBINT length = dbdatlen(process, column);
    int type = dbcoltype(process, column);
    char text[LONGEST_SHORT];

    if (!data || length < 0)
        return NULL;
    if (is_character(type))
        return arena_text_n(arena, (const char *)data, (size_t)length);
    if (type == SYBDATETIME)
        return moment_text(data, length, arena);
    if (!is_short_as_text(type) || dbconvert(process, type, data, length, SYBCHAR, (BYTE *)text, -1) < 0)
        return "(a value of an unexpected type)";
    return arena_text(arena, text);
}

static void read_columns(DBPROCESS *process, struct arena *arena, struct sql_rows *rows)
{
    int count = dbnumcols(process);
    const char **names = arena_alloc(arena, (size_t)count * sizeof(*names));

    for (int i = 0; i < count; i++)
        names[i] = arena_text(arena, dbcolname(process, i + 1));
    rows->columns = names;
    rows->column_count = (size_t)count;
}

static size_t row_bytes(DBPROCESS *process)
{
    size_t bytes = 0;

    for (int i = 1; i <= dbnumcols(process); i++)
        bytes += (size_t)dbdatlen(process, i);
    return bytes;
}

struct reading {
    struct freetds_session *session;
    struct arena *arena;
    size_t max_rows, bytes;
    struct sql_rows *rows;
    bool too_large;
};

static void read_row(struct reading *reading, const char ***cells, size_t *cell_count)
{
    DBPROCESS *process = reading->session->process;

    reading->bytes += row_bytes(process);
    reading->too_large = reading->bytes > RESULT_MAX_BYTES;
    if (reading->too_large)
        return;
    for (size_t i = 0; i < reading->rows->column_count; i++) {
        const char **cell = arena_push(reading->arena, cells, cell_count, sizeof(*cell));

        *cell = cell_text(process, (int)i + 1, reading->arena);
    }
    reading->rows->row_count++;
}

/* Reads the rows of the current result set; rows beyond max_rows are dropped on the server. */
static void read_result(struct reading *reading)
{
    DBPROCESS *process = reading->session->process;
    const char **cells = NULL;
    size_t cell_count = 0;

    read_columns(process, reading->arena, reading->rows);
    while (dbnextrow(process) == REG_ROW) {
        if (reading->rows->row_count == reading->max_rows || reading->too_large ||
            stopped(reading->session)) {
            dbcancel(process);
            break;
        }
        read_row(reading, &cells, &cell_count);
    }
    reading->rows->cells = cells;
}

/* Sends the batch and reads its one result set; what went wrong is in the thread's attempt. */
static void run_batch(struct reading *reading, const char *batch)
{
    DBPROCESS *process = reading->session->process;
    RETCODE status = SUCCEED;

    if (dbcmd(process, batch) != SUCCEED || dbsqlexec(process) != SUCCEED)
        return;
    while (!dbdead(process) && (status = dbresults(process)) == SUCCEED)
        if (dbnumcols(process) > 0 && !reading->rows->column_count)
            read_result(reading);
        else if (dbnumcols(process) > 0)
            dbcanquery(process); /* unread rows would fail whatever is asked next */
    if (status == FAIL && !dbdead(process))
        dbcancel(process);
}

static int fail(struct sql_failure *failure, enum sight sight, const char *text)
{
    *failure = (struct sql_failure){sight, 0, text};
    return -1;
}

/* 0, or -1 with the reason: return codes tell little, so what the handlers heard decides. */
static int judge(const struct reading *reading, const struct attempt *attempt,
                 struct sql_failure *ret_failure)
{
    DBPROCESS *process = reading->session->process;

    if (!attempt_has_server_words(attempt) && stopped(reading->session))
        return fail(ret_failure, SIGHT_TIMED_OUT, "no answer in time");
    if (attempt_failed(attempt)) {
        *ret_failure = attempt_query_failure(attempt, !dbdead(process), reading->arena);
        return -1;
    }
    if (dbdead(process))
        return fail(ret_failure, SIGHT_PROTOCOL_ERROR, "the session ended in the middle of the answer");
    if (reading->too_large)
        return fail(ret_failure, SIGHT_PROTOCOL_ERROR, "the answer is larger than any true one");
    if (!reading->rows->column_count)
        return fail(ret_failure, SIGHT_PROTOCOL_ERROR, "the answer has no result set");
    return 0;
}

static int port_query(struct sql_port *base, const char *sql, size_t max_rows, struct deadline deadline,
                      struct arena *arena, struct sql_rows *ret_rows, struct sql_failure *ret_failure)
{
    struct freetds_session *session = (struct freetds_session *)base;
    struct reading reading = {.session = session, .arena = arena, .max_rows = max_rows, .rows = ret_rows};
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;
    struct attempt attempt;

    *ret_rows = (struct sql_rows){0};
    session->deadline = deadline;
    if (stopped(session))
        return fail(ret_failure, SIGHT_TIMED_OUT, "no time left to ask");
    if (!session->prologue_sent)
        prologue_add(&batch, deadline);
    session->prologue_sent = true;
    strbuf_add(&batch, sql);
    attempt_begin(&attempt);
    run_batch(&reading, strbuf_text(&batch));
    attempt_end();
    return judge(&reading, &attempt, ret_failure);
}

static void port_close(struct sql_port *base)
{
    struct freetds_session *session = (struct freetds_session *)base;
    struct attempt ignored;

    attempt_begin(&ignored);
    dbclose(session->process);
    attempt_end();
    if (session->socket >= 0)
        close(session->socket);
    free(session);
}

static void port_interrupt(struct sql_port *base)
{
    struct freetds_session *session = (struct freetds_session *)base;

    atomic_store(&session->interrupted, true);
    shutdown(session->socket, SHUT_RDWR);
}

struct sql_port *freetds_session_new(DBPROCESS *process, struct deadline deadline)
{
    static const struct sql_port_ops ops = {port_query, port_close, port_interrupt};
    struct freetds_session *session = mem_alloc(sizeof(*session));

    session->port.ops = &ops;
    session->process = process;
    session->deadline = deadline;
    session->socket = fcntl(dbiordesc(process), F_DUPFD_CLOEXEC, 0);
    dbsetuserdata(process, (BYTE *)session);
    dbsetinterrupt(process, ask_stopped, cancel_wait);
    return &session->port;
}

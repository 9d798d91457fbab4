#include "act/engine/pool_lock.h"

#include "act/judge/lock_name.h"
#include "base/mem.h"
#include "base/sql_quote.h"
#include "topology/topology.h"

#include <inttypes.h>
#include <string.h>

enum {
    WAIT_MOST_MS = 3000, /* for another holder: one that is just ending, not one that works */
    WAIT_SHARE = 2,      /* of the time that is left */
    LOOK_AGAIN_MS = 500, /* while a killed session rolls back */
    OUR_WORDS = 50000    /* SQL Server's number of a text of one's own: the session is well */
};

/* A session behind the lock: the port that is handed out proves it before each batch. */
struct held {
    struct sql_port port;
    struct sql_port *session;
    const char *resource;
    char *instance, *server_name;
};

struct pool_lock {
    struct sql_opener opener;
    const char *resource;
    struct held *held[PART_COUNT];
    size_t count;
};

struct pool_lock *pool_lock_new(const struct sql_opener *opener, const char *resource)
{
    struct pool_lock *lock = mem_alloc(sizeof(*lock));

    lock->opener = *opener;
    lock->resource = resource;
    return lock;
}

static void give_up(struct held *held)
{
    sql_port_close(held->session);
    free(held->instance);
    free(held->server_name);
    free(held);
}

void pool_lock_free(struct pool_lock *lock)
{
    if (!lock)
        return;
    while (lock->count) /* last taken, first released */
        give_up(lock->held[--lock->count]);
    free(lock);
}

static struct held *find(struct pool_lock *lock, const char *instance)
{
    for (size_t i = 0; i < lock->count; i++)
        if (strcmp(lock->held[i]->instance, instance) == 0)
            return lock->held[i];
    return NULL;
}

struct sql_port *pool_lock_session(struct pool_lock *lock, const char *instance)
{
    struct held *held = find(lock, instance);

    return held ? &held->port : NULL;
}

const char *pool_lock_server_name(struct pool_lock *lock, const char *instance)
{
    const struct held *held = find(lock, instance);

    return held ? held->server_name : NULL;
}

/* ---- the port that is handed out ---- */

static bool says_not_ours(const struct sql_rows *rows)
{
    return rows->row_count == 1 && rows->column_count == 1 && rows->cells[0] &&
           strcmp(rows->cells[0], LOCK_NOT_OURS) == 0;
}

static int proven_query(struct sql_port *port, const char *sql, size_t max_rows, struct deadline deadline,
                        struct arena *arena, struct sql_rows *ret_rows, struct sql_failure *ret_failure)
{
    const struct held *held = (const struct held *)port;
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;

    lock_prove(&batch, held->resource, held->server_name);
    /* Runbooks carry it themselves, so that what was planned is what is sent, byte for byte. */
    if (strstr(sql, strbuf_text(&batch)))
        strbuf_truncate(&batch, 0);
    strbuf_add(&batch, sql);
    if (held->session->ops->query(held->session, strbuf_text(&batch), max_rows, deadline, arena, ret_rows,
                                  ret_failure) != 0)
        return -1;
    if (!says_not_ours(ret_rows))
        return 0;
    *ret_failure = (struct sql_failure){SIGHT_PROTOCOL_ERROR, 0, "this session does not hold the pool lock"};
    return -1;
}

/* The lock closes its sessions itself. */
static void leave_open(struct sql_port *port)
{
    (void)port;
}

static void pass_interrupt(struct sql_port *port)
{
    const struct held *held = (const struct held *)port;

    if (held->session->ops->interrupt)
        held->session->ops->interrupt(held->session);
}

static const struct sql_port_ops proven_ops = {proven_query, leave_open, pass_interrupt};

/* ---- asking ---- */

static int fail(struct lock_failure *failure, bool held_by_other, const char *text)
{
    failure->held_by_other = held_by_other;
    failure->failure = (struct sql_failure){SIGHT_PROTOCOL_ERROR, OUR_WORDS, text};
    return -1;
}

/* One batch that answers with one row of `columns` values. */
static int ask(struct sql_port *port, const char *batch, size_t columns, struct deadline deadline,
               struct arena *arena, const char *const **ret_cells, struct lock_failure *ret_failure)
{
    struct sql_rows rows;

    ret_failure->held_by_other = false;
    if (port->ops->query(port, batch, 1, deadline, arena, &rows, &ret_failure->failure) != 0)
        return -1;
    if (rows.row_count != 1 || rows.column_count != columns)
        return fail(ret_failure, false, "the answer about the pool lock is not what was asked for");
    *ret_cells = rows.cells;
    return 0;
}

static bool is(const char *cell, const char *text)
{
    return cell && strcmp(cell, text) == 0;
}

/* ---- taking ---- */

/* What sp_getapplock returns where it does not grant. */
static const struct {
    const char *outcome, *meaning;
} outcomes[] = {
    {"-1", "somebody else holds the pool lock"},
    {"-2", "the wait for the pool lock was cancelled"},
    {"-3", "the wait for the pool lock ended in a deadlock"},
};

static int refused(const char *outcome, struct arena *arena, struct lock_failure *failure)
{
    for (size_t i = 0; i < COUNT(outcomes); i++)
        if (is(outcome, outcomes[i].outcome))
            return fail(failure, true, outcomes[i].meaning);
    return fail(failure, false, arena_format(arena, "sp_getapplock answers %s", outcome ? outcome : "NULL"));
}

static int64_t wait_ms(struct deadline deadline)
{
    int64_t share_ms = deadline_left_ms(deadline) / WAIT_SHARE;

    return share_ms < WAIT_MOST_MS ? share_ms : WAIT_MOST_MS;
}

/* Locks live in the database that the session is in. */
static void add_getapplock(struct strbuf *batch, const char *resource, int64_t timeout_ms)
{
    strbuf_add(batch, "USE master;\nDECLARE @outcome int;\nEXEC @outcome = sp_getapplock @Resource = ");
    sql_quote_literal(batch, resource);
    strbuf_format(batch,
                  ", @LockMode = N'Exclusive', @LockOwner = N'Session',\n"
                  "    @LockTimeout = %" PRId64 ", @DbPrincipal = N'public';\n"
                  "SELECT @outcome AS outcome, @@SERVERNAME AS server_name;\n",
                  timeout_ms);
}

static int get_applock(struct sql_port *port, const char *resource, struct deadline deadline,
                       struct arena *arena, const char **ret_server_name, struct lock_failure *ret_failure)
{
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;
    const char *const *cells;

    add_getapplock(&batch, resource, wait_ms(deadline));
    if (ask(port, strbuf_text(&batch), 2, deadline, arena, &cells, ret_failure) != 0)
        return -1;
    *ret_server_name = cells[1];
    if (!is(cells[0], "0") && !is(cells[0], "1"))
        return refused(cells[0], arena, ret_failure);
    return cells[1] ? 0 : fail(ret_failure, false, "the server has no name (@@SERVERNAME is NULL)");
}

static void keep(struct pool_lock *lock, const char *instance, const char *server_name,
                 struct sql_port *session)
{
    struct held *held = mem_alloc(sizeof(*held));

    held->port.ops = &proven_ops;
    held->session = session;
    held->resource = lock->resource;
    held->instance = mem_copy_text(instance);
    held->server_name = mem_copy_text(server_name);
    lock->held[lock->count++] = held;
}

/* The session is the lock's from here on, or closed. */
static int take_with(struct pool_lock *lock, struct sql_port *session, const char *instance,
                     struct deadline deadline, struct arena *arena, struct lock_failure *ret_failure)
{
    const char *server_name;

    if (get_applock(session, lock->resource, deadline, arena, &server_name, ret_failure) != 0) {
        sql_port_close(session);
        return -1;
    }
    keep(lock, instance, server_name, session);
    return 0;
}

static struct sql_port *log_in(const struct pool_lock *lock, const struct topology_sql *instance,
                               struct deadline deadline, struct arena *arena, struct lock_failure *failure)
{
    const char *_Atomic doing = NULL;

    if (lock->count == COUNT(lock->held)) {
        fail(failure, false, "the pool lock is held on as many instances as a pool has");
        return NULL;
    }
    return lock->opener.open(lock->opener.user, instance, deadline, arena, &doing, &failure->failure);
}

int pool_lock_take(struct pool_lock *lock, const struct topology_sql *instance, struct deadline deadline,
                   struct arena *arena, struct lock_failure *ret_failure)
{
    struct sql_port *session;

    *ret_failure = (struct lock_failure){.instance = instance->name};
    if (find(lock, instance->name))
        return 0;
    session = log_in(lock, instance, deadline, arena, ret_failure);
    return session ? take_with(lock, session, instance->name, deadline, arena, ret_failure) : -1;
}

/* ---- holding ---- */

static bool still_holds(struct held *held, struct deadline deadline, struct arena *arena,
                        struct lock_failure *ret_failure)
{
    const char *const *cells;

    *ret_failure = (struct lock_failure){.instance = arena_text(arena, held->instance)};
    return ask(&held->port, "SELECT N'ours' AS outcome;\n", 1, deadline, arena, &cells, ret_failure) == 0;
}

static void forget(struct pool_lock *lock, size_t index)
{
    give_up(lock->held[index]);
    memmove(&lock->held[index], &lock->held[index + 1], (lock->count - index - 1) * sizeof(struct held *));
    lock->count--;
}

void pool_lock_release(struct pool_lock *lock, const char *instance)
{
    for (size_t i = 0; i < lock->count; i++)
        if (strcmp(lock->held[i]->instance, instance) == 0) {
            forget(lock, i);
            return;
        }
}

bool pool_lock_is_held(struct pool_lock *lock, struct deadline deadline, struct arena *arena,
                       struct lock_failure *ret_failure)
{
    bool all = lock->count > 0;
    struct lock_failure failure;

    if (!all) {
        *ret_failure = (struct lock_failure){.instance = ""};
        (void)fail(ret_failure, false, "the pool lock is held nowhere");
    }
    for (size_t i = 0; i < lock->count;) {
        if (still_holds(lock->held[i], deadline, arena, &failure)) {
            i++;
            continue;
        }
        *ret_failure = failure;
        all = false;
        forget(lock, i);
    }
    return all;
}

/* ---- taking over ---- */

static void add_comparison(struct strbuf *batch, const char *column, const char *text)
{
    strbuf_format(batch, "\n    AND %s = ", column);
    sql_quote_literal(batch, text ? text : "");
}

/*
 * Numbers of sessions are used again, so all that is known of the holder is compared where it is killed.
 * Should that comparison fail, @is_holder stays 0.
 */
static void add_kill(struct strbuf *batch, const char *resource, const struct lock_fact *holder)
{
    strbuf_format(batch,
                  "DECLARE @is_holder int; SET @is_holder = 0;\n"
                  "SELECT @is_holder = 1\n"
                  "FROM sys.dm_exec_sessions AS s\n"
                  "JOIN sys.dm_tran_locks AS l ON l.request_session_id = s.session_id\n"
                  "WHERE s.session_id = %" PRId64 " AND s.session_id <> @@SPID\n"
                  "    AND l.resource_type = N'APPLICATION' AND l.resource_database_id = DB_ID(N'master')\n"
                  "    AND l.request_status = N'GRANT' AND CHARINDEX(",
                  holder->session_id.value);
    sql_quote_literal(batch, "[");
    strbuf_add(batch, " + ");
    sql_quote_literal(batch, resource);
    strbuf_add(batch, " + N']', l.resource_description) > 0");
    add_comparison(batch, "CONVERT(nvarchar(23), s.login_time, 126)", holder->login_time);
    add_comparison(batch, "ISNULL(s.program_name, N'')", holder->program);
    strbuf_format(batch,
                  ";\nIF @is_holder = 1\n    KILL %" PRId64 ";\n"
                  "SELECT CASE @is_holder WHEN 1 THEN N'killed' ELSE N'gone' END AS outcome;\n",
                  holder->session_id.value);
}

/* A killed session is listed until all that it did is undone. */
static void add_question(struct strbuf *batch, const struct lock_fact *holder)
{
    strbuf_format(batch,
                  "SELECT COUNT(*) AS sessions FROM sys.dm_exec_sessions AS s WHERE s.session_id = %" PRId64,
                  holder->session_id.value);
    add_comparison(batch, "CONVERT(nvarchar(23), s.login_time, 126)", holder->login_time);
    strbuf_add(batch, ";\n");
}

static int wait_until_gone(struct sql_port *port, const struct lock_fact *holder, struct deadline deadline,
                           struct arena *arena, struct lock_failure *ret_failure)
{
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;
    const char *const *cells;

    add_question(&batch, holder);
    while (!deadline_passed(deadline)) {
        if (ask(port, strbuf_text(&batch), 1, deadline, arena, &cells, ret_failure) != 0)
            return -1;
        if (is(cells[0], "0"))
            return 0;
        clock_sleep_ms(deadline.clock, LOOK_AGAIN_MS);
    }
    return fail(ret_failure, true,
                "the previous holder was ended, and what it did is still being rolled back");
}

static int end_holder(struct sql_port *session, const char *resource, const struct lock_fact *holder,
                      struct deadline deadline, struct arena *arena, struct lock_failure *ret_failure)
{
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;
    const char *const *cells;

    add_kill(&batch, resource, holder);
    if (ask(session, strbuf_text(&batch), 1, deadline, arena, &cells, ret_failure) != 0)
        return -1;
    return wait_until_gone(session, holder, deadline, arena, ret_failure);
}

int pool_lock_take_over(struct pool_lock *lock, const struct topology_sql *instance,
                        const struct lock_fact *holder, struct deadline deadline, struct arena *arena,
                        struct lock_failure *ret_failure)
{
    struct sql_port *session;

    *ret_failure = (struct lock_failure){.instance = instance->name};
    if (find(lock, instance->name))
        return 0;
    if (!holder->session_id.known || !holder->login_time)
        return fail(ret_failure, false, "it is not known who holds the pool lock");
    session = log_in(lock, instance, deadline, arena, ret_failure);
    if (!session)
        return -1;
    if (end_holder(session, lock->resource, holder, deadline, arena, ret_failure) != 0) {
        sql_port_close(session);
        return -1;
    }
    return take_with(lock, session, instance->name, deadline, arena, ret_failure);
}

#include "act/engine/pool_lock.h"

#include "base/mem.h"
#include "base/sql_quote.h"
#include "topology/topology.h"

#include <inttypes.h>
#include <string.h>

enum {
    WAIT_MOST_MS = 3000, /* for another holder: one that is just ending, not one that works */
    WAIT_SHARE = 2,      /* of the time that is left */
    LOOK_AGAIN_MS = 500  /* while a killed session rolls back */
};

struct held {
    struct lock_session session;
    char *instance, *server_name;
};

struct pool_lock {
    struct sql_opener opener;
    const char *resource;
    struct held held[PART_COUNT];
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
    sql_port_close(held->session.port);
    free(held->instance);
    free(held->server_name);
}

void pool_lock_free(struct pool_lock *lock)
{
    if (!lock)
        return;
    while (lock->count) /* last taken, first released */
        give_up(&lock->held[--lock->count]);
    free(lock);
}

size_t pool_lock_order(const struct cast *cast, const struct topology_sql *ret[PART_COUNT])
{
    static const enum part order[] = {PART_B, PART_B_MIRROR, PART_A_MIRROR, PART_A};
    size_t count = 0;

    for (size_t i = 0; i < COUNT(order); i++)
        if (cast->parts[order[i]])
            ret[count++] = cast->parts[order[i]];
    return count;
}

static struct held *find(struct pool_lock *lock, const char *instance)
{
    for (size_t i = 0; i < lock->count; i++)
        if (strcmp(lock->held[i].instance, instance) == 0)
            return &lock->held[i];
    return NULL;
}

const struct lock_session *pool_lock_at(struct pool_lock *lock, const char *instance)
{
    struct held *held = find(lock, instance);

    return held ? &held->session : NULL;
}

struct sql_port *pool_lock_session(struct pool_lock *lock, const char *instance)
{
    const struct lock_session *session = pool_lock_at(lock, instance);

    return session ? session->port : NULL;
}

/* ---- asking ---- */

static int fail(struct lock_failure *failure, bool held_by_other, const char *text)
{
    failure->held_by_other = held_by_other;
    failure->failure = (struct sql_failure){SIGHT_PROTOCOL_ERROR, LOCK_MESSAGE, text};
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

static const struct {
    const char *outcome, *meaning;
    bool held_by_other;
} outcomes[] = {
    {"-1", "somebody else holds the pool lock", true},
    {"-2", "the wait for the pool lock was cancelled", true},
    {"-3", "the wait for the pool lock ended in a deadlock", true},
    {"-998", "it is not the server that it is to be", false},
};

static int refused(const char *outcome, struct arena *arena, struct lock_failure *failure)
{
    for (size_t i = 0; i < COUNT(outcomes); i++)
        if (is(outcome, outcomes[i].outcome))
            return fail(failure, outcomes[i].held_by_other, outcomes[i].meaning);
    return fail(failure, false, arena_format(arena, "sp_getapplock answers %s", outcome ? outcome : "NULL"));
}

static int64_t wait_ms(struct deadline deadline)
{
    int64_t share_ms = deadline_left_ms(deadline) / WAIT_SHARE;

    return share_ms < WAIT_MOST_MS ? share_ms : WAIT_MOST_MS;
}

/* Locks live in the database that the session is in; the number for another server is ours. */
static void add_getapplock(struct strbuf *batch, const char *resource, const char *server_name,
                           int64_t timeout_ms)
{
    strbuf_add(batch, "DECLARE @outcome int; SET @outcome = -998;\nIF @@SERVERNAME = ");
    sql_quote_literal(batch, server_name);
    strbuf_add(batch, " AND DB_NAME() = N'master'\n    EXEC @outcome = sp_getapplock @Resource = ");
    sql_quote_literal(batch, resource);
    strbuf_format(batch,
                  ", @LockMode = N'Exclusive', @LockOwner = N'Session',\n"
                  "        @LockTimeout = %" PRId64 ", @DbPrincipal = N'public';\n"
                  "SELECT @outcome AS outcome;\n",
                  timeout_ms);
}

static int get_applock(struct sql_port *port, const char *resource, const char *server_name,
                       struct deadline deadline, struct arena *arena, struct lock_failure *ret_failure)
{
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;
    const char *const *cells;

    add_getapplock(&batch, resource, server_name, wait_ms(deadline));
    if (ask(port, strbuf_text(&batch), 1, deadline, arena, &cells, ret_failure) != 0)
        return -1;
    return is(cells[0], "0") || is(cells[0], "1") ? 0 : refused(cells[0], arena, ret_failure);
}

static struct sql_port *log_in(const struct pool_lock *lock, const struct topology_sql *instance,
                               struct deadline deadline, struct arena *arena, struct lock_failure *failure)
{
    const char *_Atomic doing = NULL;

    failure->instance = instance->name;
    failure->held_by_other = false;
    return lock->opener.open(lock->opener.user, instance, deadline, arena, &doing, &failure->failure);
}

static void keep(struct pool_lock *lock, const char *instance, const char *server_name, struct sql_port *port)
{
    struct held *held = &lock->held[lock->count++];

    held->instance = mem_copy_text(instance);
    held->server_name = mem_copy_text(server_name);
    held->session = (struct lock_session){port, lock->resource, held->server_name};
}

/* The port is the lock's from here on, or closed. */
static int take_with(struct pool_lock *lock, struct sql_port *port, const char *instance,
                     const char *server_name, struct deadline deadline, struct arena *arena,
                     struct lock_failure *ret_failure)
{
    if (get_applock(port, lock->resource, server_name, deadline, arena, ret_failure) != 0) {
        sql_port_close(port);
        return -1;
    }
    keep(lock, instance, server_name, port);
    return 0;
}

int pool_lock_take(struct pool_lock *lock, const struct topology_sql *instance, const char *server_name,
                   struct deadline deadline, struct arena *arena, struct lock_failure *ret_failure)
{
    struct sql_port *port;

    *ret_failure = (struct lock_failure){.instance = instance->name};
    if (find(lock, instance->name))
        return 0;
    if (lock->count == COUNT(lock->held))
        return fail(ret_failure, false, "a pool has no more than four copies");
    port = log_in(lock, instance, deadline, arena, ret_failure);
    return port ? take_with(lock, port, instance->name, server_name, deadline, arena, ret_failure) : -1;
}

/* ---- holding ---- */

static bool still_holds(const struct held *held, struct deadline deadline, struct arena *arena,
                        struct lock_failure *ret_failure)
{
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;
    const char *const *cells;

    *ret_failure = (struct lock_failure){.instance = arena_text(arena, held->instance)};
    lock_prove(&batch, held->session.resource, held->session.server_name);
    strbuf_add(&batch, "SELECT N'ours' AS outcome;\n");
    if (ask(held->session.port, strbuf_text(&batch), 1, deadline, arena, &cells, ret_failure) != 0)
        return false;
    return is(cells[0], "ours") || fail(ret_failure, false, "the pool lock is not held any more") == 0;
}

static void forget(struct pool_lock *lock, size_t index)
{
    give_up(&lock->held[index]);
    memmove(&lock->held[index], &lock->held[index + 1], (lock->count - index - 1) * sizeof(lock->held[0]));
    lock->count--;
}

bool pool_lock_is_held(struct pool_lock *lock, struct deadline deadline, struct arena *arena,
                       struct lock_failure *ret_failure)
{
    bool all = true;
    struct lock_failure failure;

    for (size_t i = 0; i < lock->count;) {
        if (still_holds(&lock->held[i], deadline, arena, &failure)) {
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
static void add_kill(struct strbuf *batch, const struct pool_lock *lock, const char *server_name,
                     const struct lock_fact *holder)
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
    sql_quote_literal(batch, lock->resource);
    strbuf_add(batch, " + N']', l.resource_description) > 0");
    add_comparison(batch, "CONVERT(nvarchar(23), s.login_time, 126)", holder->login_time);
    add_comparison(batch, "ISNULL(s.program_name, N'')", holder->program);
    add_comparison(batch, "@@SERVERNAME", server_name);
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

static int end_holder(const struct pool_lock *lock, struct sql_port *port, const char *server_name,
                      const struct lock_fact *holder, struct deadline deadline, struct arena *arena,
                      struct lock_failure *ret_failure)
{
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;
    const char *const *cells;

    add_kill(&batch, lock, server_name, holder);
    if (ask(port, strbuf_text(&batch), 1, deadline, arena, &cells, ret_failure) != 0)
        return -1;
    return wait_until_gone(port, holder, deadline, arena, ret_failure);
}

int pool_lock_take_over(struct pool_lock *lock, const struct topology_sql *instance, const char *server_name,
                        const struct lock_fact *holder, struct deadline deadline, struct arena *arena,
                        struct lock_failure *ret_failure)
{
    struct sql_port *port;

    *ret_failure = (struct lock_failure){.instance = instance->name};
    if (find(lock, instance->name))
        return 0;
    if (lock->count == COUNT(lock->held) || !holder->session_id.known || !holder->login_time)
        return fail(ret_failure, false, "it is not known who holds the pool lock");
    port = log_in(lock, instance, deadline, arena, ret_failure);
    if (!port)
        return -1;
    if (end_holder(lock, port, server_name, holder, deadline, arena, ret_failure) != 0) {
        sql_port_close(port);
        return -1;
    }
    return take_with(lock, port, instance->name, server_name, deadline, arena, ret_failure);
}

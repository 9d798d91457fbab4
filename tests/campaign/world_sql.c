#include "campaign/world_sql.h"

#include "base/mem.h"
#include "campaign/world_network.h"
#include "campaign/world_wait.h"
#include "lab/tsql/tsql.h"
#include "observe/sql/prologue.h"
#include "observe/sql/server_words.h"
#include "topology/topology.h"

#include <inttypes.h>
#include <string.h>

/* How often a batch that waits is looked at, and how long a server keeps the session of a client that it no
 * longer hears: KeepAlive's 30 s and ten tries of a second (SQL Server, "TCP/IP Properties"). */
enum { LOOK_AGAIN_MS = 250, KEEP_ALIVE_MS = 40000 };

/* What a server sends until a login is through. */
enum { LOGIN_BYTES = 4000 };

struct world_session {
    struct sql_port port;
    struct world_sql *sql;
    const char *instance;        /* the world's name for it */
    struct tsql_session *server; /* NULL: ended, and the port is of no more use */
    bool prologue_sent;
    int64_t answer_bytes;
    struct world_session *next; /* of its sql */
};

static int fail(struct sql_failure *failure, enum sight sight, const char *text)
{
    *failure = (struct sql_failure){sight, 0, text};
    return -1;
}

static bool refuse(struct sql_failure *failure, enum sight sight, const char *text)
{
    fail(failure, sight, text);
    return false;
}

/* ---- answers ---- */

struct reading {
    struct arena *arena;
    size_t max_rows;
    struct sql_rows *rows;
    struct server_words words;
    enum tsql_type *types; /* of the first result set */
    const char **cells;
    size_t cell_count, set_count;
    int64_t bytes;
};

static void on_columns(void *user, const struct tsql_column *columns, size_t count)
{
    struct reading *reading = user;
    const char **names;

    if (reading->set_count++ > 0)
        return;
    names = arena_alloc(reading->arena, count * sizeof *names);
    reading->types = arena_alloc(reading->arena, count * sizeof *reading->types);
    for (size_t i = 0; i < count; i++) {
        names[i] = arena_text(reading->arena, columns[i].name);
        reading->types[i] = columns[i].type;
    }
    reading->rows->columns = names;
    reading->rows->column_count = count;
}

enum rendering { RENDER_NOT, RENDER_NUMBER, RENDER_TEXT };

/* As the FreeTDS port does: what our queries do not select is named as such. */
static const char *cell_text(struct arena *arena, enum tsql_type type, const struct tsql_value *value)
{
    static const enum rendering renderings[] = {
        [TSQL_BIT] = RENDER_NUMBER,
        [TSQL_TINYINT] = RENDER_NUMBER,
        [TSQL_SMALLINT] = RENDER_NUMBER,
        [TSQL_INT] = RENDER_NUMBER,
        [TSQL_BIGINT] = RENDER_NUMBER,
        [TSQL_NUMERIC] = RENDER_TEXT,
        [TSQL_UNIQUEIDENTIFIER] = RENDER_TEXT,
        [TSQL_VARCHAR] = RENDER_TEXT,
        [TSQL_NVARCHAR] = RENDER_TEXT,
        [TSQL_NCHAR] = RENDER_TEXT,
        [TSQL_VARBINARY] = RENDER_NOT,
    };

    if (value->is_null)
        return NULL;
    switch (renderings[type]) {
    case RENDER_NUMBER:
        return arena_format(arena, "%" PRId64, value->integer);
    case RENDER_TEXT:
        return arena_text(arena, value->text);
    case RENDER_NOT:
        break;
    }
    return "(a value of an unexpected type)";
}

static void on_row(void *user, const struct tsql_value *values, size_t count)
{
    struct reading *reading = user;

    if (reading->set_count != 1 || reading->rows->row_count == reading->max_rows)
        return;
    for (size_t i = 0; i < count; i++) {
        const char **cell = arena_push(reading->arena, &reading->cells, &reading->cell_count, sizeof *cell);

        *cell = cell_text(reading->arena, reading->types[i], &values[i]);
        reading->bytes += *cell ? (int64_t)strlen(*cell) : 0;
    }
    reading->rows->cells = reading->cells;
    reading->rows->row_count++;
}

static void on_message(void *user, const struct tsql_message *message)
{
    struct reading *reading = user;

    server_words_hear(&reading->words, message->number, message->severity, message->text);
}

static void on_database_changed(void *user, const char *from, const char *to)
{
    (void)user, (void)from, (void)to;
}

static void on_return_status(void *user, int32_t status)
{
    (void)user, (void)status;
}

static void on_done(void *user, bool has_count, uint64_t row_count, bool in_error)
{
    (void)user, (void)has_count, (void)row_count, (void)in_error;
}

static struct tsql_sink sink_into(struct reading *reading)
{
    return (struct tsql_sink){reading,          on_columns, on_row, on_message, on_database_changed,
                              on_return_status, on_done};
}

/* ---- the way ---- */

enum passage { PASSED, SILENCE, CLOSED };

static struct sql_door door_of(const struct world_sql *sql, const char *instance)
{
    return sql_door_seen(world_time_world(sql->clock->time), sql->clock->host, instance);
}

static bool is_silent(const struct world_session *session)
{
    return door_of(session->sql, session->instance).is_silent;
}

static bool is_cut(const struct world_session *session)
{
    int64_t most_bytes = door_of(session->sql, session->instance).cut_after_bytes;

    return !session->server || !tsql_session_alive(session->server) ||
           (most_bytes >= 0 && session->answer_bytes > most_bytes);
}

/* One message, there or back. */
static enum passage travel(struct world_session *session, struct deadline deadline)
{
    const struct sql_door door = door_of(session->sql, session->instance);

    if (!world_wait(deadline, session->sql->half_trip_ms + door.slow_ms) || is_silent(session))
        return SILENCE;
    return is_cut(session) ? CLOSED : PASSED;
}

/* ---- sessions that nobody listens to any more ---- */

static void forget(struct world_session *session)
{
    struct world_session **at = &session->sql->sessions;

    while (*at != session)
        at = &(*at)->next;
    *at = session->next;
}

static void log_out(struct world_session *session)
{
    tsql_logout(session->server);
    session->server = NULL;
}

/* One whose client does not hear it and that has not noticed yet. */
struct world_orphan {
    struct world_sql *sql;
    struct tsql_session *server;
    int64_t until_ms;
    struct world_orphan *next; /* of its sql */
};

static void bury(struct world_orphan *orphan)
{
    tsql_logout(orphan->server);
    free(orphan);
}

static void take_out(struct world_orphan *orphan)
{
    struct world_orphan **at = &orphan->sql->orphans;

    while (*at != orphan)
        at = &(*at)->next;
    *at = orphan->next;
}

/* The server finishes what it was told; then it finds that nobody is there. */
static void go_on_alone(void *user)
{
    struct world_orphan *orphan = user;
    struct world_time *time = orphan->sql->clock->time;
    AUTO(arena) struct arena *arena = arena_new();
    struct sql_rows rows = {0};
    struct reading reading = {.arena = arena, .rows = &rows};
    struct tsql_sink sink = sink_into(&reading);
    int64_t now_ms = world_time_now_ms(time);

    if (now_ms >= orphan->until_ms || !tsql_session_alive(orphan->server)) {
        take_out(orphan);
        bury(orphan);
        return;
    }
    tsql_continue(orphan->server, &sink);
    world_time_plan(time, now_ms + LOOK_AGAIN_MS, go_on_alone, orphan);
}

static void orphan(struct world_session *session)
{
    struct world_sql *sql = session->sql;
    int64_t now_ms = world_time_now_ms(sql->clock->time);
    struct world_orphan *left = mem_alloc(sizeof *left);

    *left = (struct world_orphan){sql, session->server, now_ms + KEEP_ALIVE_MS, sql->orphans};
    session->server = NULL;
    sql->orphans = left;
    world_time_plan(sql->clock->time, now_ms + LOOK_AGAIN_MS, go_on_alone, left);
}

/* The client gives up; while the way is cut, nothing tells the server so. */
static void abandon(struct world_session *session)
{
    if (session->server && is_silent(session)) {
        orphan(session);
    } else if (session->server) {
        tsql_cancel(session->server);
        log_out(session);
    }
}

static int fail_passage(struct world_session *session, enum passage passage, struct deadline deadline,
                        struct sql_failure *failure)
{
    if (passage == CLOSED) {
        log_out(session);
        return fail(failure, SIGHT_PROTOCOL_ERROR, "the server closed the connection");
    }
    world_wait_out(deadline);
    abandon(session);
    return fail(failure, SIGHT_TIMED_OUT, "no answer in time");
}

/* ---- queries ---- */

/* What the server answers, however long it takes; SILENCE: longer than the deadline. */
static enum passage answer(struct world_session *session, const char *batch, struct deadline deadline,
                           struct reading *reading)
{
    struct tsql_sink sink = sink_into(reading);
    bool done = tsql_execute(session->server, batch, &sink);

    while (!done && tsql_session_alive(session->server)) {
        if (!world_wait(deadline, LOOK_AGAIN_MS))
            return SILENCE;
        done = tsql_continue(session->server, &sink);
    }
    session->answer_bytes += reading->bytes;
    return PASSED;
}

static enum passage exchange(struct world_session *session, const char *batch, struct deadline deadline,
                             struct reading *reading)
{
    enum passage passage = travel(session, deadline);

    if (passage == PASSED)
        passage = answer(session, batch, deadline, reading);
    return passage == PASSED ? travel(session, deadline) : passage;
}

static int judge(const struct reading *reading, struct sql_failure *ret_failure)
{
    if (reading->words.number) {
        *ret_failure = server_words_at_query(&reading->words, true, reading->arena);
        return -1;
    }
    if (!reading->rows->column_count)
        return fail(ret_failure, SIGHT_PROTOCOL_ERROR, "the answer has no result set");
    return 0;
}

static int port_query(struct sql_port *port, const char *sql, size_t max_rows, struct deadline deadline,
                      struct arena *arena, struct sql_rows *ret_rows, struct sql_failure *ret_failure)
{
    struct world_session *session = (struct world_session *)port;
    struct reading reading = {.arena = arena, .max_rows = max_rows, .rows = ret_rows};
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;
    enum passage passage;

    *ret_rows = (struct sql_rows){0};
    if (deadline_passed(deadline))
        return fail(ret_failure, SIGHT_TIMED_OUT, "no time left to ask");
    if (!session->prologue_sent)
        prologue_add(&batch, deadline);
    session->prologue_sent = true;
    strbuf_add(&batch, sql);
    passage = exchange(session, strbuf_text(&batch), deadline, &reading);
    return passage == PASSED ? judge(&reading, ret_failure)
                             : fail_passage(session, passage, deadline, ret_failure);
}

static void port_close(struct sql_port *port)
{
    struct world_session *session = (struct world_session *)port;

    abandon(session);
    forget(session);
    free(session);
}

/* ---- logins ---- */

/* False with the failure: no TCP, no TLS. */
static bool connect_to(const struct world_sql *sql, const struct topology_sql *endpoint,
                       struct deadline deadline, struct sql_failure *failure)
{
    const int64_t late_ms = door_of(sql, endpoint->name).slow_ms;
    const bool in_time = world_wait(deadline, 2 * sql->half_trip_ms + late_ms);
    const struct sql_door door = door_of(sql, endpoint->name);

    if (!in_time || door.is_silent) {
        world_wait_out(deadline);
        return refuse(failure, SIGHT_TIMED_OUT, "no answer in time");
    }
    if (door.refuses)
        return refuse(failure, SIGHT_REFUSED, "Connection refused");
    if (door.cut_after_bytes >= 0 && door.cut_after_bytes < LOGIN_BYTES)
        return refuse(failure, SIGHT_PROTOCOL_ERROR, "the server closed the connection during the login");
    if (endpoint->tls == TLS_REQUIRE && door.certificate_problem)
        return refuse(failure, SIGHT_TLS_FAILED, door.certificate_problem);
    return true;
}

static struct tsql_session *log_in(const struct world_sql *sql, const struct topology_sql *endpoint,
                                   struct arena *arena, struct sql_failure *failure)
{
    const struct tsql_login login = {
        .instance = endpoint->name,
        .user = sql->user ? sql->user : endpoint->credential->sql_user,
        .password = sql->password,
        .database = "master",
        .host = sql->host,
        .program = sql->program,
        .encrypted = endpoint->tls != TLS_OFF,
    };
    struct sql_rows rows = {0};
    struct reading reading = {.arena = arena, .rows = &rows};
    struct tsql_sink sink = sink_into(&reading);
    struct tsql_session *server = tsql_login(world_time_world(sql->clock->time), &login, &sink);

    if (!server)
        *failure = server_words_at_login(&reading.words, arena);
    return server;
}

static struct sql_port *new_session(struct world_sql *sql, const char *instance, struct tsql_session *server)
{
    static const struct sql_port_ops ops = {port_query, port_close, NULL};
    struct world_session *session = mem_alloc(sizeof *session);

    *session = (struct world_session){
        .port = {&ops}, .sql = sql, .instance = instance, .server = server, .answer_bytes = LOGIN_BYTES};
    session->next = sql->sessions;
    sql->sessions = session;
    return &session->port;
}

static struct sql_port *open_session(void *user, const struct topology_sql *endpoint,
                                     struct deadline deadline, struct arena *arena,
                                     const char *_Atomic *doing, struct sql_failure *ret_failure)
{
    struct world_sql *sql = user;
    struct deadline connected = deadline_sooner(deadline, sql->login_timeout_ms);
    struct tsql_session *server;

    if (!door_of(sql, endpoint->name).exists) {
        fail(ret_failure, SIGHT_UNRESOLVED, "no such instance in the world");
        return NULL;
    }
    atomic_store(doing, "connecting and logging in");
    if (!connect_to(sql, endpoint, connected, ret_failure))
        return NULL;
    server = log_in(sql, endpoint, arena, ret_failure);
    return server ? new_session(sql, endpoint->name, server) : NULL;
}

struct sql_opener world_sql_opener(struct world_sql *sql)
{
    return (struct sql_opener){open_session, sql};
}

/* ---- the end ---- */

void world_sql_crash(struct world_sql *sql)
{
    while (sql->sessions) {
        struct world_session *session = sql->sessions;

        sql->sessions = session->next;
        log_out(session);
        free(session);
    }
}

void world_sql_done(struct world_sql *sql)
{
    world_sql_crash(sql);
    while (sql->orphans) {
        struct world_orphan *orphan = sql->orphans;

        sql->orphans = orphan->next;
        bury(orphan);
    }
}

#include "unit/observe/script_port.h"

#include "base/mem.h"
#include "observe/sql/fact_query.h"
#include "topology/topology.h"

#include <string.h>

struct script_port {
    struct sql_port port;
    struct script *script;
    struct script_server *server;
    bool interrupted; /* under the script's lock */
};

/* ---- rows from text ---- */

static const char *next_part(struct arena *arena, const char **at, char separator)
{
    const char *end = strchrnul(*at, separator);
    const char *part = arena_text_n(arena, *at, (size_t)(end - *at));

    *at = *end ? end + 1 : end;
    return part;
}

static const char **split(struct arena *arena, const char *line, size_t *ret_count)
{
    const char **parts = NULL;

    *ret_count = 0;
    while (*line) {
        const char **part = arena_push(arena, &parts, ret_count, sizeof(*part));

        *part = next_part(arena, &line, '|');
        if (strcmp(*part, "NULL") == 0)
            *part = NULL;
    }
    return parts;
}

static void rows_from_text(struct arena *arena, const char *text, struct sql_rows *rows)
{
    const char **cells = NULL;
    size_t cell_count = 0;

    *rows = (struct sql_rows){0};
    rows->columns = split(arena, next_part(arena, &text, '\n'), &rows->column_count);
    while (*text) {
        size_t count;
        const char **parts = split(arena, next_part(arena, &text, '\n'), &count);

        for (size_t i = 0; i < rows->column_count; i++) {
            const char **cell = arena_push(arena, &cells, &cell_count, sizeof(*cell));

            *cell = i < count ? parts[i] : NULL;
        }
        rows->row_count++;
    }
    rows->cells = cells;
}

/* Is it this query?  Up to the place where a batch has the name of a database. */
static bool asks(const char *batch, const char *sql)
{
    const char *place = strstr(sql, "$(database)");
    AUTO_FREE char *head = mem_format("%.*s", (int)(place ? (size_t)(place - sql) : strlen(sql)), sql);

    return strstr(batch, head) != NULL;
}

/* The columns that the batch's own query would have, and no row. */
static bool empty_answer(struct arena *arena, const char *sql, struct sql_rows *rows)
{
    *rows = (struct sql_rows){0};
    for (size_t i = 0; i < fact_query_count; i++) {
        const struct fact_group *group = fact_group(fact_queries[i].group);

        if (!asks(sql, fact_queries[i].sql))
            continue;
        for (size_t f = 0; f < group->field_count; f++) {
            const char **column = arena_push(arena, &rows->columns, &rows->column_count, sizeof(*column));

            *column = group->fields[f].key;
        }
        return true;
    }
    return false;
}

/* ---- the port ---- */

static const struct script_turn *find_turn(const struct script_server *server, const char *sql)
{
    for (size_t i = 0; i < server->turn_count; i++)
        if (strstr(sql, server->turns[i].match))
            return &server->turns[i];
    return NULL;
}

static void hang(struct script *script, const bool *interrupted)
{
    pthread_mutex_lock(&script->lock);
    while (!script->released && !(interrupted && *interrupted))
        pthread_cond_wait(&script->released_cond, &script->lock);
    pthread_mutex_unlock(&script->lock);
}

static int script_query(struct sql_port *base, const char *sql, size_t max_rows, struct deadline deadline,
                        struct arena *arena, struct sql_rows *ret_rows, struct sql_failure *ret_failure)
{
    struct script_port *port = (struct script_port *)base;
    const struct script_turn *turn = find_turn(port->server, sql);

    (void)max_rows;
    atomic_fetch_add(&port->server->queries, 1);
    if (!turn && empty_answer(arena, sql, ret_rows))
        return 0;
    if (turn && turn->hangs)
        hang(port->script, turn->deaf ? NULL : &port->interrupted);
    if (turn && turn->delay_ms)
        clock_sleep_ms(deadline.clock, turn->delay_ms);
    if (turn && turn->rows) {
        rows_from_text(arena, turn->rows, ret_rows);
        return 0;
    }
    *ret_failure =
        (struct sql_failure){SIGHT_PROTOCOL_ERROR, 102, "Incorrect syntax (the script has no such turn)"};
    if (turn && turn->hangs)
        *ret_failure = (struct sql_failure){SIGHT_TIMED_OUT, 0, "no answer in time"};
    else if (turn)
        *ret_failure = turn->failure;
    return -1;
}

static void script_close(struct sql_port *base)
{
    atomic_fetch_add(&((struct script_port *)base)->server->closes, 1);
    free(base);
}

static void script_interrupt(struct sql_port *base)
{
    struct script_port *port = (struct script_port *)base;

    pthread_mutex_lock(&port->script->lock);
    port->interrupted = true;
    pthread_cond_broadcast(&port->script->released_cond);
    pthread_mutex_unlock(&port->script->lock);
}

static struct script_server *find_server(struct script *script, const char *name)
{
    for (size_t i = 0; i < script->server_count; i++)
        if (strcmp(script->servers[i].name, name) == 0)
            return &script->servers[i];
    return NULL;
}

static struct sql_port *script_open(void *user, const struct topology_sql *endpoint, struct deadline deadline,
                                    struct arena *arena, const char *_Atomic *doing,
                                    struct sql_failure *ret_failure)
{
    static const struct sql_port_ops ops = {script_query, script_close, script_interrupt};
    struct script *script = user;
    struct script_server *server = find_server(script, endpoint->name);
    struct script_port *port;

    (void)deadline, (void)arena;
    *ret_failure = (struct sql_failure){SIGHT_UNRESOLVED, 0, "the script has no such server"};
    if (!server)
        return NULL;
    atomic_fetch_add(&server->logins, 1);
    atomic_store(doing, "following the script");
    if (server->login_hangs)
        hang(script, NULL);
    *ret_failure = server->login;
    if (server->login.sight != SIGHT_NOT_ASKED)
        return NULL;
    port = mem_alloc(sizeof(*port));
    port->port.ops = &ops;
    port->script = script;
    port->server = server;
    return &port->port;
}

struct sql_opener script_opener(struct script *script)
{
    return (struct sql_opener){script_open, script};
}

void script_release(struct script *script)
{
    pthread_mutex_lock(&script->lock);
    script->released = true;
    pthread_cond_broadcast(&script->released_cond);
    pthread_mutex_unlock(&script->lock);
}

#include "unit/act/told_port.h"

#include "base/mem.h"

struct told_session {
    struct sql_port port;
    struct told_server *server;
};

static int told_query(struct sql_port *port, const char *sql, size_t max_rows, struct deadline deadline,
                      struct arena *arena, struct sql_rows *ret_rows, struct sql_failure *ret_failure)
{
    static const char *const columns[] = {"a", "b", "c"};
    struct told_server *server = ((struct told_session *)port)->server;
    unsigned index = server->queries < server->count ? server->queries : (unsigned)server->count - 1;
    const struct told_answer *answer = &server->answers[index];

    (void)max_rows, (void)deadline, (void)arena;
    server->queries++;
    strbuf_format(&server->sent, "%s--\n", sql);
    if (answer->failure.sight || answer->failure.message_number) {
        *ret_failure = answer->failure;
        return -1;
    }
    *ret_rows = (struct sql_rows){.columns = columns, .cells = answer->cells, .row_count = 1};
    while (ret_rows->column_count < COUNT(columns) && answer->cells[ret_rows->column_count])
        ret_rows->column_count++;
    return 0;
}

static void told_close(struct sql_port *port)
{
    ((struct told_session *)port)->server->closes++;
    free(port);
}

struct sql_port *told_port(struct told_server *server)
{
    static const struct sql_port_ops ops = {told_query, told_close, NULL};
    struct told_session *session = mem_alloc(sizeof(*session));

    session->port.ops = &ops;
    session->server = server;
    return &session->port;
}

static struct sql_port *told_open(void *user, const struct topology_sql *endpoint, struct deadline deadline,
                                  struct arena *arena, const char *_Atomic *doing,
                                  struct sql_failure *ret_failure)
{
    struct told_server *server = user;

    (void)endpoint, (void)deadline, (void)arena, (void)doing;
    server->logins++;
    *ret_failure = server->login;
    return server->login.sight == SIGHT_NOT_ASKED ? told_port(server) : NULL;
}

struct sql_opener told_opener(struct told_server *server)
{
    return (struct sql_opener){told_open, server};
}

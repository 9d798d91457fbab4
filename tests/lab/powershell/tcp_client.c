#include "lab/powershell/tcp_client.h"

#include "lab/world/windows.h"

#include <string.h>

/* Windows gives up on a SYN that nobody answers after 21 s ("TcpMaxConnectRetransmissions"). */
enum { UNANSWERED_MS = 21000, ANSWERED_MS = 2 };

/* The SQL Server that listens there; it accepts even when it then says nothing. */
static void sql_listens(struct ps *ps, const struct host *host, int64_t port, enum port_state *ret_state)
{
    for (size_t i = 0; i < ps->world->instance_count; i++) {
        const struct instance *instance = &ps->world->instances[i];

        if (instance->host != host->index || instance->port != port)
            continue;
        *ret_state = instance->wire.blackholed ? PORT_FILTERED : instance->down ? PORT_CLOSED : PORT_OPEN;
        return;
    }
}

bool ps_tcp_look(struct ps *ps, const char *name, int64_t port, enum port_state *ret_state)
{
    const struct host *host = world_host(ps->world, name);

    *ret_state = PORT_FILTERED;
    if (!host)
        return false;
    if (port > 0 && port <= 65535)
        *ret_state = windows_port(ps->world, ps->host, host, (int)port);
    if (*ret_state == PORT_CLOSED)
        sql_listens(ps, host, port, ret_state);
    return true;
}

struct ps_value ps_tcp_client(struct ps *ps)
{
    struct ps_value client = ps_object(ps, PS_TCP_CLIENT);

    ps_set(ps, client, "Connected", ps_bool(false));
    ps_set(ps, client, "ReceiveTimeout", ps_int(0));
    ps_set(ps, client, "SendTimeout", ps_int(0));
    return client;
}

static int socket_error(struct ps *ps, const struct ps_expr *at, const char *what)
{
    struct ps_error error = {.exception = "System.Management.Automation.MethodInvocationException",
                             .id = "SocketException",
                             .category = "NotSpecified",
                             .activity = "",
                             .extent = at->extent};

    return ps_throw(ps, &error, "Exception calling \"Connect\" with \"2\" argument(s): \"%s\"", what);
}

static const char *refusal(bool known, enum port_state state)
{
    if (!known)
        return "No such host is known";
    return state == PORT_CLOSED
               ? "No connection could be made because the target machine actively refused it"
               : "A connection attempt failed because the connected party did not properly respond after a "
                 "period of time, "
                 "or established connection failed because connected host has failed to respond";
}

int ps_tcp_connect(struct ps *ps, const struct ps_expr *at, struct ps_value client, const char *name,
                   int64_t port, struct ps_value *ret_value)
{
    enum port_state state;
    bool known = ps_tcp_look(ps, name, port, &state);

    *ret_value = ps_null();
    ps->takes_ms += known && state == PORT_FILTERED ? UNANSWERED_MS : ANSWERED_MS;
    if (!known || state != PORT_OPEN)
        return socket_error(ps, at, refusal(known, state));
    ps_set(ps, client, "Connected", ps_bool(true));
    return 0;
}

int ps_tcp_begin(struct ps *ps, struct ps_value client, const char *name, int64_t port,
                 struct ps_value *ret_value)
{
    struct ps_value attempt = ps_object(ps, PS_TCP_ATTEMPT);
    enum port_state state;
    bool known = ps_tcp_look(ps, name, port, &state);

    ps_set(ps, attempt, "AsyncWaitHandle", attempt);
    ps_set(ps, attempt, "IsCompleted", ps_bool(!known || state != PORT_FILTERED));
    ps_set(ps, attempt, "IsFaulted", ps_bool(!known || state == PORT_CLOSED));
    ps_set(ps, attempt, "Client", client);
    ps_set(ps, client, "Refusal", ps_text(known && state == PORT_OPEN ? "" : refusal(known, state)));
    *ret_value = attempt;
    return 0;
}

int ps_tcp_wait(struct ps *ps, struct ps_value attempt, int64_t timeout_ms, struct ps_value *ret_value)
{
    bool decided = ps_truth(ps_get(attempt.object, "IsCompleted"));
    const struct ps_value *client = ps_get(attempt.object, "Client");

    if (!decided && (timeout_ms < 0 || timeout_ms >= UNANSWERED_MS)) {
        decided = true;
        timeout_ms = UNANSWERED_MS;
    }
    ps->takes_ms += ps_truth(ps_get(attempt.object, "IsCompleted")) ? ANSWERED_MS : timeout_ms;
    if (decided && client && !ps_truth(ps_get(client->object, "Refusal")))
        ps_set(ps, *client, "Connected", ps_bool(true));
    *ret_value = ps_bool(decided);
    return 0;
}

int ps_tcp_end(struct ps *ps, const struct ps_expr *at, struct ps_value client, struct ps_value *ret_value)
{
    const struct ps_value *reason = ps_get(client.object, "Refusal");

    *ret_value = ps_null();
    if (reason && ps_truth(reason))
        return socket_error(ps, at, reason->text);
    ps_set(ps, client, "Connected", ps_bool(true));
    return 0;
}

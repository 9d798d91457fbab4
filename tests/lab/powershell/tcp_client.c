#include "lab/powershell/tcp_client.h"

#include "lab/world/windows.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Windows gives up on a SYN that nobody answers after 21 s ("TcpMaxConnectRetransmissions"). */
enum { UNANSWERED_MS = 21000, ANSWERED_MS = 2 };
/* "Windows Sockets Error Codes" */
enum { NO_SUCH_ADDRESS = 10049, TIMED_OUT = 10060, REFUSED = 10061, NO_SUCH_HOST = 11001 };
#define NEVER INT64_MAX

/* ---- whom ---- */

static const char host_network[] = "10.20.4.";

static const struct host *host_at(const struct ps *ps, const char *name)
{
    int number = 0, length = 0;

    if (sscanf(name, "10.20.4.%d%n", &number, &length) == 1 && !name[length] && number > 0 &&
        (size_t)number <= ps->world->host_count)
        return &ps->world->hosts[number - 1];
    return world_host(ps->world, name);
}

struct place {
    const struct host *host; /* NULL: there is none of that name */
    int64_t port;
};

/* The lab's own ports of 127.0.0.1 stand for those of its hosts. */
static struct place place_of(const struct ps *ps, const char *name, int64_t port)
{
    const struct world_door *door;

    if (strcmp(name, "127.0.0.1") != 0 && strcasecmp(name, "localhost") != 0)
        return (struct place){host_at(ps, name), port};
    door = port > 0 && port <= 65535 ? world_door(ps->world, (int)port) : NULL;
    return door ? (struct place){&ps->world->hosts[door->host], door->port} : (struct place){ps->host, port};
}

static const struct instance *instance_at(const struct ps *ps, struct place place)
{
    for (size_t i = 0; i < ps->world->instance_count; i++)
        if (place.host && ps->world->instances[i].host == place.host->index &&
            ps->world->instances[i].port == place.port)
            return &ps->world->instances[i];
    return NULL;
}

/* The SQL Server that listens there accepts even when it then says nothing. */
static enum port_state state_at(const struct ps *ps, struct place place)
{
    const struct instance *instance = instance_at(ps, place);
    enum port_state state = PORT_FILTERED;

    if (place.port > 0 && place.port <= 65535)
        state = windows_port(ps->world, ps->host, place.host, (int)place.port);
    if (state != PORT_CLOSED || !instance)
        return state;
    return instance->wire.blackholed ? PORT_FILTERED : instance->down ? PORT_CLOSED : PORT_OPEN;
}

bool ps_tcp_look(struct ps *ps, const char *name, int64_t port, enum port_state *ret_state)
{
    struct place place = place_of(ps, name, port);

    *ret_state = place.host ? state_at(ps, place) : PORT_FILTERED;
    return place.host != NULL;
}

/* ---- what went wrong ---- */

static const char *error_words(int code)
{
    if (code == NO_SUCH_HOST)
        return "No such host is known";
    if (code == NO_SUCH_ADDRESS)
        return "The requested address is not valid in its context";
    return code == REFUSED
               ? "No connection could be made because the target machine actively refused it"
               : "A connection attempt failed because the connected party did not properly respond after a "
                 "period of time, "
                 "or established connection failed because connected host has failed to respond";
}

static int socket_error(struct ps *ps, const struct ps_expr *at, const char *method, int arguments, int code)
{
    struct ps_error error = {.exception = "System.Management.Automation.MethodInvocationException",
                             .id = "SocketException",
                             .category = "NotSpecified",
                             .activity = "",
                             .socket_error = code,
                             .extent = at->extent};

    return ps_throw(ps, &error, "Exception calling \"%s\" with \"%d\" argument(s): \"%s\"", method, arguments,
                    error_words(code));
}

/* Port 0 is nobody's. */
static int error_at(const struct ps *ps, struct place place)
{
    enum port_state state;

    if (!place.host)
        return NO_SUCH_HOST;
    if (place.port == 0)
        return NO_SUCH_ADDRESS;
    state = state_at(ps, place);
    return state == PORT_OPEN ? 0 : state == PORT_CLOSED ? REFUSED : TIMED_OUT;
}

/* ---- attempts ---- */

static struct ps_value attempt_new(struct ps *ps, int64_t takes_ms)
{
    struct ps_value attempt = ps_object(ps, PS_TCP_ATTEMPT);

    ps_set(ps, attempt, "AsyncWaitHandle", attempt);
    ps_set(ps, attempt, "ReadyMs", ps_int(takes_ms == NEVER ? NEVER : ps->takes_ms + takes_ms));
    ps_set(ps, attempt, "IsCompleted", ps_bool(false));
    ps_set(ps, attempt, "IsFaulted", ps_bool(false));
    return attempt;
}

static int64_t whole(struct ps_value object, const char *name)
{
    const struct ps_value *value = ps_get(object.object, name);

    return value ? ps_as_integer(value) : 0;
}

int ps_tcp_wait(struct ps *ps, struct ps_value attempt, int64_t timeout_ms, struct ps_value *ret_value)
{
    const struct ps_value *client = ps_get(attempt.object, "Client");
    int64_t ready_ms = whole(attempt, "ReadyMs"), left_ms = ready_ms - ps->takes_ms;
    bool decided = timeout_ms < 0 || left_ms <= timeout_ms;

    if (ready_ms == NEVER && timeout_ms < 0)
        return ps_overrun(ps, "time");
    if (!decided)
        ps->takes_ms += timeout_ms;
    else if (left_ms > 0)
        ps->takes_ms += left_ms;
    ps_set(ps, attempt, "IsCompleted", ps_bool(decided));
    if (decided && client && !whole(*client, "ErrorCode"))
        ps_set(ps, *client, "Connected", ps_bool(true));
    *ret_value = ps_bool(decided);
    return 0;
}

/* ---- TcpClient ---- */

struct ps_value ps_tcp_client(struct ps *ps)
{
    struct ps_value client = ps_object(ps, PS_TCP_CLIENT);

    ps_set(ps, client, "Connected", ps_bool(false));
    ps_set(ps, client, "ReceiveTimeout", ps_int(0));
    ps_set(ps, client, "SendTimeout", ps_int(0));
    return client;
}

/* What the connection is to, kept for its stream. */
static int aim(struct ps *ps, struct ps_value client, const char *name, int64_t port)
{
    struct place place = place_of(ps, name, port);
    const struct instance *instance = instance_at(ps, place);
    int code = error_at(ps, place);

    ps_set(ps, client, "ErrorCode", ps_int(code));
    ps_set(ps, client, "Instance", ps_int(instance ? instance->index : -1));
    return code;
}

int ps_tcp_connect(struct ps *ps, const struct ps_expr *at, struct ps_value client, const char *name,
                   int64_t port, struct ps_value *ret_value)
{
    int code = aim(ps, client, name, port);

    *ret_value = ps_null();
    ps->takes_ms += code == TIMED_OUT ? UNANSWERED_MS : ANSWERED_MS;
    if (code)
        return socket_error(ps, at, "Connect", 2, code);
    ps_set(ps, client, "Connected", ps_bool(true));
    return 0;
}

int ps_tcp_begin(struct ps *ps, struct ps_value client, const char *name, int64_t port,
                 struct ps_value *ret_value)
{
    int code = aim(ps, client, name, port);

    *ret_value = attempt_new(ps, code == TIMED_OUT ? UNANSWERED_MS : ANSWERED_MS);
    ps_set(ps, *ret_value, "IsFaulted", ps_bool(code && code != TIMED_OUT));
    ps_set(ps, *ret_value, "Client", client);
    return 0;
}

int ps_tcp_end(struct ps *ps, const struct ps_expr *at, struct ps_value client, struct ps_value *ret_value)
{
    int code = (int)whole(client, "ErrorCode");

    *ret_value = ps_null();
    if (code)
        return socket_error(ps, at, "EndConnect", 1, code);
    ps_set(ps, client, "Connected", ps_bool(true));
    return 0;
}

/* ---- NetworkStream ---- */

int ps_stream_of(struct ps *ps, const struct ps_expr *at, struct ps_value client, struct ps_value *ret_value)
{
    if (!ps_truth(ps_get(client.object, "Connected")))
        return ps_fail(
            ps, at->extent, "InvalidOperationException",
            "Exception calling \"GetStream\" with \"0\" argument(s): \"The operation is not allowed "
            "on non-connected sockets.\"");
    *ret_value = ps_object(ps, PS_TCP_STREAM);
    ps_set(ps, *ret_value, "Instance", *ps_get(client.object, "Instance"));
    return 0;
}

/* [MS-TDS] 2.2.3.1: type 0x12 is PRELOGIN, with its length big-endian in bytes 2 and 3. */
static bool is_prelogin(const struct ps_value *sent)
{
    enum { PRELOGIN = 0x12, HEADER_BYTES = 8 };
    struct ps_list bytes = sent ? ps_elements(sent) : (struct ps_list){NULL, 0};

    return bytes.count > HEADER_BYTES && ps_as_integer(&bytes.items[0]) == PRELOGIN &&
           ps_as_integer(&bytes.items[2]) * 256 + ps_as_integer(&bytes.items[3]) == (int64_t)bytes.count;
}

/* A SQL Server answers a PRELOGIN and closes on anything else; whatever else listens closes too. */
struct ps_value ps_stream_begin_read(struct ps *ps, struct ps_value stream, struct ps_value buffer,
                                     int64_t offset, int64_t count)
{
    int64_t index = whole(stream, "Instance"), takes_ms = ANSWERED_MS, answers = 0;

    if (index >= 0) {
        const struct wire_fault *wire = &ps->world->instances[index].wire;

        takes_ms = wire->hung ? NEVER : ANSWERED_MS + wire->slow_ms;
        answers = is_prelogin(ps_get(stream.object, "Sent")) ? count : 0;
        if (wire->cut_after_bytes >= 0 && answers > wire->cut_after_bytes)
            answers = wire->cut_after_bytes;
    }
    stream = attempt_new(ps, takes_ms);
    ps_set(ps, stream, "Buffer", buffer);
    ps_set(ps, stream, "Offset", ps_int(offset));
    ps_set(ps, stream, "Answers", ps_int(answers));
    return stream;
}

struct ps_value ps_stream_end_read(struct ps *ps, struct ps_value attempt)
{
    static const unsigned char header[] = {4, 1, 0, 43,
                                           0, 0, 1, 0}; /* a tabular result, the end of the message */
    const struct ps_value *buffer = ps_get(attempt.object, "Buffer");
    int64_t offset = whole(attempt, "Offset"), answers = whole(attempt, "Answers"), count = 0;

    (void)ps;
    if (!buffer || buffer->kind != PS_ARRAY || offset < 0)
        return ps_int(0);
    for (;
         count < answers && count < (int64_t)COUNT(header) && (size_t)(offset + count) < buffer->array->count;
         count++)
        buffer->array->items[offset + count] = ps_int(header[count]);
    return ps_int(count);
}

/* ---- Dns ---- */

struct ps_value ps_dns_begin(struct ps *ps, const char *name)
{
    struct ps_value attempt = attempt_new(ps, ANSWERED_MS);

    ps_set(ps, attempt, "Name", ps_text_copy(ps, name));
    return attempt;
}

/* An address is its own answer. */
static const char *address_of(struct ps *ps, const char *name)
{
    unsigned char address[sizeof(struct in_addr)];
    const struct host *host;

    if (inet_pton(AF_INET, name, address) == 1)
        return name;
    if (strcasecmp(name, "localhost") == 0)
        return "127.0.0.1";
    host = world_host(ps->world, name);
    return host ? ps_format(ps, "%s%d", host_network, host->index + 1).text : NULL;
}

int ps_dns_end(struct ps *ps, const struct ps_expr *at, struct ps_value attempt, struct ps_value *ret_value)
{
    static const struct ps_enum family = {PS_ADDRESS_FAMILY, "InterNetwork", 2};
    const struct ps_value *name = attempt.kind == PS_OBJECT ? ps_get(attempt.object, "Name") : NULL;
    const char *text = name ? address_of(ps, name->text) : NULL;
    struct ps_list *addresses;
    struct ps_value address;

    *ret_value = ps_null();
    if (!text)
        return socket_error(ps, at, "EndGetHostAddresses", 1, NO_SUCH_HOST);
    address = ps_object(ps, "System.Net.IPAddress");
    address.object->shown = text;
    ps_set(ps, address, "AddressFamily", ps_member(&family));
    addresses = ps_list_new(ps);
    ps_list_add(ps, addresses, address);
    *ret_value = ps_array(addresses);
    return 0;
}

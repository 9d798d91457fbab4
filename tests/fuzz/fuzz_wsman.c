/*
 * The first byte chooses what is asked of a host, the rest is its answers, one after the other with a NUL
 * between: no bytes break the reader, and what it says of them is one line of UTF-8.
 */
#include "observe/winrm/winrm_client.h"
#include "observe/winrm/wsman_transport.h"

#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A host whose answers take a second each of a clock that only they move. */
struct host {
    struct wsman_transport transport;
    struct clock clock;
    int64_t now_ms;
    const char *at, *end;
};

static struct mono_ms mono(struct clock *clock)
{
    const struct host *host =
        (const struct host *)(const void *)((char *)clock - offsetof(struct host, clock));

    return (struct mono_ms){host->now_ms};
}

static void pass_time(struct clock *clock, int64_t ms)
{
    ((struct host *)(void *)((char *)clock - offsetof(struct host, clock)))->now_ms += ms;
}

static int post(struct wsman_transport *transport, const struct wsman_post *request, struct arena *arena,
                struct wsman_reply *ret_reply, struct winrm_failure *ret_failure)
{
    struct host *host = (struct host *)transport;
    const char *stop = memchr(host->at, '\0', (size_t)(host->end - host->at));

    (void)arena, (void)request;
    host->now_ms += 1000;
    if (host->at == host->end) {
        *ret_failure = (struct winrm_failure){.sight = SIGHT_PROTOCOL_ERROR, .text = "cut"};
        return -1;
    }
    stop = stop ? stop : host->end;
    ret_reply->status = *host->at == '!' ? 500 : 200;
    host->at += *host->at == '!';
    strbuf_add_n(&ret_reply->body, host->at, (size_t)(stop - host->at));
    host->at = stop < host->end ? stop + 1 : stop;
    return 0;
}

static void close_host(struct wsman_transport *transport)
{
    (void)transport;
}

static void require(bool holds)
{
    if (!holds)
        abort();
}

static int ask(struct winrm_port *port, unsigned char what, struct deadline deadline, struct arena *arena,
               struct winrm_failure *failure)
{
    static const char *const columns[] = {"Name", "State"};
    struct winrm_identity identity;
    struct winrm_output output;
    struct winrm_rows rows;

    switch (what % 3) {
    case 0:
        return port->ops->identify(port, deadline, arena, &identity, failure);
    case 1:
        return port->ops->wmi_query(port, "SELECT Name,State FROM X", columns, COUNT(columns), 100, deadline,
                                    arena, &rows, failure);
    default:
        return port->ops->run_ps(port, "$Answer = 1", NULL, deadline, arena, &output, failure);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct wsman_transport_ops ops = {post, close_host};
    AUTO(arena) struct arena *arena = arena_new();
    struct host host = {{&ops}, {.mono = mono, .sleep_ms = pass_time}, 0, NULL, NULL};
    struct winrm_failure failure = {0};
    struct winrm_port *port;

    if (!size)
        return 0;
    host.at = (const char *)data + 1;
    host.end = (const char *)data + size;
    port = winrm_client_new(&host.transport, "https://h:5986/wsman");
    if (ask(port, data[0], deadline_in_ms(&host.clock, 60000), arena, &failure) != 0)
        require(failure.sight != SIGHT_SEEN && failure.text && utf8_valid(failure.text) &&
                !strchr(failure.text, '\n'));
    port->ops->close(port);
    return 0;
}

#include "campaign/world_winrm.h"

#include "base/mem.h"
#include "campaign/world_wait.h"
#include "lab/winrm/service.h"
#include "lab/world/world.h"
#include "observe/winrm/winrm_client.h"
#include "observe/winrm/winrm_curl.h"

enum { LOOK_AGAIN_MS = 100 };

struct world_transport {
    struct wsman_transport transport;
    struct world_winrm *winrm;
    struct host *host; /* NULL: there is no such host */
};

static int fail(struct winrm_failure *failure, enum sight sight, const char *text)
{
    *failure = (struct winrm_failure){.sight = sight, .text = text};
    return -1;
}

static int fail_by_silence(struct deadline deadline, struct winrm_failure *failure)
{
    world_wait_out(deadline);
    return fail(failure, SIGHT_TIMED_OUT, "no answer in time");
}

/* ---- the way ---- */

static enum port_state port_of(const struct world_transport *transport)
{
    const struct world_clock *clock = transport->winrm->clock;

    return windows_port(world_time_world(clock->time), clock->host, transport->host, PORT_WINRM);
}

/* One message, there or back; false: it does not arrive. */
static bool travel(const struct world_transport *transport, struct deadline deadline)
{
    int64_t slow_ms = transport->host->windows.winrm.slow_ms;

    return world_wait(deadline, transport->winrm->half_trip_ms + slow_ms / 2) &&
           port_of(transport) != PORT_FILTERED;
}

static int connect_to(const struct world_transport *transport, struct winrm_failure *failure)
{
    const struct windows_certificate *shown = &transport->host->windows.certificates[CERTIFICATE_WINRM];

    if (port_of(transport) == PORT_CLOSED)
        return fail(failure, SIGHT_REFUSED, "no connection: Connection refused");
    if (shown->expired || shown->wrong_name || shown->untrusted)
        return fail(failure, SIGHT_TLS_FAILED, "the certificate is not trusted");
    return 0;
}

/* ---- the host ---- */

static struct world_winrm_host *known_host(struct world_winrm *winrm, struct host *host)
{
    struct world_winrm_host *added;

    for (size_t i = 0; i < winrm->hosts.count; i++)
        if (winrm->hosts.rows[i].host == host)
            return &winrm->hosts.rows[i];
    added = LIST_ADD(&winrm->hosts);
    added->host = host;
    added->service = winrm_service_new(world_time_world(winrm->clock->time), host);
    return added;
}

static struct winrm_service *service_of(const struct world_transport *transport)
{
    struct world_winrm_host *known = known_host(transport->winrm, transport->host);

    if (known->boot_utc_ms != transport->host->windows.boot_utc_ms)
        winrm_service_reset(known->service);
    known->boot_utc_ms = transport->host->windows.boot_utc_ms;
    return known->service;
}

/* As HTTP.sys and WinRM refuse before they look at a message; 0: they do not. */
static int refusal_of(const struct host *host)
{
    static const int statuses[] = {
        [WINRM_UNAUTHORIZED] = 401, [WINRM_NO_BODY] = 500, [WINRM_UNAVAILABLE] = 503, [WINRM_HUNG] = 0};

    return statuses[host->windows.winrm.manner];
}

/* False: nothing came before the deadline. */
static bool ask(const struct world_transport *transport, const struct wsman_post *post,
                struct wsman_reply *ret_reply)
{
    const struct world_winrm *winrm = transport->winrm;
    struct clock *clock = post->deadline.clock;
    struct winrm_call call = {.user = post->anonymous ? NULL : winrm->user,
                              .delegated = winrm->delegated,
                              .address = winrm->clock->host->fqdn,
                              .text = post->envelope,
                              .length = post->length_bytes,
                              .started_ms = clock_mono(clock).ms};
    bool in_time = true;

    for (; in_time; in_time = world_wait(post->deadline, LOOK_AGAIN_MS)) {
        AUTO(winrm_reply) struct winrm_reply reply = {0};

        call.now_ms = clock_mono(clock).ms;
        winrm_service_call(service_of(transport), &call, &reply);
        call.again = true;
        if (reply.pending)
            continue;
        ret_reply->status = (int)reply.status;
        ret_reply->body = reply.body;
        reply.body = (struct strbuf)STRBUF_INIT;
        return true;
    }
    return false;
}

static int transport_post(struct wsman_transport *base, const struct wsman_post *post, struct arena *arena,
                          struct wsman_reply *ret_reply, struct winrm_failure *ret_failure)
{
    const struct world_transport *transport = (const struct world_transport *)base;

    (void)arena;
    if (!transport->host)
        return fail(ret_failure, SIGHT_UNRESOLVED, "the name is not resolved");
    if (!travel(transport, post->deadline) || transport->host->windows.winrm.manner == WINRM_HUNG)
        return fail_by_silence(post->deadline, ret_failure);
    if (connect_to(transport, ret_failure) != 0)
        return -1;
    ret_reply->status = refusal_of(transport->host);
    if (!ret_reply->status && !ask(transport, post, ret_reply))
        return fail(ret_failure, SIGHT_TIMED_OUT, "no answer in time");
    return travel(transport, post->deadline) ? 0 : fail_by_silence(post->deadline, ret_failure);
}

static void transport_close(struct wsman_transport *transport)
{
    free(transport);
}

/* ---- opening ---- */

static struct winrm_port *open_port(void *user, const struct winrm_endpoint *endpoint, struct err *err)
{
    static const struct wsman_transport_ops ops = {transport_post, transport_close};
    struct world_winrm *winrm = user;
    struct world_transport *transport = mem_alloc(sizeof *transport);
    AUTO_FREE char *url = mem_format("https://%s:5986/wsman", endpoint->host);

    (void)err;
    *transport = (struct world_transport){
        {&ops}, winrm, world_host(world_time_world(winrm->clock->time), endpoint->host)};
    return winrm_client_new(&transport->transport, url);
}

struct winrm_opener world_winrm_opener(struct world_winrm *winrm)
{
    return (struct winrm_opener){open_port, winrm};
}

void world_winrm_done(struct world_winrm *winrm)
{
    for (size_t i = 0; i < winrm->hosts.count; i++)
        winrm_service_free(winrm->hosts.rows[i].service);
    free(winrm->hosts.rows);
}

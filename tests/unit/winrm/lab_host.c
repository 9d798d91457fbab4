#include "unit/winrm/lab_host.h"

#include "lab/world/world.h"
#include "observe/winrm/winrm_client.h"

#include <stddef.h>

enum { STEP_MS = 500 };

static struct lab_host *host_of_clock(struct clock *clock)
{
    return (struct lab_host *)(void *)((char *)clock - offsetof(struct lab_host, clock));
}

static struct mono_ms lab_mono(struct clock *clock)
{
    return (struct mono_ms){host_of_clock(clock)->now_ms};
}

static int64_t lab_utc(struct clock *clock)
{
    return host_of_clock(clock)->world->now_utc_ms;
}

static void pass_ms(struct lab_host *host, int64_t ms)
{
    host->now_ms += ms;
    world_advance(host->world, ms);
}

static void lab_sleep(struct clock *clock, int64_t ms)
{
    pass_ms(host_of_clock(clock), ms);
}

static int lab_post(struct wsman_transport *transport, const struct wsman_post *post, struct arena *arena,
                    struct wsman_reply *ret_reply, struct winrm_failure *ret_failure)
{
    struct lab_host *host = (struct lab_host *)transport;
    struct winrm_call call = {.user = post->anonymous ? NULL : "LITWARE\\monitor",
                              .address = "127.0.0.1",
                              .text = post->envelope,
                              .length = post->length_bytes,
                              .started_ms = host->now_ms};
    struct winrm_reply reply = {0};

    (void)arena;
    host->posts++;
    for (call.now_ms = host->now_ms; !deadline_passed(post->deadline); call.again = true) {
        strbuf_truncate(&reply.body, 0);
        winrm_service_call(host->service, &call, &reply);
        if (!reply.pending)
            break;
        strbuf_done(&reply.body); /* each try starts anew */
        pass_ms(host, STEP_MS);
        call.now_ms = host->now_ms;
    }
    if (reply.pending || deadline_passed(post->deadline)) {
        *ret_failure = (struct winrm_failure){.sight = SIGHT_TIMED_OUT, .text = "no answer in time"};
        strbuf_done(&reply.body);
        return -1;
    }
    ret_reply->status = (int)reply.status;
    ret_reply->body = reply.body;
    return 0;
}

static void lab_close(struct wsman_transport *transport)
{
    (void)transport;
}

void lab_host_init(struct lab_host *host, struct world *world, const char *name)
{
    static const struct wsman_transport_ops ops = {lab_post, lab_close};

    *host = (struct lab_host){.transport.ops = &ops,
                              .clock = {.mono = lab_mono, .utc_ms = lab_utc, .sleep_ms = lab_sleep},
                              .world = world};
    host->service = winrm_service_new(world, world_host(world, name));
    host->port = winrm_client_new(&host->transport, "https://host:5986/wsman");
}

void lab_host_done(struct lab_host *host)
{
    host->port->ops->close(host->port);
    winrm_service_free(host->service);
}

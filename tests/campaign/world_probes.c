#include "campaign/world_probes.h"

#include "campaign/world_wait.h"
#include "lab/web/site_rules.h"
#include "lab/world/world.h"

#include <errno.h>
#include <string.h>

enum { DAY_MS = 86400000 };

/* One look, while it lasts. */
struct look {
    const struct world_probes *probes;
    const struct probe_target *target;
    struct deadline deadline;
    struct arena *arena;
    struct host *host; /* of the world */
};

static bool fail(struct probe_result *result, enum sight sight, const char *detail)
{
    result->sighting = (struct sighting){sight, detail};
    return false;
}

static bool fail_by_silence(const struct look *look, struct probe_result *result, const char *detail)
{
    world_wait_out(look->deadline);
    return fail(result, SIGHT_TIMED_OUT, detail);
}

/* ---- TCP ---- */

static enum port_state port_of(const struct look *look)
{
    const struct world_clock *clock = look->probes->clock;

    return windows_port(world_time_world(clock->time), clock->host, look->host, look->target->port);
}

/* There and back. */
static bool round_trip(const struct look *look, struct probe_result *result, const char *silence)
{
    if (world_wait(look->deadline, 2 * look->probes->half_trip_ms) && port_of(look) != PORT_FILTERED)
        return true;
    return fail_by_silence(look, result, silence);
}

static bool connect_to(struct look *look, struct probe_result *result)
{
    *result = (struct probe_result){
        .phases = {PHASE_NOT_REACHED, PHASE_NOT_REACHED, PHASE_NOT_REACHED, PHASE_NOT_REACHED}};
    look->host = world_host(world_time_world(look->probes->clock->time), look->target->host);
    if (!look->host)
        return fail(result, SIGHT_UNRESOLVED, "name resolution: no such host");
    result->phases.dns_ms = 0;
    if (!round_trip(look, result, "TCP: no answer"))
        return false;
    if (port_of(look) == PORT_CLOSED) {
        result->system_error = ECONNREFUSED;
        return fail(result, SIGHT_REFUSED, "TCP: Connection refused");
    }
    result->phases.tcp_ms = 2 * look->probes->half_trip_ms;
    result->evidence = EVIDENCE_LISTENING;
    result->sighting = (struct sighting){.sight = SIGHT_SEEN};
    return true;
}

static void look_by_tcp(void *user, const struct probe_target *target, struct deadline deadline,
                        struct arena *arena, struct probe_result *ret_result)
{
    struct look look = {user, target, deadline, arena, NULL};

    connect_to(&look, ret_result);
}

/* ---- TLS ---- */

static const char *problem_of(const struct windows_certificate *shown)
{
    if (shown->untrusted)
        return "certificate not trusted by the CA file: unable to get local issuer certificate";
    if (shown->expired)
        return "certificate expired";
    return shown->wrong_name ? "certificate is for decommissioned.invalid" : NULL;
}

static const struct certificate_view *view_of(const struct look *look,
                                              const struct windows_certificate *shown)
{
    int64_t began_utc_ms = world_time_world(look->probes->clock->time)->config.start_utc_ms;
    int64_t days = shown->expired ? -1 : shown->expires_in_days;
    struct certificate_view *view = arena_alloc(look->arena, sizeof *view);

    *view = (struct certificate_view){
        .names = shown->wrong_name ? "decommissioned.invalid" : look->host->fqdn,
        .issuer = shown->untrusted ? "a stranger" : "pchat-lab",
        .not_before_utc_ms = began_utc_ms - (shown->expired ? 60LL : 1LL) * DAY_MS,
        .not_after_utc_ms = began_utc_ms + days * DAY_MS,
        .trusted = !shown->untrusted && !shown->expired,
        .for_host = !shown->wrong_name,
        .problem = problem_of(shown),
    };
    return view;
}

static bool shake_hands(const struct look *look, enum certificate_use use, bool is_mutual,
                        struct probe_result *result)
{
    if (!round_trip(look, result, "TLS handshake: no answer"))
        return false;
    result->certificate = view_of(look, &look->host->windows.certificates[use]);
    result->client_certificate_wanted = is_mutual;
    if (result->certificate->problem)
        return fail(result, SIGHT_TLS_FAILED, result->certificate->problem);
    result->phases.tls_ms = 2 * look->probes->half_trip_ms;
    result->tls_version = "TLSv1.2";
    result->evidence = EVIDENCE_TLS;
    return true;
}

/* A hung service's port is open, but nobody reads. */
static bool is_stuck(struct host *host, enum service_kind kind)
{
    const struct windows_service *service = windows_service_for(host, kind);

    return service && service->hung;
}

static bool hear(const struct look *look, int64_t slow_ms, struct probe_result *result)
{
    if (!world_wait(look->deadline, slow_ms))
        return fail_by_silence(look, result, "after TLS: no answer");
    if (!round_trip(look, result, "after TLS: no answer"))
        return false;
    result->phases.first_byte_ms = slow_ms + 2 * look->probes->half_trip_ms;
    return true;
}

/* ---- SIP ---- */

static const char *reason_of(int code)
{
    return code == 200 ? "OK" : "As Asked";
}

static void take_code(struct sip_result *result, int code)
{
    result->status = code;
    result->class = sip_class_of(code);
    result->reason = reason_of(code);
    result->server = "RTC/5.0";
    result->probe.evidence = EVIDENCE_SIP;
    result->probe.sighting = (struct sighting){.sight = SIGHT_SEEN};
}

static void take_answer(const struct look *look, const struct sip_policy *policy, struct sip_result *result)
{
    static const char closed[] = "the server closed the connection without an answer";

    switch (policy->manner) {
    case SIP_ANSWERS:
        if (hear(look, policy->slow_ms, &result->probe))
            take_code(result, policy->code);
        break;
    case SIP_GARBAGE:
        fail(&result->probe, SIGHT_PROTOCOL_ERROR, "not SIP: a status line that is none");
        break;
    case SIP_SILENT:
        fail_by_silence(look, &result->probe, "after TLS: no answer");
        break;
    case SIP_HALF_CLOSED:
    case SIP_CLOSES:
        result->closed = true;
        fail(&result->probe, SIGHT_PROTOCOL_ERROR, closed);
        break;
    }
}

static void look_by_sip(void *user, const struct probe_target *target, const struct sip_question *question,
                        struct deadline deadline, struct arena *arena, struct sip_result *ret_result)
{
    struct look look = {user, target, deadline, arena, NULL};
    struct sip_policy policy;
    bool is_chat = !question->first_hop_only;

    *ret_result = (struct sip_result){.reason = ""};
    if (!connect_to(&look, &ret_result->probe))
        return;
    policy = look.host->windows.sip;
    if (is_stuck(look.host, is_chat ? SERVICE_CHAT : SERVICE_FRONT_END)) {
        fail_by_silence(&look, &ret_result->probe, "TLS handshake: no answer");
        return;
    }
    if (shake_hands(&look, CERTIFICATE_SIP, is_chat, &ret_result->probe))
        take_answer(&look, &policy, ret_result);
}

/* ---- web ---- */

static int status_of(const char *path, enum web_part part, int code)
{
    const struct http_exchange exchange = {.request = {.method = "GET", .path = path}};
    struct http_answer answer = {0};

    web_site_answer(&exchange, part, code, &answer);
    strbuf_done(&answer.body);
    return (int)answer.status;
}

static void take_page(const struct look *look, const char *path, struct web_result *result)
{
    enum web_site site = look->target->port == PORT_HTTPS_EXTERNAL ? WEB_EXTERNAL : WEB_INTERNAL;
    enum web_part part = web_part_of(path);
    const struct web_policy policy =
        part == WEB_PARTS ? (struct web_policy){0} : look->host->windows.web[site][part];

    switch (policy.manner) {
    case WEB_ANSWERS:
        if (!hear(look, policy.slow_ms, &result->probe))
            return;
        result->status = status_of(path, part, policy.code);
        result->class = web_class_of(result->status);
        result->probe.sighting = (struct sighting){.sight = SIGHT_SEEN};
        break;
    case WEB_HUNG:
        fail_by_silence(look, &result->probe, "after TLS: no answer");
        break;
    case WEB_GARBAGE:
        fail(&result->probe, SIGHT_PROTOCOL_ERROR, "what answers there does not speak HTTP");
        break;
    case WEB_CLOSES:
        fail(&result->probe, SIGHT_PROTOCOL_ERROR, "the connection was closed without an answer");
        break;
    }
}

static void look_by_web(void *user, const struct probe_target *target, const char *path,
                        struct deadline deadline, struct arena *arena, struct web_result *ret_result)
{
    struct look look = {user, target, deadline, arena, NULL};

    *ret_result = (struct web_result){0};
    if (!connect_to(&look, &ret_result->probe))
        return;
    if (is_stuck(look.host, SERVICE_WEB)) {
        fail_by_silence(&look, &ret_result->probe, "after TLS: no answer");
        return;
    }
    if (shake_hands(&look, CERTIFICATE_WEB, false, &ret_result->probe))
        take_page(&look, path, ret_result);
}

struct probes world_probes_by(struct world_probes *probes)
{
    return (struct probes){look_by_tcp, look_by_sip, look_by_web, probes};
}

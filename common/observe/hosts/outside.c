#include "observe/hosts/outside.h"

#include "observe/hosts/host_means.h"

/* One port of one host, and where what it shows goes. */
struct look {
    struct track *track;
    struct host_snapshot *draft;
    struct arena *arena;
    enum host_port purpose;
    struct probe_target target;
};

/* ---- whom ---- */

static int port_of(const struct track_subject *subject, enum host_port purpose)
{
    const struct settings *settings = &subject->pool->settings;
    const int64_t by_purpose[HOST_PORT_COUNT] = {
        [PORT_SIP] = subject->kind == HOST_FRONT_END ? settings->next_hop_sip_port : settings->chat_sip_port,
        [PORT_WCF] = settings->chat_wcf_port,
        [PORT_WEB] = settings->web_port,
        [PORT_WEB_EXTERNAL] = settings->web_external_port,
        [PORT_SMB] = settings->smb_port,
    };

    return subject->host->ports[purpose] ? subject->host->ports[purpose] : (int)by_purpose[purpose];
}

struct probe_target outside_target(const struct track_subject *subject, enum host_port purpose)
{
    const struct topology_host *host = subject->host;
    const struct topology_pool *pool = subject->pool;

    return (struct probe_target){.host = host->address ? host->address : host->fqdn,
                                 .port = port_of(subject, purpose),
                                 .name = host->address ? host->fqdn : NULL,
                                 .ca = pool->host_ca,
                                 .client_certificate = pool->client_certificate,
                                 .client_key = pool->client_key};
}

static struct look look_at(struct track *track, struct host_snapshot *draft, struct arena *arena,
                           enum host_port purpose)
{
    return (struct look){
        .track = track,
        .draft = draft,
        .arena = arena,
        .purpose = purpose,
        .target = outside_target(&track->subject, purpose),
    };
}

/* ---- what a probe says, as facts ---- */

static void *push(const struct look *look, enum host_fact_id id)
{
    const struct fact_group *group = host_fact_group(id);
    struct fact_rows rows = fact_group_rows(group, look->draft);
    void *record = fact_group_push(group, look->arena, &rows);

    rows.sighting = (struct sighting){.sight = SIGHT_SEEN};
    fact_group_put(group, look->draft, &rows);
    return record;
}

static void set_sighting(const struct look *look, enum host_fact_id id, struct sighting sighting)
{
    fact_group_put(host_fact_group(id), look->draft, &(struct fact_rows){sighting, NULL, 0});
}

/* NULL: not known.  A refusal is proof; silence is none. */
static const char *evidence_name(const struct probe_result *probe)
{
    static const char *const names[EVIDENCE_COUNT] = {
        [EVIDENCE_LISTENING] = "listening", [EVIDENCE_TLS] = "tls_ok", [EVIDENCE_SIP] = "sip_ok"};

    return probe->sighting.sight == SIGHT_REFUSED ? "closed" : names[probe->evidence];
}

static struct fact_num number(int64_t value)
{
    return (struct fact_num){true, value};
}

static struct fact_num date(int64_t utc_ms)
{
    return (struct fact_num){utc_ms != CERTIFICATE_NO_DATE, utc_ms == CERTIFICATE_NO_DATE ? 0 : utc_ms};
}

static void note_port(const struct look *look, const struct probe_result *probe)
{
    *(struct port_fact *)push(look, HOST_FACT_port) = (struct port_fact){
        .purpose = host_port_name(look->purpose),
        .port = number(look->target.port),
        .evidence = evidence_name(probe),
        .detail = probe->sighting.detail,
    };
}

static void note_certificate(const struct look *look, const struct probe_result *probe)
{
    const struct certificate_view *seen = probe->certificate;

    if (!seen) {
        set_sighting(look, HOST_FACT_certificate, probe->sighting);
        return;
    }
    *(struct certificate_fact *)push(look, HOST_FACT_certificate) = (struct certificate_fact){
        .purpose = host_port_name(look->purpose),
        .port = number(look->target.port),
        .names = seen->names,
        .issuer = seen->issuer,
        .not_before_utc_ms = date(seen->not_before_utc_ms),
        .not_after_utc_ms = date(seen->not_after_utc_ms),
        .trusted = number(seen->trusted),
        .name_matches = number(seen->for_host),
    };
}

/* A handshake that failed over a certificate was one. */
static void note_ways(const struct look *look, const struct probe_result *probe)
{
    static const struct sighting seen = {SIGHT_SEEN, NULL};

    look->draft->ways[WAY_TCP] = probe->evidence >= EVIDENCE_LISTENING ? seen : probe->sighting;
    if (look->track->kind->ways & 1U << WAY_TLS)
        look->draft->ways[WAY_TLS] =
            probe->evidence >= EVIDENCE_TLS || probe->certificate ? seen : probe->sighting;
}

static void note_probe(const struct look *look, const struct probe_result *probe)
{
    note_port(look, probe);
    note_ways(look, probe);
}

/* ---- SIP ---- */

/*
 * Why no answer came, if there should have been one: a port of mutual TLS that lets no stranger in, and says
 * so or only hangs up, is as it should be where there is no certificate to show.
 */
static struct sighting silence_of(const struct look *look, const struct sip_result *result)
{
    if (!look->target.client_certificate && (result->closed || result->probe.client_certificate_wanted) &&
        result->probe.evidence >= EVIDENCE_LISTENING)
        return (struct sighting){SIGHT_NOT_ASKED, "it wants a client certificate; the topology names none"};
    return result->probe.sighting;
}

static void note_answer(const struct look *look, const struct sip_result *result)
{
    if (!result->status) {
        set_sighting(look, HOST_FACT_sip, silence_of(look, result));
        return;
    }
    *(struct sip_fact *)push(look, HOST_FACT_sip) = (struct sip_fact){
        .port = number(look->target.port),
        .status_code = number(result->status),
        .reason = result->reason,
        .server = result->server,
        .milliseconds = number(result->probe.phases.first_byte_ms),
    };
}

void outside_sip(struct track *track, struct host_snapshot *draft, struct arena *arena)
{
    const struct probes *probes = host_means_of(track)->probes;
    const struct look look = look_at(track, draft, arena, PORT_SIP);
    const struct sip_question question = {.first_hop_only = track->subject.kind == HOST_FRONT_END};
    struct sip_result result;

    probes->sip(probes->user, &look.target, &question, track_deadline(track), arena, &result);
    note_probe(&look, &result.probe);
    note_certificate(&look, &result.probe);
    note_answer(&look, &result);
    draft->ways[WAY_SIP] = draft->sip.count ? (struct sighting){SIGHT_SEEN, NULL} : draft->sip.sighting;
    track_publish(track, draft, track->kind->groups);
}

/* ---- TCP alone ---- */

static void look_by_tcp(struct track *track, struct host_snapshot *draft, struct arena *arena,
                        enum host_port purpose)
{
    const struct probes *probes = host_means_of(track)->probes;
    const struct look look = look_at(track, draft, arena, purpose);
    struct probe_result result;

    probes->tcp(probes->user, &look.target, track_deadline(track), arena, &result);
    note_probe(&look, &result);
    track_publish(track, draft, track->kind->groups);
}

void outside_wcf(struct track *track, struct host_snapshot *draft, struct arena *arena)
{
    look_by_tcp(track, draft, arena, PORT_WCF);
}

void outside_smb(struct track *track, struct host_snapshot *draft, struct arena *arena)
{
    look_by_tcp(track, draft, arena, PORT_SMB);
}

/* ---- web ---- */

/* Without a status the page stays in the list: the host's other pages may answer.  Of a port that refuses,
 * the port tells all. */
static void note_page(const struct look *look, const char *path, const struct web_result *result)
{
    bool was_seen = look->draft->web.sighting.sight == SIGHT_SEEN;

    if (result->status || result->probe.sighting.sight != SIGHT_REFUSED)
        *(struct web_fact *)push(look, HOST_FACT_web) = (struct web_fact){
            .path = arena_format(look->arena, "%s (%s)", path, host_port_name(look->purpose)),
            .http_status = {result->status != 0, result->status},
        };
    if (!result->status && !was_seen)
        look->draft->web.sighting = result->probe.sighting;
}

/* The second page is asked for only where the first brought an answer: one silence is enough. */
static void look_at_site(struct track *track, struct host_snapshot *draft, struct arena *arena,
                         enum host_port purpose)
{
    const struct probes *probes = host_means_of(track)->probes;
    const struct look look = look_at(track, draft, arena, purpose);
    const struct settings *settings = &track->subject.pool->settings;
    struct web_result room, file;

    probes->web(probes->user, &look.target, settings->room_path, track_deadline(track), arena, &room);
    note_probe(&look, &room.probe);
    note_certificate(&look, &room.probe);
    note_page(&look, settings->room_path, &room);
    if (room.status) {
        probes->web(probes->user, &look.target, settings->file_path, track_deadline(track), arena, &file);
        note_page(&look, settings->file_path, &file);
    }
    draft->ways[WAY_WEB] = draft->web.sighting;
    track_publish(track, draft, track->kind->groups);
}

void outside_web(struct track *track, struct host_snapshot *draft, struct arena *arena)
{
    look_at_site(track, draft, arena, PORT_WEB);
}

void outside_web_external(struct track *track, struct host_snapshot *draft, struct arena *arena)
{
    look_at_site(track, draft, arena, PORT_WEB_EXTERNAL);
}

/*
 * Is what carries chat up: host by host, from the Windows service over port and SIP answer to the web pages?
 *
 * A listening port says little - idle servers listen too, and a server that lost its database keeps listening
 * -, so each line tells how far the evidence goes, in the words: listening, TLS ok, SIP ok, registered in
 * database.  Sources: "Ports and protocols for internal servers"; RFC 3261 (answers to OPTIONS); Event 53530.
 */
#include "assess/pool.h"
#include "assess/sight.h"
#include "assess/windows_service.h"
#include "assess/words.h"
#include "base/strbuf.h"

#include <string.h>

/* What is looked at: a host, and whether users hang on it now. */
struct subject {
    struct pool *pool;
    const struct host_snapshot *host;
    const struct chat_server *server; /* of a chat server, else NULL */
};

static bool is_vital(const struct subject *subject)
{
    return !subject->server || subject->server->is_active;
}

static struct finding *find_fault(const struct subject *subject, enum condition condition,
                                  const char *message)
{
    struct finding *finding =
        report_add(subject->pool->report, condition, subject->host->name, "%s", message);

    if (finding->severity == SEVERITY_CRITICAL && !is_vital(subject))
        finding->severity = SEVERITY_WARNING;
    return finding;
}

/* ---- Windows services ---- */

#define SETTING(name) offsetof(struct settings, name)
#define NO_SETTING    ((size_t)-1)

/* Which services a kind of host needs: by name, or where that is not known for sure, or not seen, by what the
 * settings say. */
static const struct service_need {
    enum host_kind kind;
    const char *name;
    size_t executable, display_name; /* offsets in struct settings */
    bool optional;                   /* it may not be installed */
    enum severity severity;          /* of its absence: chat goes on without some of them */
} service_needs[] = {
    {HOST_CHAT_SERVER, NULL, SETTING(chat_executable), SETTING(chat_display_name), false, SEVERITY_CRITICAL},
    {HOST_CHAT_SERVER, NULL, SETTING(compliance_executable), SETTING(compliance_display_name), true,
     SEVERITY_WARNING},
    {HOST_CHAT_SERVER, "REPLICA", NO_SETTING, NO_SETTING, true, SEVERITY_WARNING},
    {HOST_FRONT_END, "RTCSRV", SETTING(front_end_executable), SETTING(front_end_display_name), true,
     SEVERITY_CRITICAL},
    {HOST_FRONT_END, "W3SVC", NO_SETTING, NO_SETTING, true, SEVERITY_WARNING},
    {HOST_FRONT_END, "FabricHostSvc", NO_SETTING, NO_SETTING, true, SEVERITY_CRITICAL},
    {HOST_FRONT_END, "REPLICA", NO_SETTING, NO_SETTING, true, SEVERITY_WARNING},
};

static const char *setting(const struct subject *subject, size_t offset)
{
    const char *text;

    if (offset == NO_SETTING)
        return NULL;
    memcpy(&text, (const char *)&subject->pool->snapshot->settings + offset, sizeof(text));
    return text;
}

static const char *needed_name(const struct subject *subject, const struct service_need *need)
{
    const char *executable = setting(subject, need->executable);

    return need->name ? need->name : executable ? executable : "";
}

static bool is_needed(const struct subject *subject, const struct service_need *need,
                      const struct service_fact *service)
{
    if (need->name && service->name)
        return words_equal(service->name, need->name);
    return service_is(service, setting(subject, need->executable), setting(subject, need->display_name));
}

static const struct service_fact *find_service(const struct subject *subject, const struct service_need *need)
{
    for (size_t i = 0; i < subject->host->service.count; i++)
        if (is_needed(subject, need, &subject->host->service.rows[i]))
            return &subject->host->service.rows[i];
    return NULL;
}

static void find_stopped(const struct subject *subject, const struct service_need *need, const char *message)
{
    struct finding *finding = find_fault(subject, CONDITION_service_stopped, message);

    if (need->severity != SEVERITY_CRITICAL)
        finding->severity = need->severity;
}

static const char *stopped_words(const struct subject *subject, const struct service_fact *service,
                                 const char *called)
{
    struct arena *arena = subject->pool->report->arena;
    const char *code = service->exit_code.known
                           ? arena_format(arena, "%lld", (long long)service->exit_code.value)
                           : "unknown";

    return arena_format(arena, "%s: %s is %s%s, exit code %s", subject->host->name, called,
                        words_lower(arena, service->state),
                        words_equal(service->start_mode, "Disabled") ? " and disabled" : "", code);
}

static void assess_need(const struct subject *subject, const struct service_need *need)
{
    const struct service_fact *service = find_service(subject, need);
    struct arena *arena = subject->pool->report->arena;
    const char *wanted = needed_name(subject, need), *detail = subject->host->service.sighting.detail;
    const char *called = service && service->display_name ? service->display_name : wanted;

    if (!service && need->optional)
        return;
    if (!service)
        find_stopped(subject, need,
                     arena_format(arena, "%s has no service of %s%s%s", subject->host->name, wanted,
                                  detail ? "; " : "", detail ? detail : ""));
    else if (!service->state)
        report_add(subject->pool->report, CONDITION_service_unproven, subject->host->name,
                   "%s: the state of %s is not known", subject->host->name, called);
    else if (!words_equal(service->state, "Running"))
        find_stopped(subject, need, stopped_words(subject, service, called));
}

/* A service that runs and hangs does not ping: only a row that stands still in an open copy is proof. */
static void assess_registration(const struct subject *subject)
{
    const struct chat_server *server = subject->server;

    if (!server || !server->is_active || server->pings[SITE_PRIMARY] == PING_ALIVE ||
        server->pings[SITE_BACKUP] == PING_ALIVE)
        return;
    if (server->pings[SITE_PRIMARY] == PING_FROZEN || server->pings[SITE_BACKUP] == PING_FROZEN)
        find_fault(subject, CONDITION_server_not_registered,
                   arena_format(subject->pool->report->arena, "%s is active, but its ping stands still",
                                subject->host->name));
}

static void assess_services(const struct subject *subject)
{
    for (size_t i = 0; subject->host->service.sighting.sight == SIGHT_SEEN && i < COUNT(service_needs); i++)
        if (service_needs[i].kind == subject->host->kind)
            assess_need(subject, &service_needs[i]);
}

static void assess_events(const struct subject *subject)
{
    for (size_t i = 0; subject->host->event.sighting.sight == SIGHT_SEEN && i < subject->host->event.count;
         i++) {
        const struct event_fact *event = &subject->host->event.rows[i];

        if (fact_is(event->event_code, POOL_EVENT_DATABASE_LOST) && event->count.known &&
            event->count.value > 0)
            find_fault(subject, CONDITION_database_connection_lost,
                       arena_format(subject->pool->report->arena, "%s logged event %d %lld times",
                                    subject->host->name, POOL_EVENT_DATABASE_LOST,
                                    (long long)event->count.value))
                ->since_utc_ms = event->newest_utc_ms;
    }
}

/* ---- ports and SIP ---- */

/* What a closed port of each purpose means.  Whether idle chat servers listen at all is not documented. */
static const struct {
    enum host_port purpose;
    enum condition condition;
} port_troubles[] = {
    {PORT_SIP, CONDITION_port_closed},     {PORT_WCF, CONDITION_port_closed},
    {PORT_WEB, CONDITION_web_degraded},    {PORT_WEB_EXTERNAL, CONDITION_web_degraded},
    {PORT_SMB, CONDITION_file_store_down},
};

static const struct port_fact *find_port(const struct subject *subject, enum host_port purpose)
{
    const struct port_facts *ports = &subject->host->port;

    for (size_t i = 0; ports->sighting.sight == SIGHT_SEEN && i < ports->count; i++)
        if (words_equal(ports->rows[i].purpose, host_port_name(purpose)))
            return &ports->rows[i];
    return NULL;
}

static bool must_listen(const struct subject *subject)
{
    return is_vital(subject) || subject->pool->snapshot->settings.idle_listens;
}

static void assess_ports(const struct subject *subject)
{
    for (size_t i = 0; must_listen(subject) && i < COUNT(port_troubles); i++) {
        const struct port_fact *port = find_port(subject, port_troubles[i].purpose);

        if (port && words_equal(port->evidence, "closed"))
            find_fault(subject, port_troubles[i].condition,
                       arena_format(subject->pool->report->arena, "%s: port %lld (%s) is closed",
                                    subject->host->name, (long long)port->port.value, port->purpose));
    }
}

/* What an answer to an OPTIONS of nobody means; what is not listed is a healthy stack that refuses. */
static const struct {
    int64_t status;
    enum condition condition;
    const char *words;
} sip_troubles[] = {
    {408, CONDITION_sip_degraded, "it answers, but runs into time-outs"},
    {480, CONDITION_sip_degraded, "it answers, but is not available"},
    {500, CONDITION_sip_degraded, "it answers with an internal error"},
    {503, CONDITION_sip_degraded, "it is overloaded and turns requests away"},
    {504, CONDITION_sip_unreachable, "it cannot reach the server behind it"},
};

static void assess_sip(const struct subject *subject)
{
    for (size_t i = 0; subject->host->sip.sighting.sight == SIGHT_SEEN && i < subject->host->sip.count; i++) {
        const struct sip_fact *answer = &subject->host->sip.rows[i];

        for (size_t k = 0; k < COUNT(sip_troubles); k++)
            if (fact_is(answer->status_code, sip_troubles[k].status))
                find_fault(subject, sip_troubles[k].condition,
                           arena_format(subject->pool->report->arena, "%s: SIP %lld, %s", subject->host->name,
                                        (long long)sip_troubles[k].status, sip_troubles[k].words));
    }
}

/* ---- web pages ---- */

/* Alive: a page, a redirect or a challenge. */
static bool is_alive(int64_t http_status)
{
    return (http_status >= 200 && http_status < 400) || http_status == 401 || http_status == 403;
}

static void assess_web(const struct subject *subject)
{
    for (size_t i = 0; subject->host->web.sighting.sight == SIGHT_SEEN && i < subject->host->web.count; i++) {
        const struct web_fact *page = &subject->host->web.rows[i];

        if (page->http_status.known && !is_alive(page->http_status.value))
            find_fault(subject, CONDITION_web_degraded,
                       arena_format(subject->pool->report->arena, "%s: HTTP %lld for %s", subject->host->name,
                                    (long long)page->http_status.value, page->path ? page->path : "/"));
    }
}

/* ---- what was not seen ---- */

static bool has_bad_certificate(const struct host_snapshot *host)
{
    for (size_t i = 0; host->certificate.sighting.sight == SIGHT_SEEN && i < host->certificate.count; i++)
        if (fact_is(host->certificate.rows[i].trusted, 0) ||
            fact_is(host->certificate.rows[i].name_matches, 0))
            return true;
    return false;
}

static void add_unseen(const struct subject *subject, struct strbuf *list, enum host_fact_id id)
{
    const struct fact_group *group = host_fact_group(id);
    struct sighting sighting = fact_group_rows(group, subject->host).sighting;

    /* A port that refuses is closed, and a certificate that stops TLS is bad: both are told as that. */
    if (id != HOST_FACT_service && (sighting.sight == SIGHT_REFUSED || (sighting.sight == SIGHT_TLS_FAILED &&
                                                                        has_bad_certificate(subject->host))))
        return;
    if (sighting.sight != SIGHT_SEEN && sighting.sight != SIGHT_NOT_ASKED)
        strbuf_format(list, "%s%s (%s)", list->length ? ", " : "", group->key, sight_words(sighting.sight));
}

/* A port that says nothing is neither open nor closed. */
static void add_silent_ports(const struct subject *subject, struct strbuf *list)
{
    const struct port_facts *ports = &subject->host->port;

    for (size_t i = 0; ports->sighting.sight == SIGHT_SEEN && i < ports->count; i++)
        if (!ports->rows[i].evidence && ports->rows[i].purpose &&
            !words_equal(ports->rows[i].purpose, host_port_name(PORT_SIP)))
            strbuf_format(list, "%sport %lld (%s)", list->length ? ", " : "",
                          (long long)ports->rows[i].port.value, ports->rows[i].purpose);
}

/* Of several pages some may answer. */
static void add_silent_pages(const struct subject *subject, struct strbuf *list)
{
    const struct web_facts *pages = &subject->host->web;

    for (size_t i = 0; pages->sighting.sight == SIGHT_SEEN && i < pages->count; i++)
        if (!pages->rows[i].http_status.known)
            strbuf_format(list, "%s%s", list->length ? ", " : "",
                          pages->rows[i].path ? pages->rows[i].path : "a web page");
}

static void assess_unseen(const struct subject *subject)
{
    static const enum host_fact_id needed[] = {HOST_FACT_service, HOST_FACT_event, HOST_FACT_port,
                                               HOST_FACT_sip, HOST_FACT_web};
    AUTO(strbuf) struct strbuf list = STRBUF_INIT;

    for (size_t i = 0; i < COUNT(needed); i++)
        add_unseen(subject, &list, needed[i]);
    if (must_listen(subject))
        add_silent_ports(subject, &list);
    add_silent_pages(subject, &list);
    if (host_answers(subject->host) == ANSWER_UNKNOWN)
        strbuf_add(&list, "nothing was asked");
    if (list.length)
        report_add(subject->pool->report, CONDITION_service_unproven, subject->host->name,
                   "%s: not known: %s", subject->host->name, strbuf_text(&list))
            ->severity = host_answers(subject->host) == ANSWER_UNKNOWN ? SEVERITY_UNKNOWN
                                                                       : subject->pool->options->unreachable;
}

/* ---- one host ---- */

/* How far the evidence goes. */
static const char *evidence_words(const struct subject *subject)
{
    static const struct {
        const char *evidence, *words;
    } levels[] = {{"listening", "listening"}, {"tls_ok", "TLS ok"}, {"sip_ok", "SIP ok"}};

    const struct port_fact *port = find_port(subject, PORT_SIP);

    for (size_t k = 0; port && k < COUNT(levels); k++)
        if (words_equal(port->evidence, levels[k].evidence))
            return levels[k].words;
    return "";
}

static const char *host_words(const struct subject *subject)
{
    static const char *const words[HOST_KIND_COUNT] = {
        [HOST_FRONT_END] = "front end", [HOST_FILE_SERVER] = "file server"};

    if (subject->server)
        return subject->server->is_active ? "active chat server" : "idle chat server";
    return words[subject->host->kind];
}

static void add_line(const struct subject *subject)
{
    const struct host_snapshot *host = subject->host;
    struct arena *arena = subject->pool->report->arena;
    struct object_line *line = report_line(
        subject->pool->report, host->site == SITE_NONE ? "" : site_role_name(host->site), host->name);
    const char *evidence = evidence_words(subject);

    if (host_answers(host) == ANSWER_NO)
        evidence = "not seen";
    line->text = arena_format(arena, "%s%s%s", host_words(subject), *evidence ? ", " : "", evidence);
    if (subject->server && (subject->server->pings[SITE_PRIMARY] == PING_ALIVE ||
                            subject->server->pings[SITE_BACKUP] == PING_ALIVE))
        line->aside = "registered in database";
}

static void assess_host(const struct subject *subject)
{
    if (host_answers(subject->host) != ANSWER_NO) {
        assess_services(subject);
        assess_registration(subject);
        assess_events(subject);
        assess_ports(subject);
        assess_sip(subject);
        assess_web(subject);
        assess_unseen(subject);
    }
    add_line(subject);
}

static const struct chat_server *server_of(const struct pool *pool, const struct host_snapshot *host)
{
    for (size_t i = 0; i < pool->server_count; i++)
        if (pool->servers[i].host == host)
            return &pool->servers[i];
    return NULL;
}

static void assess_certificates(struct pool *pool)
{
    if (POOL_IS(&pool->view, certificate, ending) || POOL_IS(&pool->view, certificate, ended))
        report_add(pool->report, CONDITION_certificate, pool->report->pool, "%s",
                   pool->notes[COLUMN_certificate])
            ->severity = POOL_IS(&pool->view, certificate, ended) ? SEVERITY_CRITICAL : SEVERITY_WARNING;
}

struct report *assess_service(const struct snapshot *snapshot, const struct assess_options *options)
{
    AUTO(pool) struct pool pool = {0};
    size_t looked_at = 0;

    pool_look(&pool, "PCHAT SERVICE", snapshot, options);
    for (size_t i = 0; i < snapshot->host_count; i++) {
        const struct host_snapshot *host = &snapshot->hosts[i];
        struct subject subject = {&pool, host, server_of(&pool, host)};

        if (host->kind == HOST_MANAGEMENT || host->kind == HOST_VANTAGE)
            continue;
        assess_host(&subject);
        looked_at++;
    }
    pool_tell_unseen_hosts(&pool);
    assess_certificates(&pool);
    if (!looked_at)
        report_add(pool.report, CONDITION_service_unproven, pool.report->pool,
                   "no chat server and no front end is known");
    report_merge_findings(pool.report);
    report_judge(pool.report);
    pool.report->summary = arena_format(pool.report->arena, "%zu hosts, active: %s", looked_at,
                                        pool.notes[COLUMN_active] ? pool.notes[COLUMN_active] : "not known");
    return pool.report;
}

/*
 * Is what carries chat up: host by host, from the Windows service over port and SIP answer to the web pages?
 *
 * A listening port says little - idle servers listen too, and a server that lost its database keeps listening
 * -, so each line tells how far the evidence goes, in the words: listening, TLS ok, SIP ok, registered in
 * database.  Sources: "Ports and protocols for internal servers"; RFC 3261 (answers to OPTIONS); Event 53530.
 */
#include "assess/service.h"
#include "assess/sight.h"
#include "assess/words.h"

/* How far the evidence goes. */
static const char *evidence_words(const struct subject *subject)
{
    static const struct {
        const char *evidence, *words;
    } levels[] = {{"listening", "listening"}, {"tls_ok", "TLS ok"}, {"sip_ok", "SIP ok"}};

    const struct port_fact *port = subject_port(subject, PORT_SIP);

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
        service_assess_windows(subject);
        service_assess_ports(subject);
        service_assess_unseen(subject);
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

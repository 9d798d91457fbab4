/*
 * What the ports of a host show from outside: closed or open, the answer to an OPTIONS, web pages.
 */
#include "assess/service.h"
#include "assess/sight.h"
#include "assess/words.h"

/* What a closed port of each purpose means. */
static const struct {
    enum host_port purpose;
    enum condition condition;
} port_troubles[] = {
    {PORT_SIP, CONDITION_port_closed},     {PORT_WCF, CONDITION_port_closed},
    {PORT_WEB, CONDITION_web_degraded},    {PORT_WEB_EXTERNAL, CONDITION_web_degraded},
    {PORT_SMB, CONDITION_file_store_down},
};

static void assess_ports(const struct subject *subject)
{
    for (size_t i = 0; subject_must_listen(subject) && i < COUNT(port_troubles); i++) {
        const struct port_fact *port = subject_port(subject, port_troubles[i].purpose);

        if (port && words_equal(port->evidence, "closed"))
            subject_find(subject, port_troubles[i].condition,
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
                subject_find(subject, sip_troubles[k].condition,
                             arena_format(subject->pool->report->arena, "%s: SIP %lld, %s",
                                          subject->host->name, (long long)sip_troubles[k].status,
                                          sip_troubles[k].words));
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
            subject_find(subject, CONDITION_web_degraded,
                         arena_format(subject->pool->report->arena, "%s: HTTP %lld for %s",
                                      subject->host->name, (long long)page->http_status.value,
                                      page->path ? page->path : "/"));
    }
}

void service_assess_ports(const struct subject *subject)
{
    assess_ports(subject);
    assess_sip(subject);
    assess_web(subject);
}

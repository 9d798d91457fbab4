/*
 * What was not seen of a host: neither well nor ill, and told as not known.
 */
#include "assess/service.h"
#include "assess/sight.h"
#include "assess/words.h"
#include "base/strbuf.h"

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

void service_assess_unseen(const struct subject *subject)
{
    static const enum host_fact_id needed[] = {HOST_FACT_service, HOST_FACT_event, HOST_FACT_port,
                                               HOST_FACT_sip, HOST_FACT_web};
    AUTO(strbuf) struct strbuf list = STRBUF_INIT;

    for (size_t i = 0; i < COUNT(needed); i++)
        add_unseen(subject, &list, needed[i]);
    if (subject_must_listen(subject))
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

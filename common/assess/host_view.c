#include "assess/host_view.h"

#include "assess/sight.h"
#include "assess/words.h"

#include <string.h>
#include <strings.h>

enum { SIP_GATEWAY_TIMEOUT = 504 }; /* the front end cannot reach the server behind it */

bool host_is_called(const struct host_snapshot *host, const char *name, size_t length)
{
    size_t full = host->fqdn ? strlen(host->fqdn) : 0, first = host->fqdn ? strcspn(host->fqdn, ".") : 0;

    if (!length || !host->fqdn || (length != full && length != first))
        return false;
    return strncasecmp(host->fqdn, name, length) == 0;
}

enum answer sight_answers(enum sight sight)
{
    if (sight == SIGHT_NOT_ASKED)
        return ANSWER_UNKNOWN;
    return sight == SIGHT_TIMED_OUT || sight == SIGHT_UNRESOLVED ? ANSWER_NO : ANSWER_YES;
}

enum answer host_answers(const struct host_snapshot *host)
{
    enum answer best = ANSWER_UNKNOWN;

    for (int way = 0; way < HOST_WAY_COUNT; way++) {
        enum answer answer = sight_answers(host->ways[way].sight);

        best = answer > best ? answer : best;
    }
    return best;
}

enum answer host_port_is_open(const struct host_snapshot *host, enum host_port purpose)
{
    for (size_t i = 0; host->port.sighting.sight == SIGHT_SEEN && i < host->port.count; i++) {
        const struct port_fact *row = &host->port.rows[i];

        if (words_equal(row->purpose, host_port_name(purpose)) && row->evidence)
            return words_equal(row->evidence, "closed") ? ANSWER_NO : ANSWER_YES;
    }
    return ANSWER_UNKNOWN;
}

static enum answer answers_sip(const struct host_snapshot *host)
{
    for (size_t i = 0; host->sip.sighting.sight == SIGHT_SEEN && i < host->sip.count; i++) {
        const struct sip_fact *answer = &host->sip.rows[i];

        if (answer->status_code.known)
            return fact_is(answer->status_code, SIP_GATEWAY_TIMEOUT) ? ANSWER_NO : ANSWER_YES;
    }
    return ANSWER_UNKNOWN;
}

enum answer host_routes(const struct host_snapshot *host)
{
    enum answer sip = answers_sip(host);

    return sip != ANSWER_UNKNOWN ? sip : host_port_is_open(host, PORT_SIP);
}

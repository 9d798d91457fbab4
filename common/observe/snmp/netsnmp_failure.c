#include "observe/snmp/netsnmp_failure.h"

#include "base/cleanup.h"

#include <string.h>

/* ---- nothing came ---- */

static int fail_os(const struct exchange *exchange, struct snmp_failure *failure)
{
    char reason[128];

    return snmp_fail(failure, sight_of_connect(exchange->os_error),
                     arena_format(exchange->arena, "UDP does not get there: %s",
                                  strerror_r(exchange->os_error, reason, sizeof(reason))),
                     "is the SNMP service installed and started, and is this its port?");
}

static int fail_garbage(const struct exchange *exchange, struct snmp_failure *failure)
{
    return snmp_fail(failure, SIGHT_PROTOCOL_ERROR,
                     arena_format(exchange->arena, "%u datagrams came, none of them an answer (%s)",
                                  exchange->garbage, exchange->words),
                     "is this the port of an SNMP agent, and does nothing rewrite its answers?");
}

int fail_silent(const struct exchange *exchange, const struct agent *agent, struct snmp_failure *failure)
{
    if (exchange->os_error)
        return fail_os(exchange, failure);
    if (exchange->garbage)
        return fail_garbage(exchange, failure);
    if (agent->endpoint->version == SNMP_BY_COMMUNITY)
        return snmp_fail(failure, SIGHT_TIMED_OUT, "no answer in time",
                         "SNMP does not tell a wrong community from a host that is not there: check the "
                         "community, the hosts that the agent accepts, and the firewall (UDP)");
    if (exchange->is_discovery)
        return snmp_fail(failure, SIGHT_TIMED_OUT, "no answer to the discovery in time",
                         "is there an agent of version 3 (Windows' own speaks 2c at most), and does the "
                         "firewall let UDP pass?");
    return snmp_fail(failure, SIGHT_TIMED_OUT,
                     arena_format(exchange->arena, "the agent is there, but does not answer user %s in time",
                                  agent->endpoint->user),
                     "agents are silent to what they cannot decrypt: check the privacy passphrase and its "
                     "cipher");
}

/* ---- a report came ---- */

static const struct reported {
    int report; /* SNMPERR_… */
    enum sight sight;
    const char *words, *hint; /* %s: the user */
} reports[] = {
    {SNMPERR_UNKNOWN_USER_NAME, SIGHT_LOGIN_FAILED, "the agent knows no user %s", NULL},
    {SNMPERR_AUTHENTICATION_FAILURE, SIGHT_LOGIN_FAILED, "the agent refuses the digest of user %s",
     "check the authentication passphrase, and which digest it has"},
    {SNMPERR_DECRYPTION_ERR, SIGHT_LOGIN_FAILED, "the agent cannot decrypt what user %s sends",
     "check the privacy passphrase and its cipher"},
    {SNMPERR_UNSUPPORTED_SEC_LEVEL, SIGHT_LOGIN_FAILED, "the agent has no such keys for user %s",
     "give the user digest and cipher there, or privacy: none here"},
    {SNMPERR_NOT_IN_TIME_WINDOW, SIGHT_PROTOCOL_ERROR,
     "the agent calls every question of user %s too old (not in its time window)",
     "does its clock jump, or do two agents share one engine ID behind this address?"},
    {SNMPERR_UNKNOWN_ENG_ID, SIGHT_PROTOCOL_ERROR,
     "the agent does not know the engine ID that it has just told to user %s",
     "do several agents answer at this address?"},
    {SNMPERR_BAD_CONTEXT, SIGHT_DENIED, "the agent does not show its default context to user %s", NULL},
};

int fail_reported(const struct exchange *exchange, const struct agent *agent, struct snmp_failure *failure)
{
    for (size_t i = 0; i < COUNT(reports); i++)
        if (reports[i].report == exchange->answer.report) {
            const char *mark = strstr(reports[i].words, "%s");

            return snmp_fail(failure, reports[i].sight,
                             arena_format(exchange->arena, "%.*s%s%s", (int)(mark - reports[i].words),
                                          reports[i].words, agent->endpoint->user, mark + 2),
                             reports[i].hint);
        }
    return snmp_fail(failure, SIGHT_PROTOCOL_ERROR,
                     arena_format(exchange->arena, "the agent reports: %s", exchange->words), NULL);
}

/* ---- an answer came ---- */

static const struct {
    long error; /* SNMP_ERR_… */
    enum sight sight;
    const char *words, *hint;
} errors[] = {
    {SNMP_ERR_AUTHORIZATIONERROR, SIGHT_DENIED, "the agent shows nothing to this login (authorizationError)",
     "give it a view that may be read"},
    {SNMP_ERR_NOACCESS, SIGHT_DENIED, "the agent does not show that to this login (noAccess)",
     "give it a view that may be read"},
    {SNMP_ERR_GENERR, SIGHT_PROTOCOL_ERROR, "the agent failed to find the answer (genErr)", NULL},
    {SNMP_ERR_TOOBIG, SIGHT_PROTOCOL_ERROR, "the answer does not fit into a datagram (tooBig)", NULL},
};

int fail_answered(const struct answer *answer, struct arena *arena, struct snmp_failure *failure)
{
    for (size_t i = 0; i < COUNT(errors); i++)
        if (errors[i].error == answer->error)
            return snmp_fail(failure, errors[i].sight, errors[i].words, errors[i].hint);
    if (answer->error)
        return snmp_fail(failure, SIGHT_PROTOCOL_ERROR,
                         arena_format(arena, "the agent answers with error %ld", answer->error), NULL);
    return snmp_fail(failure, SIGHT_PROTOCOL_ERROR, "the agent answers more, or else, than was asked", NULL);
}

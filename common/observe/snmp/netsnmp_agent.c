#include "observe/snmp/netsnmp_agent.h"

#include "observe/snmp/netsnmp_user.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>

/* Beyond what a deadline allows; it ends agents that call every question too old. */
enum { MOST_REPEATS = 10 };

/* ---- the library's lists ---- */

static void lend_clock(const struct agent *agent)
{
    const struct engine_clock *clock = &agent->clock;
    Enginetime record;

    set_enginetime(agent->session->securityEngineID, (u_int)agent->session->securityEngineIDLen, clock->boots,
                   clock->time_s, clock->is_authenticated);
    record =
        search_enginetime_list(agent->session->securityEngineID, (u_int)agent->session->securityEngineIDLen);
    if (record)
        record->lastReceivedEngineTime = clock->at_s;
}

static void take_clock_back(struct agent *agent)
{
    Enginetime record = NULL;

    if (agent->session && agent->session->securityEngineIDLen)
        record = search_enginetime_list(agent->session->securityEngineID,
                                        (u_int)agent->session->securityEngineIDLen);
    if (record)
        agent->clock = (struct engine_clock){.is_known = true,
                                             .time_s = record->engineTime,
                                             .boots = record->engineBoot,
                                             .is_authenticated = record->authenticatedFlag,
                                             .at_s = record->lastReceivedEngineTime};
    free_etimelist();
}

/* The library's next words of an error would have them, though it was another agent's. */
static void forget_details(void)
{
    (void)snmp_api_errstring(SNMPERR_SUCCESS);
}

void agent_enter(struct agent *agent)
{
    netsnmp_enter();
    forget_details();
    if (agent->clock.is_known)
        lend_clock(agent);
    if (agent->user)
        usm_add_user(agent->user);
}

void agent_leave(struct agent *agent)
{
    if (agent->user) {
        usm_remove_user(agent->user);
        agent->user->next = agent->user->prev = NULL;
    }
    take_clock_back(agent);
    netsnmp_leave();
}

/* ---- the session ---- */

/* The library copies what it is given. */
static void describe(const struct snmp_endpoint *endpoint, const char *target, netsnmp_session *session)
{
    snmp_sess_init(session);
    session->peername = (char *)target;
    session->retries = MOST_REPEATS;
    session->version = SNMP_VERSION_2c;
    if (endpoint->version == SNMP_BY_COMMUNITY) {
        session->community = (u_char *)secret_text(endpoint->community);
        session->community_len = strlen(secret_text(endpoint->community));
    }
}

/* Ports that nobody listens on are told by ICMP, which a socket that is not connected does not see otherwise.
 */
static void prepare_socket(int fd)
{
    int on = 1;

    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    (void)setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
    (void)setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof(on));
}

static int open_session(struct agent *agent, netsnmp_session *described, struct snmp_failure *failure)
{
    netsnmp_enter();
    agent->handle = snmp_sess_open(described);
    if (agent->handle) {
        agent->session = snmp_sess_session(agent->handle);
        agent->session->flags |= SNMP_FLAGS_DONT_PROBE; /* its own probe knows no deadline */
        agent->fd = snmp_sess_transport(agent->handle)->sock;
        prepare_socket(agent->fd);
    }
    netsnmp_leave();
    return agent->handle ? 0 : snmp_fail(failure, SIGHT_REFUSED, "no socket can be opened to it", NULL);
}

int agent_open(struct agent *agent, const char *target, struct snmp_failure *failure)
{
    netsnmp_session described;
    int status;

    netsnmp_enter(); /* which initialises the library */
    describe(agent->endpoint, target, &described);
    netsnmp_leave();
    if (agent->endpoint->version == SNMP_BY_USER)
        user_describe(agent->endpoint, &described);
    status = open_session(agent, &described, failure);
    explicit_bzero(&described, sizeof(described));
    return status;
}

static void wipe(netsnmp_session *session)
{
    explicit_bzero(session->securityAuthKey, sizeof(session->securityAuthKey));
    explicit_bzero(session->securityPrivKey, sizeof(session->securityPrivKey));
    if (session->community)
        explicit_bzero(session->community, session->community_len);
}

void agent_close(struct agent *agent)
{
    if (!agent->handle)
        return;
    netsnmp_enter();
    usm_free_user(agent->user); /* wipes its keys */
    wipe(agent->session);
    snmp_sess_close(agent->handle);
    netsnmp_leave();
    *agent = (struct agent){.endpoint = agent->endpoint, .fd = -1};
}

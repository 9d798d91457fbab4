/*
 * One agent as net-snmp knows it: a session with its socket and, of version 3, a user and the agent's clock.
 *
 * The library keeps users and clocks in lists of the whole process, by engine ID.  Two agents may have the
 * same one (copied machines do), and anybody may send datagrams that name others: so between agent_enter and
 * agent_leave the lists hold what belongs to this agent, and outside nothing.  One thread per agent.
 */
#ifndef PCHAT_OBSERVE_SNMP_NETSNMP_AGENT_H
#define PCHAT_OBSERVE_SNMP_NETSNMP_AGENT_H

#include "observe/snmp/netsnmp_library.h"
#include "observe/snmp/snmp_netsnmp.h"

struct exchange;

/* As in the library's record of an engine. */
struct engine_clock {
    bool is_known;
    u_int time_s, boots, is_authenticated;
    time_t at_s;
};

struct agent {
    const struct snmp_endpoint *endpoint;
    void *handle; /* NULL: not open */
    netsnmp_session *session;
    int fd;
    struct usmUser *user; /* SNMP_BY_USER, once the engine ID is known */
    struct engine_clock clock;
    struct exchange *exchange; /* the one under way; NULL: none */
};

/* target: from snmp_address().  Sends nothing.  0, or -1 with *failure filled. */
int agent_open(struct agent *agent, const char *target, struct snmp_failure *failure);
/* Wipes what it can of keys and community. */
void agent_close(struct agent *agent);

void agent_enter(struct agent *agent);
void agent_leave(struct agent *agent);

#endif

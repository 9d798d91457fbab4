/*
 * Users of SNMPv3: their keys, and the discovery of the engine that keys are made for.  Source: RFC 3414 2.6
 * (keys), 4 (discovery), A.2 (from passphrase to key: a megabyte is hashed).
 */
#ifndef PCHAT_OBSERVE_SNMP_NETSNMP_USER_H
#define PCHAT_OBSERVE_SNMP_NETSNMP_USER_H

#include "observe/snmp/netsnmp_agent.h"

/* Who asks, and the keys that his passphrases make.  Needs no lock; takes some milliseconds. */
void user_describe(const struct snmp_endpoint *endpoint, netsnmp_session *session);
/* Asks the agent for its engine ID and makes the user for it.  0, or -1 with *failure filled. */
int user_discover(struct agent *agent, struct deadline deadline, struct arena *arena,
                  struct snmp_failure *failure);

#endif

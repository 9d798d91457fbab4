/*
 * An SNMP agent of the topology as a snmp_endpoint: one way for whoever asks it.  Pure, thread-safe.
 */
#ifndef PCHAT_OBSERVE_SNMP_SNMP_TOPOLOGY_H
#define PCHAT_OBSERVE_SNMP_SNMP_TOPOLOGY_H

#include "observe/snmp/snmp_netsnmp.h"
#include "topology/topology.h"

/* host: where to connect.  Texts and secrets are the topology's. */
struct snmp_endpoint snmp_topology_endpoint(const char *host, const struct topology_snmp *snmp);

#endif

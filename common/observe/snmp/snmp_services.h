/*
 * What SNMP tells of a Windows host, where WinRM may not be used: the groups os and service of its facts.
 *
 * Windows' agent lists the services of the LAN Manager MIB (svSvcTable) by display name, and only those that
 * run or pause: a stopped one is not there.  HOST-RESOURCES lists processes by executable (hrSWRunTable).
 * Neither tells service names, start modes and exit codes; these stay unknown.  Display names differ by
 * product and language, so they are matched by how they end (settings).
 *
 * What is there is a fact.  What is not there is one only where a table was read to its end and is not empty,
 * and only of chat servers: of services that need not be installed absence says nothing.
 *
 * Sources: LAN Manager MIB II (svSvcTable); RFC 2790 (hrSWRunTable, hrSystemDate, hrSystemUptime); RFC 2579
 * (DateAndTime).
 */
#ifndef PCHAT_OBSERVE_SNMP_SERVICES_H
#define PCHAT_OBSERVE_SNMP_SERVICES_H

#include "model/host_facts.h"
#include "model/roles.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "observe/snmp/snmp_port.h"

struct snmp_scope {
    enum host_kind kind;
    const struct settings *settings;
};

/*
 * Fills seen->os, seen->ways[WAY_SNMP] and, of chat servers and front ends, seen->service, each with what was
 * seen or why not; texts live in the arena.  os needs hrSystemDate with its offset from UTC; hrSystemUptime,
 * from which the last boot follows, begins anew after 497 days.  Ends by the deadline.
 */
void snmp_ask_services(struct snmp_port *port, const struct snmp_scope *scope, struct deadline deadline,
                       struct arena *arena, struct host_snapshot *seen);

#endif

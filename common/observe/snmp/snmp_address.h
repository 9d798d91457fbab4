/*
 * A host's address under a deadline: the C library's resolver knows none, so it works in a thread of its own,
 * which is left behind when time is up.  Thread-safe.
 */
#ifndef PCHAT_OBSERVE_SNMP_ADDRESS_H
#define PCHAT_OBSERVE_SNMP_ADDRESS_H

#include "observe/snmp/snmp_port.h"

enum { SNMP_TARGET_BYTES = 80 };

/*
 * Fills target with what net-snmp takes without asking anybody: "udp:192.0.2.1:161" or
 * "udp6:[2001:db8::1]:161", the resolver's first address.  0, or -1 with *ret_failure filled.
 */
int snmp_address(const char *host, int port, struct deadline deadline, struct arena *arena,
                 char target[SNMP_TARGET_BYTES], struct snmp_failure *ret_failure);

#endif

/*
 * net-snmp as a library and nothing else: initialised once without files, one caller at a time.
 *
 * Its headers define what ours do not want to see; they are included here and by netsnmp_*.c alone.
 */
#ifndef PCHAT_OBSERVE_SNMP_NETSNMP_LIBRARY_H
#define PCHAT_OBSERVE_SNMP_NETSNMP_LIBRARY_H

/* net-snmp-config.h comes first: the others need it. */
#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

/* Around every use of the library; never around a wait.  netsnmp_enter initialises it at its first call. */
void netsnmp_enter(void);
void netsnmp_leave(void);

/* A question without bindings yet; takes the lock, since requests are counted. */
netsnmp_pdu *netsnmp_question(int command);

#endif

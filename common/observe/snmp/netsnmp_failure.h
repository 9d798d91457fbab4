/*
 * Why an agent gave no answer, in words, with what usually cures it.  Each fills *failure and returns -1.
 */
#ifndef PCHAT_OBSERVE_SNMP_NETSNMP_FAILURE_H
#define PCHAT_OBSERVE_SNMP_NETSNMP_FAILURE_H

#include "observe/snmp/netsnmp_exchange.h"

/* Nothing came that is an answer. */
int fail_silent(const struct exchange *exchange, const struct agent *agent, struct snmp_failure *failure);
/* A report came instead of an answer. */
int fail_reported(const struct exchange *exchange, const struct agent *agent, struct snmp_failure *failure);
/* An answer with an error status, or with more than was asked for. */
int fail_answered(const struct answer *answer, struct arena *arena, struct snmp_failure *failure);

#endif

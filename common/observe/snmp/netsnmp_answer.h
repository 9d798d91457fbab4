/*
 * An answer in our own words: what net-snmp decoded, copied and checked.
 */
#ifndef PCHAT_OBSERVE_SNMP_NETSNMP_ANSWER_H
#define PCHAT_OBSERVE_SNMP_NETSNMP_ANSWER_H

#include "observe/snmp/netsnmp_library.h"
#include "observe/snmp/snmp_port.h"

struct binding {
    struct object_id id;
    struct snmp_value value;
    bool is_end; /* endOfMibView: nothing comes after id */
};

struct answer {
    long error; /* SNMP_ERR_…; 0: none */
    int report; /* SNMPERR_…: it is no answer but a report why there is none; 0 otherwise */
    struct binding *bindings;
    size_t count;
    bool is_excessive; /* there were more bindings than that */
};

/* At most `most` bindings are copied into the arena. */
void answer_take(struct answer *answer, const netsnmp_pdu *pdu, size_t most, struct arena *arena);

#endif

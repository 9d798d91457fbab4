/* snmp_port from a table: what an agent holds, and where it fails. */
#ifndef PCHAT_TESTS_SCRIPTED_AGENT_H
#define PCHAT_TESTS_SCRIPTED_AGENT_H

#include "observe/snmp/snmp_port.h"

/* Rows must stand in the order of their identifiers. */
struct scripted_object {
    const char *oid; /* NULL ends the table */
    struct snmp_value value;
};

#define SCRIPTED_TEXT(text)                                                                                  \
    {                                                                                                        \
        SNMP_KIND_BYTES, 0, text, sizeof(text) - 1                                                           \
    }
#define SCRIPTED_NUMBER(n)                                                                                   \
    {                                                                                                        \
        SNMP_KIND_NUMBER, n, NULL, 0                                                                         \
    }
#define SCRIPTED_TICKS(n)                                                                                    \
    {                                                                                                        \
        SNMP_KIND_TICKS, n, NULL, 0                                                                          \
    }

struct scripted_agent {
    struct snmp_port port; /* first */
    const struct scripted_object *objects;
    /* Every question within it fails so; NULL: none does. */
    const char *failing_root;
    struct snmp_failure failure;
};

void scripted_agent_init(struct scripted_agent *agent, const struct scripted_object *objects);

#endif

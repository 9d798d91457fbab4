/*
 * The two tables of a Windows host: processes and services, as texts that can be compared.
 */
#ifndef PCHAT_OBSERVE_SNMP_TABLES_H
#define PCHAT_OBSERVE_SNMP_TABLES_H

#include "model/facts.h"
#include "observe/snmp/snmp_port.h"

/* A process, or a service: what its table does not tell is NULL and unknown. */
struct snmp_entry {
    const char *display_name; /* of a service */
    const char *path_name;    /* of a process: folder and executable, or the executable alone */
    const char *state;        /* in Win32_Service's words */
    struct fact_num process_id;
};

enum snmp_table_state {
    SNMP_TABLE_FAILED, /* not read to its end: what it lacks proves nothing */
    SNMP_TABLE_EMPTY,  /* the agent does not have it, or does not show it */
    SNMP_TABLE_WHOLE
};

struct snmp_table {
    enum snmp_table_state state;
    struct snmp_failure failure; /* SNMP_TABLE_FAILED */
    struct snmp_entry *entries;
    size_t count;
};

void snmp_read_processes(struct snmp_port *port, struct deadline deadline, struct arena *arena,
                         struct snmp_table *ret_table);
void snmp_read_services(struct snmp_port *port, struct deadline deadline, struct arena *arena,
                        struct snmp_table *ret_table);

#endif

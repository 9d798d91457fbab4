/*
 * The kinds of vantage points, a file each.  Every one fills look->seen by the deadline.
 */
#ifndef PCHAT_OBSERVE_VANTAGE_KINDS_H
#define PCHAT_OBSERVE_VANTAGE_KINDS_H

#include "observe/snmp/snmp_port.h"
#include "observe/vantage/vantage.h"
#include "observe/vantage/verdicts.h"
#include "observe/winrm/winrm_port.h"

/* One vantage point while it is asked. */
struct look {
    const struct topology_pool *pool;
    const struct topology_vantage *vantage;
    const struct vantage_objects *objects;
    const struct winrm_opener *winrm; /* VANTAGE_WINRM */
    struct clock *clock;
    struct deadline deadline;
    struct arena *arena;
    struct host_snapshot *seen;
};

void look_by_winrm(const struct look *look);
void look_by_command(const struct look *look);
void look_by_snmp(const struct look *look);
void look_by_sql(const struct look *look);

/* look_by_winrm() and look_by_snmp() over any port, which stays the caller's. */
void look_over_port(const struct look *look, struct winrm_port *port);
void look_over_snmp(const struct look *look, struct snmp_port *port);

#endif

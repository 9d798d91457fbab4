#include "observe/hosts/snmp_track.h"

#include "observe/snmp/snmp_services.h"
#include "observe/snmp/snmp_topology.h"

bool snmp_track_is_set_up(const struct track_subject *subject)
{
    return subject->host->snmp && !subject->host->winrm;
}

void snmp_track_run(struct track *track, struct host_snapshot *draft, struct arena *arena)
{
    const struct snmp_scope scope = {track->subject.kind, &track->subject.pool->settings};
    const struct topology_host *host = track->subject.host;
    const struct snmp_endpoint endpoint =
        snmp_topology_endpoint(host->address ? host->address : host->fqdn, host->snmp);
    struct err err = ERR_INIT;
    struct snmp_port *port = snmp_netsnmp_open(&endpoint, &err);

    if (port)
        snmp_ask_services(port, &scope, track_deadline(track), arena, draft);
    else
        draft->ways[WAY_SNMP] = (struct sighting){SIGHT_NOT_ASKED, arena_text(arena, err.text)};
    track_publish(track, draft, track->kind->groups);
    snmp_port_close(port);
}

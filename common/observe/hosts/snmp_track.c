#include "observe/hosts/snmp_track.h"

#include "observe/snmp/snmp_netsnmp.h"
#include "observe/snmp/snmp_services.h"

bool snmp_track_is_set_up(const struct track_subject *subject)
{
    return subject->host->snmp && !subject->host->winrm;
}

static struct snmp_endpoint endpoint_of(const struct topology_host *host)
{
    const struct topology_credential *credential = host->snmp->credential;

    return (struct snmp_endpoint){
        .host = host->address ? host->address : host->fqdn,
        .port = host->snmp->port,
        .version = host->snmp->version,
        .community = credential->community,
        .user = credential->snmp_user,
        .digest = credential->snmp_digest,
        .auth_passphrase = credential->auth_passphrase,
        .cipher = credential->snmp_cipher,
        .privacy_passphrase = credential->privacy_passphrase,
    };
}

void snmp_track_run(struct track *track, struct host_snapshot *draft, struct arena *arena)
{
    const struct snmp_scope scope = {track->subject.kind, &track->subject.pool->settings};
    const struct snmp_endpoint endpoint = endpoint_of(track->subject.host);
    struct err err = ERR_INIT;
    struct snmp_port *port = snmp_netsnmp_open(&endpoint, &err);

    if (port)
        snmp_ask_services(port, &scope, track_deadline(track), arena, draft);
    else
        draft->ways[WAY_SNMP] = (struct sighting){SIGHT_NOT_ASKED, arena_text(arena, err.text)};
    track_publish(track, draft, track->kind->groups);
    snmp_port_close(port);
}

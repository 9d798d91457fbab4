#include "observe/snmp/snmp_topology.h"

struct snmp_endpoint snmp_topology_endpoint(const char *host, const struct topology_snmp *snmp)
{
    const struct topology_credential *credential = snmp->credential;

    return (struct snmp_endpoint){
        .host = host,
        .port = snmp->port,
        .version = snmp->version,
        .community = credential->community,
        .user = credential->snmp_user,
        .digest = credential->snmp_digest,
        .auth_passphrase = credential->auth_passphrase,
        .cipher = credential->snmp_cipher,
        .privacy_passphrase = credential->privacy_passphrase,
    };
}

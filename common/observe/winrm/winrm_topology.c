#include "observe/winrm/winrm_topology.h"

struct winrm_endpoint winrm_topology_endpoint(const char *host, const char *address,
                                              const struct topology_winrm *winrm)
{
    static const enum winrm_auth auths[HOST_AUTH_COUNT] = {
        [HOST_AUTH_NEGOTIATE] = WINRM_AUTH_NEGOTIATE,
        [HOST_AUTH_BASIC] = WINRM_AUTH_BASIC,
        [HOST_AUTH_CERTIFICATE] = WINRM_AUTH_CERTIFICATE,
    };

    return (struct winrm_endpoint){
        .host = host,
        .address = address,
        .port = winrm->port,
        .auth = auths[winrm->auth],
        .user = winrm->credential ? winrm->credential->sql_user : NULL,
        .password = winrm->credential ? winrm->credential->password : NULL,
        .ca = winrm->ca,
        .pinned_key = winrm->pinned_key,
        .certificate = winrm->certificate,
        .key = winrm->key,
    };
}

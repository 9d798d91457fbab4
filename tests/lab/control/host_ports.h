/*
 * Where the Windows hosts of the lab listen on 127.0.0.1, and what hosts.json tells of it.
 */
#ifndef PCHAT_LAB_CONTROL_HOST_PORTS_H
#define PCHAT_LAB_CONTROL_HOST_PORTS_H

#include "base/strbuf.h"
#include "lab/world/world.h"

/* In the place of 5986, of 5041 or 5061, of 8011, of 443, of 4443, of 445. */
enum door_kind { DOOR_WINRM, DOOR_SIP, DOOR_WCF, DOOR_WEB, DOOR_WEB_EXTERNAL, DOOR_SMB, DOOR_KINDS };

/* ports[host][kind]; 0: it does not listen on such a one. */
struct host_ports {
    uint16_t ports[WORLD_HOSTS_MAX][DOOR_KINDS];
};

const char *door_kind_name(enum door_kind kind); /* "winrm", "sip", "wcf", "web", "web_external", "smb" */
const char *host_role_name(enum host_role role); /* "chat_server", "front_end", ... */
bool host_ports_any(const struct host_ports *ports, const struct host *host);

/* So that a script on a host of the lab finds the others where the product does. */
void host_ports_add_doors(const struct host_ports *ports, struct world *world);

/* {"pc1": {"fqdn": "pc1.litwareinc.com", "site": "dub", "role": "chat_server", "ports": {"winrm": 40001,
 * ...}},
 * ...} */
void hosts_file_put(struct strbuf *out, const struct world *world, const struct host_ports *ports);

#endif

#include "lab/control/host_ports.h"

#include "lab/world/fault.h"

const char *door_kind_name(enum door_kind kind)
{
    static const char *const names[DOOR_KINDS] = {
        [DOOR_WINRM] = "winrm", [DOOR_SIP] = "sip", [DOOR_WCF] = "wcf",
        [DOOR_WEB] = "web",     [DOOR_SMB] = "smb", [DOOR_WEB_EXTERNAL] = "web_external",
    };

    return names[kind];
}

const char *host_role_name(enum host_role role)
{
    static const char *const names[] = {
        [HOST_SQL] = "sql_server",   [HOST_FILE] = "file_server",    [HOST_MONITOR] = "monitor",
        [HOST_CHAT] = "chat_server", [HOST_FRONT_END] = "front_end", [HOST_PLAIN] = "plain",
    };

    return names[role];
}

bool host_ports_any(const struct host_ports *ports, const struct host *host)
{
    for (size_t kind = 0; kind < DOOR_KINDS; kind++)
        if (ports->ports[host->index][kind])
            return true;
    return false;
}

static void put_host(struct strbuf *out, const struct host *host, const uint16_t ports[DOOR_KINDS])
{
    const char *separator = "", *site = fault_site_name(host->site);

    strbuf_format(out, "\"%s\": {\"fqdn\": \"%s\", \"site\": \"%s\", \"role\": \"%s\", \"ports\": {",
                  host->name, host->fqdn, site ? site : "", host_role_name(host->role));
    for (size_t kind = 0; kind < DOOR_KINDS; kind++) {
        if (!ports[kind])
            continue;
        strbuf_format(out, "%s\"%s\": %u", separator, door_kind_name((enum door_kind)kind), ports[kind]);
        separator = ", ";
    }
    strbuf_add(out, "}}");
}

static int port_of(const struct host *host, enum door_kind kind)
{
    static const int ports[DOOR_KINDS] = {
        [DOOR_WINRM] = PORT_WINRM,
        [DOOR_WCF] = PORT_WCF,
        [DOOR_WEB] = PORT_HTTPS,
        [DOOR_SMB] = PORT_SMB,
        [DOOR_WEB_EXTERNAL] = PORT_HTTPS_EXTERNAL,
    };

    if (kind == DOOR_SIP)
        return host->role == HOST_FRONT_END ? PORT_SIP : PORT_SIP_CHAT;
    return ports[kind];
}

void host_ports_add_doors(const struct host_ports *ports, struct world *world)
{
    for (size_t i = 0; i < world->host_count; i++)
        for (size_t kind = 0; kind < DOOR_KINDS; kind++)
            if (ports->ports[i][kind])
                world_add_door(world, ports->ports[i][kind], &world->hosts[i],
                               port_of(&world->hosts[i], (enum door_kind)kind));
}

void hosts_file_put(struct strbuf *out, const struct world *world, const struct host_ports *ports)
{
    const char *separator = "{";

    for (size_t i = 0; i < world->host_count; i++) {
        if (!host_ports_any(ports, &world->hosts[i]))
            continue;
        strbuf_add(out, separator);
        put_host(out, &world->hosts[i], ports->ports[i]);
        separator = ",\n ";
    }
    strbuf_add(out, "}\n");
}

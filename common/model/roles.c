#include "model/roles.h"

#include <string.h>

static const char *const site_role_names[SITE_ROLE_COUNT] = {
    [SITE_PRIMARY] = "primary",
    [SITE_BACKUP] = "backup",
};

static const char *const sql_role_names[SQL_ROLE_COUNT] = {
    [SQL_PRINCIPAL] = "principal", [SQL_MIRROR] = "mirror",
    [SQL_SECONDARY] = "secondary", [SQL_SECONDARY_MIRROR] = "secondary_mirror",
    [SQL_WITNESS] = "witness",
};

static const char *const host_kind_names[HOST_KIND_COUNT] = {
    [HOST_CHAT_SERVER] = "chat_server", [HOST_FRONT_END] = "front_end", [HOST_MANAGEMENT] = "management",
    [HOST_FILE_SERVER] = "file_server", [HOST_VANTAGE] = "vantage",
};

static const char *const host_way_names[HOST_WAY_COUNT] = {
    [WAY_WINRM] = "winrm", [WAY_SIP] = "sip", [WAY_TLS] = "tls",
    [WAY_WEB] = "web",     [WAY_TCP] = "tcp", [WAY_SNMP] = "snmp",
};

static const char *const host_port_names[HOST_PORT_COUNT] = {
    [PORT_SIP] = "sip", [PORT_WCF] = "wcf", [PORT_WEB] = "web", [PORT_WEB_EXTERNAL] = "web_external",
    [PORT_SMB] = "smb",
};

const char *site_role_name(enum site_role role)
{
    return site_role_names[role];
}

const char *sql_role_name(enum sql_role role)
{
    return sql_role_names[role];
}

const char *host_kind_name(enum host_kind kind)
{
    return host_kind_names[kind];
}

const char *host_way_name(enum host_way way)
{
    return host_way_names[way];
}

const char *host_port_name(enum host_port port)
{
    return host_port_names[port];
}

/* The index of the name, or count. */
static int find(const char *const *names, int count, const char *name)
{
    int i = 0;

    while (i < count && strcmp(names[i], name) != 0)
        i++;
    return i;
}

bool site_role_parse(const char *name, enum site_role *ret_role)
{
    int role = find(site_role_names, SITE_ROLE_COUNT, name);

    if (role < SITE_ROLE_COUNT)
        *ret_role = (enum site_role)role;
    return role < SITE_ROLE_COUNT;
}

bool sql_role_parse(const char *name, enum sql_role *ret_role)
{
    int role = find(sql_role_names, SQL_ROLE_COUNT, name);

    if (role < SQL_ROLE_COUNT)
        *ret_role = (enum sql_role)role;
    return role < SQL_ROLE_COUNT;
}

bool host_kind_parse(const char *name, enum host_kind *ret_kind)
{
    int kind = find(host_kind_names, HOST_KIND_COUNT, name);

    if (kind < HOST_KIND_COUNT)
        *ret_kind = (enum host_kind)kind;
    return kind < HOST_KIND_COUNT;
}

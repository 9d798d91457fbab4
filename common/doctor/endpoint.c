#include "doctor/endpoint.h"

#include "base/nearest.h"

#include <string.h>
#include <strings.h>

struct roster {
    const struct topology_pool *pool;
    char *const *names;
    size_t name_count;
    struct arena *arena;
    struct endpoints *out;
};

const char *endpoint_name(const struct endpoint *endpoint)
{
    return endpoint->sql ? endpoint->sql->name : endpoint->host->name;
}

const char *endpoint_address(const struct endpoint *endpoint)
{
    if (endpoint->sql)
        return endpoint->sql->host;
    return endpoint->host->address ? endpoint->host->address : endpoint->host->fqdn;
}

const char *endpoint_text(const struct endpoint *endpoint, struct arena *arena)
{
    const char *host = endpoint->sql ? endpoint->sql->host : endpoint->host->fqdn;

    if (endpoint->sql && endpoint->sql->instance)
        return arena_format(arena, "%s\\%s", host, endpoint->sql->instance);
    return arena_format(arena, strchr(host, ':') ? "[%s]:%d" : "%s:%d", host, endpoint->port);
}

static bool is_wanted(const struct roster *roster, const char *name)
{
    for (size_t i = 0; i < roster->name_count; i++)
        if (strcasecmp(roster->names[i], name) == 0)
            return true;
    return roster->name_count == 0;
}

/* A host may have several duties: each of its doors is examined once. */
static bool is_there(const struct roster *roster, const struct endpoint *endpoint)
{
    for (size_t i = 0; endpoint->host && i < roster->out->count; i++) {
        const struct endpoint *other = &roster->out->list[i];

        if (other->host && other->way == endpoint->way && other->port == endpoint->port &&
            strcasecmp(other->host->fqdn, endpoint->host->fqdn) == 0)
            return true;
    }
    return false;
}

static void add(struct roster *roster, struct endpoint endpoint)
{
    if (is_wanted(roster, endpoint_name(&endpoint)) && !is_there(roster, &endpoint))
        *(struct endpoint *)arena_push(roster->arena, &roster->out->list, &roster->out->count,
                                       sizeof(endpoint)) = endpoint;
}

/* Which ports a kind of host has, and where the settings say that they are. */
static const struct door {
    enum host_kind kind;
    enum way way;
    enum host_port purpose;
    size_t setting; /* offset in struct settings of its number */
} doors[] = {
    {HOST_CHAT_SERVER, BY_SIP, PORT_SIP, offsetof(struct settings, chat_sip_port)},
    {HOST_CHAT_SERVER, BY_TCP, PORT_WCF, offsetof(struct settings, chat_wcf_port)},
    {HOST_FRONT_END, BY_SIP, PORT_SIP, offsetof(struct settings, next_hop_sip_port)},
    {HOST_FRONT_END, BY_WEB, PORT_WEB, offsetof(struct settings, web_port)},
    {HOST_FRONT_END, BY_WEB, PORT_WEB_EXTERNAL, offsetof(struct settings, web_external_port)},
    {HOST_FILE_SERVER, BY_TCP, PORT_SMB, offsetof(struct settings, smb_port)},
};

static int port_of(const struct roster *roster, const struct door *door, const struct topology_host *host)
{
    int64_t number;

    if (host->ports[door->purpose])
        return host->ports[door->purpose];
    memcpy(&number, (const char *)&roster->pool->settings + door->setting, sizeof(number));
    return (int)number;
}

static void add_host(struct roster *roster, const struct topology_site *site, enum host_kind kind,
                     const struct topology_host *host)
{
    struct endpoint endpoint = {.site = site, .host = host, .kind = kind};

    if (host->winrm) {
        endpoint.way = BY_WINRM;
        endpoint.port = host->winrm->port;
        add(roster, endpoint);
    }
    for (size_t i = 0; i < COUNT(doors); i++) {
        if (doors[i].kind != kind)
            continue;
        endpoint.way = doors[i].way;
        endpoint.purpose = doors[i].purpose;
        endpoint.port = port_of(roster, &doors[i], host);
        add(roster, endpoint);
    }
}

static void add_site(struct roster *roster, const struct topology_site *site)
{
    for (size_t i = 0; i < site->sql_count; i++)
        add(roster,
            (struct endpoint){.way = BY_SQL, .site = site, .sql = &site->sql[i], .port = site->sql[i].port});
    /* First, since it is examined more than as a mere front end. */
    if (site->management)
        add_host(roster, site, HOST_MANAGEMENT, site->management);
    for (size_t i = 0; i < site->chat_server_count; i++)
        add_host(roster, site, HOST_CHAT_SERVER, &site->chat_servers[i]);
    for (size_t i = 0; i < site->front_end_count; i++)
        add_host(roster, site, HOST_FRONT_END, &site->front_ends[i]);
    for (size_t i = 0; i < site->file_server_count; i++)
        add_host(roster, site, HOST_FILE_SERVER, &site->file_servers[i]);
}

static bool is_named(const struct endpoints *endpoints, const char *name)
{
    for (size_t i = 0; i < endpoints->count; i++)
        if (strcasecmp(endpoint_name(&endpoints->list[i]), name) == 0)
            return true;
    return false;
}

static int unknown_name(const struct roster *roster, const char *name, struct err *err)
{
    struct endpoints all = {NULL, 0};
    struct roster everything = {roster->pool, NULL, 0, roster->arena, &all};
    struct nearest nearest = NEAREST_INIT(name);

    for (size_t i = 0; i < roster->pool->site_count; i++)
        add_site(&everything, &roster->pool->sites[i]);
    for (size_t i = 0; i < all.count; i++)
        nearest_offer(&nearest, endpoint_name(&all.list[i]));
    return err_set(err, ERR_USAGE, "\"%s\" is no endpoint of %s%s%s%s", name, roster->pool->fqdn,
                   nearest.best ? "; did you mean " : "", nearest.best ? nearest.best : "",
                   nearest.best ? "?" : "");
}

int endpoints_of(const struct topology_pool *pool, char *const *names, size_t name_count, struct arena *arena,
                 struct endpoints *ret_endpoints, struct err *err)
{
    struct roster roster = {pool, names, name_count, arena, ret_endpoints};

    *ret_endpoints = (struct endpoints){NULL, 0};
    for (size_t i = 0; i < pool->site_count; i++)
        add_site(&roster, &pool->sites[i]);
    for (size_t i = 0; i < name_count; i++)
        if (!is_named(ret_endpoints, names[i]))
            return unknown_name(&roster, names[i], err);
    return 0;
}

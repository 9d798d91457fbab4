#include "observe/core/hosts.h"

static struct host_snapshot *add_host(struct snapshot *snapshot, enum host_kind kind, const char *name)
{
    struct host_snapshot *host =
        arena_push(snapshot->arena, &snapshot->hosts, &snapshot->host_count, sizeof(*host));

    host->kind = kind;
    host->name = arena_text(snapshot->arena, name);
    return host;
}

static void add_hosts(struct snapshot *snapshot, const struct topology_site *site, enum host_kind kind,
                      const struct topology_host *hosts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct host_snapshot *host = add_host(snapshot, kind, hosts[i].name);

        host->fqdn = arena_text(snapshot->arena, hosts[i].fqdn);
        host->address = hosts[i].address ? arena_text(snapshot->arena, hosts[i].address) : host->fqdn;
        host->site_name = arena_text(snapshot->arena, site->name);
        host->site = site->role;
    }
}

static void add_vantage(struct snapshot *snapshot, const struct topology_vantage *vantage)
{
    struct host_snapshot *host = add_host(snapshot, HOST_VANTAGE, vantage->name);

    host->site = SITE_NONE;
    host->address = arena_text(snapshot->arena, vantage->host ? vantage->host : vantage->command);
    host->failure_domain = arena_text(snapshot->arena, vantage->failure_domain);
}

void hosts_name(struct snapshot *snapshot, const struct topology_pool *pool)
{
    for (size_t i = 0; i < pool->site_count; i++) {
        const struct topology_site *site = &pool->sites[i];

        add_hosts(snapshot, site, HOST_CHAT_SERVER, site->chat_servers, site->chat_server_count);
        add_hosts(snapshot, site, HOST_FRONT_END, site->front_ends, site->front_end_count);
        add_hosts(snapshot, site, HOST_FILE_SERVER, site->file_servers, site->file_server_count);
        add_hosts(snapshot, site, HOST_MANAGEMENT, site->management, site->management ? 1 : 0);
    }
    for (size_t i = 0; i < pool->vantage_count; i++)
        add_vantage(snapshot, &pool->vantages[i]);
}

#include "act/engine/acting_pool.h"

#include <string.h>

static void *copy_of(struct arena *arena, const void *from, size_t count, size_t element_bytes)
{
    void *copy = count ? arena_alloc(arena, count * element_bytes) : NULL;

    if (count)
        memcpy(copy, from, count * element_bytes);
    return copy;
}

static void replace_credentials(struct arena *arena, struct topology_site *site,
                                const struct topology_credential *credential)
{
    site->sql = copy_of(arena, site->sql, site->sql_count, sizeof(*site->sql));
    for (size_t i = 0; i < site->sql_count; i++)
        site->sql[i].credential = credential;
}

/* Where it listens is the host's own; who we are there is the actor's. */
static struct topology_host *replace_ways(struct arena *arena, struct topology_host *hosts, size_t count,
                                          const struct topology_winrm *winrm)
{
    struct topology_host *copies = copy_of(arena, hosts, count, sizeof(*hosts));

    for (size_t i = 0; i < count; i++) {
        struct topology_winrm *way;

        if (!copies[i].winrm)
            continue;
        way = copy_of(arena, winrm, 1, sizeof(*way));
        way->port = copies[i].winrm->port;
        copies[i].winrm = way;
    }
    return copies;
}

static void replace_hosts(struct arena *arena, struct topology_site *site, const struct topology_winrm *winrm)
{
    site->chat_servers = replace_ways(arena, site->chat_servers, site->chat_server_count, winrm);
    site->front_ends = replace_ways(arena, site->front_ends, site->front_end_count, winrm);
    site->file_servers = replace_ways(arena, site->file_servers, site->file_server_count, winrm);
    if (site->management)
        site->management = replace_ways(arena, site->management, 1, winrm);
}

const struct topology_pool *acting_pool(struct arena *arena, const struct topology_pool *pool)
{
    struct topology_pool *copy = copy_of(arena, pool, 1, sizeof(*pool));

    copy->sites = copy_of(arena, pool->sites, pool->site_count, sizeof(*pool->sites));
    for (size_t i = 0; pool->acting && i < pool->site_count; i++) {
        if (pool->acting->credential)
            replace_credentials(arena, &copy->sites[i], pool->acting->credential);
        if (pool->acting->winrm)
            replace_hosts(arena, &copy->sites[i], pool->acting->winrm);
    }
    return copy;
}

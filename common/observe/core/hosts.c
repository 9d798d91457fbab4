#include "observe/core/hosts.h"

#include "base/mem.h"

/* ---- which there are ---- */

/* With room for all of them, or counting alone. */
struct roll {
    const struct topology_pool *pool;
    struct track_subject *subjects; /* NULL: count */
    size_t count;
};

static void add(struct roll *roll, const struct track_subject *subject)
{
    if (roll->subjects)
        roll->subjects[roll->count] = *subject;
    roll->count++;
}

static void add_hosts(struct roll *roll, const struct topology_site *site, enum host_kind kind,
                      const struct topology_host *hosts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add(roll, &(struct track_subject){roll->pool, site, kind, &hosts[i], NULL});
}

static void add_site(struct roll *roll, const struct topology_site *site)
{
    add_hosts(roll, site, HOST_CHAT_SERVER, site->chat_servers, site->chat_server_count);
    add_hosts(roll, site, HOST_FRONT_END, site->front_ends, site->front_end_count);
    add_hosts(roll, site, HOST_FILE_SERVER, site->file_servers, site->file_server_count);
    add_hosts(roll, site, HOST_MANAGEMENT, site->management, site->management ? 1 : 0);
}

static void call(struct roll *roll)
{
    roll->count = 0;
    for (size_t i = 0; i < roll->pool->site_count; i++)
        add_site(roll, &roll->pool->sites[i]);
    for (size_t i = 0; i < roll->pool->vantage_count; i++)
        add(roll, &(struct track_subject){roll->pool, NULL, HOST_VANTAGE, NULL, &roll->pool->vantages[i]});
}

struct track_subject *hosts_of(const struct topology_pool *pool, size_t *ret_count)
{
    struct roll roll = {.pool = pool};

    call(&roll);
    roll.subjects = mem_alloc((roll.count ? roll.count : 1) * sizeof(*roll.subjects));
    call(&roll);
    *ret_count = roll.count;
    return roll.subjects;
}

/* ---- by name ---- */

static void name_host(struct arena *arena, struct host_snapshot *host, const struct track_subject *subject)
{
    host->name = arena_text(arena, subject->host->name);
    host->fqdn = arena_text(arena, subject->host->fqdn);
    host->address = subject->host->address ? arena_text(arena, subject->host->address) : host->fqdn;
    host->site_name = arena_text(arena, subject->site->name);
    host->site = subject->site->role;
}

static void name_vantage(struct arena *arena, struct host_snapshot *host,
                         const struct topology_vantage *vantage)
{
    host->name = arena_text(arena, vantage->name);
    host->site = SITE_NONE;
    host->address = arena_text(arena, vantage->command    ? vantage->command
                                      : vantage->instance ? vantage->instance
                                      : vantage->address  ? vantage->address
                                                          : vantage->host);
    host->failure_domain = arena_text(arena, vantage->failure_domain);
}

void hosts_name(struct snapshot *snapshot, const struct topology_pool *pool)
{
    size_t count;
    AUTO_FREE struct track_subject *subjects = hosts_of(pool, &count);

    snapshot->hosts = arena_alloc(snapshot->arena, (count ? count : 1) * sizeof(*snapshot->hosts));
    snapshot->host_count = count;
    for (size_t i = 0; i < count; i++) {
        snapshot->hosts[i].kind = subjects[i].kind;
        if (subjects[i].host)
            name_host(snapshot->arena, &snapshot->hosts[i], &subjects[i]);
        else
            name_vantage(snapshot->arena, &snapshot->hosts[i], subjects[i].vantage);
    }
}

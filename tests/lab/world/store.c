#include "lab/world/store.h"

#include "lab/world/random.h"
#include "lab/world/world.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

const char *pool_state_name(enum pool_state state)
{
    return state == POOL_NORMAL ? "Normal" : "FailedOver";
}

bool pool_settings_lists(const struct pool_settings *settings, const struct host *host)
{
    for (size_t i = 0; i < settings->active_server_count; i++)
        if (strcasecmp(settings->active_servers[i], host->fqdn) == 0 ||
            strcasecmp(settings->active_servers[i], host->name) == 0)
            return true;
    return false;
}

/* --- the master --- */

struct host *store_master(struct world *world)
{
    return world->store.master_count > 0 ? &world->hosts[world->store.masters[0]] : NULL;
}

static const struct host *working_master(const struct world *world)
{
    for (size_t i = 0; i < world->store.master_count && !world->store.unreachable; i++) {
        const struct host *host = &world->hosts[world->store.masters[i]];
        if (windows_runs(host, SERVICE_MASTER) && windows_runs(host, SERVICE_FTA))
            return host;
    }
    return NULL;
}

/* A stopped MASTER or FTA stops replication only; the store's database still answers. */
int store_open(struct world *world, const struct host *from, struct err *err)
{
    const struct host *master = store_master(world);

    if (master && !world->store.unreachable && world_connects(world, from, master))
        return 0;
    return err_set(err, ERR_INPUT, "Cannot connect to the Central Management Store%s%s.",
                   master ? " on " : "", master ? master->fqdn : "");
}

int store_move_master(struct world *world, struct host *to, struct err *err)
{
    if (to->down)
        return err_set(err, ERR_INPUT, "%s is down.", to->fqdn);
    if (to->role != HOST_FRONT_END)
        return err_set(err, ERR_INPUT, "%s does not host the Central Management Store.", to->fqdn);
    world->store.masters[0] = to->index;
    world->store.master_count = 1;
    return 0;
}

/* --- writing --- */

static void bump(struct world *world)
{
    world->store.settings.version++;
    world->store.settings.created_utc_ms = world->now_utc_ms;
}

static void set_list(struct world *world, const char *const *fqdns, size_t count)
{
    struct pool_settings *settings = &world->store.settings;

    settings->active_server_count = count < ACTIVE_SERVERS_MAX ? count : ACTIVE_SERVERS_MAX;
    for (size_t i = 0; i < settings->active_server_count; i++)
        snprintf(settings->active_servers[i], sizeof settings->active_servers[i], "%s", fqdns[i]);
}

int store_set_state(struct world *world, const struct host *from, enum pool_state state, struct err *err)
{
    if (store_open(world, from, err) != 0)
        return -1;
    world->store.settings.state = state;
    bump(world);
    return 0;
}

int store_set_active_servers(struct world *world, const struct host *from, const char *const *fqdns,
                             size_t count, struct err *err)
{
    if (store_open(world, from, err) != 0)
        return -1;
    if (count > ACTIVE_SERVERS_MAX)
        return err_set(err, ERR_INPUT, "%zu active servers are more than the lab holds.", count);
    set_list(world, fqdns, count);
    bump(world);
    return 0;
}

void store_put(struct world *world, enum pool_state state, const char *const *fqdns, size_t count)
{
    world->store.settings.state = state;
    set_list(world, fqdns, count);
    bump(world);
    store_push(world);
}

size_t store_site_servers(struct world *world, int site, const char *out[ACTIVE_SERVERS_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < world->host_count; i++)
        if (world->hosts[i].role == HOST_CHAT && (int)world->hosts[i].site == site &&
            !world->hosts[i].chat.stands_by && count < ACTIVE_SERVERS_MAX)
            out[count++] = world->hosts[i].fqdn;
    return count;
}

/* --- replication --- */

bool store_up_to_date(const struct world *world, const struct host *host)
{
    return host->replica.exists && host->replica.settings.version == world->store.settings.version;
}

/* Of chance, but not of the world's own: who asks for a change must not move anything else. */
static int64_t delay_ms(const struct world *world, const struct host *host, int64_t version)
{
    const struct chat_config *config = &world->config.chat;
    int64_t spread_ms = (config->replication_max_s - config->replication_min_s) * 1000 + 1;
    uint64_t mixed = (world->config.seed + 1) * UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ (uint64_t)(unsigned)host->index) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (uint64_t)version) * UINT64_C(0x94d049bb133111eb);
    mixed ^= mixed >> 31;
    return config->replication_min_s * 1000 + (int64_t)(mixed % (uint64_t)spread_ms);
}

static void deliver(struct world *world, struct host *host)
{
    host->replica.settings = world->store.settings;
    host->replica.received_utc_ms = host->replica.last_status_report_utc_ms = world->now_utc_ms;
    host->replica.due_version = 0;
}

/* Fetched anew is the form that Invoke-CsManagementStoreReplication asks for; it begins after a while. */
void store_replicate(struct world *world, struct host *host)
{
    for (size_t i = 0; i < world->host_count; i++)
        if (world->hosts[i].replica.exists && (!host || host == &world->hosts[i])) {
            world->hosts[i].replica.due_version = world->store.settings.version;
            world->hosts[i].replica.due_utc_ms =
                world->now_utc_ms + 60000 + delay_ms(world, &world->hosts[i], world->store.settings.version);
        }
}

static bool learns(const struct world *world, const struct host *master, const struct host *host)
{
    return host->replica.exists && !host->replica.frozen && windows_runs(host, SERVICE_REPLICA) &&
           world_connects(world, master, host);
}

static void replicate_to(struct world *world, struct host *host)
{
    struct replica *replica = &host->replica;
    int64_t version = world->store.settings.version;

    if (replica->due_version != version && replica->settings.version != version) {
        replica->due_version = version;
        replica->due_utc_ms = world->now_utc_ms + delay_ms(world, host, version);
    }
    if (replica->due_version != 0 && replica->due_utc_ms <= world->now_utc_ms)
        deliver(world, host);
}

void store_tick(struct world *world)
{
    const struct host *master = working_master(world);

    for (size_t i = 0; master && i < world->host_count; i++)
        if (learns(world, master, &world->hosts[i]))
            replicate_to(world, &world->hosts[i]);
        else
            world->hosts[i].replica.due_version = 0;
}

void store_push(struct world *world)
{
    for (size_t i = 0; i < world->host_count; i++) {
        struct host *host = &world->hosts[i];
        if (host->replica.exists && !host->replica.frozen && !host->down)
            deliver(world, host);
    }
}

void store_found(struct world *world)
{
    const char *servers[ACTIVE_SERVERS_MAX] = {NULL};

    for (size_t i = 0; i < world->host_count; i++) {
        struct host *host = &world->hosts[i];
        host->replica.exists = host->role == HOST_CHAT || host->role == HOST_FRONT_END;
        if (host->role == HOST_FRONT_END && host->site == SITE_PRIMARY && !world->store.master_count)
            world->store.masters[world->store.master_count++] = host->index;
    }
    store_put(world, POOL_NORMAL, servers, store_site_servers(world, SITE_PRIMARY, servers));
}

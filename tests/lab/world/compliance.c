/* The compliance queue: events go through each server's MSMQ into mgccomp, and out with every run of the
 * adapter. */
#include "lab/world/chat.h"

#include "lab/world/world.h"

enum { NOBODY = -1, LOCK_LASTS_MS = 60000 };

/* mgccomp is never shipped: each site has its own. */
static bool is_open(struct world *world, enum site site)
{
    for (size_t i = 0; i < world->instance_count; i++) {
        struct instance *instance = &world->instances[i];
        const struct database *mgccomp = database_find(instance, "mgccomp");
        if (world_host_of(world, instance)->site == site && mgccomp && !instance->down &&
            database_is_writable(mgccomp))
            return true;
    }
    return false;
}

struct compliance *compliance_of(struct world *world, int site)
{
    return &world->chat.compliance[site];
}

void compliance_note(struct world *world, const struct host *host)
{
    struct compliance *compliance = compliance_of(world, (int)host->site);
    bool kept = windows_runs(host, SERVICE_COMPLIANCE) && windows_runs(host, SERVICE_MSMQ);

    if (kept && is_open(world, host->site))
        *LIST_ADD(&compliance->backlog) =
            (struct compliance_entry){++compliance->next_entry_id, world->now_utc_ms};
}

static bool may_hold(const struct host *host)
{
    return chat_is_active(host) && windows_runs(host, SERVICE_COMPLIANCE);
}

/* The holder renews its lock; when it cannot, the lock expires and the next server takes it. */
static void hold_lock(struct world *world, struct compliance *compliance, enum site site)
{
    const struct host *holder = chat_server_by_id(world, compliance->active_server_id);

    if (holder && !may_hold(holder) && world->now_utc_ms >= compliance->lock_expires_utc_ms) {
        compliance->active_server_id = NOBODY;
        holder = NULL;
    }
    for (size_t i = 0; i < world->host_count && !holder; i++)
        if (world->hosts[i].site == site && may_hold(&world->hosts[i])) {
            holder = &world->hosts[i];
            compliance->active_server_id = holder->chat.server_id;
        }
    if (holder && may_hold(holder))
        compliance->lock_expires_utc_ms = world->now_utc_ms + LOCK_LASTS_MS;
}

static void run_adapter(struct world *world, struct compliance *compliance)
{
    if (world->now_utc_ms < compliance->next_run_utc_ms)
        return;
    compliance->next_run_utc_ms = world->now_utc_ms + world->config.chat.compliance_run_interval_s * 1000;
    if (compliance->adapter_fails || world->now_utc_ms >= compliance->lock_expires_utc_ms)
        return;
    compliance->last_processed_entry_id = compliance->next_entry_id;
    compliance->backlog.count = 0;
}

void compliance_tick(struct world *world)
{
    for (enum site site = SITE_PRIMARY; site <= SITE_BACKUP; site++) {
        if (!is_open(world, site))
            continue;
        hold_lock(world, compliance_of(world, (int)site), site);
        run_adapter(world, compliance_of(world, (int)site));
    }
}

void compliance_found(struct world *world)
{
    for (enum site site = SITE_PRIMARY; site <= SITE_BACKUP; site++) {
        struct compliance *compliance = compliance_of(world, (int)site);
        compliance->active_server_id = NOBODY;
        compliance->next_run_utc_ms = world->now_utc_ms + world->config.chat.compliance_run_interval_s * 1000;
    }
}

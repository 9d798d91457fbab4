#include "lab/world/instance.h"

#include "base/mem.h"
#include "lab/world/mirroring.h"
#include "lab/world/result.h"
#include "lab/world/world.h"

#include <stdio.h>
#include <strings.h>

int64_t host_utc_ms(const struct host *host, int64_t utc_ms)
{
    return utc_ms + host->clock_skew_ms;
}

int64_t host_local_ms(const struct host *host, int64_t utc_ms)
{
    return host_utc_ms(host, utc_ms) + (int64_t)host->utc_offset_minutes * 60000;
}

void instance_log(struct world *world, struct instance *instance, int number, const char *arg1,
                  const char *arg2, const char *arg3)
{
    struct error_log_entry *entry = LIST_ADD(&instance->error_log);
    const char *args[3] = {arg1, arg2, arg3};
    char text[WORLD_TEXT_BYTES];

    entry->log_date = world_getdate(world, instance);
    entry->number = number;
    entry->state = 1;
    entry->severity = message_text(number, args, text, sizeof text);
    entry->text = mem_copy_text(text);
}

void instance_count_mutation(struct instance *instance, const char *login)
{
    struct statement_count *own;

    for (size_t i = 0; i < instance->mutating_statements.count; i++)
        if (strcasecmp(instance->mutating_statements.rows[i].login, login) == 0) {
            instance->mutating_statements.rows[i].count++;
            return;
        }
    own = LIST_ADD(&instance->mutating_statements);
    own->count = 1;
    snprintf(own->login, sizeof own->login, "%s", login);
}

void instance_stop(struct world *world, struct instance *instance)
{
    if (instance->down)
        return;
    agent_stop(world, instance);
    sessions_end_all(instance);
    instance->down = true;
}

void instance_start(struct world *world, struct instance *instance)
{
    if (!instance->down)
        return;
    instance->down = false;
    instance->last_startup_utc_ms = world->now_utc_ms;
    mirroring_restart(world, instance);
    agent_start(world, instance);
}

static void shipping_done(struct shipping *shipping)
{
    for (size_t i = 0; i < shipping->history_details.count; i++)
        free(shipping->history_details.rows[i].message);
    for (size_t i = 0; i < shipping->error_details.count; i++)
        free(shipping->error_details.rows[i].message);
    free(shipping->primary_databases.rows);
    free(shipping->primary_secondaries.rows);
    free(shipping->secondaries.rows);
    free(shipping->secondary_databases.rows);
    free(shipping->monitor_primaries.rows);
    free(shipping->monitor_secondaries.rows);
    free(shipping->history_details.rows);
    free(shipping->error_details.rows);
}

void instance_done(struct instance *instance)
{
    for (size_t i = 0; i < instance->error_log.count; i++)
        free(instance->error_log.rows[i].text);
    free(instance->error_log.rows);
    free(instance->witness_sessions.rows);
    free(instance->mirror_samples.rows);
    free(instance->backup_sets.rows);
    free(instance->restore_histories.rows);
    free(instance->sessions.rows);
    free(instance->applocks.rows);
    user_tables_done(instance);
    free(instance->mutating_statements.rows);
    free(instance->security.logins.rows);
    free(instance->security.users.rows);
    free(instance->security.grants.rows);
    free(instance->security.members.rows);
    free(instance->security.roles.rows);
    shipping_done(&instance->shipping);
    agent_done(&instance->agent);
}

void host_done(struct host *host)
{
    for (size_t i = 0; i < host->files.count; i++)
        free(host->files.rows[i].sets.rows);
    free(host->files.rows);
    windows_done(&host->windows);
}

#include "lab/world/agents.h"

#include "lab/world/result.h"
#include "lab/world/world.h"

#include <stdio.h>

enum { MINUTE_MS = 60000, MONITOR_RETENTION_MS = 7 * 24 * 3600 * 1000 };

/* One row of the monitor that is over its threshold. */
struct lateness {
    const char *server, *database;
    int number, threshold;
    int64_t minutes;
};

static void raise_alert(struct world *world, struct instance *instance, const struct lateness *late,
                        struct job_outcome *outcome)
{
    char object[2 * WORLD_NAME_BYTES], threshold[16], minutes[24], text[WORLD_TEXT_BYTES];
    const char *args[3] = {object, threshold, minutes};

    snprintf(object, sizeof object, "%.255s.%.255s", late->server, late->database);
    snprintf(threshold, sizeof threshold, "%d", late->threshold);
    snprintf(minutes, sizeof minutes, "%lld", (long long)late->minutes);
    instance_log(world, instance, late->number, object, threshold, minutes);
    outcome->failed = true;
    outcome->number = late->number;
    outcome->severity = message_text(late->number, args, text, sizeof text);
    snprintf(outcome->text, sizeof outcome->text,
             "Executed as user: %.100s. %.380s [SQLSTATE 42000] (Error %d).  The step failed.",
             instance->agent_account, text, late->number);
}

/* Minutes since a column's UTC; a row that was never filled counts from the beginning. */
static int64_t minutes_since(const struct world *world, const struct instance *instance, int64_t utc_ms)
{
    return utc_ms == SQL_NULL_DATE ? 0 : (world_getutcdate(world, instance) - utc_ms) / MINUTE_MS;
}

static bool is_mirror_here(struct instance *instance, const char *name)
{
    const struct database *database = database_find(instance, name);

    return database && database->mirror.configured && database->mirror.role == ROLE_MIRROR;
}

static void check_primaries(struct world *world, struct instance *instance, struct job_outcome *outcome)
{
    for (size_t i = 0; i < instance->shipping.monitor_primaries.count; i++) {
        const struct ls_monitor_primary *row = &instance->shipping.monitor_primaries.rows[i];
        int64_t age = minutes_since(world, instance, row->last_backup_date_utc);
        if (row->threshold_alert_enabled && age > row->backup_threshold &&
            !is_mirror_here(instance, row->primary_database))
            raise_alert(world, instance,
                        &(struct lateness){row->primary_server, row->primary_database, row->threshold_alert,
                                           row->backup_threshold, age},
                        outcome);
    }
}

/* Either the age of the last restore or its latency (reference, "Alerts 14420 and 14421"). */
static void check_secondaries(struct world *world, struct instance *instance, struct job_outcome *outcome)
{
    for (size_t i = 0; i < instance->shipping.monitor_secondaries.count; i++) {
        const struct ls_monitor_secondary *row = &instance->shipping.monitor_secondaries.rows[i];
        int64_t age = minutes_since(world, instance, row->last_restored_date_utc);
        bool late = age > row->restore_threshold || (row->last_restored_latency != SQL_NULL_INT &&
                                                     row->last_restored_latency > row->restore_threshold);
        if (row->threshold_alert_enabled && late)
            raise_alert(world, instance,
                        &(struct lateness){row->secondary_server, row->secondary_database,
                                           row->threshold_alert, row->restore_threshold, age},
                        outcome);
    }
}

void alert_agent(struct world *world, struct instance *instance, struct job_outcome *outcome)
{
    check_primaries(world, instance, outcome);
    check_secondaries(world, instance, outcome);
}

/* --- mirroring monitor --- */

static int kilobytes(int64_t bytes)
{
    return (int)((bytes + 1023) / 1024);
}

static void add_sample(struct world *world, struct instance *instance, const struct database *database)
{
    const struct mirror *mirror = &database->mirror;
    bool principal = mirror->role == ROLE_PRINCIPAL;
    struct mirror_sample *row = LIST_ADD(&instance->mirror_samples);
    int rate = kilobytes(mirror->log_send_rate_bytes_s);

    snprintf(row->database_name, sizeof row->database_name, "%s", database->name);
    row->role = (int)mirror->role;
    row->mirroring_state = (int)mirror->state;
    row->witness_status = (int)mirror->witness_state;
    row->log_generation_rate = principal ? rate : SQL_NULL_INT;
    row->unsent_log = principal ? kilobytes(mirror->send_queue_bytes) : SQL_NULL_INT;
    row->send_rate = principal ? rate : SQL_NULL_INT;
    row->unrestored_log = kilobytes(mirror->redo_queue_bytes);
    row->recovery_rate = principal ? SQL_NULL_INT : rate;
    row->transaction_delay = principal ? 4 : SQL_NULL_INT;
    row->transactions_per_sec = principal ? 1 : SQL_NULL_INT;
    row->average_delay = principal ? 4 : SQL_NULL_INT;
    row->time_recorded = world_getutcdate(world, instance);
    row->time_behind = row->time_recorded;
    row->local_time = world_getdate(world, instance);
}

static void purge_samples(struct world *world, struct instance *instance)
{
    int64_t before = world_getutcdate(world, instance) - MONITOR_RETENTION_MS;

    while (instance->mirror_samples.count > 0 && instance->mirror_samples.rows[0].time_recorded < before)
        LIST_REMOVE(&instance->mirror_samples, 0);
}

void mirror_monitor_agent(struct world *world, struct instance *instance)
{
    instance->mirror_samples_exist = true;
    for (size_t i = 0; i < instance->database_count; i++)
        if (instance->databases[i].mirror.configured)
            add_sample(world, instance, &instance->databases[i]);
    purge_samples(world, instance);
}

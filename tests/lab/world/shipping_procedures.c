#include "lab/world/shipping_procedures.h"

#include "lab/world/random.h"
#include "lab/world/result.h"
#include "lab/world/shipping_setup.h"
#include "lab/world/world.h"

#include <stdio.h>
#include <strings.h>

#define COPY_TEXT(field, text) snprintf(field, sizeof(field), "%s", text)

static bool same(const char *a, const char *b)
{
    return strcasecmp(a, b) == 0;
}

/* --- finding --- */

static struct ls_primary_database *primary_of(struct instance *instance, const char *database)
{
    for (size_t i = 0; i < instance->shipping.primary_databases.count; i++)
        if (same(instance->shipping.primary_databases.rows[i].primary_database, database))
            return &instance->shipping.primary_databases.rows[i];
    return NULL;
}

static struct ls_secondary *secondary_of(struct instance *instance, const char *server, const char *database)
{
    for (size_t i = 0; i < instance->shipping.secondaries.count; i++) {
        struct ls_secondary *row = &instance->shipping.secondaries.rows[i];
        if (same(row->primary_server, server) && same(row->primary_database, database))
            return row;
    }
    return NULL;
}

/* The index of the pair, or the count: none. */
static size_t find_pair(const struct shipping *shipping, const struct guid *primary_id, const char *server,
                        const char *database)
{
    size_t i = 0;

    for (; i < shipping->primary_secondaries.count; i++) {
        const struct ls_primary_secondary *pair = &shipping->primary_secondaries.rows[i];
        if (guid_same(&pair->primary_id, primary_id) && same(pair->secondary_server, server) &&
            same(pair->secondary_database, database))
            break;
    }
    return i;
}

static bool has_secondaries(const struct shipping *shipping, const struct guid *primary_id)
{
    for (size_t i = 0; i < shipping->primary_secondaries.count; i++)
        if (guid_same(&shipping->primary_secondaries.rows[i].primary_id, primary_id))
            return true;
    return false;
}

/* --- jobs --- */

static struct guid add_job(struct world *world, struct instance *instance, const char *name,
                           enum job_kind kind, const char *verb, const struct guid *agent_id)
{
    char command[2 * WORLD_NAME_BYTES];
    const struct job_config config = {.name = name, .kind = kind, .command = command, .agent_id = *agent_id};
    struct guid job_id;

    snprintf(command, sizeof command,
             "\"C:\\Program Files\\Microsoft SQL Server\\120\\Tools\\Binn\\sqllogship.exe\" -%s %s -server "
             "%.200s",
             verb, agent_id->text, instance->server_name);
    job_id = job_add(world, instance, &config);
    job_find_id(instance, &job_id)->enabled = false;
    return job_id;
}

/* 32022 for a name that some other job has. */
static bool name_is_free(struct instance *instance, const char *name, struct world_result *result)
{
    if (!job_find(instance, name))
        return true;
    result_error(result, 32022, name, NULL, NULL);
    return false;
}

/* --- primary --- */

static int primary_refusal(struct instance *instance, const struct ls_primary_request *request)
{
    const struct database *database = database_find(instance, request->database);

    if (!database)
        return 15010;
    if (database->recovery_model == RECOVERY_SIMPLE)
        return 32015;
    return primary_of(instance, request->database) && !request->overwrite ? 32009 : 0;
}

static void fill_primary(struct ls_primary_database *row, const struct instance *instance,
                         const struct ls_primary_request *request)
{
    COPY_TEXT(row->primary_database, request->database);
    COPY_TEXT(row->backup_directory, request->backup_directory);
    COPY_TEXT(row->backup_share, request->backup_share);
    COPY_TEXT(row->monitor_server, request->monitor_server ? request->monitor_server : instance->server_name);
    row->backup_retention_period = request->retention_minutes;
    row->user_specified_monitor = request->monitor_server != NULL;
    row->monitor_server_security_mode = true;
    row->last_backup_date = SQL_NULL_DATE;
    row->backup_compression = request->compression;
}

static void fill_monitor_primary(struct ls_monitor_primary *row, const struct instance *instance,
                                 const struct ls_primary_request *request)
{
    COPY_TEXT(row->primary_server, instance->server_name);
    COPY_TEXT(row->primary_database, request->database);
    row->backup_threshold = request->threshold_minutes;
    row->threshold_alert = request->threshold_alert;
    row->threshold_alert_enabled = request->threshold_alert_enabled;
    row->last_backup_date = row->last_backup_date_utc = SQL_NULL_DATE;
    row->history_retention_period = request->history_retention_minutes;
}

void world_add_ls_primary_database(struct world *world, struct instance *instance,
                                   const struct ls_primary_request *request,
                                   const struct ls_primary_database **ret_row, struct world_result *result)
{
    int refusal = primary_refusal(instance, request);
    struct ls_primary_database *row;
    struct ls_monitor_primary *monitor;
    struct guid id = world_new_guid(world), job_id;

    result_clear(result);
    *ret_row = NULL;
    if (refusal != 0) {
        result_error(result, refusal, request->database, NULL, NULL);
        return;
    }
    if (primary_of(instance, request->database))
        shipping_delete_primary_database(instance, request->database);
    if (!name_is_free(instance, request->job_name, result))
        return;
    job_id = add_job(world, instance, request->job_name, JOB_LS_BACKUP, "Backup", &id);
    row = LIST_ADD(&instance->shipping.primary_databases);
    monitor = LIST_ADD(&instance->shipping.monitor_primaries);
    row->primary_id = monitor->primary_id = id;
    row->backup_job_id = job_id;
    fill_primary(row, instance, request);
    fill_monitor_primary(monitor, instance, request);
    shipping_add_alert_job(world, instance);
    *ret_row = row;
}

void world_add_ls_primary_secondary(struct instance *instance, const char *primary_database,
                                    const char *secondary_server, const char *secondary_database,
                                    struct world_result *result)
{
    const struct ls_primary_database *primary = primary_of(instance, primary_database);
    struct ls_primary_secondary *pair;

    result_clear(result);
    if (!primary) {
        result_error(result, 32010, primary_database, NULL, NULL);
        return;
    }
    if (find_pair(&instance->shipping, &primary->primary_id, secondary_server, secondary_database) <
        instance->shipping.primary_secondaries.count) {
        result_error(result, 32012, secondary_server, secondary_database, primary_database);
        return;
    }
    pair = LIST_ADD(&instance->shipping.primary_secondaries);
    pair->primary_id = primary->primary_id;
    COPY_TEXT(pair->secondary_server, secondary_server);
    COPY_TEXT(pair->secondary_database, secondary_database);
}

/* A pair that is not there is no error. */
void world_delete_ls_primary_secondary(struct instance *instance, const char *primary_database,
                                       const char *secondary_server, const char *secondary_database,
                                       struct world_result *result)
{
    const struct ls_primary_database *primary = primary_of(instance, primary_database);
    size_t index;

    result_clear(result);
    if (!primary) {
        result_error(result, 32010, primary_database, NULL, NULL);
        return;
    }
    index = find_pair(&instance->shipping, &primary->primary_id, secondary_server, secondary_database);
    if (index < instance->shipping.primary_secondaries.count)
        LIST_REMOVE(&instance->shipping.primary_secondaries, index);
}

void world_delete_ls_primary_database(struct world *world, struct instance *instance, const char *database,
                                      struct world_result *result)
{
    const struct ls_primary_database *primary = primary_of(instance, database);

    (void)world;
    result_clear(result);
    if (!primary)
        result_error(result, 32010, database, NULL, NULL);
    else if (has_secondaries(&instance->shipping, &primary->primary_id))
        result_error(result, 32011, database, NULL, NULL);
    else
        shipping_delete_primary_database(instance, database);
}

/* --- secondary --- */

static void fill_secondary(struct ls_secondary *row, const struct instance *instance,
                           const struct ls_secondary_request *request)
{
    COPY_TEXT(row->primary_server, request->primary_server);
    COPY_TEXT(row->primary_database, request->primary_database);
    COPY_TEXT(row->backup_source_directory, request->source_directory);
    COPY_TEXT(row->backup_destination_directory, request->destination_directory);
    COPY_TEXT(row->monitor_server, request->monitor_server ? request->monitor_server : instance->server_name);
    row->file_retention_period = request->retention_minutes;
    row->user_specified_monitor = request->monitor_server != NULL;
    row->monitor_server_security_mode = true;
    row->last_copied_date = SQL_NULL_DATE;
}

void world_add_ls_secondary_primary(struct world *world, struct instance *instance,
                                    const struct ls_secondary_request *request,
                                    const struct ls_secondary **ret_row, struct world_result *result)
{
    struct ls_secondary *row = secondary_of(instance, request->primary_server, request->primary_database);
    struct guid id = world_new_guid(world), copy_job_id, restore_job_id;

    result_clear(result);
    *ret_row = NULL;
    if (row && !request->overwrite) {
        result_error(result, 32024, request->primary_server, request->primary_database, NULL);
        return;
    }
    if (row) /* its settings change; the jobs stay */
        fill_secondary(row, instance, request);
    if (row || !name_is_free(instance, request->copy_job_name, result) ||
        !name_is_free(instance, request->restore_job_name, result)) {
        *ret_row = row;
        return;
    }
    copy_job_id = add_job(world, instance, request->copy_job_name, JOB_LS_COPY, "Copy", &id);
    restore_job_id = add_job(world, instance, request->restore_job_name, JOB_LS_RESTORE, "Restore", &id);
    row = LIST_ADD(&instance->shipping.secondaries);
    row->secondary_id = id;
    row->copy_job_id = copy_job_id;
    row->restore_job_id = restore_job_id;
    fill_secondary(row, instance, request);
    *ret_row = row;
}

static void add_monitor_secondary(struct instance *instance, const struct ls_secondary *secondary,
                                  const struct ls_secondary_database_request *request)
{
    struct ls_monitor_secondary *row = LIST_ADD(&instance->shipping.monitor_secondaries);

    *row = (struct ls_monitor_secondary){
        .secondary_id = secondary->secondary_id,
        .restore_threshold = request->threshold_minutes,
        .threshold_alert = request->threshold_alert,
        .threshold_alert_enabled = request->threshold_alert_enabled,
        .last_copied_date = SQL_NULL_DATE,
        .last_copied_date_utc = SQL_NULL_DATE,
        .last_restored_date = SQL_NULL_DATE,
        .last_restored_date_utc = SQL_NULL_DATE,
        .last_restored_latency = SQL_NULL_INT,
        .history_retention_period = request->history_retention_minutes,
    };
    COPY_TEXT(row->secondary_server, instance->server_name);
    COPY_TEXT(row->secondary_database, request->database);
    COPY_TEXT(row->primary_server, request->primary_server);
    COPY_TEXT(row->primary_database, request->primary_database);
}

static void add_secondary_database(struct instance *instance, const struct ls_secondary *secondary,
                                   const struct ls_secondary_database_request *request)
{
    struct ls_secondary_database *row = LIST_ADD(&instance->shipping.secondary_databases);

    *row = (struct ls_secondary_database){
        .secondary_id = secondary->secondary_id,
        .restore_delay = request->restore_delay_minutes,
        .restore_all = request->restore_all,
        .restore_mode = request->restore_mode,
        .disconnect_users = request->disconnect_users,
        .block_size = request->block_size,
        .buffer_count = request->buffer_count,
        .max_transfer_size = request->max_transfer_size,
        .last_restored_date = SQL_NULL_DATE,
    };
    COPY_TEXT(row->secondary_database, request->database);
}

static bool is_secondary_database(const struct shipping *shipping, const char *database)
{
    for (size_t i = 0; i < shipping->secondary_databases.count; i++)
        if (same(shipping->secondary_databases.rows[i].secondary_database, database))
            return true;
    return false;
}

void world_add_ls_secondary_database(struct world *world, struct instance *instance,
                                     const struct ls_secondary_database_request *request,
                                     struct world_result *result)
{
    const struct ls_secondary *secondary =
        secondary_of(instance, request->primary_server, request->primary_database);

    result_clear(result);
    if (!secondary) {
        result_error(result, 32023, request->primary_server, request->primary_database, NULL);
        return;
    }
    if (is_secondary_database(&instance->shipping, request->database)) {
        result_error(result, 32013, request->database, NULL, NULL);
        return;
    }
    add_secondary_database(instance, secondary, request);
    add_monitor_secondary(instance, secondary, request);
    shipping_add_alert_job(world, instance);
}

void world_delete_ls_secondary_primary(struct instance *instance, const char *primary_server,
                                       const char *primary_database, struct world_result *result)
{
    struct ls_secondary *secondary = secondary_of(instance, primary_server, primary_database);

    result_clear(result);
    if (!secondary) {
        result_error(result, 32023, primary_server, primary_database, NULL);
        return;
    }
    if (shipping_secondary_database(instance, &secondary->secondary_id)) {
        result_error(result, 32025, primary_server, primary_database, NULL);
        return;
    }
    job_delete(instance, &secondary->copy_job_id, false);
    job_delete(instance, &secondary->restore_job_id, false);
    LIST_REMOVE(&instance->shipping.secondaries, (size_t)(secondary - instance->shipping.secondaries.rows));
}

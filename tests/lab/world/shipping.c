#include "lab/world/shipping_setup.h"

#include "lab/world/random.h"
#include "lab/world/result.h"
#include "lab/world/statements.h"
#include "lab/world/world.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* --- finding --- */

#define FIND_BY_ID(list, field, id)                                                                          \
    do {                                                                                                     \
        for (size_t i = 0; i < (list).count; i++)                                                            \
            if (guid_same(&(list).rows[i].field, (id)))                                                      \
                return &(list).rows[i];                                                                      \
        return NULL;                                                                                         \
    } while (0)

struct ls_primary_database *shipping_primary(struct instance *instance, const struct guid *primary_id)
{
    FIND_BY_ID(instance->shipping.primary_databases, primary_id, primary_id);
}

struct ls_monitor_primary *shipping_monitor_primary(struct instance *instance, const struct guid *primary_id)
{
    FIND_BY_ID(instance->shipping.monitor_primaries, primary_id, primary_id);
}

struct ls_secondary *shipping_secondary(struct instance *instance, const struct guid *secondary_id)
{
    FIND_BY_ID(instance->shipping.secondaries, secondary_id, secondary_id);
}

struct ls_secondary_database *shipping_secondary_database(struct instance *instance,
                                                          const struct guid *secondary_id)
{
    FIND_BY_ID(instance->shipping.secondary_databases, secondary_id, secondary_id);
}

struct ls_monitor_secondary *shipping_monitor_secondary(struct instance *instance,
                                                        const struct guid *secondary_id)
{
    FIND_BY_ID(instance->shipping.monitor_secondaries, secondary_id, secondary_id);
}

/* Takes out every row whose id it is. */
#define REMOVE_BY_ID(list, field, id)                                                                        \
    do {                                                                                                     \
        for (size_t i = (list)->count; i-- > 0;)                                                             \
            if (guid_same(&(list)->rows[i].field, (id)))                                                     \
                LIST_REMOVE(list, i);                                                                        \
    } while (0)

static void forget_history(struct shipping *shipping, const struct guid *agent_id)
{
    for (size_t i = shipping->history_details.count; i-- > 0;)
        if (guid_same(&shipping->history_details.rows[i].agent_id, agent_id)) {
            free(shipping->history_details.rows[i].message);
            LIST_REMOVE(&shipping->history_details, i);
        }
    for (size_t i = shipping->error_details.count; i-- > 0;)
        if (guid_same(&shipping->error_details.rows[i].agent_id, agent_id)) {
            free(shipping->error_details.rows[i].message);
            LIST_REMOVE(&shipping->error_details, i);
        }
}

/* --- the alert job --- */

void shipping_add_alert_job(struct world *world, struct instance *instance)
{
    char name[WORLD_NAME_BYTES + 16];
    const struct job_config config = {
        .name = name,
        .kind = JOB_LS_ALERT,
        .command = "exec sys.sp_check_log_shipping_monitor_alert",
        .interval_s = world->config.alert_interval_s,
    };

    if (!guid_is_null(&instance->shipping.alert_job_id))
        return;
    snprintf(name, sizeof name, "LSAlert_%s", instance->server_name);
    instance->shipping.alert_job_id = job_add(world, instance, &config);
}

/* The alert job stays while any database is watched. */
static void drop_alert_job(struct instance *instance)
{
    struct shipping *shipping = &instance->shipping;

    if (shipping->monitor_primaries.count + shipping->monitor_secondaries.count > 0)
        return;
    job_delete(instance, &shipping->alert_job_id, false);
    shipping->alert_job_id = (struct guid){""};
}

/* --- primary --- */

static struct guid add_backup_job(struct world *world, struct instance *instance,
                                  const struct guid *primary_id)
{
    char command[2 * WORLD_NAME_BYTES];
    const struct job_config config = {
        .name = "LSBackup_mgc",
        .kind = JOB_LS_BACKUP,
        .command = command,
        .interval_s = world->config.backup_interval_s,
        .agent_id = *primary_id,
    };

    snprintf(command, sizeof command,
             "\"C:\\Program Files\\Microsoft SQL Server\\120\\Tools\\Binn\\sqllogship.exe\" -Backup %s "
             "-server %.200s",
             primary_id->text, instance->server_name);
    return job_add(world, instance, &config);
}

static void add_primary_rows(struct world *world, struct instance *instance, const char *share,
                             const struct guid *primary_id)
{
    struct ls_primary_database *row = LIST_ADD(&instance->shipping.primary_databases);
    struct ls_monitor_primary *monitor = LIST_ADD(&instance->shipping.monitor_primaries);

    *row = (struct ls_primary_database){
        .primary_id = *primary_id,
        .primary_database = "mgc",
        .backup_retention_period = world->config.retention_minutes,
        .backup_job_id = add_backup_job(world, instance, primary_id),
        .user_specified_monitor = false,
        .monitor_server_security_mode = true,
        .last_backup_date = SQL_NULL_DATE,
        .backup_compression = 2,
    };
    snprintf(row->backup_directory, sizeof row->backup_directory, "%s", share);
    snprintf(row->backup_share, sizeof row->backup_share, "%s", share);
    snprintf(row->monitor_server, sizeof row->monitor_server, "%s", instance->server_name);
    *monitor = (struct ls_monitor_primary){
        .primary_id = *primary_id,
        .primary_database = "mgc",
        .backup_threshold = world->config.backup_threshold_minutes,
        .threshold_alert = 14420,
        .threshold_alert_enabled = true,
        .last_backup_date = SQL_NULL_DATE,
        .last_backup_date_utc = SQL_NULL_DATE,
        .history_retention_period = world->config.history_retention_minutes,
    };
    snprintf(monitor->primary_server, sizeof monitor->primary_server, "%s", instance->server_name);
}

void shipping_add_primary(struct world *world, struct instance *instance, const char *share,
                          const struct instance *secondary)
{
    struct guid primary_id = world_new_guid(world);
    struct ls_primary_secondary *pair;

    add_primary_rows(world, instance, share, &primary_id);
    pair = LIST_ADD(&instance->shipping.primary_secondaries);
    pair->primary_id = primary_id;
    snprintf(pair->secondary_server, sizeof pair->secondary_server, "%s", secondary->name);
    snprintf(pair->secondary_database, sizeof pair->secondary_database, "mgc");
    shipping_add_alert_job(world, instance);
}

static void delete_primary_at(struct instance *instance, size_t index)
{
    struct shipping *shipping = &instance->shipping;
    struct guid primary_id = shipping->primary_databases.rows[index].primary_id;

    job_delete(instance, &shipping->primary_databases.rows[index].backup_job_id, false);
    forget_history(shipping, &primary_id);
    REMOVE_BY_ID(&shipping->monitor_primaries, primary_id, &primary_id);
    REMOVE_BY_ID(&shipping->primary_secondaries, primary_id, &primary_id);
    LIST_REMOVE(&shipping->primary_databases, index);
}

void shipping_delete_primary(struct world *world, struct instance *instance)
{
    (void)world;
    while (instance->shipping.primary_databases.count > 0)
        delete_primary_at(instance, 0);
    drop_alert_job(instance);
}

void shipping_delete_primary_database(struct instance *instance, const char *database)
{
    for (size_t i = instance->shipping.primary_databases.count; i-- > 0;)
        if (strcasecmp(instance->shipping.primary_databases.rows[i].primary_database, database) == 0)
            delete_primary_at(instance, i);
    drop_alert_job(instance);
}

/* --- secondary --- */

static struct guid add_secondary_job(struct world *world, struct instance *instance, const char *primary,
                                     enum job_kind kind, const struct guid *secondary_id)
{
    bool copy = kind == JOB_LS_COPY;
    char name[WORLD_NAME_BYTES], command[2 * WORLD_NAME_BYTES];
    const struct job_config config = {
        .name = name,
        .kind = kind,
        .command = command,
        .interval_s = copy ? world->config.copy_interval_s : world->config.restore_interval_s,
        .phase_s = (copy ? world->config.copy_interval_s : 2 * world->config.restore_interval_s) / 5,
        .agent_id = *secondary_id,
    };

    snprintf(name, sizeof name, "%s_%.200s_mgc", copy ? "LSCopy" : "LSRestore", primary);
    snprintf(command, sizeof command,
             "\"C:\\Program Files\\Microsoft SQL Server\\120\\Tools\\Binn\\sqllogship.exe\" -%s %s -server "
             "%.200s",
             copy ? "Copy" : "Restore", secondary_id->text, instance->server_name);
    return job_add(world, instance, &config);
}

static void add_secondary_row(struct world *world, struct instance *instance, const struct instance *primary,
                              const char *share, const struct guid *secondary_id)
{
    struct ls_secondary *row = LIST_ADD(&instance->shipping.secondaries);

    *row = (struct ls_secondary){
        .secondary_id = *secondary_id,
        .primary_database = "mgc",
        .backup_destination_directory = "E:\\LogCopy",
        .file_retention_period = world->config.retention_minutes,
        .copy_job_id = add_secondary_job(world, instance, primary->name, JOB_LS_COPY, secondary_id),
        .restore_job_id = add_secondary_job(world, instance, primary->name, JOB_LS_RESTORE, secondary_id),
        .monitor_server_security_mode = true,
        .last_copied_date = SQL_NULL_DATE,
    };
    snprintf(row->primary_server, sizeof row->primary_server, "%s", primary->name);
    snprintf(row->backup_source_directory, sizeof row->backup_source_directory, "%s", share);
    snprintf(row->monitor_server, sizeof row->monitor_server, "%s", instance->server_name);
}

static void add_secondary_database_row(struct instance *instance, const struct guid *secondary_id)
{
    *LIST_ADD(&instance->shipping.secondary_databases) = (struct ls_secondary_database){
        .secondary_database = "mgc",
        .secondary_id = *secondary_id,
        .restore_all = true,
        .block_size = -1,
        .buffer_count = -1,
        .max_transfer_size = -1,
        .last_restored_date = SQL_NULL_DATE,
    };
}

static void add_monitor_secondary_row(struct world *world, struct instance *instance,
                                      const struct instance *primary, const struct guid *secondary_id)
{
    struct ls_monitor_secondary *row = LIST_ADD(&instance->shipping.monitor_secondaries);

    *row = (struct ls_monitor_secondary){
        .secondary_database = "mgc",
        .secondary_id = *secondary_id,
        .primary_database = "mgc",
        .restore_threshold = world->config.restore_threshold_minutes,
        .threshold_alert = 14421,
        .threshold_alert_enabled = true,
        .last_copied_date = SQL_NULL_DATE,
        .last_copied_date_utc = SQL_NULL_DATE,
        .last_restored_date = SQL_NULL_DATE,
        .last_restored_date_utc = SQL_NULL_DATE,
        .last_restored_latency = SQL_NULL_INT,
        .history_retention_period = world->config.history_retention_minutes,
    };
    snprintf(row->secondary_server, sizeof row->secondary_server, "%s", instance->server_name);
    snprintf(row->primary_server, sizeof row->primary_server, "%s", primary->name);
}

void shipping_add_secondary(struct world *world, struct instance *instance, const struct instance *primary,
                            const char *share)
{
    struct guid secondary_id = world_new_guid(world);

    add_secondary_row(world, instance, primary, share, &secondary_id);
    add_secondary_database_row(instance, &secondary_id);
    add_monitor_secondary_row(world, instance, primary, &secondary_id);
    shipping_add_alert_job(world, instance);
}

static struct ls_secondary_database *secondary_of(struct instance *instance, const char *database)
{
    for (size_t i = 0; i < instance->shipping.secondary_databases.count; i++)
        if (strcasecmp(instance->shipping.secondary_databases.rows[i].secondary_database, database) == 0)
            return &instance->shipping.secondary_databases.rows[i];
    return NULL;
}

void world_delete_ls_secondary_database(struct world *world, struct instance *instance, const char *database,
                                        struct world_result *result)
{
    struct shipping *shipping = &instance->shipping;
    struct ls_secondary_database *own = secondary_of(instance, database);
    struct ls_secondary *secondary;
    struct guid id;

    (void)world;
    result_clear(result);
    if (!own) {
        result_error(result, 32014, database, NULL, NULL);
        return;
    }
    id = own->secondary_id;
    secondary = shipping_secondary(instance, &id);
    if (secondary) {
        job_delete(instance, &secondary->copy_job_id, false);
        job_delete(instance, &secondary->restore_job_id, false);
    }
    forget_history(shipping, &id);
    REMOVE_BY_ID(&shipping->secondary_databases, secondary_id, &id);
    REMOVE_BY_ID(&shipping->monitor_secondaries, secondary_id, &id);
    REMOVE_BY_ID(&shipping->secondaries, secondary_id, &id);
    drop_alert_job(instance);
}

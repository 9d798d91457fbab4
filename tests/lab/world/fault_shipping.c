/* Log shipping's own rows, and users on the secondary. */
#include "lab/world/build.h"
#include "lab/world/fault.h"
#include "lab/world/random.h"
#include "lab/world/shipping_setup.h"

#include <stdio.h>
#include <string.h>

#define READER_PROGRAM "Microsoft SQL Server Management Studio - Query"

/* --- stale monitor rows --- */

enum stale { STALE_FROZEN, STALE_ORPHAN };

/* A row of a configuration that was removed while the monitor could not be told. */
static void add_orphan(struct fault_call *call)
{
    enum { DAY_MS = 24 * 3600 * 1000 };
    struct shipping *shipping = &call->instance->shipping;
    struct ls_monitor_secondary *row = LIST_ADD(&shipping->monitor_secondaries);

    *row = (struct ls_monitor_secondary){
        .secondary_database = "mgc",
        .secondary_id = world_new_guid(call->world),
        .primary_server = "sqlold1",
        .primary_database = "mgc",
        .restore_threshold = call->world->config.restore_threshold_minutes,
        .threshold_alert = 14421,
        .threshold_alert_enabled = true,
        .last_copied_file = "\\\\fs0\\old\\mgc_20240101000000.trn",
        .last_restored_file = "\\\\fs0\\old\\mgc_20240101000000.trn",
        .last_copied_date = world_getdate(call->world, call->instance) - DAY_MS,
        .last_copied_date_utc = world_getutcdate(call->world, call->instance) - DAY_MS,
        .last_restored_date = world_getdate(call->world, call->instance) - DAY_MS,
        .last_restored_date_utc = world_getutcdate(call->world, call->instance) - DAY_MS,
        .last_restored_latency = 3,
        .history_retention_period = call->world->config.history_retention_minutes,
    };
    snprintf(row->secondary_server, sizeof row->secondary_server, "%s", call->instance->server_name);
    snprintf(call->record->text, sizeof call->record->text, "%s", row->secondary_id.text);
}

static int set_monitor_row_stale(struct fault_call *call)
{
    static const char *const words[] = {"frozen", "orphan", NULL};
    int how;

    if (fault_word(call, "how", words, &how) != 0)
        return -1;
    call->record->saved[0] = how;
    if (how == STALE_ORPHAN)
        add_orphan(call);
    else
        call->instance->shipping.monitor_frozen = true;
    return 0;
}

static void clear_monitor_row_stale(struct fault_call *call)
{
    struct shipping *shipping = &call->instance->shipping;

    if (call->record->saved[0] == STALE_FROZEN)
        shipping->monitor_frozen = false;
    for (size_t i = shipping->monitor_secondaries.count; i-- > 0;)
        if (strcmp(shipping->monitor_secondaries.rows[i].secondary_id.text, call->record->text) == 0)
            LIST_REMOVE(&shipping->monitor_secondaries, i);
}

/* --- readers --- */

static int set_readers_on_secondary(struct fault_call *call)
{
    struct database *database = database_find(call->instance, "mgc");
    struct world_result result = {0};
    int64_t count;

    if (fault_number(call, "count", 2, &count) != 0)
        return -1;
    if (!database || database_open_error(call->instance, database, &result) != 0)
        return err_set(call->err, ERR_INPUT, "mgc on %s cannot be opened; act standby_secondary first",
                       call->target);
    for (int64_t i = 0; i < count; i++)
        session_open(call->world, call->instance, "LITWARE\\reporting", "rpt1", READER_PROGRAM, "mgc", true)
            ->synthetic = true;
    return 0;
}

static void clear_readers_on_secondary(struct fault_call *call)
{
    for (size_t i = call->instance->sessions.count; i-- > 0;)
        if (strcmp(call->instance->sessions.rows[i].program, READER_PROGRAM) == 0)
            LIST_REMOVE(&call->instance->sessions, i);
}

/* --- the primary half on A' --- */

static int set_ls_mirror_missing(struct fault_call *call)
{
    shipping_delete_primary(call->world, call->instance);
    return 0;
}

static void clear_ls_mirror_missing(struct fault_call *call)
{
    shipping_add_primary(call->world, call->instance, build_share(call->world),
                         build_designed(call->world, DESIGN_SECONDARY));
}

static struct ls_primary_database *primary_row(struct instance *instance)
{
    return instance->shipping.primary_databases.count > 0 ? &instance->shipping.primary_databases.rows[0]
                                                          : NULL;
}

static int set_ls_settings_differ(struct fault_call *call)
{
    struct ls_primary_database *row = primary_row(call->instance);
    const char *share = fault_param(call, "share", NULL);
    int64_t retention;

    if (!row)
        return err_set(call->err, ERR_INPUT, "%s has no log shipping", call->target);
    if (fault_number(call, "retention",
                     share ? row->backup_retention_period : row->backup_retention_period / 2,
                     &retention) != 0)
        return -1;
    call->record->saved[0] = row->backup_retention_period;
    row->backup_retention_period = (int)retention;
    if (share) {
        snprintf(row->backup_share, sizeof row->backup_share, "%s", share);
        snprintf(row->backup_directory, sizeof row->backup_directory, "%s", share);
    }
    return 0;
}

static void clear_ls_settings_differ(struct fault_call *call)
{
    struct ls_primary_database *row = primary_row(call->instance);

    if (!row)
        return;
    row->backup_retention_period = (int)call->record->saved[0];
    snprintf(row->backup_share, sizeof row->backup_share, "%s", build_share(call->world));
    snprintf(row->backup_directory, sizeof row->backup_directory, "%s", build_share(call->world));
}

static const struct fault rows[] = {
    {{"monitor_row_stale", TARGET_INSTANCE, "sqldr1", "how=frozen|orphan",
      "monitor rows are no longer updated, or one of a removed configuration is left"},
     set_monitor_row_stale,
     clear_monitor_row_stale},
    {{"readers_on_secondary", TARGET_INSTANCE, "sqldr1", "count=2",
      "sessions in a STANDBY mgc: restores get 3101"},
     set_readers_on_secondary,
     clear_readers_on_secondary},
    {{"ls_mirror_missing", TARGET_INSTANCE, "sqlmir1", "", "log shipping was never configured there"},
     set_ls_mirror_missing,
     clear_ls_mirror_missing},
    {{"ls_settings_differ", TARGET_INSTANCE, "sqlmir1", "retention=MINUTES share=UNC",
      "retention or share differ from the other partner's"},
     set_ls_settings_differ,
     clear_ls_settings_differ},
};

const struct fault_table fault_table_shipping = {rows, COUNT(rows)};

#include "lab/world/agents.h"

#include "lab/world/civil.h"
#include "lab/world/shipping_setup.h"
#include "lab/world/statements.h"
#include "lab/world/world.h"

#include <stdio.h>
#include <string.h>

/* <directory>\<database>_<UTC stamp of this server's clock>.trn, and never a name that exists. */
static void next_path(struct ls_run *run, const struct ls_primary_database *primary,
                      char path[WORLD_PATH_BYTES])
{
    int64_t utc_ms = world_getutcdate(run->world, run->instance);
    enum os_error error;
    char stamp[STAMP_BYTES];

    do {
        snprintf(path, WORLD_PATH_BYTES, "%.220s\\%.200s_%s.trn", primary->backup_directory,
                 primary->primary_database, civil_stamp(utc_ms, stamp));
        utc_ms += 1000;
    } while (files_find(run->world, run->host, path, &error));
}

static void note_success(struct ls_run *run, struct ls_primary_database *primary, const char *path)
{
    struct ls_monitor_primary *monitor = shipping_monitor_primary(run->instance, &primary->primary_id);

    snprintf(primary->last_backup_file, sizeof primary->last_backup_file, "%s", path);
    primary->last_backup_date = world_getdate(run->world, run->instance);
    ls_note(run, LS_RUNNING, "Log backup succeeded. Primary Database: '%s', Log Backup File: '%s'",
            primary->primary_database, path);
    if (!monitor || run->instance->shipping.monitor_frozen)
        return;
    snprintf(monitor->last_backup_file, sizeof monitor->last_backup_file, "%s", path);
    monitor->last_backup_date = world_getdate(run->world, run->instance);
    monitor->last_backup_date_utc = world_getutcdate(run->world, run->instance);
}

/* --- retention --- */

struct deletion {
    const struct ls_primary_database *primary;
    int64_t before_utc_ms;
    LIST(struct stored_file) old; /* only their paths matter */
};

static void collect_old(void *user, const struct stored_file *file)
{
    struct deletion *deletion = user;

    if (ls_is_backup_name(files_base_name(file->path), deletion->primary->primary_database) &&
        file->modified_utc_ms < deletion->before_utc_ms)
        *LIST_ADD(&deletion->old) = *file;
}

static void delete_old(struct ls_run *run, const struct ls_primary_database *primary)
{
    struct deletion deletion = {
        .primary = primary,
        .before_utc_ms =
            world_getutcdate(run->world, run->instance) - (int64_t)primary->backup_retention_period * 60000,
    };
    char path[WORLD_PATH_BYTES];

    files_list(run->world, run->host, primary->backup_directory, collect_old, &deletion);
    for (size_t i = 0; i < deletion.old.count; i++) {
        snprintf(path, sizeof path, "%.255s\\%.255s", primary->backup_directory,
                 files_base_name(deletion.old.rows[i].path));
        files_delete(run->world, run->host, path);
    }
    ls_note(run, LS_RUNNING, "Number of log backup files deleted: '%zu'", deletion.old.count);
    free(deletion.old.rows);
}

/* --- faults that wait for the next file on the share --- */

static void spring_trap(struct ls_run *run, const char *path)
{
    struct file_trap *trap = &run->world->share_trap;
    enum os_error error;
    struct stored_file *file = files_find(run->world, run->host, path, &error);

    if (file) {
        file->damaged = file->damaged || trap->damage;
        file->truncated = file->truncated || trap->truncate;
        if (trap->remove)
            files_delete(run->world, run->host, path);
    }
    *trap = (struct file_trap){0};
}

static void back_up(struct ls_run *run, struct ls_primary_database *primary)
{
    char path[WORLD_PATH_BYTES];
    struct world_result result;
    struct backup_request request = {
        .database = primary->primary_database, .path = path, .log = true, .init = true};

    next_path(run, primary, path);
    world_backup(run->world, run->instance, &request, &result);
    if (result.number != 0) {
        ls_fail(run, "Backup failed for Server '%s'. (Microsoft.SqlServer.SmoExtended)",
                run->instance->server_name);
        ls_fail_sql(run, &result);
        return;
    }
    note_success(run, primary, path);
    spring_trap(run, path);
    delete_old(run, primary);
}

void backup_agent(struct ls_run *run)
{
    struct ls_primary_database *primary = shipping_primary(run->instance, &run->agent_id);
    const struct database *database =
        primary ? database_find(run->instance, primary->primary_database) : NULL;

    if (!primary || !database) {
        ls_fail(run, "Could not retrieve backup settings for primary ID '%s'.", run->agent_id.text);
        return;
    }
    /* On the mirror the agent ends with success and ships nothing (page "Database Mirroring and Log
     * Shipping"). */
    if (database->mirror.configured && database->mirror.role == ROLE_MIRROR)
        ls_note(run, LS_RUNNING,
                "Skipping the log backup: database '%s' is the mirror database of a mirroring session.",
                database->name);
    else
        back_up(run, primary);
}

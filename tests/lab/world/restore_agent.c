#include "lab/world/agents.h"

#include "base/utc.h"
#include "lab/world/shipping_setup.h"
#include "lab/world/statements.h"
#include "lab/world/world.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct folder {
    const struct ls_secondary *secondary;
    LIST(struct stored_file) files; /* only paths and times matter; in order of name */
};

static void collect(void *user, const struct stored_file *file)
{
    struct folder *folder = user;

    if (ls_is_backup_name(files_base_name(file->path), folder->secondary->primary_database))
        *LIST_ADD(&folder->files) = *file;
}

/* The instant in a file's name: UTC by the producer's clock. */
static int64_t stamp_of(const char *path)
{
    const char *name = files_base_name(path);
    int64_t utc_ms = 0;
    char digits[15];

    snprintf(digits, sizeof digits, "%.14s", name + strlen(name) - strlen("yyyymmddhhmmss.trn"));
    utc_parse_stamp(digits, &utc_ms);
    return utc_ms;
}

/* --- one file --- */

static void note_restored(struct ls_run *run, struct ls_secondary_database *own, const char *path)
{
    struct ls_monitor_secondary *monitor = shipping_monitor_secondary(run->instance, &own->secondary_id);
    int64_t utc_ms = world_getutcdate(run->world, run->instance);

    ls_note(run, LS_RUNNING, "Restored log backup file. Secondary DB: '%s', File: '%s'",
            own->secondary_database, path);
    snprintf(own->last_restored_file, sizeof own->last_restored_file, "%s", path);
    own->last_restored_date = world_getdate(run->world, run->instance);
    if (!monitor || run->instance->shipping.monitor_frozen)
        return;
    snprintf(monitor->last_restored_file, sizeof monitor->last_restored_file, "%s", path);
    monitor->last_restored_date = own->last_restored_date;
    monitor->last_restored_date_utc = utc_ms;
    monitor->last_restored_latency = (int)((utc_ms - stamp_of(path)) / 60000);
}

static void restore_file(struct ls_run *run, const struct ls_secondary_database *own, const char *path,
                         struct world_result *result)
{
    struct restore_request request = {
        .database = own->secondary_database,
        .path = path,
        .log = true,
        .leave = own->restore_mode ? LEAVE_STANDBY : LEAVE_NORECOVERY,
    };

    if (own->disconnect_users)
        sessions_end_in(run->instance, own->secondary_database, 0);
    world_restore(run->world, run->instance, &request, result);
}

static void note_refusal(struct ls_run *run, const struct ls_secondary_database *own, const char *path,
                         const struct world_result *result)
{
    if (result->number == 4305)
        ls_note(
            run, LS_WARNING,
            "The file '%s' is too recent to apply to the secondary database '%s'. Searching for an older log "
            "backup file.",
            path, own->secondary_database);
    ls_fail(run, "Could not apply log backup file '%s' to secondary database '%s'.", path,
            own->secondary_database);
    ls_fail_sql(run, result);
}

/* --- a run --- */

enum step { STEP_RESTORED, STEP_SKIPPED, STEP_REFUSED };

static enum step try_file(struct ls_run *run, struct ls_secondary_database *own, const char *path)
{
    struct world_result result;

    restore_file(run, own, path, &result);
    if (result.number == 0) {
        note_restored(run, own, path);
        return STEP_RESTORED;
    }
    if (result.number == 4326) {
        ls_note(run, LS_RUNNING, "Skipped log backup file. Secondary DB: '%s', File: '%s'",
                own->secondary_database, path);
        return STEP_SKIPPED;
    }
    note_refusal(run, own, path, &result);
    return STEP_REFUSED;
}

static bool is_due(const struct ls_run *run, const struct ls_secondary_database *own, const char *path)
{
    int64_t delay_ms = (int64_t)own->restore_delay * 60000;

    if (strcasecmp(files_base_name(path), files_base_name(own->last_restored_file)) <= 0)
        return false;
    return delay_ms == 0 || stamp_of(path) + delay_ms <= world_getutcdate(run->world, run->instance);
}

static void restore_folder(struct ls_run *run, struct ls_secondary_database *own, const struct folder *folder)
{
    size_t restored = 0;

    for (size_t i = 0; i < folder->files.count; i++) {
        const char *path = folder->files.rows[i].path;
        enum step step = STEP_SKIPPED;
        if (is_due(run, own, path))
            step = try_file(run, own, path);
        restored += step == STEP_RESTORED;
        if (step == STEP_REFUSED || (restored > 0 && !own->restore_all))
            break;
    }
    if (restored == 0 && !run->had_errors)
        ls_note(run, LS_RUNNING,
                "Could not find a log backup file that could be applied to secondary database '%s'.",
                own->secondary_database);
    if (!run->had_errors)
        ls_note(run, LS_RUNNING, "Number of log backup files restored: %zu", restored);
}

/* Restored files older than the retention go. */
static void delete_old(struct ls_run *run, const struct ls_secondary *secondary,
                       const struct ls_secondary_database *own, const struct folder *folder)
{
    int64_t before =
        world_getutcdate(run->world, run->instance) - (int64_t)secondary->file_retention_period * 60000;

    for (size_t i = 0; i < folder->files.count; i++) {
        const struct stored_file *file = &folder->files.rows[i];
        if (file->modified_utc_ms < before &&
            strcasecmp(files_base_name(file->path), files_base_name(own->last_restored_file)) <= 0)
            files_delete(run->world, run->host, file->path);
    }
}

void restore_agent(struct ls_run *run)
{
    struct ls_secondary *secondary = shipping_secondary(run->instance, &run->agent_id);
    struct ls_secondary_database *own = shipping_secondary_database(run->instance, &run->agent_id);
    struct folder folder = {.secondary = secondary};

    if (!secondary || !own) {
        ls_fail(run, "Could not retrieve restore settings for secondary ID '%s'.", run->agent_id.text);
        return;
    }
    files_list(run->world, run->host, secondary->backup_destination_directory, collect, &folder);
    restore_folder(run, own, &folder);
    delete_old(run, secondary, own, &folder);
    free(folder.files.rows);
}

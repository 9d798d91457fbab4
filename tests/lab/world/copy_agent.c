#include "lab/world/agents.h"

#include "lab/world/shipping_setup.h"
#include "lab/world/world.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct listing {
    const struct ls_secondary *secondary;
    LIST(struct stored_file) pending; /* only their paths matter; in order of name */
};

static void collect_newer(void *user, const struct stored_file *file)
{
    struct listing *listing = user;
    const char *name = files_base_name(file->path);

    if (ls_is_backup_name(name, listing->secondary->primary_database) &&
        strcasecmp(name, files_base_name(listing->secondary->last_copied_file)) > 0)
        *LIST_ADD(&listing->pending) = *file;
}

static void paths_of(const struct ls_secondary *secondary, const char *name, char source[WORLD_PATH_BYTES],
                     char work[WORLD_PATH_BYTES], char target[WORLD_PATH_BYTES])
{
    int stem = (int)(strlen(name) - strlen(".trn"));

    snprintf(source, WORLD_PATH_BYTES, "%.255s\\%.255s", secondary->backup_source_directory, name);
    snprintf(work, WORLD_PATH_BYTES, "%.255s\\%.*s.wrk", secondary->backup_destination_directory, stem, name);
    snprintf(target, WORLD_PATH_BYTES, "%.255s\\%.255s", secondary->backup_destination_directory, name);
}

static void note_copied(struct ls_run *run, struct ls_secondary *secondary, const char *target)
{
    struct ls_monitor_secondary *monitor =
        shipping_monitor_secondary(run->instance, &secondary->secondary_id);

    snprintf(secondary->last_copied_file, sizeof secondary->last_copied_file, "%s", target);
    secondary->last_copied_date = world_getdate(run->world, run->instance);
    if (!monitor || run->instance->shipping.monitor_frozen)
        return;
    snprintf(monitor->last_copied_file, sizeof monitor->last_copied_file, "%s", target);
    monitor->last_copied_date = world_getdate(run->world, run->instance);
    monitor->last_copied_date_utc = world_getutcdate(run->world, run->instance);
}

static void spring_trap(struct ls_run *run, const char *target)
{
    struct file_trap *trap = &run->world->copy_trap;
    enum os_error error;
    struct stored_file *file = files_find(run->world, run->host, target, &error);

    if (file) {
        file->damaged = file->damaged || trap->damage;
        file->truncated = file->truncated || trap->truncate;
        if (trap->remove)
            files_delete(run->world, run->host, target);
    }
    *trap = (struct file_trap){0};
}

/* Leaves an unfinished work file behind when the disk is full, as a real copy does. */
static enum os_error copy_one(struct ls_run *run, const char *source, const char *work, const char *target)
{
    enum os_error error = files_copy(run->world, run->host, source, work), ignored;
    struct stored_file *rest;

    if (error == OS_OK)
        return files_rename(run->world, run->host, work, target);
    rest = error == OS_DISK_FULL ? files_create(run->world, run->host, work, 0, &ignored) : NULL;
    if (rest)
        rest->truncated = true;
    return error;
}

static bool copy_file(struct ls_run *run, struct ls_secondary *secondary, const char *name)
{
    char source[WORLD_PATH_BYTES], work[WORLD_PATH_BYTES], target[WORLD_PATH_BYTES];
    enum os_error error;

    paths_of(secondary, name, source, work, target);
    ls_note(run, LS_RUNNING,
            "Copying log backup file to temporary work file. Source: '%s', Destination: '%s'", source, work);
    error = copy_one(run, source, work, target);
    if (error != OS_OK) {
        ls_fail(run, "%s(mscorlib) Operating system error %d. Source: '%s', Destination: '%s'",
                os_error_text(error), (int)error, source, work);
        return false;
    }
    ls_note(run, LS_RUNNING, "Renamed temporary work file. Source: '%s', Destination: '%s'", work, target);
    note_copied(run, secondary, target);
    spring_trap(run, target);
    return true;
}

/* The source folder's newer files; false after the error went to the history. */
static bool list_source(struct ls_run *run, const struct ls_secondary *secondary, struct listing *listing)
{
    enum os_error error =
        files_list(run->world, run->host, secondary->backup_source_directory, collect_newer, listing);

    if (error == OS_OK)
        return true;
    ls_fail(run, "%s(mscorlib) Operating system error %d. Source: '%s'", os_error_text(error), (int)error,
            secondary->backup_source_directory);
    return false;
}

/* The first file's work file can be seen while the job runs. */
void copy_agent_begin(struct ls_run *run)
{
    struct ls_secondary *secondary = shipping_secondary(run->instance, &run->agent_id);
    struct listing listing = {.secondary = secondary};
    char source[WORLD_PATH_BYTES], work[WORLD_PATH_BYTES], target[WORLD_PATH_BYTES];
    enum os_error error;

    if (!secondary || files_list(run->world, run->host, secondary->backup_source_directory, collect_newer,
                                 &listing) != OS_OK)
        return;
    if (listing.pending.count > 0) {
        struct stored_file *file;
        paths_of(secondary, files_base_name(listing.pending.rows[0].path), source, work, target);
        file = files_create(run->world, run->host, work, 0, &error);
        if (file)
            file->truncated = true;
    }
    free(listing.pending.rows);
}

void copy_agent(struct ls_run *run)
{
    struct ls_secondary *secondary = shipping_secondary(run->instance, &run->agent_id);
    struct listing listing = {.secondary = secondary};
    size_t copied = 0;

    if (!secondary) {
        ls_fail(run, "Could not retrieve copy settings for secondary ID '%s'.", run->agent_id.text);
        return;
    }
    if (!list_source(run, secondary, &listing))
        return;
    while (copied < listing.pending.count &&
           copy_file(run, secondary, files_base_name(listing.pending.rows[copied].path)))
        copied++;
    if (!run->had_errors)
        ls_note(run, LS_RUNNING, "Number of log backup files copied: %zu", copied);
    free(listing.pending.rows);
}

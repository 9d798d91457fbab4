#include "lab/world/statements.h"

#include "lab/world/mirroring.h"
#include "lab/world/random.h"
#include "lab/world/result.h"
#include "lab/world/world.h"

#include <stdio.h>
#include <string.h>

static const char *verb(const struct backup_request *request)
{
    return request->log ? "BACKUP LOG" : "BACKUP DATABASE";
}

/* 0, or the number of the refusal that depends on the kind of backup. */
static int log_refusal(const struct database *database, const struct backup_request *request)
{
    if (!request->log)
        return 0;
    if (database->recovery_model == RECOVERY_SIMPLE)
        return 4208;
    if (database->last_log_backup_lsn == 0)
        return 4214;
    if (request->norecovery && database->mirror.configured)
        return 1468;
    return 0;
}

static struct database *checked_database(struct instance *instance, const struct backup_request *request,
                                         struct world_result *result)
{
    struct database *database = database_find(instance, request->database);
    int refusal;

    if (!database) {
        result_error(result, 911, request->database, NULL, NULL);
        return NULL;
    }
    if (database->is_in_standby) {
        result_error(result, 3036, database->name, NULL, NULL);
        return NULL;
    }
    if (database->state != DATABASE_ONLINE &&
        !(request->no_truncate && database->state == DATABASE_SUSPECT)) {
        database_open_error(instance, database, result);
        return NULL;
    }
    refusal = log_refusal(database, request);
    if (refusal != 0) {
        result_error(result, refusal, database->name, NULL, NULL);
        return NULL;
    }
    if (request->checksum && !request->log && database->pages_damaged) {
        result_error(result, 3043, database->name, database->data_name, NULL);
        return NULL;
    }
    if (request->norecovery && sessions_in(instance, database->name) > 0) {
        result_error(result, 3101, NULL, NULL, NULL);
        return NULL;
    }
    return database;
}

static void name_device(struct world_result *result, enum os_error error, const char *path)
{
    char number[16];

    snprintf(number, sizeof number, "%d", (int)error);
    result_error(result, error == OS_DISK_FULL ? 3202 : 3201, path, number, os_error_text(error));
}

static int quarter_hours(const struct host *host)
{
    return host->utc_offset_minutes / 15;
}

static void describe_paths(const struct world *world, const struct database *database, struct backup_set *set)
{
    const struct lineage *lineage = &world->lineage;

    set->family_guid = database->family_guid;
    set->database_guid = database->database_guid;
    set->first_recovery_fork_guid = set->last_recovery_fork_guid = database->recovery_fork_guid;
    set->first_fork = set->last_fork = FORK_NONE;
    if (!database->has_lineage)
        return;
    set->last_fork = database->place.fork;
    set->first_fork = lineage_fork_at(lineage, database->place.fork, set->first_lsn);
    set->first_recovery_fork_guid = lineage->forks.rows[set->first_fork].guid;
    set->last_recovery_fork_guid = lineage->forks.rows[set->last_fork].guid;
    if (set->first_fork != set->last_fork)
        set->fork_point_lsn = lineage->forks.rows[set->last_fork].point_lsn;
}

static struct backup_set describe(struct world *world, const struct instance *instance,
                                  const struct database *database, const struct backup_request *request)
{
    const struct host *host = &world->hosts[instance->host];
    lsn_t end = database->place.end_lsn;
    struct backup_set set = {
        .backup_set_uuid = world_new_guid(world),
        .position = 1,
        .type = request->log ? 'L' : 'D',
        .first_lsn = request->log ? database->last_log_backup_lsn : end,
        .last_lsn = request->log ? end : lsn_advance(end, 1),
        .checkpoint_lsn = end,
        .database_backup_lsn = database->differential_base_lsn,
        .backup_start_date = host_local_ms(host, world->now_utc_ms),
        .backup_finish_date = host_local_ms(host, world->now_utc_ms),
        .time_zone = quarter_hours(host),
        .is_copy_only = request->copy_only || request->no_truncate,
        .begins_log_chain = request->log && database->chain_begins,
        .is_force_offline = request->norecovery,
        .has_backup_checksums = request->checksum,
        .recovery_model = (int)database->recovery_model,
        .software_major_version = instance->version_major,
        .software_minor_version = instance->version_minor,
        .software_build_version = instance->version_build,
        .produced_utc_ms = world->now_utc_ms,
        .pages_damaged = !request->log && database->pages_damaged,
    };

    snprintf(set.name, sizeof set.name, "%.128s", request->name ? request->name : "");
    snprintf(set.database_name, sizeof set.database_name, "%s", database->name);
    snprintf(set.server_name, sizeof set.server_name, "%s", instance->server_name);
    snprintf(set.user_name, sizeof set.user_name, "%s",
             request->user ? request->user : instance->agent_account);
    set.backup_size = request->log ? lsn_distance_bytes(set.first_lsn, set.last_lsn) + 65536
                                   : database->data_size_bytes / 2;
    set.compressed_backup_size = set.backup_size / 4;
    describe_paths(world, database, &set);
    return set;
}

/* Puts the set into the file; a file that exists is appended to unless INIT. */
static bool write_file(struct world *world, struct instance *instance, const struct backup_request *request,
                       struct backup_set *set, struct world_result *result)
{
    struct host *host = world_host_of(world, instance);
    enum os_error error;
    struct stored_file *file = request->init ? NULL : files_find(world, host, request->path, &error);

    if (!file)
        file = files_create(world, host, request->path, set->compressed_backup_size, &error);
    if (!file) {
        name_device(result, error, request->path);
        return false;
    }
    set->position = (int)file->sets.count + 1;
    *LIST_ADD(&file->sets) = *set;
    return true;
}

static void note_in_msdb(struct instance *instance, struct backup_set set, const char *path)
{
    set.backup_set_id = set.media_set_id = ++instance->next_backup_set_id;
    snprintf(set.physical_device_name, sizeof set.physical_device_name, "%s", path);
    *LIST_ADD(&instance->backup_sets) = set;
}

/* What the backup changes in the database itself. */
static void settle(struct database *database, const struct backup_request *request,
                   const struct backup_set *set)
{
    if (!request->log) {
        if (!request->copy_only)
            database->differential_base_lsn = set->checkpoint_lsn;
        if (database->last_log_backup_lsn == 0 && database->recovery_model != RECOVERY_SIMPLE) {
            database->last_log_backup_lsn = set->checkpoint_lsn;
            database->chain_begins = true;
        }
        database->place.end_lsn = set->last_lsn;
    } else if (!set->is_copy_only) {
        database->last_log_backup_lsn = set->last_lsn;
        database->chain_begins = false;
    }
    if (request->norecovery) {
        database->state = DATABASE_RESTORING;
        database->redo_start_lsn = database->place.end_lsn;
        database->redo_start_fork_guid = database->recovery_fork_guid;
    }
    database_account_log(database);
}

void world_backup(struct world *world, struct instance *instance, const struct backup_request *request,
                  struct world_result *result)
{
    struct database *database;
    struct backup_set set;

    result_clear(result);
    database = checked_database(instance, request, result);
    if (!database) {
        result_terminated(result, verb(request));
        return;
    }
    database->place.end_lsn =
        lsn_advance(database->place.end_lsn, 512); /* a backup leaves its own log records */
    set = describe(world, instance, database, request);
    if (!write_file(world, instance, request, &set, result)) {
        result_terminated(result, verb(request));
        instance_log(world, instance, 3041, request->log ? "BACKUP LOG" : "BACKUP DATABASE", NULL, NULL);
        return;
    }
    note_in_msdb(instance, set, request->path);
    settle(database, request, &set);
    mirroring_follow(world, instance, database);
    result_error(result, 4035, database->name, request->log ? database->log_name : database->data_name, NULL);
    result_error(result, 3014, verb(request), "8", NULL);
}

#include "lab/world/statements.h"

#include "lab/world/random.h"
#include "lab/world/restore_media.h"
#include "lab/world/result.h"
#include "lab/world/world.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *verb(const struct restore_request *request)
{
    return request->log ? "RESTORE LOG" : "RESTORE DATABASE";
}

/* --- does it fit? --- */

static bool is_rolling_forward(const struct database *database)
{
    return database->state == DATABASE_RESTORING || database->is_in_standby;
}

/* Does the set's path run through the place where the database stands? */
static bool is_on_path(const struct world *world, const struct backup_set *set, struct lineage_place place)
{
    lsn_t until;

    return place.fork == FORK_NONE ||
           (lineage_on_chain(&world->lineage, set->last_fork, place.fork, &until) && place.end_lsn <= until);
}

static int log_misfit(const struct world *world, const struct backup_set *set,
                      const struct database *database)
{
    if (set->type != 'L' || !guid_same(&set->family_guid, &database->family_guid))
        return 3154;
    if (set->first_lsn > database->place.end_lsn)
        return 4305;
    if (set->last_lsn < database->place.end_lsn ||
        (set->last_lsn == database->place.end_lsn && set->last_fork == database->place.fork))
        return 4326;
    return is_on_path(world, set, database->place) ? 0 : 4330;
}

static bool log_fits(struct world *world, const struct backup_set *set, const struct database *database,
                     struct world_result *result)
{
    int number = log_misfit(world, set, database);
    char set_lsn[LSN_TEXT_BYTES], own_lsn[LSN_TEXT_BYTES];

    if (number == 0)
        return true;
    if (number == 3154)
        result_error(result, 3154, database->name, NULL, NULL);
    else
        result_error(result, number, world_lsn_text(number == 4305 ? set->first_lsn : set->last_lsn, set_lsn),
                     world_lsn_text(database->place.end_lsn, own_lsn), NULL);
    return false;
}

static bool has_room(struct world *world, struct instance *instance, const struct backup_set *set,
                     const char *data_file, struct world_result *result)
{
    struct host *host = world_host_of(world, instance);
    char need[24];

    snprintf(need, sizeof need, "%lld", (long long)set->backup_size);
    for (size_t i = 0; i < host->volume_count; i++)
        if (host->volumes[i].full &&
            strncasecmp(host->volumes[i].root, data_file, strlen(host->volumes[i].root)) == 0) {
            result_error(result, 3257, host->volumes[i].root, need, "0");
            return false;
        }
    return true;
}

static int common_refusal(const struct instance *instance, const struct database *database,
                          const struct restore_request *request)
{
    const struct session *own = NULL;

    for (size_t i = 0; i < instance->sessions.count; i++)
        if (instance->sessions.rows[i].session_id == request->own_session_id)
            own = &instance->sessions.rows[i];
    if (database->mirror.configured)
        return database->mirror.role == ROLE_MIRROR ? 3059 : 3104;
    if (own && strcasecmp(own->database, database->name) == 0)
        return 3102;
    return sessions_in(instance, database->name) > 0 ? 3101 : 0;
}

/* --- what it changes --- */

static void open_on_new_path(struct world *world, struct database *database)
{
    struct guid guid = world_new_guid(world);

    database->first_recovery_fork_guid = database->recovery_fork_guid;
    database->recovery_fork_guid = guid;
    database->fork_point_lsn = database->place.end_lsn;
    if (database->has_lineage)
        database->place.fork = lineage_fork(&world->lineage, database->place.fork, database->place.end_lsn,
                                            &guid, world->now_utc_ms);
    database->state = DATABASE_ONLINE;
    database->is_read_only = database->is_in_standby = false;
    database->redo_start_lsn = 0;
    database->is_trustworthy_on = database->is_broker_enabled = false;
}

static void leave(struct world *world, struct database *database, enum restore_leave how)
{
    if (how == LEAVE_RECOVERY) {
        open_on_new_path(world, database);
        return;
    }
    database->state = how == LEAVE_STANDBY ? DATABASE_ONLINE : DATABASE_RESTORING;
    database->is_in_standby = database->is_read_only = how == LEAVE_STANDBY;
    database->redo_start_lsn = how == LEAVE_STANDBY ? 0 : database->place.end_lsn;
    database->redo_start_fork_guid = database->recovery_fork_guid;
}

static void take_position(struct database *database, const struct backup_set *set)
{
    database->place = (struct lineage_place){set->last_fork, set->last_lsn};
    database->recovery_fork_guid = set->last_recovery_fork_guid;
    database->first_recovery_fork_guid = set->first_recovery_fork_guid;
    database->fork_point_lsn = set->fork_point_lsn;
    database->has_lineage = set->last_fork != FORK_NONE;
    database->as_of_utc_ms = set->produced_utc_ms;
    database->pages_damaged |= set->pages_damaged;
}

static void note_in_msdb(struct world *world, struct instance *instance,
                         const struct restore_request *request, const struct backup_set *set)
{
    struct restore_history *row = LIST_ADD(&instance->restore_histories);

    row->restore_history_id = ++instance->next_restore_history_id;
    row->restore_date = world_getdate(world, instance);
    row->restore_type = request->log ? 'L' : 'D';
    row->replace = request->replace;
    row->recovery = request->leave == LEAVE_RECOVERY;
    snprintf(row->destination_database_name, sizeof row->destination_database_name, "%s", request->database);
    snprintf(row->user_name, sizeof row->user_name, "%s",
             request->user ? request->user : instance->agent_account);
    if (set) {
        struct backup_set imported = *set;
        imported.backup_set_id = imported.media_set_id = ++instance->next_backup_set_id;
        snprintf(imported.physical_device_name, sizeof imported.physical_device_name, "%s", request->path);
        *LIST_ADD(&instance->backup_sets) = imported;
        row->backup_set_id = imported.backup_set_id;
    }
}

/* --- the statements --- */

static bool check_log(struct world *world, struct instance *instance, const struct restore_request *request,
                      struct backup_set *ret_set, struct world_result *result)
{
    struct database *database = database_find(instance, request->database);
    int refusal = database ? common_refusal(instance, database, request) : 3118;

    if (refusal == 0 && !is_rolling_forward(database))
        refusal = 3117;
    if (refusal == 0 && database->half_restored)
        refusal = 4319;
    if (refusal != 0) {
        result_error(result, refusal, request->database, NULL, NULL);
        return false;
    }
    return restore_read_set(world, instance, request, ret_set, result) &&
           log_fits(world, ret_set, database, result) &&
           has_room(world, instance, ret_set, database->data_file, result);
}

static bool restore_log(struct world *world, struct instance *instance, const struct restore_request *request,
                        struct world_result *result)
{
    struct database *database = database_find(instance, request->database);
    struct backup_set set;

    if (!check_log(world, instance, request, &set, result))
        return false;
    take_position(database, &set);
    leave(world, database, request->leave);
    note_in_msdb(world, instance, request, &set);
    result_error(result, 4035, database->name, database->log_name, NULL);
    result_error(result, 3014, verb(request), "8", NULL);
    return true;
}

/* An existing database that a full restore would overwrite. */
static int overwrite_refusal(const struct instance *instance, const struct database *database,
                             const struct restore_request *request, const struct backup_set *set)
{
    int refusal = common_refusal(instance, database, request);

    if (refusal != 0 || request->replace)
        return refusal;
    if (!guid_same(&set->family_guid, &database->family_guid))
        return 3154;
    if (database->state == DATABASE_ONLINE && !database->is_in_standby &&
        database->recovery_model != RECOVERY_SIMPLE)
        return 3159;
    return 0;
}

/* Where the files of a set go that nobody moves: where they were on the server that was backed up. */
static void place_files(struct database *database, const struct restore_request *request,
                        const struct backup_set *set)
{
    snprintf(database->data_name, sizeof database->data_name, "%s", set->database_name);
    snprintf(database->log_name, sizeof database->log_name, "%.200s_log", set->database_name);
    if (request->data_file)
        snprintf(database->data_file, sizeof database->data_file, "%s", request->data_file);
    else
        snprintf(database->data_file, sizeof database->data_file, DATABASE_DATA_FILE, set->database_name);
    if (request->log_file)
        snprintf(database->log_file, sizeof database->log_file, "%s", request->log_file);
    else
        snprintf(database->log_file, sizeof database->log_file, DATABASE_LOG_FILE, set->database_name);
}

/* The database of the instance, other than this one, that uses the file; NULL = none. */
static const struct database *user_of_file(const struct instance *instance, const char *name,
                                           const char *file)
{
    for (size_t i = 0; i < instance->database_count; i++) {
        const struct database *other = &instance->databases[i];
        if (strcasecmp(other->name, name) != 0 &&
            (strcasecmp(other->data_file, file) == 0 || strcasecmp(other->log_file, file) == 0))
            return other;
    }
    return NULL;
}

/* Another database uses the file, or there is no place for it: false, with the reason. */
static bool file_may_be_made(struct world *world, struct instance *instance, const char *name,
                             const char *file, struct world_result *result)
{
    const struct database *other = user_of_file(instance, name, file);
    struct file_place place;
    enum os_error error = files_resolve(world, world_host_of(world, instance), file, &place);
    char number[16];

    if (other) {
        result_error(result, 1834, file, other->name, NULL);
        return false;
    }
    if (error == OS_OK)
        return true;
    snprintf(number, sizeof number, "%d", (int)error);
    result_error(result, 5133, file, number, os_error_text(error));
    return false;
}

/* 1834 or 5133 and 3156 for each file that cannot be made, then 3119. */
static bool files_may_be_made(struct world *world, struct instance *instance,
                              const struct restore_request *request, const struct backup_set *set,
                              struct world_result *result)
{
    struct database planned = {0};
    const char *const files[] = {planned.data_file, planned.log_file};
    const char *const suffixes[] = {"", "_log"};
    char logical[WORLD_NAME_BYTES + 8];

    place_files(&planned, request, set);
    for (size_t i = 0; i < 2; i++) {
        if (file_may_be_made(world, instance, request->database, files[i], result))
            continue;
        snprintf(logical, sizeof logical, "%s%s", set->database_name, suffixes[i]);
        result_error(result, 3156, logical, files[i], NULL);
    }
    if (result->number != 0)
        result_error(result, 3119, NULL, NULL, NULL);
    return result->number == 0 && has_room(world, instance, set, planned.data_file, result);
}

static void seed(struct database *database, const struct backup_set *set)
{
    database->pages_damaged = false;
    take_position(database, set);
    database->family_guid = set->family_guid;
    database->database_guid = set->database_guid;
    database->recovery_model = (enum recovery_model)set->recovery_model;
    database->user_access = ACCESS_MULTI_USER;
    database->differential_base_lsn = set->checkpoint_lsn;
    database->last_log_backup_lsn = set->recovery_model == RECOVERY_SIMPLE ? 0 : set->last_lsn;
    database->chain_begins = false;
    database->log_full = database->writes_refused = database->half_restored = false;
}

static bool check_full(struct world *world, struct instance *instance, const struct restore_request *request,
                       struct backup_set *ret_set, struct world_result *result)
{
    struct database *database = database_find(instance, request->database);
    int refusal;

    if (!restore_read_set(world, instance, request, ret_set, result))
        return false;
    refusal = ret_set->type != 'D' ? 3118
              : database           ? overwrite_refusal(instance, database, request, ret_set)
                                   : 0;
    if (refusal != 0)
        result_error(result, refusal, request->database, NULL, NULL);
    return refusal == 0 && files_may_be_made(world, instance, request, ret_set, result);
}

/* The database that the backup fills: the one that is there, or a new one. */
static struct database *database_to_fill(struct world *world, struct instance *instance,
                                         const struct restore_request *request)
{
    struct database *database = database_find(instance, request->database);

    if (database)
        return database;
    database = database_add(instance, request->database);
    if (!database)
        return NULL;
    database->state = DATABASE_RESTORING;
    database->create_date = world_getdate(world, instance);
    snprintf(database->owner, sizeof database->owner, "%s", request->user ? request->user : "sa");
    return database;
}

static bool restore_database(struct world *world, struct instance *instance,
                             const struct restore_request *request, struct world_result *result)
{
    struct database *database;
    struct backup_set set;

    if (!check_full(world, instance, request, &set, result))
        return false;
    database = database_to_fill(world, instance, request);
    if (!database)
        return false;
    seed(database, &set);
    place_files(database, request, &set);
    leave(world, database, request->leave);
    note_in_msdb(world, instance, request, &set);
    result_error(result, 4035, database->name, database->data_name, NULL);
    result_error(result, 3014, verb(request), "8", NULL);
    return true;
}

/* What is left of a copy that is being overwritten is nothing that could be recovered. */
static bool begin_full(struct world *world, struct instance *instance, const struct restore_request *request,
                       struct world_result *result)
{
    struct database *database;
    struct backup_set set;

    if (!check_full(world, instance, request, &set, result))
        return false;
    database = database_to_fill(world, instance, request);
    if (!database)
        return false;
    database->state = DATABASE_RESTORING;
    database->is_in_standby = database->is_read_only = false;
    database->family_guid = set.family_guid;
    database->half_restored = true;
    database->redo_start_lsn = 0;
    place_files(database, request, &set);
    return true;
}

/* RESTORE DATABASE x WITH RECOVERY: restores nothing, only decides how the database is left. */
static bool check_recovery(struct instance *instance, const struct restore_request *request,
                           struct world_result *result)
{
    struct database *database = database_find(instance, request->database);
    int refusal = !database                       ? 3118
                  : !is_rolling_forward(database) ? 3153
                                                  : common_refusal(instance, database, request);

    if (refusal == 0 && database->half_restored)
        refusal = 4319;
    if (refusal != 0)
        result_error(result, refusal, request->database, NULL, NULL);
    return refusal == 0;
}

static bool recover(struct world *world, struct instance *instance, const struct restore_request *request,
                    struct world_result *result)
{
    if (!check_recovery(instance, request, result))
        return false;
    leave(world, database_find(instance, request->database), request->leave);
    note_in_msdb(world, instance, request, NULL);
    result_error(result, 3014, verb(request), "0", NULL);
    return true;
}

void world_restore(struct world *world, struct instance *instance, const struct restore_request *request,
                   struct world_result *result)
{
    bool done;

    result_clear(result);
    if (!request->path)
        done = recover(world, instance, request, result);
    else if (request->log)
        done = restore_log(world, instance, request, result);
    else
        done = restore_database(world, instance, request, result);
    if (!done)
        result_terminated(result, verb(request));
    else if (request->leave == LEAVE_RECOVERY && instance->recovery_slow_ms > 0)
        database_recover(world, database_find(instance, request->database), instance->recovery_slow_ms);
}

void world_restore_begins(struct world *world, struct instance *instance,
                          const struct restore_request *request, struct world_result *result)
{
    struct backup_set set;
    bool begun;

    result_clear(result);
    if (!request->path)
        begun = check_recovery(instance, request, result);
    else if (request->log)
        begun = check_log(world, instance, request, &set, result);
    else
        begun = begin_full(world, instance, request, result);
    if (!begun)
        result_terminated(result, verb(request));
}

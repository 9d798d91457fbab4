#include "lab/world/database.h"

#include "lab/world/instance.h"
#include "lab/world/random.h"
#include "lab/world/result.h"
#include "lab/world/world.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *name_of(const char *const *names, size_t count, int value)
{
    return value >= 0 && (size_t)value < count && names[value] ? names[value] : "UNKNOWN";
}

#define NAME_OF(names, value) name_of(names, sizeof(names) / sizeof *(names), (int)(value))

const char *database_state_desc(enum database_state state)
{
    static const char *const names[] = {
        [DATABASE_ONLINE] = "ONLINE",         [DATABASE_RESTORING] = "RESTORING",
        [DATABASE_RECOVERING] = "RECOVERING", [DATABASE_RECOVERY_PENDING] = "RECOVERY_PENDING",
        [DATABASE_SUSPECT] = "SUSPECT",       [DATABASE_EMERGENCY] = "EMERGENCY",
        [DATABASE_OFFLINE] = "OFFLINE",
    };
    return NAME_OF(names, state);
}

const char *log_reuse_wait_desc(enum log_reuse_wait wait)
{
    static const char *const names[] = {
        [REUSE_NOTHING] = "NOTHING",
        [REUSE_LOG_BACKUP] = "LOG_BACKUP",
        [REUSE_ACTIVE_BACKUP_OR_RESTORE] = "ACTIVE_BACKUP_OR_RESTORE",
        [REUSE_ACTIVE_TRANSACTION] = "ACTIVE_TRANSACTION",
        [REUSE_DATABASE_MIRRORING] = "DATABASE_MIRRORING",
    };
    return NAME_OF(names, wait);
}

const char *recovery_model_desc(enum recovery_model model)
{
    static const char *const names[] = {
        [RECOVERY_FULL] = "FULL",
        [RECOVERY_BULK_LOGGED] = "BULK_LOGGED",
        [RECOVERY_SIMPLE] = "SIMPLE",
    };
    return NAME_OF(names, model);
}

const char *mirroring_state_desc(enum mirroring_state state)
{
    static const char *const names[] = {
        [MIRRORING_SUSPENDED] = "SUSPENDED",         [MIRRORING_DISCONNECTED] = "DISCONNECTED",
        [MIRRORING_SYNCHRONIZING] = "SYNCHRONIZING", [MIRRORING_PENDING_FAILOVER] = "PENDING_FAILOVER",
        [MIRRORING_SYNCHRONIZED] = "SYNCHRONIZED",
    };
    return NAME_OF(names, state);
}

struct database *database_find(struct instance *instance, const char *name)
{
    for (size_t i = 0; i < instance->database_count; i++)
        if (strcasecmp(instance->databases[i].name, name) == 0)
            return &instance->databases[i];
    return NULL;
}

/* Ids are not given twice while their database is there. */
static int next_id(const struct instance *instance)
{
    int last = 0;

    for (size_t i = 0; i < instance->database_count; i++)
        if (instance->databases[i].database_id > last)
            last = instance->databases[i].database_id;
    return last + 1;
}

struct database *database_add(struct instance *instance, const char *name)
{
    struct database *database;

    if (instance->database_count == INSTANCE_DATABASES_MAX)
        return NULL;
    database = &instance->databases[instance->database_count];
    *database = (struct database){
        .database_id = next_id(instance),
        .recovery_model = RECOVERY_FULL,
        .compatibility_level = instance->compatibility_level,
        .place = {FORK_NONE, lsn_make(34, 16, 1)},
        .data_size_bytes = 512LL << 20,
        .log_size_bytes = 128LL << 20,
        .create_date = SQL_NULL_DATE,
    };
    snprintf(database->name, sizeof database->name, "%s", name);
    snprintf(database->owner, sizeof database->owner, "sa");
    snprintf(database->data_name, sizeof database->data_name, "%.200s", name);
    snprintf(database->log_name, sizeof database->log_name, "%.200s_log", name);
    snprintf(database->data_file, sizeof database->data_file, DATABASE_DATA_FILE, name);
    snprintf(database->log_file, sizeof database->log_file, DATABASE_LOG_FILE, name);
    instance->database_count++;
    return database;
}

void world_create_database(struct world *world, struct instance *instance, const char *name,
                           const char *owner, struct world_result *result)
{
    struct database *database = database_find(instance, name) ? NULL : database_add(instance, name);

    result_clear(result);
    if (!database) {
        result_error(result, 1801, name, NULL, NULL);
        return;
    }
    database->create_date = world_getdate(world, instance);
    database->family_guid = database->database_guid = world_new_guid(world);
    database->recovery_fork_guid = database->first_recovery_fork_guid = world_new_guid(world);
    database->data_size_bytes = database->log_size_bytes = 8LL << 20;
    snprintf(database->owner, sizeof database->owner, "%s", owner);
}

bool database_is_writable(const struct database *database)
{
    return database->state == DATABASE_ONLINE && !database->is_read_only && !database->is_in_standby &&
           !(database->mirror.configured && database->mirror.role == ROLE_MIRROR);
}

/* The number with which a database that is not ONLINE refuses (reference, "what a RESTORING database
 * answers"). */
static int closed_error(const struct database *database)
{
    static const int by_state[] = {
        [DATABASE_RESTORING] = 927, [DATABASE_RECOVERING] = 922, [DATABASE_RECOVERY_PENDING] = 945,
        [DATABASE_SUSPECT] = 926,   [DATABASE_OFFLINE] = 942,
    };

    if (database->mirror.configured && database->mirror.role == ROLE_MIRROR)
        return 954;
    if (database->mirror.configured && database->mirror.lost_quorum)
        return 955;
    return (size_t)database->state < sizeof by_state / sizeof *by_state ? by_state[database->state] : 0;
}

int database_open_error(struct instance *instance, const struct database *database,
                        struct world_result *result)
{
    int number = closed_error(database);

    if (number == 0 && database->user_access == ACCESS_SINGLE_USER &&
        sessions_in(instance, database->name) > 0)
        number = 924;
    if (number != 0)
        result_error(result, number, database->name, NULL, NULL);
    return number;
}

static lsn_t truncation_point(const struct database *database)
{
    const struct mirror *mirror = &database->mirror;
    lsn_t point = database->last_log_backup_lsn ? database->last_log_backup_lsn : database->place.end_lsn;

    if (mirror->configured && mirror->role == ROLE_PRINCIPAL && mirror->send_queue_bytes > 0 &&
        mirror->failover_lsn < point)
        point = mirror->failover_lsn;
    return point;
}

void database_account_log(struct database *database)
{
    enum { BASE_BYTES = 2 << 20 };
    lsn_t point = truncation_point(database);
    const struct mirror *mirror = &database->mirror;

    database->log_used_bytes = BASE_BYTES + lsn_distance_bytes(point, database->place.end_lsn);
    while (database->log_used_bytes > database->log_size_bytes / 10 * 9)
        database->log_size_bytes += database->log_size_bytes / 4;
    database->log_reuse_wait = REUSE_NOTHING;
    if (mirror->configured && mirror->role == ROLE_PRINCIPAL && mirror->state != MIRRORING_SYNCHRONIZED)
        database->log_reuse_wait = REUSE_DATABASE_MIRRORING;
    else if (database->recovery_model != RECOVERY_SIMPLE && point < database->place.end_lsn)
        database->log_reuse_wait = REUSE_LOG_BACKUP;
    if (database->log_full)
        database->log_used_bytes = database->log_size_bytes;
}

/* --- recovery that takes its time --- */

void database_recover(const struct world *world, struct database *database, int64_t takes_ms)
{
    database->state = DATABASE_RECOVERING;
    database->online_utc_ms = world->now_utc_ms + takes_ms;
}

bool database_recovers(const struct database *database)
{
    return database->state == DATABASE_RECOVERING && database->online_utc_ms != 0;
}

static void tick_databases_of(const struct world *world, struct instance *instance)
{
    for (size_t i = 0; i < instance->database_count; i++) {
        struct database *database = &instance->databases[i];
        if (!database_recovers(database) || world->now_utc_ms < database->online_utc_ms)
            continue;
        database->state = DATABASE_ONLINE;
        database->online_utc_ms = 0;
    }
}

void databases_tick(struct world *world)
{
    for (size_t i = 0; i < world->instance_count; i++)
        if (!world->instances[i].down && !world_host_of(world, &world->instances[i])->down)
            tick_databases_of(world, &world->instances[i]);
}

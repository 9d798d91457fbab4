/* sys.databases and its kin ("sys.databases", "sys.master_files", "sys.database_recovery_status"). */
#include "lab/tsql/catalog.h"

#include <string.h>
#include <strings.h>

static const char *user_access_desc(enum user_access access)
{
    static const char *const names[] = {"MULTI_USER", "SINGLE_USER", "RESTRICTED_USER"};

    return names[access];
}

static const struct catalog_column databases_columns[] = {
    {"name", {SYSNAME}, 0},
    {"database_id", {INT}, 0},
    {"source_database_id", {INT, NULLABLE}, 0},
    {"owner_sid", {VARBINARY(85), NULLABLE}, 0},
    {"create_date", {DATETIME}, 0},
    {"compatibility_level", {TINYINT}, 0},
    {"collation_name", {SYSNAME, NULLABLE}, 0},
    {"user_access", {TINYINT, NULLABLE}, 0},
    {"user_access_desc", {NVARCHAR(60), NULLABLE}, 0},
    {"is_read_only", {BIT, NULLABLE}, 0},
    {"is_auto_close_on", {BIT}, 0},
    {"state", {TINYINT, NULLABLE}, 0},
    {"state_desc", {NVARCHAR(60), NULLABLE}, 0},
    {"is_in_standby", {BIT, NULLABLE}, 0},
    {"is_cleanly_shutdown", {BIT, NULLABLE}, 0},
    {"recovery_model", {TINYINT, NULLABLE}, 0},
    {"recovery_model_desc", {NVARCHAR(60), NULLABLE}, 0},
    {"page_verify_option", {TINYINT, NULLABLE}, 0},
    {"page_verify_option_desc", {NVARCHAR(60), NULLABLE}, 0},
    {"is_trustworthy_on", {BIT, NULLABLE}, 0},
    {"is_published", {BIT}, 0},
    {"is_subscribed", {BIT}, 0},
    {"is_broker_enabled", {BIT}, 0},
    {"log_reuse_wait", {TINYINT, NULLABLE}, 0},
    {"log_reuse_wait_desc", {NVARCHAR(60), NULLABLE}, 0},
    {"replica_id", {GUID, NULLABLE}, 1100},
    {"group_database_id", {GUID, NULLABLE}, 1100},
};

static void put_owner(struct rows *rows, const struct database *database)
{
    const struct login *owner = security_login(rows_instance(rows), database->owner);

    if (owner)
        row_bytes(rows, "owner_sid", owner->sid.bytes, owner->sid.length_bytes);
}

static void put_database_state(struct rows *rows, const struct database *database)
{
    row_integer(rows, "user_access", database->user_access);
    row_text(rows, "user_access_desc", user_access_desc(database->user_access));
    row_integer(rows, "is_read_only", database->is_read_only);
    row_integer(rows, "state", database->state);
    row_text(rows, "state_desc", database_state_desc(database->state));
    row_integer(rows, "is_in_standby", database->is_in_standby);
    row_integer(rows, "is_cleanly_shutdown", database->is_cleanly_shutdown);
    row_integer(rows, "recovery_model", database->recovery_model);
    row_text(rows, "recovery_model_desc", recovery_model_desc(database->recovery_model));
    row_integer(rows, "log_reuse_wait", database->log_reuse_wait);
    row_text(rows, "log_reuse_wait_desc", log_reuse_wait_desc(database->log_reuse_wait));
}

static void put_database(struct rows *rows, const struct database *database)
{
    row_begin(rows);
    row_text(rows, "name", database->name);
    row_integer(rows, "database_id", database->database_id);
    put_owner(rows, database);
    row_date(rows, "create_date", database->create_date);
    row_integer(rows, "compatibility_level", database->compatibility_level);
    row_text(rows, "collation_name",
             database->state == DATABASE_ONLINE ? rows_instance(rows)->collation : NULL);
    put_database_state(rows, database);
    row_integer(rows, "is_auto_close_on", 0);
    row_integer(rows, "page_verify_option", 2);
    row_text(rows, "page_verify_option_desc", "CHECKSUM");
    row_integer(rows, "is_trustworthy_on", database->is_trustworthy_on);
    row_integer(rows, "is_published", 0);
    row_integer(rows, "is_subscribed", 0);
    row_integer(rows, "is_broker_enabled", database->is_broker_enabled);
    row_end(rows);
}

static void fill_databases(struct rows *rows)
{
    struct instance *instance = rows_instance(rows);

    for (size_t i = 0; i < instance->database_count; i++)
        if (sees_database(rows_session(rows), &instance->databases[i]))
            put_database(rows, &instance->databases[i]);
}

static const struct catalog_column recovery_columns[] = {
    {"database_id", {INT}, 0},
    {"database_guid", {GUID, NULLABLE}, 0},
    {"family_guid", {GUID, NULLABLE}, 0},
    {"last_log_backup_lsn", {LSN, NULLABLE}, 0},
    {"recovery_fork_guid", {GUID, NULLABLE}, 0},
    {"first_recovery_fork_guid", {GUID, NULLABLE}, 0},
    {"fork_point_lsn", {LSN, NULLABLE}, 0},
};

/* Only an open database tells. */
static void put_recovery(struct rows *rows, const struct database *database)
{
    row_begin(rows);
    row_integer(rows, "database_id", database->database_id);
    if (database->state == DATABASE_ONLINE) {
        row_guid(rows, "database_guid", &database->database_guid);
        row_guid(rows, "family_guid", &database->family_guid);
        row_lsn(rows, "last_log_backup_lsn", database->last_log_backup_lsn);
        row_guid(rows, "recovery_fork_guid", &database->recovery_fork_guid);
        row_guid(rows, "first_recovery_fork_guid", &database->first_recovery_fork_guid);
        row_lsn(rows, "fork_point_lsn", database->fork_point_lsn);
    }
    row_end(rows);
}

static void fill_recovery(struct rows *rows)
{
    struct instance *instance = rows_instance(rows);

    for (size_t i = 0; i < instance->database_count; i++)
        if (sees_database(rows_session(rows), &instance->databases[i]))
            put_recovery(rows, &instance->databases[i]);
}

static const struct catalog_column master_files_columns[] = {
    {"database_id", {INT}, 0},
    {"file_id", {INT}, 0},
    {"file_guid", {GUID, NULLABLE}, 0},
    {"type", {TINYINT}, 0},
    {"type_desc", {NVARCHAR(60), NULLABLE}, 0},
    {"data_space_id", {INT}, 0},
    {"name", {SYSNAME}, 0},
    {"physical_name", {NVARCHAR(260)}, 0},
    {"state", {TINYINT, NULLABLE}, 0},
    {"state_desc", {NVARCHAR(60), NULLABLE}, 0},
    {"size", {INT}, 0},
    {"max_size", {INT}, 0},
    {"growth", {INT}, 0},
    {"is_media_read_only", {BIT}, 0},
    {"is_read_only", {BIT}, 0},
    {"differential_base_lsn", {LSN, NULLABLE}, 0},
    {"differential_base_guid", {GUID, NULLABLE}, 0},
    {"redo_start_lsn", {LSN, NULLABLE}, 0},
    {"redo_start_fork_guid", {GUID, NULLABLE}, 0},
    {"redo_target_lsn", {LSN, NULLABLE}, 0},
    {"redo_target_fork_guid", {GUID, NULLABLE}, 0},
    {"backup_lsn", {LSN, NULLABLE}, 0},
};

static void put_redo(struct rows *rows, const struct database *database)
{
    if (database->state != DATABASE_RESTORING && database->state != DATABASE_RECOVERY_PENDING)
        return;
    row_lsn(rows, "redo_start_lsn", database->redo_start_lsn);
    row_guid(rows, "redo_start_fork_guid", &database->redo_start_fork_guid);
}

static void put_file(struct rows *rows, const struct database *database, bool log)
{
    enum { PAGE_BYTES = 8192 };

    row_begin(rows);
    row_integer(rows, "file_id", log ? 2 : 1);
    row_integer(rows, "type", log);
    row_text(rows, "type_desc", log ? "LOG" : "ROWS");
    row_integer(rows, "data_space_id", log ? 0 : 1);
    row_text(rows, "name", log ? database->log_name : database->data_name);
    row_text(rows, "physical_name", log ? database->log_file : database->data_file);
    row_integer(rows, "state", database->state);
    row_text(rows, "state_desc", database_state_desc(database->state));
    row_integer(rows, "size", (log ? database->log_size_bytes : database->data_size_bytes) / PAGE_BYTES);
    row_integer(rows, "max_size", log ? 268435456 : -1);
    row_integer(rows, "growth", 8192);
    row_integer(rows, "is_media_read_only", 0);
    row_integer(rows, "is_read_only", 0);
    if (!log)
        row_lsn(rows, "differential_base_lsn", database->differential_base_lsn);
    put_redo(rows, database);
}

static void put_master_file(struct rows *rows, const struct database *database, bool log)
{
    put_file(rows, database, log);
    row_integer(rows, "database_id", database->database_id);
    row_end(rows);
}

static void fill_master_files(struct rows *rows)
{
    struct tsql_session *session = rows_session(rows);
    struct instance *instance = rows_instance(rows);

    if (!sees_all(session, "VIEW ANY DEFINITION") && !sees_all(session, "ALTER ANY DATABASE") &&
        !sees_all(session, "CREATE ANY DATABASE"))
        return;
    for (size_t i = 0; i < instance->database_count; i++) {
        put_master_file(rows, &instance->databases[i], false);
        put_master_file(rows, &instance->databases[i], true);
    }
}

/* sys.database_files: the same columns without database_id; for whoever is in the database. */
static void fill_database_files(struct rows *rows)
{
    const struct database *database = database_find(rows_instance(rows), rows_database(rows));

    for (int log = 0; database && log < 2; log++) {
        put_file(rows, database, log);
        row_end(rows);
    }
}

static const struct catalog_table tables[] = {
    {.name = "databases",
     .place = PLACE_SYS,
     .right = RIGHT_NONE,
     .columns = databases_columns,
     .column_count = COUNT(databases_columns),
     .fill = fill_databases},
    {.name = "database_recovery_status",
     .place = PLACE_SYS,
     .right = RIGHT_NONE,
     .columns = recovery_columns,
     .column_count = COUNT(recovery_columns),
     .fill = fill_recovery},
    {.name = "master_files",
     .place = PLACE_SYS,
     .right = RIGHT_NONE,
     .columns = master_files_columns,
     .column_count = COUNT(master_files_columns),
     .fill = fill_master_files},
    {.name = "database_files",
     .place = PLACE_SYS,
     .right = RIGHT_NONE,
     .columns = master_files_columns + 1,
     .column_count = COUNT(master_files_columns) - 1,
     .fill = fill_database_files},
};
const struct catalog_family catalog_databases = {tables, COUNT(tables)};

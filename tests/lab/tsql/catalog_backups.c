/* msdb: backup and restore history ("backupset", "backupmediafamily", "restorehistory"). */
#include "lab/tsql/catalog.h"

#include <string.h>

static const struct catalog_column sets_columns[] = {
    {"backup_set_id", {INT}, 0},
    {"backup_set_uuid", {GUID}, 0},
    {"media_set_id", {INT}, 0},
    {"first_family_number", {TINYINT, NULLABLE}, 0},
    {"position", {INT, NULLABLE}, 0},
    {"software_major_version", {TINYINT, NULLABLE}, 0},
    {"software_minor_version", {TINYINT, NULLABLE}, 0},
    {"software_build_version", {SMALLINT, NULLABLE}, 0},
    {"time_zone", {SMALLINT, NULLABLE}, 0},
    {"name", {NVARCHAR(128), NULLABLE}, 0},
    {"user_name", {NVARCHAR(128), NULLABLE}, 0},
    {"first_lsn", {LSN, NULLABLE}, 0},
    {"last_lsn", {LSN, NULLABLE}, 0},
    {"checkpoint_lsn", {LSN, NULLABLE}, 0},
    {"database_backup_lsn", {LSN, NULLABLE}, 0},
    {"backup_start_date", {DATETIME, NULLABLE}, 0},
    {"backup_finish_date", {DATETIME, NULLABLE}, 0},
    {"type", {CHAR(1), NULLABLE}, 0},
    {"compatibility_level", {TINYINT, NULLABLE}, 0},
    {"backup_size", {NUMERIC(20), NULLABLE}, 0},
    {"database_name", {NVARCHAR(128), NULLABLE}, 0},
    {"server_name", {NVARCHAR(128), NULLABLE}, 0},
    {"machine_name", {NVARCHAR(128), NULLABLE}, 0},
    {"is_password_protected", {BIT, NULLABLE}, 0},
    {"recovery_model", {NVARCHAR(60), NULLABLE}, 0},
    {"has_bulk_logged_data", {BIT, NULLABLE}, 0},
    {"is_snapshot", {BIT, NULLABLE}, 0},
    {"is_readonly", {BIT, NULLABLE}, 0},
    {"is_single_user", {BIT, NULLABLE}, 0},
    {"has_backup_checksums", {BIT, NULLABLE}, 0},
    {"is_damaged", {BIT, NULLABLE}, 0},
    {"begins_log_chain", {BIT, NULLABLE}, 0},
    {"has_incomplete_metadata", {BIT, NULLABLE}, 0},
    {"is_force_offline", {BIT, NULLABLE}, 0},
    {"is_copy_only", {BIT, NULLABLE}, 0},
    {"first_recovery_fork_guid", {GUID, NULLABLE}, 0},
    {"last_recovery_fork_guid", {GUID, NULLABLE}, 0},
    {"fork_point_lsn", {LSN, NULLABLE}, 0},
    {"database_guid", {GUID, NULLABLE}, 0},
    {"family_guid", {GUID, NULLABLE}, 0},
    {"compressed_backup_size", {NUMERIC(20), NULLABLE}, 0},
};

static void put_origin(struct rows *rows, const struct backup_set *set)
{
    row_integer(rows, "backup_set_id", set->backup_set_id);
    row_guid(rows, "backup_set_uuid", &set->backup_set_uuid);
    row_integer(rows, "media_set_id", set->media_set_id);
    row_integer(rows, "first_family_number", 1);
    row_integer(rows, "position", set->position ? set->position : 1);
    row_integer(rows, "software_major_version", set->software_major_version);
    row_integer(rows, "software_minor_version", set->software_minor_version);
    row_integer(rows, "software_build_version", set->software_build_version);
    row_integer(rows, "time_zone", set->time_zone);
    row_text(rows, "user_name", set->user_name);
    row_text_or_null(rows, "name", set->name);
    row_text(rows, "type", set->type == 'L' ? "L" : "D");
    row_integer(rows, "compatibility_level", rows_instance(rows)->compatibility_level);
    row_text(rows, "database_name", set->database_name);
    row_text(rows, "server_name", set->server_name);
    row_text(rows, "machine_name", set->server_name);
    row_text(rows, "recovery_model", recovery_model_desc((enum recovery_model)set->recovery_model));
}

static void put_range(struct rows *rows, const struct backup_set *set)
{
    row_lsn(rows, "first_lsn", set->first_lsn);
    row_lsn(rows, "last_lsn", set->last_lsn);
    row_lsn(rows, "checkpoint_lsn", set->checkpoint_lsn);
    row_lsn(rows, "database_backup_lsn", set->database_backup_lsn);
    row_date(rows, "backup_start_date", set->backup_start_date);
    row_date(rows, "backup_finish_date", set->backup_finish_date);
    row_lsn(rows, "backup_size", (lsn_t)set->backup_size);
    row_lsn(rows, "compressed_backup_size", (lsn_t)set->compressed_backup_size);
    row_guid(rows, "first_recovery_fork_guid", &set->first_recovery_fork_guid);
    row_guid(rows, "last_recovery_fork_guid", &set->last_recovery_fork_guid);
    row_lsn(rows, "fork_point_lsn", set->fork_point_lsn);
    row_guid(rows, "database_guid", &set->database_guid);
    row_guid(rows, "family_guid", &set->family_guid);
}

static void put_flags(struct rows *rows, const struct backup_set *set)
{
    static const char *const never[] = {"is_password_protected", "is_snapshot", "is_readonly",
                                        "is_single_user", "has_incomplete_metadata"};

    for (size_t i = 0; i < COUNT(never); i++)
        row_integer(rows, never[i], 0);
    row_integer(rows, "has_bulk_logged_data", set->has_bulk_logged_data);
    row_integer(rows, "has_backup_checksums", set->has_backup_checksums);
    row_integer(rows, "is_damaged", set->is_damaged);
    row_integer(rows, "begins_log_chain", set->begins_log_chain);
    row_integer(rows, "is_force_offline", set->is_force_offline);
    row_integer(rows, "is_copy_only", set->is_copy_only);
}

static void fill_sets(struct rows *rows)
{
    const struct instance *instance = rows_instance(rows);

    for (size_t i = 0; i < instance->backup_sets.count; i++) {
        row_begin(rows);
        put_origin(rows, &instance->backup_sets.rows[i]);
        put_range(rows, &instance->backup_sets.rows[i]);
        put_flags(rows, &instance->backup_sets.rows[i]);
        row_end(rows);
    }
}

static const struct catalog_column families_columns[] = {
    {"media_set_id", {INT}, 0},
    {"family_sequence_number", {TINYINT}, 0},
    {"media_family_id", {GUID, NULLABLE}, 0},
    {"media_count", {INT, NULLABLE}, 0},
    {"logical_device_name", {NVARCHAR(128), NULLABLE}, 0},
    {"physical_device_name", {NVARCHAR(260), NULLABLE}, 0},
    {"device_type", {TINYINT, NULLABLE}, 0},
    {"physical_block_size", {INT, NULLABLE}, 0},
    {"mirror", {TINYINT}, 0},
};

static void fill_families(struct rows *rows)
{
    enum { DEVICE_DISK = 2 };
    const struct instance *instance = rows_instance(rows);

    for (size_t i = 0; i < instance->backup_sets.count; i++) {
        const struct backup_set *set = &instance->backup_sets.rows[i];

        row_begin(rows);
        row_integer(rows, "media_set_id", set->media_set_id);
        row_integer(rows, "family_sequence_number", 1);
        row_integer(rows, "media_count", 1);
        row_text(rows, "physical_device_name", set->physical_device_name);
        row_integer(rows, "device_type", DEVICE_DISK);
        row_integer(rows, "physical_block_size", 512);
        row_integer(rows, "mirror", 0);
        row_end(rows);
    }
}

static const struct catalog_column restores_columns[] = {
    {"restore_history_id", {INT}, 0},
    {"restore_date", {DATETIME, NULLABLE}, 0},
    {"destination_database_name", {NVARCHAR(128), NULLABLE}, 0},
    {"user_name", {NVARCHAR(128), NULLABLE}, 0},
    {"backup_set_id", {INT}, 0},
    {"restore_type", {CHAR(1), NULLABLE}, 0},
    {"replace", {BIT, NULLABLE}, 0},
    {"recovery", {BIT, NULLABLE}, 0},
    {"restart", {BIT, NULLABLE}, 0},
    {"stop_at", {DATETIME, NULLABLE}, 0},
    {"device_count", {TINYINT, NULLABLE}, 0},
    {"stop_at_mark_name", {NVARCHAR(128), NULLABLE}, 0},
    {"stop_before", {BIT, NULLABLE}, 0},
};

static void fill_restores(struct rows *rows)
{
    const struct instance *instance = rows_instance(rows);

    for (size_t i = 0; i < instance->restore_histories.count; i++) {
        const struct restore_history *history = &instance->restore_histories.rows[i];
        char type[2] = {history->restore_type, '\0'};

        row_begin(rows);
        row_integer(rows, "restore_history_id", history->restore_history_id);
        row_date(rows, "restore_date", history->restore_date);
        row_text(rows, "destination_database_name", history->destination_database_name);
        row_text(rows, "user_name", history->user_name);
        row_integer(rows, "backup_set_id", history->backup_set_id);
        row_text(rows, "restore_type", type);
        row_integer(rows, "replace", history->replace);
        row_integer(rows, "recovery", history->recovery);
        row_integer(rows, "restart", history->restart);
        row_integer(rows, "device_count", 1);
        row_end(rows);
    }
}

static const struct catalog_table tables[] = {
    MSDB_TABLE("backupset", sets_columns, fill_sets),
    MSDB_TABLE("backupmediafamily", families_columns, fill_families),
    MSDB_TABLE("restorehistory", restores_columns, fill_restores),
};
const struct catalog_family catalog_backups = {tables, COUNT(tables)};

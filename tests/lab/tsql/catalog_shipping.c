/* msdb: log shipping ("log shipping tables"); the columns are those of shipping.h in the same order. */
#include "lab/tsql/catalog.h"

#include <string.h>

static const struct shipping *shipping_of(struct rows *rows)
{
    return &rows_instance(rows)->shipping;
}

static const struct catalog_column primary_databases_columns[] = {
    {"primary_id", {GUID}, 0},
    {"primary_database", {SYSNAME}, 0},
    {"backup_directory", {NVARCHAR(500)}, 0},
    {"backup_share", {NVARCHAR(500)}, 0},
    {"backup_retention_period", {INT}, 0},
    {"backup_job_id", {GUID}, 0},
    {"monitor_server", {SYSNAME}, 0},
    {"user_specified_monitor", {BIT, NULLABLE}, 0},
    {"monitor_server_security_mode", {BIT}, 0},
    {"last_backup_file", {NVARCHAR(500), NULLABLE}, 0},
    {"last_backup_date", {DATETIME, NULLABLE}, 0},
    {"backup_compression", {TINYINT}, 0},
};

static void fill_primary_databases(struct rows *rows)
{
    for (size_t i = 0; i < shipping_of(rows)->primary_databases.count; i++) {
        const struct ls_primary_database *primary = &shipping_of(rows)->primary_databases.rows[i];

        row_begin(rows);
        row_guid(rows, "primary_id", &primary->primary_id);
        row_text(rows, "primary_database", primary->primary_database);
        row_text(rows, "backup_directory", primary->backup_directory);
        row_text(rows, "backup_share", primary->backup_share);
        row_integer(rows, "backup_retention_period", primary->backup_retention_period);
        row_guid(rows, "backup_job_id", &primary->backup_job_id);
        row_text(rows, "monitor_server", primary->monitor_server);
        row_integer(rows, "user_specified_monitor", primary->user_specified_monitor);
        row_integer(rows, "monitor_server_security_mode", primary->monitor_server_security_mode);
        row_text_or_null(rows, "last_backup_file", primary->last_backup_file);
        row_date(rows, "last_backup_date", primary->last_backup_date);
        row_integer(rows, "backup_compression", primary->backup_compression);
        row_end(rows);
    }
}

static const struct catalog_column primary_secondaries_columns[] = {
    {"primary_id", {GUID}, 0},
    {"secondary_server", {SYSNAME}, 0},
    {"secondary_database", {SYSNAME}, 0},
};

static void fill_primary_secondaries(struct rows *rows)
{
    for (size_t i = 0; i < shipping_of(rows)->primary_secondaries.count; i++) {
        const struct ls_primary_secondary *secondary = &shipping_of(rows)->primary_secondaries.rows[i];

        row_begin(rows);
        row_guid(rows, "primary_id", &secondary->primary_id);
        row_text(rows, "secondary_server", secondary->secondary_server);
        row_text(rows, "secondary_database", secondary->secondary_database);
        row_end(rows);
    }
}

static const struct catalog_column secondary_columns[] = {
    {"secondary_id", {GUID}, 0},
    {"primary_server", {SYSNAME}, 0},
    {"primary_database", {SYSNAME}, 0},
    {"backup_source_directory", {NVARCHAR(500)}, 0},
    {"backup_destination_directory", {NVARCHAR(500)}, 0},
    {"file_retention_period", {INT}, 0},
    {"copy_job_id", {GUID}, 0},
    {"restore_job_id", {GUID}, 0},
    {"monitor_server", {SYSNAME}, 0},
    {"monitor_server_security_mode", {BIT}, 0},
    {"user_specified_monitor", {BIT, NULLABLE}, 0},
    {"last_copied_file", {NVARCHAR(500), NULLABLE}, 0},
    {"last_copied_date", {DATETIME, NULLABLE}, 0},
};

static void fill_secondary(struct rows *rows)
{
    for (size_t i = 0; i < shipping_of(rows)->secondaries.count; i++) {
        const struct ls_secondary *secondary = &shipping_of(rows)->secondaries.rows[i];

        row_begin(rows);
        row_guid(rows, "secondary_id", &secondary->secondary_id);
        row_text(rows, "primary_server", secondary->primary_server);
        row_text(rows, "primary_database", secondary->primary_database);
        row_text(rows, "backup_source_directory", secondary->backup_source_directory);
        row_text(rows, "backup_destination_directory", secondary->backup_destination_directory);
        row_integer(rows, "file_retention_period", secondary->file_retention_period);
        row_guid(rows, "copy_job_id", &secondary->copy_job_id);
        row_guid(rows, "restore_job_id", &secondary->restore_job_id);
        row_text(rows, "monitor_server", secondary->monitor_server);
        row_integer(rows, "monitor_server_security_mode", secondary->monitor_server_security_mode);
        row_integer(rows, "user_specified_monitor", secondary->user_specified_monitor);
        row_text_or_null(rows, "last_copied_file", secondary->last_copied_file);
        row_date(rows, "last_copied_date", secondary->last_copied_date);
        row_end(rows);
    }
}

static const struct catalog_column secondary_databases_columns[] = {
    {"secondary_database", {SYSNAME}, 0},
    {"secondary_id", {GUID}, 0},
    {"restore_delay", {INT}, 0},
    {"restore_all", {BIT}, 0},
    {"restore_mode", {BIT}, 0},
    {"disconnect_users", {BIT}, 0},
    {"block_size", {INT, NULLABLE}, 0},
    {"buffer_count", {INT, NULLABLE}, 0},
    {"max_transfer_size", {INT, NULLABLE}, 0},
    {"last_restored_file", {NVARCHAR(500), NULLABLE}, 0},
    {"last_restored_date", {DATETIME, NULLABLE}, 0},
};

static void fill_secondary_databases(struct rows *rows)
{
    for (size_t i = 0; i < shipping_of(rows)->secondary_databases.count; i++) {
        const struct ls_secondary_database *database = &shipping_of(rows)->secondary_databases.rows[i];

        row_begin(rows);
        row_text(rows, "secondary_database", database->secondary_database);
        row_guid(rows, "secondary_id", &database->secondary_id);
        row_integer(rows, "restore_delay", database->restore_delay);
        row_integer(rows, "restore_all", database->restore_all);
        row_integer(rows, "restore_mode", database->restore_mode);
        row_integer(rows, "disconnect_users", database->disconnect_users);
        row_integer(rows, "block_size", database->block_size);
        row_integer(rows, "buffer_count", database->buffer_count);
        row_integer(rows, "max_transfer_size", database->max_transfer_size);
        row_text_or_null(rows, "last_restored_file", database->last_restored_file);
        row_date(rows, "last_restored_date", database->last_restored_date);
        row_end(rows);
    }
}

static const struct catalog_column monitor_primary_columns[] = {
    {"primary_id", {GUID}, 0},
    {"primary_server", {SYSNAME}, 0},
    {"primary_database", {SYSNAME}, 0},
    {"backup_threshold", {INT}, 0},
    {"threshold_alert", {INT}, 0},
    {"threshold_alert_enabled", {BIT}, 0},
    {"last_backup_file", {NVARCHAR(500), NULLABLE}, 0},
    {"last_backup_date", {DATETIME, NULLABLE}, 0},
    {"last_backup_date_utc", {DATETIME, NULLABLE}, 0},
    {"history_retention_period", {INT}, 0},
};

static void fill_monitor_primary(struct rows *rows)
{
    for (size_t i = 0; i < shipping_of(rows)->monitor_primaries.count; i++) {
        const struct ls_monitor_primary *monitor = &shipping_of(rows)->monitor_primaries.rows[i];

        row_begin(rows);
        row_guid(rows, "primary_id", &monitor->primary_id);
        row_text(rows, "primary_server", monitor->primary_server);
        row_text(rows, "primary_database", monitor->primary_database);
        row_integer(rows, "backup_threshold", monitor->backup_threshold);
        row_integer(rows, "threshold_alert", monitor->threshold_alert);
        row_integer(rows, "threshold_alert_enabled", monitor->threshold_alert_enabled);
        row_text_or_null(rows, "last_backup_file", monitor->last_backup_file);
        row_date(rows, "last_backup_date", monitor->last_backup_date);
        row_date(rows, "last_backup_date_utc", monitor->last_backup_date_utc);
        row_integer(rows, "history_retention_period", monitor->history_retention_period);
        row_end(rows);
    }
}

static const struct catalog_column monitor_secondary_columns[] = {
    {"secondary_server", {SYSNAME}, 0},
    {"secondary_database", {SYSNAME}, 0},
    {"secondary_id", {GUID}, 0},
    {"primary_server", {SYSNAME}, 0},
    {"primary_database", {SYSNAME}, 0},
    {"restore_threshold", {INT}, 0},
    {"threshold_alert", {INT}, 0},
    {"threshold_alert_enabled", {BIT}, 0},
    {"last_copied_file", {NVARCHAR(500), NULLABLE}, 0},
    {"last_copied_date", {DATETIME, NULLABLE}, 0},
    {"last_copied_date_utc", {DATETIME, NULLABLE}, 0},
    {"last_restored_file", {NVARCHAR(500), NULLABLE}, 0},
    {"last_restored_date", {DATETIME, NULLABLE}, 0},
    {"last_restored_date_utc", {DATETIME, NULLABLE}, 0},
    {"last_restored_latency", {INT, NULLABLE}, 0},
    {"history_retention_period", {INT}, 0},
};

static void fill_monitor_secondary(struct rows *rows)
{
    for (size_t i = 0; i < shipping_of(rows)->monitor_secondaries.count; i++) {
        const struct ls_monitor_secondary *monitor = &shipping_of(rows)->monitor_secondaries.rows[i];

        row_begin(rows);
        row_text(rows, "secondary_server", monitor->secondary_server);
        row_text(rows, "secondary_database", monitor->secondary_database);
        row_guid(rows, "secondary_id", &monitor->secondary_id);
        row_text(rows, "primary_server", monitor->primary_server);
        row_text(rows, "primary_database", monitor->primary_database);
        row_integer(rows, "restore_threshold", monitor->restore_threshold);
        row_integer(rows, "threshold_alert", monitor->threshold_alert);
        row_integer(rows, "threshold_alert_enabled", monitor->threshold_alert_enabled);
        row_text_or_null(rows, "last_copied_file", monitor->last_copied_file);
        row_date(rows, "last_copied_date", monitor->last_copied_date);
        row_date(rows, "last_copied_date_utc", monitor->last_copied_date_utc);
        row_text_or_null(rows, "last_restored_file", monitor->last_restored_file);
        row_date(rows, "last_restored_date", monitor->last_restored_date);
        row_date(rows, "last_restored_date_utc", monitor->last_restored_date_utc);
        row_integer(rows, "last_restored_latency", monitor->last_restored_latency);
        row_integer(rows, "history_retention_period", monitor->history_retention_period);
        row_end(rows);
    }
}

static const struct catalog_column history_columns[] = {
    {"agent_id", {GUID}, 0},          {"agent_type", {TINYINT}, 0},
    {"session_id", {INT}, 0},         {"database_name", {SYSNAME, NULLABLE}, 0},
    {"session_status", {TINYINT}, 0}, {"log_time", {DATETIME}, 0},
    {"log_time_utc", {DATETIME}, 0},  {"message", {NTEXT}, 0},
};

static void fill_history(struct rows *rows)
{
    for (size_t i = 0; i < shipping_of(rows)->history_details.count; i++) {
        const struct ls_history_detail *detail = &shipping_of(rows)->history_details.rows[i];

        row_begin(rows);
        row_guid(rows, "agent_id", &detail->agent_id);
        row_integer(rows, "agent_type", detail->agent_type);
        row_integer(rows, "session_id", detail->session_id);
        row_text_or_null(rows, "database_name", detail->database_name);
        row_integer(rows, "session_status", detail->session_status);
        row_date(rows, "log_time", detail->log_time);
        row_date(rows, "log_time_utc", detail->log_time_utc);
        row_text(rows, "message", detail->message ? detail->message : "");
        row_end(rows);
    }
}

static const struct catalog_column error_columns[] = {
    {"agent_id", {GUID}, 0},         {"agent_type", {TINYINT}, 0},
    {"session_id", {INT}, 0},        {"database_name", {SYSNAME, NULLABLE}, 0},
    {"sequence_number", {INT}, 0},   {"log_time", {DATETIME}, 0},
    {"log_time_utc", {DATETIME}, 0}, {"message", {NTEXT}, 0},
    {"source", {NTEXT}, 0},          {"help_url", {NTEXT}, 0},
};

static void fill_errors(struct rows *rows)
{
    for (size_t i = 0; i < shipping_of(rows)->error_details.count; i++) {
        const struct ls_error_detail *detail = &shipping_of(rows)->error_details.rows[i];

        row_begin(rows);
        row_guid(rows, "agent_id", &detail->agent_id);
        row_integer(rows, "agent_type", detail->agent_type);
        row_integer(rows, "session_id", detail->session_id);
        row_text_or_null(rows, "database_name", detail->database_name);
        row_integer(rows, "sequence_number", detail->sequence_number);
        row_date(rows, "log_time", detail->log_time);
        row_date(rows, "log_time_utc", detail->log_time_utc);
        row_text(rows, "message", detail->message ? detail->message : "");
        row_text(rows, "source", detail->source ? detail->source : "");
        row_text(rows, "help_url", detail->help_url ? detail->help_url : "");
        row_end(rows);
    }
}

static const struct catalog_column alert_columns[] = {{"alert_job_id", {GUID}, 0}};

static void fill_alert(struct rows *rows)
{
    if (guid_is_null(&shipping_of(rows)->alert_job_id))
        return;
    row_begin(rows);
    row_guid(rows, "alert_job_id", &shipping_of(rows)->alert_job_id);
    row_end(rows);
}

static const struct catalog_table tables[] = {
    MSDB_TABLE("log_shipping_primary_databases", primary_databases_columns, fill_primary_databases),
    MSDB_TABLE("log_shipping_primary_secondaries", primary_secondaries_columns, fill_primary_secondaries),
    MSDB_TABLE("log_shipping_secondary", secondary_columns, fill_secondary),
    MSDB_TABLE("log_shipping_secondary_databases", secondary_databases_columns, fill_secondary_databases),
    MSDB_TABLE("log_shipping_monitor_primary", monitor_primary_columns, fill_monitor_primary),
    MSDB_TABLE("log_shipping_monitor_secondary", monitor_secondary_columns, fill_monitor_secondary),
    MSDB_TABLE("log_shipping_monitor_history_detail", history_columns, fill_history),
    MSDB_TABLE("log_shipping_monitor_error_detail", error_columns, fill_errors),
    MSDB_TABLE("log_shipping_monitor_alert", alert_columns, fill_alert),
};
const struct catalog_family catalog_shipping = {tables, COUNT(tables)};

/* Database mirroring: sys.database_mirroring, its witness and endpoint views. */
#include "lab/tsql/catalog.h"

#include <string.h>

static const char *const witness_state_names[] = {"UNKNOWN", "CONNECTED", "DISCONNECTED"};
static const char *const safety_names[] = {"UNKNOWN", "OFF", "FULL"};
static const char *const role_names[] = {NULL, "PRINCIPAL", "MIRROR"};

static const struct catalog_column mirroring_columns[] = {
    {"database_id", {INT}, 0},
    {"mirroring_guid", {GUID, NULLABLE}, 0},
    {"mirroring_state", {TINYINT, NULLABLE}, 0},
    {"mirroring_state_desc", {NVARCHAR(60), NULLABLE}, 0},
    {"mirroring_role", {TINYINT, NULLABLE}, 0},
    {"mirroring_role_desc", {NVARCHAR(60), NULLABLE}, 0},
    {"mirroring_role_sequence", {INT, NULLABLE}, 0},
    {"mirroring_safety_level", {TINYINT, NULLABLE}, 0},
    {"mirroring_safety_level_desc", {NVARCHAR(60), NULLABLE}, 0},
    {"mirroring_safety_sequence", {INT, NULLABLE}, 0},
    {"mirroring_partner_name", {NVARCHAR(128), NULLABLE}, 0},
    {"mirroring_partner_instance", {NVARCHAR(128), NULLABLE}, 0},
    {"mirroring_witness_name", {NVARCHAR(128), NULLABLE}, 0},
    {"mirroring_witness_state", {TINYINT, NULLABLE}, 0},
    {"mirroring_witness_state_desc", {NVARCHAR(60), NULLABLE}, 0},
    {"mirroring_failover_lsn", {LSN, NULLABLE}, 0},
    {"mirroring_connection_timeout", {INT, NULLABLE}, 0},
    {"mirroring_redo_queue", {INT, NULLABLE}, 0},
    {"mirroring_redo_queue_type", {NVARCHAR(60), NULLABLE}, 0},
    {"mirroring_end_of_log_lsn", {LSN, NULLABLE}, 0},
    {"mirroring_replication_lsn", {LSN, NULLABLE}, 0},
};

static void put_witness(struct rows *rows, const struct mirror *mirror)
{
    row_text(rows, "mirroring_witness_name", mirror->witness_name);
    row_integer(rows, "mirroring_witness_state", mirror->witness_state);
    row_text(rows, "mirroring_witness_state_desc", witness_state_names[mirror->witness_state]);
}

static void put_session(struct rows *rows, const struct mirror *mirror)
{
    row_guid(rows, "mirroring_guid", &mirror->mirroring_guid);
    row_integer(rows, "mirroring_state", mirror->state);
    row_text(rows, "mirroring_state_desc", mirroring_state_desc(mirror->state));
    row_integer(rows, "mirroring_role", mirror->role);
    row_text(rows, "mirroring_role_desc", role_names[mirror->role]);
    row_integer(rows, "mirroring_role_sequence", mirror->role_sequence);
    row_integer(rows, "mirroring_safety_level", mirror->safety_level);
    row_text(rows, "mirroring_safety_level_desc", safety_names[mirror->safety_level]);
    row_integer(rows, "mirroring_safety_sequence", mirror->safety_sequence);
    row_text(rows, "mirroring_partner_name", mirror->partner_name);
    row_text(rows, "mirroring_partner_instance", mirror->partner_instance);
    put_witness(rows, mirror);
    row_lsn(rows, "mirroring_failover_lsn", mirror->failover_lsn);
    row_integer(rows, "mirroring_connection_timeout", mirror->connection_timeout_s);
    row_text(rows, "mirroring_redo_queue_type", "UNLIMITED");
    row_lsn(rows, "mirroring_end_of_log_lsn", mirror->end_of_log_lsn);
    row_lsn(rows, "mirroring_replication_lsn", mirror->replication_lsn);
}

/* On the mirror, values need sysadmin: else the row looks like that of a database that is not mirrored. */
static void fill_mirroring(struct rows *rows)
{
    struct tsql_session *session = rows_session(rows);
    struct instance *instance = rows_instance(rows);

    for (size_t i = 0; i < instance->database_count; i++) {
        const struct database *database = &instance->databases[i];
        const struct mirror *mirror = &database->mirror;

        if (!sees_database(session, database))
            continue;
        row_begin(rows);
        row_integer(rows, "database_id", database->database_id);
        if (mirror->configured && (mirror->role == ROLE_PRINCIPAL || session_login(session)->is_sysadmin))
            put_session(rows, mirror);
        row_end(rows);
    }
}

static const struct catalog_column witnesses_columns[] = {
    {"database_name", {SYSNAME}, 0},
    {"principal_server_name", {SYSNAME, NULLABLE}, 0},
    {"mirror_server_name", {SYSNAME, NULLABLE}, 0},
    {"safety_level", {TINYINT}, 0},
    {"safety_level_desc", {NVARCHAR(60), NULLABLE}, 0},
    {"safety_sequence_number", {INT}, 0},
    {"role_sequence_number", {INT}, 0},
    {"mirroring_guid", {GUID}, 0},
    {"family_guid", {GUID}, 0},
    {"is_suspended", {BIT}, 0},
    {"is_suspended_sequence_number", {INT}, 0},
    {"partner_sync_state", {TINYINT, NULLABLE}, 0},
    {"partner_sync_state_desc", {NVARCHAR(60), NULLABLE}, 0},
};

static void put_witness_session(struct rows *rows, const struct witness_session *witness)
{
    row_begin(rows);
    row_text(rows, "database_name", witness->database_name);
    row_text(rows, "principal_server_name", witness->principal_server_name);
    row_text(rows, "mirror_server_name", witness->mirror_server_name);
    row_integer(rows, "safety_level", witness->safety_level);
    row_text(rows, "safety_level_desc", safety_names[witness->safety_level]);
    row_integer(rows, "safety_sequence_number", witness->safety_sequence_number);
    row_integer(rows, "role_sequence_number", witness->role_sequence_number);
    row_guid(rows, "mirroring_guid", &witness->mirroring_guid);
    row_guid(rows, "family_guid", &witness->family_guid);
    row_integer(rows, "is_suspended", witness->is_suspended);
    row_integer(rows, "is_suspended_sequence_number", witness->is_suspended_sequence_number);
    row_integer(rows, "partner_sync_state", witness->synchronized ? 5 : 6);
    row_text(rows, "partner_sync_state_desc", witness->synchronized ? "SYNCHRONIZED" : "UNSYNCHRONIZED");
    row_end(rows);
}

static void fill_witnesses(struct rows *rows)
{
    const struct instance *instance = rows_instance(rows);

    if (!sees_all(rows_session(rows), "VIEW ANY DEFINITION"))
        return;
    for (size_t i = 0; i < instance->witness_sessions.count; i++)
        put_witness_session(rows, &instance->witness_sessions.rows[i]);
}

#define ENDPOINT_COLUMNS                                                                                     \
    {"name", {SYSNAME}, 0}, {"endpoint_id", {INT}, 0}, {"principal_id", {INT}, 0},                           \
        {"protocol", {TINYINT}, 0}, {"protocol_desc", {NVARCHAR(60), NULLABLE}, 0}, {"type", {TINYINT}, 0},  \
        {"type_desc", {NVARCHAR(60), NULLABLE}, 0}, {"state", {TINYINT, NULLABLE}, 0},                       \
        {"state_desc", {NVARCHAR(60), NULLABLE}, 0},                                                         \
    {                                                                                                        \
        "is_admin_endpoint", {BIT}, 0                                                                        \
    }

static const struct catalog_column endpoints_columns[] = {ENDPOINT_COLUMNS};
static const struct catalog_column tcp_endpoints_columns[] = {ENDPOINT_COLUMNS,
                                                              {"port", {INT}, 0},
                                                              {"is_dynamic_port", {BIT}, 0},
                                                              {"ip_address", {NVARCHAR(45), NULLABLE}, 0}};
static const struct catalog_column mirroring_endpoints_columns[] = {
    ENDPOINT_COLUMNS,
    {"role", {TINYINT, NULLABLE}, 0},
    {"role_desc", {NVARCHAR(60), NULLABLE}, 0},
    {"is_encryption_enabled", {BIT}, 0},
    {"connection_auth", {TINYINT}, 0},
    {"connection_auth_desc", {NVARCHAR(60), NULLABLE}, 0},
    {"certificate_id", {INT}, 0},
    {"encryption_algorithm", {TINYINT}, 0},
    {"encryption_algorithm_desc", {NVARCHAR(60), NULLABLE}, 0},
};

static void begin_endpoint(struct rows *rows, const char *name, int endpoint_id, bool mirroring, bool stopped)
{
    row_begin(rows);
    row_text(rows, "name", name);
    row_integer(rows, "endpoint_id", endpoint_id);
    row_integer(rows, "principal_id", 1);
    row_integer(rows, "protocol", 2);
    row_text(rows, "protocol_desc", "TCP");
    row_integer(rows, "type", mirroring ? 4 : 2);
    row_text(rows, "type_desc", mirroring ? "DATABASE_MIRRORING" : "TSQL");
    row_integer(rows, "state", stopped);
    row_text(rows, "state_desc", stopped ? "STOPPED" : "STARTED");
    row_integer(rows, "is_admin_endpoint", 0);
}

/* Everybody sees the default endpoint; others need VIEW ANY DEFINITION. */
static bool sees_mirroring_endpoint(struct rows *rows)
{
    return rows_instance(rows)->endpoint.exists && sees_all(rows_session(rows), "VIEW ANY DEFINITION");
}

static void fill_endpoints(struct rows *rows)
{
    const struct endpoint *endpoint = &rows_instance(rows)->endpoint;

    begin_endpoint(rows, "TSQL Default TCP", 4, false, false);
    row_end(rows);
    if (!sees_mirroring_endpoint(rows))
        return;
    begin_endpoint(rows, endpoint->name, endpoint->endpoint_id, true, endpoint->stopped);
    row_end(rows);
}

static void put_port(struct rows *rows, int port)
{
    row_integer(rows, "port", port);
    row_integer(rows, "is_dynamic_port", 0);
    row_end(rows);
}

static void fill_tcp_endpoints(struct rows *rows)
{
    const struct endpoint *endpoint = &rows_instance(rows)->endpoint;

    begin_endpoint(rows, "TSQL Default TCP", 4, false, false);
    put_port(rows, 0);
    if (!sees_mirroring_endpoint(rows))
        return;
    begin_endpoint(rows, endpoint->name, endpoint->endpoint_id, true, endpoint->stopped);
    put_port(rows, endpoint->port);
}

static void fill_mirroring_endpoints(struct rows *rows)
{
    static const char *const roles[] = {"NONE", "PARTNER", "WITNESS", "ALL"};
    const struct endpoint *endpoint = &rows_instance(rows)->endpoint;

    if (!sees_mirroring_endpoint(rows))
        return;
    begin_endpoint(rows, endpoint->name, endpoint->endpoint_id, true, endpoint->stopped);
    row_integer(rows, "role", endpoint->role);
    row_text(rows, "role_desc", roles[endpoint->role & 3]);
    row_integer(rows, "is_encryption_enabled", endpoint->is_encryption_enabled);
    row_integer(rows, "connection_auth", endpoint->connection_auth);
    row_text(rows, "connection_auth_desc", endpoint->connection_auth == 3 ? "NEGOTIATE" : "CERTIFICATE");
    row_integer(rows, "certificate_id", 0);
    row_integer(rows, "encryption_algorithm", endpoint->encryption_algorithm);
    row_text(rows, "encryption_algorithm_desc", endpoint->encryption_algorithm == 2 ? "AES" : "RC4");
    row_end(rows);
}

/* Units as sp_dbmmonitorresults gives them: KB, KB/s, ms. */
static const struct catalog_column samples_columns[] = {
    {"database_name", {SYSNAME}, 0},
    {"role", {INT, NULLABLE}, 0},
    {"mirroring_state", {INT, NULLABLE}, 0},
    {"witness_status", {INT, NULLABLE}, 0},
    {"log_generation_rate", {INT, NULLABLE}, 0},
    {"unsent_log", {INT, NULLABLE}, 0},
    {"send_rate", {INT, NULLABLE}, 0},
    {"unrestored_log", {INT, NULLABLE}, 0},
    {"recovery_rate", {INT, NULLABLE}, 0},
    {"transaction_delay", {INT, NULLABLE}, 0},
    {"transactions_per_sec", {INT, NULLABLE}, 0},
    {"average_delay", {INT, NULLABLE}, 0},
    {"time_recorded", {DATETIME, NULLABLE}, 0},
    {"time_behind", {DATETIME, NULLABLE}, 0},
    {"local_time", {DATETIME, NULLABLE}, 0},
};

static void put_sample(struct rows *rows, const struct mirror_sample *sample)
{
    row_begin(rows);
    row_text(rows, "database_name", sample->database_name);
    row_integer(rows, "role", sample->role);
    row_integer(rows, "mirroring_state", sample->mirroring_state);
    row_integer(rows, "witness_status", sample->witness_status);
    row_integer(rows, "log_generation_rate", sample->log_generation_rate);
    row_integer(rows, "unsent_log", sample->unsent_log);
    row_integer(rows, "send_rate", sample->send_rate);
    row_integer(rows, "unrestored_log", sample->unrestored_log);
    row_integer(rows, "recovery_rate", sample->recovery_rate);
    row_integer(rows, "transaction_delay", sample->transaction_delay);
    row_integer(rows, "transactions_per_sec", sample->transactions_per_sec);
    row_integer(rows, "average_delay", sample->average_delay);
    row_date(rows, "time_recorded", sample->time_recorded);
    row_date(rows, "time_behind", sample->time_behind);
    row_date(rows, "local_time", sample->local_time);
    row_end(rows);
}

static void fill_samples(struct rows *rows)
{
    const struct instance *instance = rows_instance(rows);

    for (size_t i = 0; i < instance->mirror_samples.count; i++)
        put_sample(rows, &instance->mirror_samples.rows[i]);
}

/* The table is there once sp_dbmmonitorupdate has run. */
static bool samples_exist(const struct instance *instance)
{
    return instance->mirror_samples_exist;
}

static const struct catalog_table tables[] = {
    {.name = "database_mirroring",
     .place = PLACE_SYS,
     .right = RIGHT_NONE,
     .columns = mirroring_columns,
     .column_count = COUNT(mirroring_columns),
     .fill = fill_mirroring},
    {.name = "database_mirroring_witnesses",
     .place = PLACE_SYS,
     .right = RIGHT_NONE,
     .columns = witnesses_columns,
     .column_count = COUNT(witnesses_columns),
     .fill = fill_witnesses},
    {.name = "endpoints",
     .place = PLACE_SYS,
     .right = RIGHT_NONE,
     .columns = endpoints_columns,
     .column_count = COUNT(endpoints_columns),
     .fill = fill_endpoints},
    {.name = "tcp_endpoints",
     .place = PLACE_SYS,
     .right = RIGHT_NONE,
     .columns = tcp_endpoints_columns,
     .column_count = COUNT(tcp_endpoints_columns),
     .fill = fill_tcp_endpoints},
    {.name = "database_mirroring_endpoints",
     .place = PLACE_SYS,
     .right = RIGHT_NONE,
     .columns = mirroring_endpoints_columns,
     .column_count = COUNT(mirroring_endpoints_columns),
     .fill = fill_mirroring_endpoints},
    {.name = "dbm_monitor_data",
     .place = PLACE_MSDB,
     .right = RIGHT_SELECT,
     .columns = samples_columns,
     .column_count = COUNT(samples_columns),
     .fill = fill_samples,
     .exists = samples_exist},
};
const struct catalog_family catalog_mirroring = {tables, COUNT(tables)};

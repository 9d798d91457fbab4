/* Dynamic management views: sessions, counters, services ("Execution Related Dynamic Management Views"). */
#include "lab/tsql/catalog.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static int database_id(struct rows *rows, const char *name)
{
    const struct database *database = database_find(rows_instance(rows), name);

    return database ? database->database_id : 0;
}

/* Without VIEW SERVER STATE everyone sees himself. */
static bool sees_session(struct rows *rows, const struct session *session)
{
    return session->session_id == rows_session(rows)->session_id ||
           sees_all(rows_session(rows), "VIEW SERVER STATE");
}

static const struct catalog_column sessions_columns[] = {
    {"session_id", {SMALLINT}, 0},
    {"login_time", {DATETIME}, 0},
    {"host_name", {NVARCHAR(128), NULLABLE}, 0},
    {"program_name", {NVARCHAR(128), NULLABLE}, 0},
    {"host_process_id", {INT, NULLABLE}, 0},
    {"client_interface_name", {NVARCHAR(32), NULLABLE}, 0},
    {"login_name", {NVARCHAR(128)}, 0},
    {"nt_domain", {NVARCHAR(128), NULLABLE}, 0},
    {"nt_user_name", {NVARCHAR(128), NULLABLE}, 0},
    {"status", {NVARCHAR(30)}, 0},
    {"last_request_start_time", {DATETIME}, 0},
    {"last_request_end_time", {DATETIME, NULLABLE}, 0},
    {"is_user_process", {BIT}, 0},
    {"language", {NVARCHAR(128), NULLABLE}, 0},
    {"original_login_name", {NVARCHAR(128)}, 0},
    {"database_id", {SMALLINT}, 1100},
    {"open_transaction_count", {INT}, 1100},
};

static void put_session(struct rows *rows, const struct session *session)
{
    row_begin(rows);
    row_integer(rows, "session_id", session->session_id);
    row_date(rows, "login_time", session->login_time);
    row_text_or_null(rows, "host_name", session->host);
    row_text_or_null(rows, "program_name", session->program);
    row_text(rows, "login_name", session->login);
    row_text(rows, "status", session->status ? session->status : "sleeping");
    row_date(rows, "last_request_start_time", session->login_time);
    row_integer(rows, "is_user_process", session->session_id > 50);
    row_text(rows, "language", "us_english");
    row_text(rows, "original_login_name", session->login);
    row_integer(rows, "database_id", database_id(rows, session->database));
    row_integer(rows, "open_transaction_count", 0);
    row_end(rows);
}

static void for_each_session(struct rows *rows, void (*put)(struct rows *rows, const struct session *session))
{
    const struct instance *instance = rows_instance(rows);

    for (size_t i = 0; i < instance->sessions.count; i++)
        if (sees_session(rows, &instance->sessions.rows[i]))
            put(rows, &instance->sessions.rows[i]);
}

static void fill_sessions(struct rows *rows)
{
    for_each_session(rows, put_session);
}

static const struct catalog_column connections_columns[] = {
    {"session_id", {INT, NULLABLE}, 0},
    {"connect_time", {DATETIME}, 0},
    {"net_transport", {NVARCHAR(40)}, 0},
    {"protocol_type", {NVARCHAR(40), NULLABLE}, 0},
    {"encrypt_option", {NVARCHAR(40)}, 0},
    {"auth_scheme", {NVARCHAR(40)}, 0},
    {"client_net_address", {VARCHAR(48), NULLABLE}, 0},
    {"local_tcp_port", {INT, NULLABLE}, 0},
};

static const char *auth_scheme(const struct login *login, const struct session *session)
{
    if (!login || !login->is_windows)
        return "SQL";
    return session->by_kerberos ? "KERBEROS" : "NTLM";
}

static void put_connection(struct rows *rows, const struct session *session)
{
    const struct login *login = security_login(rows_instance(rows), session->login);

    row_begin(rows);
    row_integer(rows, "session_id", session->session_id);
    row_date(rows, "connect_time", session->login_time);
    row_text(rows, "net_transport", "TCP");
    row_text(rows, "protocol_type", "TSQL");
    row_text(rows, "encrypt_option", session->encrypted ? "TRUE" : "FALSE");
    row_text(rows, "auth_scheme", auth_scheme(login, session));
    row_text(rows, "client_net_address", "127.0.0.1");
    row_integer(rows, "local_tcp_port", rows_instance(rows)->port);
    row_end(rows);
}

static void fill_connections(struct rows *rows)
{
    for_each_session(rows, put_connection);
}

static const struct catalog_column requests_columns[] = {
    {"session_id", {SMALLINT}, 0},
    {"request_id", {INT}, 0},
    {"start_time", {DATETIME}, 0},
    {"status", {NVARCHAR(30)}, 0},
    {"command", {NVARCHAR(32)}, 0}, /* nvarchar(16) on the older pages */
    {"database_id", {SMALLINT}, 0},
    {"blocking_session_id", {SMALLINT, NULLABLE}, 0},
    {"wait_type", {NVARCHAR(60), NULLABLE}, 0},
    {"wait_time", {INT}, 0},
    {"percent_complete", {REAL}, 0},
    {"estimated_completion_time", {BIGINT}, 0},
    {"total_elapsed_time", {INT}, 0},
};

/* How far it is, where that is known: time is all that a request takes here. */
static double percent_done(const struct world *world, const struct session *session)
{
    int64_t whole_ms = session->request_to_utc_ms - session->request_from_utc_ms;

    if (session->request_to_utc_ms == 0 || whole_ms <= 0)
        return 0;
    return (double)(world->now_utc_ms - session->request_from_utc_ms) * 100.0 / (double)whole_ms;
}

static int64_t ms_left(const struct world *world, const struct session *session)
{
    int64_t left_ms = session->request_to_utc_ms - world->now_utc_ms;

    return session->request_to_utc_ms && left_ms > 0 ? left_ms : 0;
}

static int64_t ms_gone(const struct world *world, const struct session *session)
{
    return session->request_from_utc_ms ? world->now_utc_ms - session->request_from_utc_ms : 0;
}

static const char *request_status(const struct world *world, const struct session *session)
{
    if (session_rolls_back(world, session))
        return "rollback";
    return session->wait_type ? "suspended" : "running";
}

static void put_request(struct rows *rows, const struct session *session)
{
    const struct world *world = rows_session(rows)->world;
    const struct host *host = world_host_of((struct world *)world, rows_instance(rows));
    bool own = session->session_id == rows_session(rows)->session_id;

    if (!session->command && !own)
        return;
    row_begin(rows);
    row_integer(rows, "session_id", session->session_id);
    row_integer(rows, "request_id", 0);
    row_date(rows, "start_time",
             session->request_from_utc_ms ? host_local_ms(host, session->request_from_utc_ms)
                                          : session->login_time);
    row_text(rows, "status", request_status(world, session));
    row_text(rows, "command", session->command ? session->command : "SELECT");
    row_integer(rows, "database_id", database_id(rows, session->database));
    row_integer(rows, "blocking_session_id", session->blocked_by);
    row_text(rows, "wait_type", session->wait_type);
    row_integer(rows, "wait_time", session->wait_type ? ms_gone(world, session) : 0);
    row_real(rows, "percent_complete", percent_done(world, session));
    row_integer(rows, "estimated_completion_time", ms_left(world, session));
    row_integer(rows, "total_elapsed_time", ms_gone(world, session));
    row_end(rows);
}

static void fill_requests(struct rows *rows)
{
    for_each_session(rows, put_request);
}

static const struct catalog_column sysprocesses_columns[] = {
    {"spid", {SMALLINT}, 0},       {"kpid", {SMALLINT}, 0},       {"blocked", {SMALLINT}, 0},
    {"waittime", {BIGINT}, 0},     {"dbid", {SMALLINT}, 0},       {"ecid", {SMALLINT}, 0},
    {"login_time", {DATETIME}, 0}, {"last_batch", {DATETIME}, 0}, {"open_tran", {SMALLINT}, 0},
    {"status", {NCHAR(30)}, 0},    {"hostname", {NCHAR(128)}, 0}, {"program_name", {NCHAR(128)}, 0},
    {"cmd", {NCHAR(16)}, 0},       {"loginame", {NCHAR(128)}, 0},
};

static void put_process(struct rows *rows, const struct session *session)
{
    row_begin(rows);
    row_integer(rows, "spid", session->session_id);
    row_integer(rows, "kpid", 0);
    row_integer(rows, "blocked", session->blocked_by);
    row_integer(rows, "waittime", session->wait_type ? ms_gone(rows_session(rows)->world, session) : 0);
    row_integer(rows, "dbid", database_id(rows, session->database));
    row_date(rows, "login_time", session->login_time);
    row_date(rows, "last_batch", session->login_time);
    row_integer(rows, "ecid", 0);
    row_integer(rows, "open_tran", 0);
    row_text(rows, "status", session->status ? session->status : "sleeping");
    row_text(rows, "hostname", session->host);
    row_text(rows, "program_name", session->program);
    row_text(rows, "cmd", session->command ? session->command : "AWAITING COMMAND");
    row_text(rows, "loginame", session->login);
    row_end(rows);
}

static void fill_sysprocesses(struct rows *rows)
{
    for_each_session(rows, put_process);
}

static const struct catalog_column locks_columns[] = {
    {"resource_type", {NVARCHAR(60)}, 0},  {"resource_subtype", {NVARCHAR(60)}, 0},
    {"resource_database_id", {INT}, 0},    {"resource_description", {NVARCHAR(256)}, 0},
    {"request_mode", {NVARCHAR(60)}, 0},   {"request_type", {NVARCHAR(60)}, 0},
    {"request_status", {NVARCHAR(60)}, 0}, {"request_reference_count", {SMALLINT}, 0},
    {"request_session_id", {INT}, 0},      {"request_owner_type", {NVARCHAR(60)}, 0},
};

struct lock_row {
    const char *type, *database, *description, *mode, *owner;
    int count, session_id;
};

static void put_lock(struct rows *rows, const struct lock_row *lock)
{
    row_begin(rows);
    row_text(rows, "resource_type", lock->type);
    row_text(rows, "resource_subtype", "");
    row_integer(rows, "resource_database_id", database_id(rows, lock->database));
    row_text(rows, "resource_description", lock->description);
    row_text(rows, "request_mode", lock->mode);
    row_text(rows, "request_type", "LOCK");
    row_text(rows, "request_status", "GRANT");
    row_integer(rows, "request_reference_count", lock->count);
    row_integer(rows, "request_session_id", lock->session_id);
    row_text(rows, "request_owner_type", lock->owner);
    row_end(rows);
}

/* Whoever is in a database holds it. */
static void put_database_lock(struct rows *rows, const struct session *session)
{
    if (strcasecmp(session->database, "master") != 0 && strcasecmp(session->database, "tempdb") != 0)
        put_lock(rows, &(struct lock_row){"DATABASE", session->database, "", "S",
                                          "SHARED_TRANSACTION_WORKSPACE", 1, session->session_id});
}

static void fill_locks(struct rows *rows)
{
    const struct instance *instance = rows_instance(rows);
    char description[APPLOCK_NAME_BYTES + 32];

    for_each_session(rows, put_database_lock);
    for (size_t i = 0; i < instance->applocks.count; i++) {
        const struct applock *lock = &instance->applocks.rows[i];
        snprintf(description, sizeof(description), "0:[%.32s]", lock->resource);
        put_lock(rows, &(struct lock_row){"APPLICATION", lock->database, description,
                                          lock->mode == APPLOCK_EXCLUSIVE ? "X" : "S", "SESSION", lock->count,
                                          lock->session_id});
    }
}

static const struct catalog_column counters_columns[] = {
    {"object_name", {NCHAR(128)}, 0},
    {"counter_name", {NCHAR(128)}, 0},
    {"instance_name", {NCHAR(128), NULLABLE}, 0},
    {"cntr_value", {BIGINT}, 0},
    {"cntr_type", {INT}, 0},
};

enum counter_type { COUNTER_RAW = 65792, COUNTER_PER_SECOND = 272696576 };

struct counter {
    const char *object, *name;
    enum counter_type type;
    int64_t (*value)(const struct database *database);
};

static int64_t send_queue_kb(const struct database *database)
{
    return database->mirror.role == ROLE_PRINCIPAL ? database->mirror.send_queue_bytes / 1024 : 0;
}

static int64_t redo_queue_kb(const struct database *database)
{
    return database->mirror.redo_queue_bytes / 1024;
}

static int64_t bytes_sent(const struct database *database)
{
    return database->mirror.role == ROLE_PRINCIPAL ? database->mirror.log_bytes_sent : 0;
}

static int64_t bytes_received(const struct database *database)
{
    return database->mirror.role == ROLE_MIRROR ? database->mirror.log_bytes_sent : 0;
}

static int64_t nothing(const struct database *database)
{
    (void)database;
    return 0;
}

static int64_t log_size_kb(const struct database *database)
{
    return database->log_size_bytes / 1024;
}

static int64_t log_used_kb(const struct database *database)
{
    return database->log_used_bytes / 1024;
}

static int64_t data_size_kb(const struct database *database)
{
    return database->data_size_bytes / 1024;
}

static int64_t log_used_percent(const struct database *database)
{
    return database->log_size_bytes ? database->log_used_bytes * 100 / database->log_size_bytes : 0;
}

static const struct counter mirroring_counters[] = {
    {"Database Mirroring", "Bytes Received/sec", COUNTER_PER_SECOND, bytes_received},
    {"Database Mirroring", "Bytes Sent/sec", COUNTER_PER_SECOND, bytes_sent},
    {"Database Mirroring", "Log Bytes Received/sec", COUNTER_PER_SECOND, bytes_received},
    {"Database Mirroring", "Log Bytes Sent/sec", COUNTER_PER_SECOND, bytes_sent},
    {"Database Mirroring", "Log Remaining for Undo KB", COUNTER_RAW, nothing},
    {"Database Mirroring", "Log Scanned for Undo KB", COUNTER_RAW, nothing},
    {"Database Mirroring", "Log Send Queue KB", COUNTER_RAW, send_queue_kb},
    {"Database Mirroring", "Redo Bytes/sec", COUNTER_PER_SECOND, bytes_received},
    {"Database Mirroring", "Redo Queue KB", COUNTER_RAW, redo_queue_kb},
    {"Database Mirroring", "Transaction Delay", COUNTER_PER_SECOND, nothing},
};
static const struct counter database_counters[] = {
    {"Databases", "Data File(s) Size (KB)", COUNTER_RAW, data_size_kb},
    {"Databases", "Log File(s) Size (KB)", COUNTER_RAW, log_size_kb},
    {"Databases", "Log File(s) Used Size (KB)", COUNTER_RAW, log_used_kb},
    {"Databases", "Percent Log Used", COUNTER_RAW, log_used_percent},
};

static void put_counter(struct rows *rows, const struct counter *counter, const char *instance_name,
                        int64_t value)
{
    const struct instance *instance = rows_instance(rows);
    bool named = strcasecmp(instance->service_name, "MSSQLSERVER") != 0;
    char object[256];

    snprintf(object, sizeof(object), "%s%s:%s", named ? "MSSQL$" : "SQLServer",
             named ? instance->service_name : "", counter->object);
    row_begin(rows);
    row_text(rows, "object_name", object);
    row_text(rows, "counter_name", counter->name);
    row_text(rows, "instance_name", instance_name);
    row_integer(rows, "cntr_value", value);
    row_integer(rows, "cntr_type", counter->type);
    row_end(rows);
}

/* A row for each database that has it, and one for _Total. */
static void put_counters(struct rows *rows, const struct counter *counters, size_t count, bool mirrored_only)
{
    const struct instance *instance = rows_instance(rows);

    for (size_t c = 0; c < count; c++) {
        int64_t total = 0;

        for (size_t i = 0; i < instance->database_count; i++) {
            const struct database *database = &instance->databases[i];

            if (mirrored_only && !database->mirror.configured)
                continue;
            total += counters[c].value(database);
            put_counter(rows, &counters[c], database->name, counters[c].value(database));
        }
        put_counter(rows, &counters[c], "_Total", total);
    }
}

static void fill_counters(struct rows *rows)
{
    put_counters(rows, database_counters, COUNT(database_counters), false);
    put_counters(rows, mirroring_counters, COUNT(mirroring_counters), true);
}

static const struct catalog_column services_columns[] = {
    {"servicename", {NVARCHAR(256)}, 0},
    {"startup_type", {INT, NULLABLE}, 0},
    {"startup_type_desc", {NVARCHAR(256)}, 0},
    {"status", {INT, NULLABLE}, 0},
    {"status_desc", {NVARCHAR(256)}, 0},
    {"process_id", {INT, NULLABLE}, 0},
    {"last_startup_time", {DATETIME, NULLABLE}, 0}, /* datetimeoffset(7) on a real server */
    {"service_account", {NVARCHAR(256)}, 0},
    {"filename", {NVARCHAR(256)}, 0},
    {"is_clustered", {NVARCHAR(1)}, 0},
};

static void put_service(struct rows *rows, const char *display, bool running, int64_t startup_utc_ms,
                        const char *account)
{
    struct tsql_session *session = rows_session(rows);
    const struct host *host = world_host_of(session->world, session->instance);
    char name[256];

    snprintf(name, sizeof(name), "%s (%s)", display, session->instance->service_name);
    row_begin(rows);
    row_text(rows, "servicename", name);
    row_integer(rows, "startup_type", 2);
    row_text(rows, "startup_type_desc", "Automatic");
    row_integer(rows, "status", running ? 4 : 1);
    row_text(rows, "status_desc", running ? "Running" : "Stopped");
    if (running)
        row_date(rows, "last_startup_time", host_local_ms(host, startup_utc_ms));
    row_text(rows, "service_account", account);
    row_text(rows, "filename", "");
    row_text(rows, "is_clustered", "N");
    row_end(rows);
}

static void fill_services(struct rows *rows)
{
    const struct instance *instance = rows_instance(rows);

    put_service(rows, "SQL Server", true, instance->last_startup_utc_ms, instance->service_account);
    put_service(rows, "SQL Server Agent", instance->agent.running, instance->agent.last_startup_utc_ms,
                instance->agent_account);
}

static const struct catalog_table tables[] = {
    {.name = "dm_exec_sessions",
     .place = PLACE_SYS,
     .right = RIGHT_NONE,
     .columns = sessions_columns,
     .column_count = COUNT(sessions_columns),
     .fill = fill_sessions},
    {.name = "dm_exec_connections",
     .place = PLACE_SYS,
     .right = RIGHT_SERVER_STATE,
     .columns = connections_columns,
     .column_count = COUNT(connections_columns),
     .fill = fill_connections},
    {.name = "dm_exec_requests",
     .place = PLACE_SYS,
     .right = RIGHT_NONE,
     .columns = requests_columns,
     .column_count = COUNT(requests_columns),
     .fill = fill_requests},
    {.name = "dm_tran_locks",
     .place = PLACE_SYS,
     .right = RIGHT_SERVER_STATE,
     .columns = locks_columns,
     .column_count = COUNT(locks_columns),
     .fill = fill_locks},
    {.name = "sysprocesses",
     .place = PLACE_COMPAT,
     .right = RIGHT_NONE,
     .columns = sysprocesses_columns,
     .column_count = COUNT(sysprocesses_columns),
     .fill = fill_sysprocesses},
    {.name = "dm_os_performance_counters",
     .place = PLACE_SYS,
     .right = RIGHT_SERVER_STATE,
     .columns = counters_columns,
     .column_count = COUNT(counters_columns),
     .fill = fill_counters},
    {.name = "dm_server_services",
     .place = PLACE_SYS,
     .right = RIGHT_SERVER_STATE,
     .columns = services_columns,
     .column_count = COUNT(services_columns),
     .fill = fill_services,
     .since = 10502500},
};
const struct catalog_family catalog_sessions = {tables, COUNT(tables)};

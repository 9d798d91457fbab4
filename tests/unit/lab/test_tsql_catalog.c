/* The catalogue: every table is sound, and everyone sees exactly what his rights show. */
#include "unit/lab/tsql_fixture.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static const char *const tables[] = {
    "sys.databases",
    "sys.database_recovery_status",
    "sys.master_files",
    "sys.database_files",
    "sys.database_mirroring",
    "sys.database_mirroring_witnesses",
    "sys.endpoints",
    "sys.tcp_endpoints",
    "sys.database_mirroring_endpoints",
    "sys.dm_exec_sessions",
    "sys.dm_exec_connections",
    "sys.dm_exec_requests",
    "sys.sysprocesses",
    "master.dbo.sysprocesses",
    "sysprocesses",
    "sys.dm_os_performance_counters",
    "sys.dm_server_services",
    "sys.server_principals",
    "sys.server_permissions",
    "sys.server_role_members",
    "msdb.sys.database_principals",
    "msdb.sys.database_role_members",
    "msdb.sys.database_permissions",
    "msdb.dbo.log_shipping_primary_databases",
    "msdb.dbo.log_shipping_primary_secondaries",
    "msdb.dbo.log_shipping_secondary",
    "msdb.dbo.log_shipping_secondary_databases",
    "msdb.dbo.log_shipping_monitor_primary",
    "msdb.dbo.log_shipping_monitor_secondary",
    "msdb.dbo.log_shipping_monitor_history_detail",
    "msdb.dbo.log_shipping_monitor_error_detail",
    "msdb.dbo.log_shipping_monitor_alert",
    "msdb.dbo.sysjobs",
    "msdb.dbo.sysjobsteps",
    "msdb.dbo.sysjobschedules",
    "msdb.dbo.sysschedules",
    "msdb.dbo.sysjobactivity",
    "msdb.dbo.sysjobhistory",
    "msdb.dbo.sysjobservers",
    "msdb.dbo.syssessions",
    "msdb.dbo.syscategories",
    "msdb.dbo.backupset",
    "msdb..backupmediafamily",
    "msdb.dbo.restorehistory",
};

/* Notes the columns, and every NULL in one that is declared NOT NULL. */
struct soundness {
    struct tsql_column columns[128];
    struct strbuf complaints;
    uint64_t rows;
};

static void on_columns(void *user, const struct tsql_column *columns, size_t count)
{
    struct soundness *soundness = user;

    assert_true(count <= COUNT(soundness->columns));
    memcpy(soundness->columns, columns, count * sizeof(*columns));
}

static bool is_text(const struct tsql_column *column)
{
    return column->type >= TSQL_NUMERIC && column->type <= TSQL_NCHAR && column->type != TSQL_DATETIME;
}

static void on_row(void *user, const struct tsql_value *values, size_t count)
{
    struct soundness *soundness = user;

    soundness->rows++;
    for (size_t i = 0; i < count; i++) {
        const struct tsql_column *column = &soundness->columns[i];

        if (values[i].is_null && !column->nullable)
            strbuf_format(&soundness->complaints, "%s is NULL; ", column->name);
        if (values[i].is_null || !is_text(column))
            continue;
        if (!values[i].text)
            strbuf_format(&soundness->complaints, "%s has no text; ", column->name);
        else if (column->type == TSQL_NCHAR && strlen(values[i].text) < column->length)
            strbuf_format(&soundness->complaints, "%s is not padded; ", column->name);
    }
}

static void on_message(void *user, const struct tsql_message *message)
{
    struct soundness *soundness = user;

    strbuf_format(&soundness->complaints, "%d %s; ", message->number, message->text);
}

static void on_done(void *user, bool has_count, uint64_t row_count, bool in_error)
{
    (void)user;
    (void)has_count;
    (void)row_count;
    (void)in_error;
}

static uint64_t check_table(struct tsql_session *session, const char *table)
{
    AUTO_FREE char *batch = mem_format("SELECT * FROM %s", table);
    struct soundness soundness = {.rows = 0};
    struct tsql_sink sink = {&soundness, on_columns, on_row, on_message, NULL, NULL, on_done};

    tsql_execute(session, batch, &sink);
    if (soundness.complaints.length)
        fail_msg("%s: %s", table, strbuf_text(&soundness.complaints));
    strbuf_done(&soundness.complaints);
    return soundness.rows;
}

/* On some instance every table has rows. */
static void test_every_table_is_sound(void **state)
{
    static const char *const instances[] = {"sqlpri1", "sqlmir1", "sqlwit1", "sqldr1"};
    uint64_t rows[COUNT(tables)] = {0};

    fixture_set(*state, "copy_job", "sqldr1", "how=failing");
    fixture_pass_s(*state, 900);
    for (size_t i = 0; i < COUNT(instances); i++) {
        AUTO(tsql_session) struct tsql_session *session = fixture_sa(*state, instances[i]);

        for (size_t t = 0; t < COUNT(tables); t++)
            rows[t] += check_table(session, tables[t]);
    }
    for (size_t t = 0; t < COUNT(tables); t++)
        if (rows[t] == 0 && strncmp(tables[t], "msdb.sys", 8) != 0)
            fail_msg("%s has no row anywhere", tables[t]);
}

static void test_without_rights(void **state)
{
    static const struct tsql_case cases[] = {
        {"SELECT COUNT(*) AS n FROM sys.databases", "n int\n6\n"},
        {"SELECT COUNT(*) AS n FROM sys.master_files", "n int\n0\n"},
        {"SELECT mirroring_state AS s FROM sys.database_mirroring WHERE database_id = DB_ID('mgc')",
         "s tinyint?\n4\n"},
        {"SELECT COUNT(*) AS n FROM sys.database_mirroring_endpoints", "n int\n0\n"},
        {"SELECT login_name AS l FROM sys.dm_exec_sessions", "l nvarchar(128)\nnobody\n"},
        {"SELECT COUNT(*) AS n FROM sys.dm_os_performance_counters",
         "300: VIEW SERVER STATE permission was denied on object 'server', database 'master'.\n"
         "297: The user does not have permission to perform this action.\n"},
        {"SELECT 1 FROM sys.dm_exec_connections",
         "300: VIEW SERVER STATE permission was denied on object 'server', database 'master'.\n"
         "297: The user does not have permission to perform this action.\n"},
        {"SELECT 1 FROM sys.dm_server_services SELECT 2 AS x",
         "300: VIEW SERVER STATE permission was denied on object 'server', database 'master'.\n"
         "297: The user does not have permission to perform this action.\n"
         "x int\n2\n"},
        {"SELECT 1 FROM msdb.dbo.sysjobs", "916: The server principal \"nobody\" is not able to access the "
                                           "database \"msdb\" under the current security "
                                           "context.\n"},
        {"USE mgc", "916: The server principal \"nobody\" is not able to access the database \"mgc\" under "
                    "the current security "
                    "context.\n"},
        {"SELECT HAS_PERMS_BY_NAME(NULL, NULL, 'VIEW SERVER STATE') AS s, "
         "HAS_PERMS_BY_NAME('msdb.dbo.sysjobs', "
         "'OBJECT', 'SELECT') AS j, IS_SRVROLEMEMBER('sysadmin') AS a, IS_SRVROLEMEMBER('nosuch') AS n, "
         "HAS_DBACCESS('msdb') AS m, HAS_DBACCESS('nosuch') AS x",
         "s int?, j int?, a int?, n int?, m int?, x int?\n0|0|0|NULL|0|NULL\n"},
        {"EXEC sp_help_log_shipping_monitor",
         "229: The EXECUTE permission was denied on the object 'sp_help_log_shipping_monitor', database "
         "'mssqlsystemresource', schema 'sys'.\n=1\n"},
        {"EXEC msdb.dbo.sp_dbmmonitorresults N'mgc', 0, 0",
         "229: The EXECUTE permission was denied on the object 'sp_dbmmonitorresults', database 'msdb', "
         "schema "
         "'dbo'.\n=1\n"},
        {"CREATE LOGIN other WITH PASSWORD = 'x'",
         "15247: User does not have permission to perform this action.\n"},
        {"GRANT VIEW SERVER STATE TO nobody", "4613: Grantor does not have GRANT permission.\n"},
        {"SELECT name FROM sys.server_principals WHERE type = 'S' ORDER BY name",
         "name nvarchar(128)\nnobody\nsa\n"},
    };
    AUTO(tsql_session) struct tsql_session *session = fixture_nobody(*state, "sqlpri1");

    assert_cases(session, cases, COUNT(cases));
}

static void test_monitor_on_the_principal(void **state)
{
    static const struct tsql_case cases[] = {
        {"SELECT COUNT(*) AS n FROM sys.master_files WHERE database_id = DB_ID('mgc')", "n int\n2\n"},
        {"SELECT mirroring_state_desc AS s, mirroring_role_desc AS r FROM sys.database_mirroring WHERE "
         "database_id = "
         "DB_ID('mgc')",
         "s nvarchar(60)?, r nvarchar(60)?\nSYNCHRONIZED|PRINCIPAL\n"},
        {"SELECT RTRIM(object_name) AS o, RTRIM(counter_name) AS c FROM sys.dm_os_performance_counters WHERE "
         "counter_name LIKE 'Log Send%' AND instance_name = 'mgc'",
         "o nvarchar(128)?, c nvarchar(128)?\nSQLServer:Database Mirroring|Log Send Queue KB\n"},
        {"SELECT encrypt_option AS e FROM sys.dm_exec_connections WHERE session_id = @@SPID",
         "e nvarchar(40)\nTRUE\n"},
        {"SELECT name FROM msdb.dbo.sysjobs WHERE name LIKE 'LSBackup%'",
         "name nvarchar(128)\nLSBackup_mgc\n"},
        {"SELECT 1 FROM msdb.dbo.sysjobsteps", "229: The SELECT permission was denied on the object "
                                               "'sysjobsteps', database 'msdb', schema 'dbo'.\n"},
        {"SELECT servicename AS s, status_desc AS d FROM sys.dm_server_services ORDER BY servicename",
         "s nvarchar(256), d nvarchar(256)\nSQL Server (MSSQLSERVER)|Running\nSQL Server Agent "
         "(MSSQLSERVER)|Running\n"},
        {"SELECT state_desc AS s FROM sys.database_mirroring_endpoints", "s nvarchar(60)?\nSTARTED\n"},
    };
    AUTO(tsql_session) struct tsql_session *session = fixture_monitor(*state, "sqlpri1");

    assert_cases(session, cases, COUNT(cases));
}

static const char mirror_row[] =
    "SELECT mirroring_guid AS g, mirroring_state AS s, mirroring_role AS r, mirroring_witness_name AS w FROM "
    "sys.database_mirroring WHERE database_id = DB_ID('mgc') AND mirroring_guid IS NULL";

/* A non-sysadmin sees NULLs on the mirror, and a database that does not open. */
static void test_the_mirror_hides(void **state)
{
    AUTO(tsql_session) struct tsql_session *monitor = fixture_monitor(*state, "sqlmir1");
    AUTO(tsql_session) struct tsql_session *sa = fixture_sa(*state, "sqlmir1");

    assert_batch(monitor, mirror_row,
                 "g uniqueidentifier?, s tinyint?, r tinyint?, w nvarchar(128)?\nNULL|NULL|NULL|NULL\n");
    assert_batch(sa, mirror_row, "g uniqueidentifier?, s tinyint?, r tinyint?, w nvarchar(128)?\n");
    assert_batch(monitor, "SELECT 1 FROM mgc.dbo.t",
                 "954: The database \"mgc\" cannot be opened. It is acting as a mirror database.\n");
    assert_batch(monitor, "USE mgc",
                 "954: The database \"mgc\" cannot be opened. It is acting as a mirror database.\n");
}

static void test_the_secondary(void **state)
{
    static const struct tsql_case cases[] = {
        {"USE mgc", "927: Database 'mgc' cannot be opened. It is in the middle of a restore.\n"},
        {"SELECT state_desc AS s, collation_name AS c FROM sys.databases WHERE name = 'MGC'",
         "s nvarchar(60)?, c nvarchar(128)?\nRESTORING|NULL\n"},
        {"SELECT COUNT(*) AS n FROM sys.master_files WHERE redo_start_lsn > 1 AND type = 0 AND database_id = "
         "DB_ID('mgc')",
         "n int\n1\n"},
        {"SELECT last_log_backup_lsn AS l FROM sys.database_recovery_status WHERE database_id = DB_ID('mgc')",
         "l numeric(25,0)?\nNULL\n"},
        {"SELECT secondary_database AS d, restore_mode AS m FROM msdb.dbo.log_shipping_secondary_databases",
         "d nvarchar(128), m bit\nmgc|0\n"},
        {"SELECT DATABASEPROPERTYEX('mgc', 'Status') AS s, HAS_DBACCESS('mgc') AS a",
         "s nvarchar(128)?, a int?\nRESTORING|0\n"},
        {"SELECT COUNT(*) AS n FROM msdb.dbo.restorehistory AS r JOIN msdb.dbo.backupset AS b ON "
         "b.backup_set_id = "
         "r.backup_set_id WHERE b.last_lsn = (SELECT MIN(redo_start_lsn) FROM sys.master_files WHERE "
         "database_id = "
         "DB_ID('mgc') AND type = 0)",
         "n int\n1\n"},
    };
    AUTO(tsql_session) struct tsql_session *session = fixture_monitor(*state, "sqldr1");

    assert_cases(session, cases, COUNT(cases));
}

static void test_offline_is_hidden(void **state)
{
    AUTO(tsql_session) struct tsql_session *monitor = fixture_monitor(*state, "sqlpri1");
    AUTO(tsql_session) struct tsql_session *sa = fixture_sa(*state, "sqlpri1");
    struct database *mgccomp = database_find(world_instance(*state, "sqlpri1"), "mgccomp");

    mgccomp->state = DATABASE_OFFLINE;
    assert_batch(monitor, "SELECT 1 AS x FROM sys.databases WHERE name = 'mgccomp'", "x int\n");
    assert_batch(sa, "SELECT 1 AS x FROM sys.databases WHERE name = 'mgccomp'", "x int\n1\n");
    assert_batch(sa, "USE mgccomp", "942: Database 'mgccomp' cannot be opened because it is offline.\n");
}

static void test_msdb_locked(void **state)
{
    AUTO(tsql_session) struct tsql_session *session = fixture_monitor(*state, "sqlpri1");

    fixture_set(*state, "msdb_locked", "sqlpri1", "");
    assert_batch(session, "SET LOCK_TIMEOUT 1000 SELECT name FROM msdb.dbo.sysjobs SELECT 1 AS x",
                 "1222: Lock request time out period exceeded.\nx int\n1\n");
    fixture_clear(*state, "msdb_locked", "sqlpri1");
    assert_batch(session, "SELECT COUNT(*) AS n FROM msdb.dbo.sysjobs WHERE name = 'LSBackup_mgc'",
                 "n int\n1\n");
}

static void test_right_revoked(void **state)
{
    AUTO(tsql_session) struct tsql_session *session = fixture_monitor(*state, "sqlpri1");

    fixture_set(*state, "right_revoked", "sqlpri1", "permission=SELECT database=msdb object=dbo.backupset");
    assert_batch(
        session, "SELECT COUNT(*) FROM msdb.dbo.backupset",
        "229: The SELECT permission was denied on the object 'backupset', database 'msdb', schema 'dbo'.\n");
}

/* Before 2012 some columns, functions and statements are not there; before SP1 of 2008 R2 one view. */
static void test_versions(void **state)
{
    static const struct tsql_case cases[] = {
        {"SELECT database_id FROM sys.dm_exec_sessions", "207: Invalid column name 'database_id'.\n"},
        {"SELECT IIF(1 = 1, 1, 2)", "195: 'IIF' is not a recognized built-in function name.\n"},
        {"SELECT TRY_CAST(1 AS int)", "195: 'TRY_CAST' is not a recognized built-in function name.\n"},
        {"SELECT CONCAT('a', 'b')", "195: 'CONCAT' is not a recognized built-in function name.\n"},
        {"SELECT 1 FROM sys.dm_server_services", "208: Invalid object name 'sys.dm_server_services'.\n"},
        {"ALTER ROLE db_datareader ADD MEMBER nobody", "156: Incorrect syntax near the keyword 'ADD'.\n"},
        {"SELECT SERVERPROPERTY('ProductVersion') AS v, SERVERPROPERTY('IsHadrEnabled') AS h",
         "v nvarchar(128)?, h nvarchar(128)?\n10.50.1600.0|NULL\n"},
    };
    struct instance *instance = world_instance(*state, "sqlpri1");
    AUTO(tsql_session) struct tsql_session *session = fixture_sa(*state, "sqlpri1");

    instance->version_major = 10;
    instance->version_minor = 50;
    instance->version_build = 1600;
    assert_cases(session, cases, COUNT(cases));
    instance->version_build = 2500;
    assert_batch(session, "SELECT COUNT(*) AS n FROM sys.dm_server_services", "n int\n2\n");
}

/* A named instance calls its counters by another name. */
static void test_named_instance(void **state)
{
    struct instance *instance = world_instance(*state, "sqlpri1");
    AUTO(tsql_session) struct tsql_session *session = fixture_sa(*state, "sqlpri1");

    strcpy(instance->service_name, "RTC");
    assert_batch(session,
                 "SELECT DISTINCT RTRIM(object_name) AS o FROM sys.dm_os_performance_counters ORDER BY o",
                 "o nvarchar(128)?\nMSSQL$RTC:Database Mirroring\nMSSQL$RTC:Databases\n");
}

static int set_up(void **state)
{
    *state = fixture_world();
    return 0;
}

static int tear_down(void **state)
{
    world_free(*state);
    return 0;
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(test_every_table_is_sound),
        IN_A_WORLD(test_without_rights),
        IN_A_WORLD(test_monitor_on_the_principal),
        IN_A_WORLD(test_the_mirror_hides),
        IN_A_WORLD(test_the_secondary),
        IN_A_WORLD(test_offline_is_hidden),
        IN_A_WORLD(test_msdb_locked),
        IN_A_WORLD(test_right_revoked),
        IN_A_WORLD(test_versions),
        IN_A_WORLD(test_named_instance),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "lab/tsql/procedure.h"

#include "base/arena.h"
#include "base/cleanup.h"
#include "lab/tsql/catalog.h"
#include "lab/tsql/value.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

const char *argument_text(struct run *run, const char *name, const char *otherwise)
{
    const struct variable *variable = run_variable(run, name);

    return !variable || variable->value.is_null ? otherwise : variable->value.text;
}

int64_t argument_integer(struct run *run, const char *name, int64_t otherwise)
{
    const struct variable *variable = run_variable(run, name);

    return !variable || variable->value.is_null ? otherwise : variable->value.integer;
}

void argument_set_guid(struct run *run, const char *name, const struct guid *guid)
{
    run_variable(run, name)->value =
        guid_is_null(guid) ? value_null() : value_text(arena_text(run->arena, guid->text));
}

/* May he hand out rights in the present database? */
static bool administers(struct run *run)
{
    const struct login *login = session_login(run->session);

    return security_in_role(run->session->instance, login, session_database(run->session), "db_owner") ||
           security_in_role(run->session->instance, login, session_database(run->session),
                            "db_securityadmin");
}

static int change_member(struct run *run, int line, bool add)
{
    struct world_result result = {0};
    struct tsql_session *session = run->session;

    if (!administers(run))
        return PROBLEM0(&run->problems, line, 15247);
    (add ? security_add_member : security_drop_member)(session->instance, session_database(session),
                                                       argument_text(run, "@rolename", ""),
                                                       argument_text(run, "@membername", ""), &result);
    return run_world_result(run, line, &result);
}

static int add_role_member(struct run *run, int line)
{
    return change_member(run, line, true);
}

static int drop_role_member(struct run *run, int line)
{
    return change_member(run, line, false);
}

static int add_server_role_member(struct run *run, int line)
{
    struct world_result result = {0};

    if (!session_login(run->session)->is_sysadmin)
        return PROBLEM0(&run->problems, line, 15247);
    security_add_member(run->session->instance, "", argument_text(run, "@rolename", ""),
                        argument_text(run, "@loginame", ""), &result);
    return run_world_result(run, line, &result);
}

/* The row's own ages; collective status: 0 well, 1 late or the agent's last word was an error. */
static const char monitor_text[] =
    "SELECT CAST(CASE WHEN DATEDIFF(minute, m.last_backup_date_utc, GETUTCDATE()) <= m.backup_threshold"
    "   THEN 0 ELSE 1 END AS bit) AS status, CAST(1 AS bit) AS is_primary, m.primary_server AS server,"
    "   m.primary_database AS database_name,"
    "   DATEDIFF(minute, m.last_backup_date_utc, GETUTCDATE()) AS time_since_last_backup,"
    "   m.last_backup_file, m.backup_threshold, m.threshold_alert_enabled AS is_backup_alert_enabled,"
    "   CAST(NULL AS int) AS time_since_last_copy, CAST(NULL AS nvarchar(500)) AS last_copied_file,"
    "   CAST(NULL AS int) AS time_since_last_restore, CAST(NULL AS nvarchar(500)) AS last_restored_file,"
    "   CAST(NULL AS int) AS last_restored_latency, CAST(NULL AS int) AS restore_threshold,"
    "   CAST(NULL AS bit) AS is_restore_alert_enabled"
    " FROM msdb.dbo.log_shipping_monitor_primary AS m"
    " UNION ALL"
    " SELECT CAST(CASE WHEN DATEDIFF(minute, m.last_restored_date_utc, GETUTCDATE()) <= m.restore_threshold"
    "   AND m.last_restored_latency <= m.restore_threshold THEN 0 ELSE 1 END AS bit), CAST(0 AS bit),"
    "   m.secondary_server, m.secondary_database, NULL, NULL, NULL, NULL,"
    "   DATEDIFF(minute, m.last_copied_date_utc, GETUTCDATE()), m.last_copied_file,"
    "   DATEDIFF(minute, m.last_restored_date_utc, GETUTCDATE()), m.last_restored_file, "
    "m.last_restored_latency,"
    "   m.restore_threshold, m.threshold_alert_enabled"
    " FROM msdb.dbo.log_shipping_monitor_secondary AS m";

/* rows_to_return: 0 the newest, 1 to 5 a span of time, 6 to 9 a number of rows. */
static const char mirror_monitor_text[] =
    "DECLARE @hours int, @rows int"
    " SET @hours = CASE @mode WHEN 1 THEN 2 WHEN 2 THEN 4 WHEN 3 THEN 8 WHEN 4 THEN 24 WHEN 5 THEN 48 ELSE "
    "1000000 END"
    " SET @rows = CASE ISNULL(@mode, 0) WHEN 0 THEN 1 WHEN 6 THEN 100 WHEN 7 THEN 500 WHEN 8 THEN 1000 ELSE "
    "1000000 END"
    " SELECT TOP (@rows) d.database_name, d.role, d.mirroring_state, d.witness_status, d.log_generation_rate,"
    "   d.unsent_log, d.send_rate, d.unrestored_log, d.recovery_rate, d.transaction_delay, "
    "d.transactions_per_sec,"
    "   d.average_delay, d.time_recorded, d.time_behind, d.local_time"
    " FROM msdb.dbo.dbm_monitor_data AS d"
    " WHERE d.database_name = @database_name AND d.local_time > DATEADD(hour, -@hours, GETDATE())"
    " ORDER BY d.local_time DESC";

static const struct procedure procedures[] = {
    {.name = "sp_addrolemember",
     .parameters = {SYSNAME_PARAMETER("@rolename"), SYSNAME_PARAMETER("@membername")},
     .body = add_role_member,
     .mutates = true},
    {.name = "sp_droprolemember",
     .parameters = {SYSNAME_PARAMETER("@rolename"), SYSNAME_PARAMETER("@membername")},
     .body = drop_role_member,
     .mutates = true},
    {.name = "sp_addsrvrolemember",
     .parameters = {SYSNAME_PARAMETER("@loginame"), SYSNAME_PARAMETER("@rolename")},
     .body = add_server_role_member,
     .mutates = true},
    {.name = "sp_help_log_shipping_monitor", .role = "sysadmin", .text = monitor_text},
    {.name = "sp_dbmmonitorresults",
     .place = PROCEDURE_MSDB,
     .parameters = {SYSNAME_PARAMETER("@database_name"), INT_PARAMETER("@mode"),
                    INT_PARAMETER("@update_table")},
     .role = "dbm_monitor",
     .text = mirror_monitor_text},
};

static const struct procedure_family procedures_general = {procedures, COUNT(procedures)};
static const struct procedure_family *const families[] = {
    &procedures_general, &procedures_agent, &procedures_files, &procedures_lock, &procedures_shipping};

static bool stands_in(struct tsql_session *session, const struct procedure *procedure, const char *database)
{
    return procedure->place == PROCEDURE_MSDB ? strcasecmp(database, "msdb") == 0
                                              : database_find(session->instance, database) != NULL;
}

const struct procedure *procedure_find(struct tsql_session *session, const struct name *name)
{
    const char *database = name->count > 2 && *name->part[name->count - 3] ? name->part[name->count - 3]
                                                                           : session_database(session);

    for (size_t f = 0; f < COUNT(families); f++)
        for (size_t i = 0; i < families[f]->count; i++)
            if (strcasecmp(families[f]->procedures[i].name, name_object(name)) == 0 &&
                stands_in(session, &families[f]->procedures[i], database))
                return &families[f]->procedures[i];
    return NULL;
}

/* SQL Server Agent's roles hold each other: who is an operator reads and uses too. */
static bool in_msdb_role(struct tsql_session *session, const char *role)
{
    static const char *const agent_roles[] = {"SQLAgentUserRole", "SQLAgentReaderRole",
                                              "SQLAgentOperatorRole"};
    bool holds = false;

    for (size_t i = 0; i < COUNT(agent_roles); i++) {
        holds = holds || strcasecmp(role, agent_roles[i]) == 0;
        if (holds && security_in_role(session->instance, session_login(session), "msdb", agent_roles[i]))
            return true;
    }
    return security_in_role(session->instance, session_login(session), "msdb", role);
}

bool procedure_may_execute(struct tsql_session *session, const struct procedure *procedure)
{
    const struct login *login = session_login(session);
    char object[WORLD_NAME_BYTES];

    if (!procedure->role || login->is_sysadmin)
        return true;
    if (procedure->place == PROCEDURE_SYSTEM)
        return security_in_role(session->instance, login, "", procedure->role);
    snprintf(object, sizeof(object), "dbo.%s", procedure->name);
    return in_msdb_role(session, procedure->role) ||
           security_may_object(session->instance, login, "EXECUTE", "msdb", object);
}

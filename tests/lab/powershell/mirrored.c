#include "lab/powershell/mirrored.h"

#include <strings.h>

/* "Get-CsDatabaseMirrorState", -DatabaseType (Skype for Business Server 2015 cmdlet help) */
const char *const ps_database_types[] = {"ActiveMonitoring",
                                         "Application",
                                         "Archiving",
                                         "CentralMgmt",
                                         "Edge",
                                         "Lyss",
                                         "Monitoring",
                                         "PersistentChat",
                                         "PersistentChatCompliance",
                                         "Provision",
                                         "Registrar",
                                         "SigninTelemetry",
                                         "User",
                                         NULL};

const char *ps_database_of(const char *type)
{
    if (strcasecmp(type, "PersistentChat") == 0)
        return "mgc";
    return strcasecmp(type, "PersistentChatCompliance") == 0 ? "mgccomp" : NULL;
}

bool ps_is_excluded(const struct ps_call *call, const char *database)
{
    const struct ps_value *given = ps_argument(call, "ExcludeDatabaseList");
    struct ps_list names = given ? ps_elements(given) : (struct ps_list){NULL, 0};

    for (size_t i = 0; i < names.count; i++)
        if (strcasecmp(ps_show(call->ps, &names.items[i]), database) == 0)
            return true;
    return false;
}

bool ps_reaches_sql(struct ps *ps, const struct instance *instance)
{
    const struct host *host = &ps->world->hosts[instance->host];

    return (ps->may_hop || host == ps->host) && world_instance_reachable(ps->world, ps->host, instance);
}

int ps_need_sql(struct ps_call *call, const struct instance *instance)
{
    if (ps_reaches_sql(call->ps, instance))
        return 0;
    return ps_call_fail(
        call, "System.Data.SqlClient.SqlException", "SqlFailure", "ResourceUnavailable", ps_null(),
        call->ps->may_hop ? "Cannot open a connection to the SQL Server \"%s\"."
                          : "Login failed for user 'NT AUTHORITY\\ANONYMOUS LOGON' on \"%s\".",
        instance->server_name);
}

int ps_sql_answer(struct ps_call *call, const struct world_result *result)
{
    if (result->number == 0)
        return 0;
    return ps_call_fail(call, "System.Data.SqlClient.SqlException", "SqlFailure", "InvalidOperation",
                        ps_null(), "%s",
                        result->message_count ? result->messages[0].text : "The command failed.");
}

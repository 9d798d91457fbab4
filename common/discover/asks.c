#include "discover/asks.h"

#include <string.h>

extern const char embedded_discover_instance_sql[], embedded_discover_endpoint_sql[],
    embedded_discover_schedule_sql[], embedded_discover_pings_sql[], embedded_discover_pool_ps1[],
    embedded_discover_counters_ps1[];

#define SQL(file)    embedded_discover_##file##_sql
#define SCRIPT(file) embedded_discover_##file##_ps1

/* clang-format off */
const struct ask asks[ASK_COUNT] = {
    [ASK_INSTANCE] = {"instance", ASK_SQL, SUBJECT_SQL, SQL(instance), {"version", "edition", "state"},
                      "SERVERPROPERTY, sys.databases"},
    [ASK_ENDPOINT] = {"endpoint", ASK_SQL, SUBJECT_SQL, SQL(endpoint), {"role", "state", "port"},
                      "sys.tcp_endpoints"},
    [ASK_SCHEDULE] = {"schedule", ASK_SQL, SUBJECT_SQL, SQL(schedule),
                      {"kind", "job", "freq_type", "freq_interval", "freq_subday_type", "freq_subday_interval"},
                      "msdb.dbo.sysschedules"},
    /* before: server_utc of the sample before the one in which the row was new; NULL in the first. */
    [ASK_PINGS] = {"pings", ASK_SAMPLES, SUBJECT_SQL, SQL(pings),
                   {"server_id", "server_address", "ping", "before", "server_utc", "server_local"},
                   "tblServerIdentity"},
    [ASK_SERVICES] = {"services", ASK_WMI, SUBJECT_CHAT_SERVER, NULL,
                      {"Name", "DisplayName", "State", "PathName"}, "Win32_Service"},
    [ASK_COUNTERS] = {"counters", ASK_POWERSHELL, SUBJECT_CHAT_SERVER, SCRIPT(counters), {"name"},
                      "Get-Counter -ListSet"},
    [ASK_IDENTITY] = {"identity", ASK_POWERSHELL, SUBJECT_MANAGEMENT, SCRIPT(pool), {"identity"},
                      "Get-CsPersistentChatState -LocalStore"},
    [ASK_COMPLIANCE] = {"compliance", ASK_POWERSHELL, SUBJECT_MANAGEMENT, SCRIPT(pool),
                        {"identity", "run_interval"}, "Get-CsPersistentChatComplianceConfiguration -LocalStore"},
    [ASK_ROLES] = {"roles", ASK_POWERSHELL, SUBJECT_MANAGEMENT, SCRIPT(pool), {"role", "cmdlet"},
                   "Get-CsAdminRole -LocalStore"},
    [ASK_PROPERTIES] = {"properties", ASK_POWERSHELL, SUBJECT_MANAGEMENT, SCRIPT(pool),
                        {"pool", "property", "values"}, "Get-CsService -PersistentChatServer | Get-Member"},
    [ASK_ELEMENTS] = {"elements", ASK_POWERSHELL, SUBJECT_MANAGEMENT, SCRIPT(pool), {"element", "serial", "fqdn"},
                      "Get-CsTopology -LocalStore -AsXml"},
    [ASK_MASTERS] = {"masters", ASK_POWERSHELL, SUBJECT_MANAGEMENT, SCRIPT(pool),
                     {"fqdn", "property", "value", "active_master"},
                     "Get-CsService -CentralManagement | Get-Member"},
    [ASK_VERSIONS] = {"versions", ASK_POWERSHELL, SUBJECT_MANAGEMENT, SCRIPT(pool), {"fqdn", "version"},
                      "Get-CsManagementStoreReplicationStatus"},
    /* answer: open, closed, or none where the connection timed out. */
    [ASK_PORTS] = {"ports", ASK_TCP, SUBJECT_CHAT_SERVER, NULL, {"purpose", "port", "answer"}, "TCP from here"},
    [ASK_PAGES] = {"pages", ASK_WEB, SUBJECT_FRONT_END, NULL, {"site", "path", "port", "status", "location"},
                   "GET without credentials from here"},
};
/* clang-format on */

static const struct {
    const char *name, *words;
} kinds[SUBJECT_KINDS] = {
    [SUBJECT_SQL] = {"sql", "SQL instance"},
    [SUBJECT_CHAT_SERVER] = {"chat_server", "chat server"},
    [SUBJECT_FRONT_END] = {"front_end", "front end"},
    [SUBJECT_MANAGEMENT] = {"management", "management host"},
};

const char *subject_kind_name(enum subject_kind kind)
{
    return kinds[kind].name;
}

const char *subject_kind_words(enum subject_kind kind)
{
    return kinds[kind].words;
}

bool subject_kind_parse(const char *name, enum subject_kind *ret_kind)
{
    for (int kind = 0; kind < SUBJECT_KINDS; kind++)
        if (strcmp(kinds[kind].name, name) == 0) {
            *ret_kind = (enum subject_kind)kind;
            return true;
        }
    return false;
}

bool ask_parse(const char *name, enum ask_id *ret_id)
{
    for (int id = 0; id < ASK_COUNT; id++)
        if (strcmp(asks[id].name, name) == 0) {
            *ret_id = (enum ask_id)id;
            return true;
        }
    return false;
}

int ask_column(const struct ask *ask, const char *name)
{
    for (int i = 0; ask->columns[i]; i++)
        if (strcmp(ask->columns[i], name) == 0)
            return i;
    return -1;
}

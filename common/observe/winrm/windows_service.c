/*
 * The services that carry chat: those of the settings' executables, because what Microsoft calls the chat
 * services is not documented, and the others by name.
 *
 * What a hung service looks like: State "Running" with its process, or for a long time "Start Pending" or
 * "Stop Pending"; that it does nothing shows in the database alone.
 */
#include "observe/winrm/windows_call.h"
#include "observe/winrm/wql.h"

#include <string.h>

/* Every Windows host that answers has it: who does not see it, sees no service. */
#define CONTROL_SERVICE "WinRM"

#define HINT_RIGHTS "let the account see services: sc sdset scmanager (see docs/monitoring-windows.md)"

enum { CHAT = 1 << HOST_CHAT_SERVER, FRONT = 1 << HOST_FRONT_END, STORE = 1 << HOST_MANAGEMENT };

/* By executable (offset in struct settings) or by name. */
static const struct wanted_service {
    unsigned kinds;
    const char *name;
    size_t executable; /* where name is NULL */
} wanted_services[] = {
    {CHAT, NULL, offsetof(struct settings, chat_executable)},
    {CHAT, NULL, offsetof(struct settings, compliance_executable)},
    {CHAT, "MSMQ", 0}, /* the queue between chat and compliance */
    {FRONT, "RTCSRV", 0},
    {FRONT, "W3SVC", 0},
    {FRONT, "FabricHostSvc", 0},
    {FRONT | STORE, "MASTER", 0}, /* both carry what is written to the store to its replicas */
    {FRONT | STORE, "FTA", 0},
    {CHAT | FRONT | STORE, "REPLICA", 0},
    {CHAT | FRONT | STORE, "MSSQL$RTCLOCAL", 0}, /* holds the replica */
    {CHAT | FRONT | STORE, CONTROL_SERVICE, 0},
};

static const char *executable_of(const struct windows_scope *scope, const struct wanted_service *wanted)
{
    const char *executable;

    memcpy(&executable, (const char *)scope->settings + wanted->executable, sizeof(executable));
    return executable;
}

static void add_condition(struct strbuf *wql, const struct windows_scope *scope,
                          const struct wanted_service *wanted)
{
    const char *executable = wanted->name ? NULL : executable_of(scope, wanted);

    if (!wanted->name && (!executable || !*executable))
        return;
    strbuf_add(wql, strstr(wql->text, " WHERE ") ? " OR " : " WHERE ");
    if (wanted->name) {
        strbuf_add(wql, "Name=");
        wql_quote(wql, wanted->name);
    } else {
        strbuf_add(wql, "PathName LIKE ");
        wql_quote_within(wql, executable);
    }
}

static void add_wql(struct strbuf *wql, const struct windows_scope *scope)
{
    strbuf_add(wql, "SELECT Name,DisplayName,State,StartMode,PathName,ProcessId,ExitCode FROM Win32_Service");
    for (size_t i = 0; i < COUNT(wanted_services); i++)
        if (wanted_services[i].kinds & 1U << scope->kind)
            add_condition(wql, scope, &wanted_services[i]);
}

void windows_ask_service(struct winrm_port *port, const struct windows_scope *scope, struct deadline deadline,
                         struct arena *arena, struct host_snapshot *seen)
{
    static const char *const columns[] = {"Name",     "DisplayName", "State",   "StartMode",
                                          "PathName", "ProcessId",   "ExitCode"};
    const struct windows_call call = {port, scope, deadline, arena, seen, 1U << HOST_FACT_service};
    AUTO(strbuf) struct strbuf wql = STRBUF_INIT;

    if (!windows_is_open(&call))
        return;
    add_wql(&wql, scope);
    if (windows_query(&call, HOST_FACT_service, strbuf_text(&wql), columns) &&
        seen->service.sighting.sight == SIGHT_SEEN && !seen->service.count)
        windows_settle(
            &call, HOST_FACT_service, SIGHT_DENIED,
            windows_detail(arena, "not even the service WinRM is visible to the account", HINT_RIGHTS));
}

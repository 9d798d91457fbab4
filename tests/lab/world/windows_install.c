/* Which services each kind of host has. */
#include "lab/world/windows.h"

#include "lab/world/world.h"

#include <stdio.h>
#include <string.h>

#define PRODUCT_FOLDER "C:\\Program Files\\Skype for Business Server 2015"
#define PRODUCT_NAME   "Skype for Business Server "
#define SQL_FOLDER     "C:\\Program Files\\Microsoft SQL Server"

enum { FOR_CHAT = 1 << HOST_CHAT, FOR_FRONT_END = 1 << HOST_FRONT_END, FOR_SQL = 1 << HOST_SQL };

/* Chat services' names are the configuration's. */
static const struct service_plan {
    int where; /* FOR_... */
    enum service_kind kind;
    const char *name, *display_name, *path_name, *start_name, *role_name;
} plans[] = {
    {FOR_CHAT, SERVICE_CHAT, NULL, NULL,
     "\"" PRODUCT_FOLDER "\\Persistent Chat Server\\Server\\ChannelService.exe\"",
     "NT AUTHORITY\\NETWORK SERVICE", "PersistentChatService"},
    {FOR_CHAT, SERVICE_COMPLIANCE, NULL, NULL,
     "\"" PRODUCT_FOLDER "\\Persistent Chat Server\\Compliance\\ComplianceService.exe\"",
     "NT AUTHORITY\\NETWORK SERVICE", "PersistentChatCompliance"},
    {FOR_FRONT_END, SERVICE_FRONT_END, "RTCSRV", PRODUCT_NAME "Front-End",
     "\"" PRODUCT_FOLDER "\\Server\\Core\\RTCSrv.exe\"", "NT AUTHORITY\\NETWORK SERVICE", "Registrar"},
    {FOR_FRONT_END, SERVICE_FABRIC, "FabricHostSvc", "Windows Fabric Host Service",
     "\"C:\\Program Files\\Windows Fabric\\bin\\FabricHost.exe\" -c -w", "LocalSystem", NULL},
    {FOR_FRONT_END, SERVICE_WEB, "W3SVC", "World Wide Web Publishing Service",
     "C:\\Windows\\system32\\svchost.exe -k iissvcs", "LocalSystem", "W3SVC"},
    {FOR_FRONT_END, SERVICE_MASTER, "MASTER", PRODUCT_NAME "Master Replicator Agent",
     "\"" PRODUCT_FOLDER "\\Master Replicator Agent\\MasterReplicatorAgent.exe\"",
     "NT AUTHORITY\\NETWORK SERVICE", "CentralMgmtServer"},
    {FOR_FRONT_END, SERVICE_FTA, "FTA", PRODUCT_NAME "File Transfer Agent",
     "\"" PRODUCT_FOLDER "\\File Transfer Agent\\FileTransferAgent.exe\"", "NT AUTHORITY\\NETWORK SERVICE",
     "CentralMgmtServer"},
    {FOR_CHAT | FOR_FRONT_END, SERVICE_REPLICA, "REPLICA", PRODUCT_NAME "Replica Replicator Agent",
     "\"" PRODUCT_FOLDER "\\Replica Replicator Agent\\ReplicaReplicatorAgent.exe\"",
     "NT AUTHORITY\\NETWORK SERVICE", "Replica"},
    {FOR_CHAT | FOR_FRONT_END, SERVICE_CLS_AGENT, "RTCCLSAGT",
     PRODUCT_NAME "Centralized Logging Service Agent", "\"" PRODUCT_FOLDER "\\ClsAgent\\ClsAgent.exe\"",
     "NT AUTHORITY\\NETWORK SERVICE", "ClsAgent"},
    {FOR_CHAT | FOR_FRONT_END, SERVICE_RTCLOCAL, "MSSQL$RTCLOCAL", "SQL Server (RTCLOCAL)",
     "\"" SQL_FOLDER "\\MSSQL12.RTCLOCAL\\MSSQL\\Binn\\sqlservr.exe\" -sRTCLOCAL",
     "NT AUTHORITY\\NETWORK SERVICE", NULL},
    {FOR_CHAT, SERVICE_MSMQ, "MSMQ", "Message Queuing", "C:\\Windows\\system32\\mqsvc.exe",
     "NT AUTHORITY\\NETWORK SERVICE", NULL},
    {FOR_SQL, SERVICE_SQL, "MSSQLSERVER", "SQL Server (MSSQLSERVER)",
     "\"" SQL_FOLDER "\\MSSQL12.MSSQLSERVER\\MSSQL\\Binn\\sqlservr.exe\" -sMSSQLSERVER", "LITWARE\\svc-sql",
     NULL},
    {FOR_SQL, SERVICE_SQL_AGENT, "SQLSERVERAGENT", "SQL Server Agent (MSSQLSERVER)",
     "\"" SQL_FOLDER "\\MSSQL12.MSSQLSERVER\\MSSQL\\Binn\\SQLAGENT.EXE\" -i MSSQLSERVER",
     "LITWARE\\svc-sqlagent", NULL},
    {FOR_CHAT | FOR_FRONT_END | FOR_SQL, SERVICE_WINRM, "WinRM", "Windows Remote Management (WS-Management)",
     "C:\\Windows\\System32\\svchost.exe -k NetworkService", "NT AUTHORITY\\NETWORK SERVICE", NULL},
};

extern const char embedded_pchat_store_ps1[], embedded_pchat_act_ps1[]; /* contrib/windows */

static const char *name_of(const struct world *world, const struct service_plan *plan)
{
    const struct chat_config *config = &world->config.chat;

    if (plan->kind == SERVICE_CHAT)
        return config->chat_service_name;
    return plan->kind == SERVICE_COMPLIANCE ? config->compliance_service_name : plan->name;
}

static const char *display_name_of(const struct world *world, const struct service_plan *plan)
{
    const struct chat_config *config = &world->config.chat;

    if (plan->kind == SERVICE_CHAT)
        return config->chat_display_name;
    return plan->kind == SERVICE_COMPLIANCE ? config->compliance_display_name : plan->display_name;
}

static void add_service(struct world *world, struct host *host, const struct service_plan *plan)
{
    struct windows_service *service = LIST_ADD(&host->windows.services);

    service->kind = plan->kind;
    service->role_name = plan->role_name;
    service->state = SERVICE_RUNNING;
    service->process_id = host->windows.next_process_id += 4;
    snprintf(service->name, sizeof service->name, "%s", name_of(world, plan));
    snprintf(service->display_name, sizeof service->display_name, "%s", display_name_of(world, plan));
    snprintf(service->path_name, sizeof service->path_name, "%s", plan->path_name);
    snprintf(service->start_name, sizeof service->start_name, "%s", plan->start_name);
}

/* Which the product asks administrators to register on management hosts. */
static const struct {
    const char *name, *script;
} tasks[] = {{"pchat-store", embedded_pchat_store_ps1}, {"pchat-act", embedded_pchat_act_ps1}};

void windows_install(struct world *world, struct host *host)
{
    enum { FIRST_PROCESS = 1200, CERTIFICATE_DAYS = 365, SIP_OK = 200 };

    host->windows.installed = host->role != HOST_MONITOR;
    host->windows.next_process_id = FIRST_PROCESS;
    host->windows.boot_utc_ms = world->now_utc_ms;
    host->windows.sip.code = SIP_OK;
    for (size_t i = 0; i < CERTIFICATE_USES; i++)
        host->windows.certificates[i].expires_in_days = CERTIFICATE_DAYS;
    for (size_t i = 0; i < COUNT(plans); i++)
        if (plans[i].where & 1 << host->role)
            add_service(world, host, &plans[i]);
    for (size_t i = 0; host->role == HOST_FRONT_END && i < COUNT(tasks); i++)
        windows_register_task(host, tasks[i].name, "LITWARE\\svc-pchatstore", tasks[i].script);
}

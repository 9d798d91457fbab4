/* The product's cmdlets about its Windows services (persistent-chat reference, "Get-CsWindowsService"). */
#include "lab/powershell/objects.h"

#include <string.h>
#include <strings.h>

static struct ps_value activity_of(struct ps_call *call, const struct host *host,
                                   const struct windows_service *service)
{
    const struct instance *copy = service->kind == SERVICE_CHAT ? chat_copy(call->ps->world, host) : NULL;

    if (ps_switch(call, "ExcludeActivityLevel"))
        return ps_null();
    return service->kind == SERVICE_CHAT ? ps_text(copy ? "Users=412" : "Users=0") : ps_text("");
}

static struct ps_value nt_service(struct ps_call *call, const struct host *host,
                                  const struct windows_service *service)
{
    static const char *const view[] = {"Status", "Name", "ActivityLevel", NULL};
    struct ps *ps = call->ps;
    struct ps_value object = ps_object(ps, "Microsoft.Rtc.Management.Deployment.Core.NTService");
    struct ps_list *roles = ps_list_new(ps);

    object.object->view = view;
    object.object->shown = ps_keep(ps, service->name, strlen(service->name));
    ps_list_add(ps, roles, ps_text(service->role_name));
    ps_set(ps, object, "Status", ps_service_status(service));
    ps_set(ps, object, "Name", ps_text_copy(ps, service->name));
    ps_set(ps, object, "ActivityLevel", activity_of(call, host, service));
    ps_set(ps, object, "DisplayName", ps_text_copy(ps, service->display_name));
    ps_set(ps, object, "RoleName", ps_array(roles));
    return object;
}

static int no_service(struct ps_call *call, const char *name)
{
    return ps_call_error(call, "System.InvalidOperationException", "ServiceNotFound", "ObjectNotFound",
                         ps_text(name), "Service \"%s\" was not found on computer \"%s\".", name,
                         call->ps->host->fqdn);
}

/* One name, no wildcards; services of others are invisible. */
static int get_windows_service(struct ps_call *call)
{
    const char *name = ps_argument_text(call, "Name");
    struct host *host = ps_target_host(call);
    bool found = false;

    for (size_t i = 0; host && i < host->windows.services.count; i++) {
        const struct windows_service *service = &host->windows.services.rows[i];

        if (!service->role_name || (name && strcasecmp(service->name, name) != 0))
            continue;
        found = true;
        ps_emit(call, nt_service(call, host, service));
    }
    if (!host)
        return call->ps->unwind == UNWIND_NONE ? 0 : -1;
    return found || !name ? 0 : no_service(call, name);
}

/* Win32 error codes of the service controller. */
static const char *service_error(int code)
{
    static const struct {
        int code;
        const char *text;
    } texts[] = {
        {1053, "The service did not respond to the start or control request in a timely fashion"},
        {1058,
         "The service cannot be started, either because it is disabled or because it has no enabled devices "
         "associated with it"},
        {1060, "The specified service does not exist as an installed service"},
        {1067, "The process terminated unexpectedly"},
    };

    for (size_t i = 0; i < COUNT(texts); i++)
        if (texts[i].code == code)
            return texts[i].text;
    return "The service request failed";
}

typedef int service_change(struct world *world, struct host *host, const char *name);

static int change_one(struct ps_call *call, struct host *host, const char *name, service_change *change,
                      int harmless)
{
    bool proceed = false;
    int code;

    if (ps_may_change(call, call->cmdlet->name, name, &proceed) != 0 || !proceed)
        return call->ps->unwind == UNWIND_NONE ? 0 : -1;
    code = change(call->ps->world, host, name);
    call->ps->takes_ms += ps_switch(call, "NoWait") ? 0 : 5000;
    if (code == 0 || code == harmless)
        return 0;
    return ps_call_error(call, "System.InvalidOperationException", "ServiceFailure", "InvalidOperation",
                         ps_text(name), "Service \"%s\" on computer \"%s\": %s (%d).", name, host->fqdn,
                         service_error(code), code);
}

/* Without -Name: every service of the product on the host. */
static int change_services(struct ps_call *call, service_change *change, int harmless)
{
    const char *name = ps_argument_text(call, "Name");
    struct host *host = ps_target_host(call);

    if (!host)
        return call->ps->unwind == UNWIND_NONE ? 0 : -1;
    if (name && (!windows_service(host, name) || !windows_service(host, name)->role_name))
        return no_service(call, name);
    if (name)
        return change_one(call, host, name, change, harmless);
    for (size_t i = 0; i < host->windows.services.count; i++)
        if (host->windows.services.rows[i].role_name &&
            change_one(call, host, host->windows.services.rows[i].name, change, harmless) != 0)
            return -1;
    return 0;
}

static int start_windows_service(struct ps_call *call)
{
    return change_services(call, windows_start, 1056); /* already runs */
}

static int stop_windows_service(struct ps_call *call)
{
    return change_services(call, windows_stop, 1062); /* not started */
}

static const struct ps_parameter windows_service_parameters[] = {
    {"Name", PS_TEXT_PARAMETER, 1, false, NULL, NULL},
    {"ComputerName", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"ExcludeActivityLevel", PS_SWITCH, 0, false, NULL, NULL},
    {"Report", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
};
static const struct ps_parameter start_parameters[] = {
    {"Name", PS_TEXT_PARAMETER, 1, false, NULL, NULL},
    {"ComputerName", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"NoWait", PS_SWITCH, 0, false, NULL, NULL},
    {"Force", PS_SWITCH, 0, false, NULL, NULL},
};
static const struct ps_parameter stop_parameters[] = {
    {"Name", PS_TEXT_PARAMETER, 1, false, NULL, NULL},
    {"ComputerName", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"NoWait", PS_SWITCH, 0, false, NULL, NULL},
    {"Force", PS_SWITCH, 0, false, NULL, NULL},
    {"Graceful", PS_SWITCH, 0, false, NULL, NULL},
    {"LeaveWebServerRunning", PS_SWITCH, 0, false, NULL, NULL},
    {"LeaveClsAgentRunning", PS_SWITCH, 0, false, NULL, NULL},
};

#define CMDLET(name, parameters, needs, body)                                                                \
    {                                                                                                        \
        name, parameters, COUNT(parameters), needs, NULL, body                                               \
    }
static const struct ps_cmdlet cmdlets[] = {
    CMDLET("Get-CsWindowsService", windows_service_parameters, 0, get_windows_service),
    CMDLET("Start-CsWindowsService", start_parameters, PS_CHANGES, start_windows_service),
    CMDLET("Stop-CsWindowsService", stop_parameters, PS_CHANGES, stop_windows_service),
};
const struct ps_cmdlet_family ps_cmdlets_services = {cmdlets, COUNT(cmdlets), true};

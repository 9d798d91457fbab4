/* What changes Windows services and starts scheduled tasks: Set-Service, Start-Service, Stop-Service,
 * Start-ScheduledTask. */
#include "lab/powershell/objects.h"
#include "lab/powershell/programs.h"

#include <string.h>
#include <strings.h>

static int no_such_service(struct ps_call *call, const char *name)
{
    return ps_call_error(call, "Microsoft.PowerShell.Commands.ServiceCommandException",
                         "NoServiceFoundForGivenName", "ObjectNotFound", ps_text(name),
                         "Cannot find any service with service name '%s'.", name);
}

static const char *named(struct ps_call *call, const struct windows_service *service)
{
    return ps_format(call->ps, "%s (%s)", service->display_name, service->name).text;
}

/* --- start and stop --- */

struct service_verb {
    const char *operation, *past, *id, *category; /* "started" */
    int (*run)(struct world *world, struct host *host, const char *name);
    int harmless; /* the Win32 error of a service that is there already */
};
static const struct service_verb starting = {"Start-Service", "started",     "CouldNotStartService",
                                             "OpenError",     windows_start, 1056};
static const struct service_verb stopping = {"Stop-Service", "stopped",    "CouldNotStopService",
                                             "CloseError",   windows_stop, 1062};

static int switch_service(struct ps_call *call, struct host *host, const char *name,
                          const struct service_verb *verb)
{
    const struct windows_service *service = windows_service(host, name);
    bool proceed = false;
    int code;

    if (!service)
        return no_such_service(call, name);
    if (ps_may_change(call, verb->operation, named(call, service), &proceed) != 0)
        return -1;
    code = proceed ? verb->run(call->ps->world, host, name) : 0;
    call->ps->takes_ms += proceed ? 2000 : 0;
    if (code == 0 || code == verb->harmless)
        return 0;
    return ps_call_error(call, "Microsoft.PowerShell.Commands.ServiceCommandException", verb->id,
                         verb->category, ps_text(service->name),
                         "Service '%s' cannot be %s due to the following error: Cannot %s service %s on "
                         "computer '.'.",
                         named(call, service), verb->past, verb == &starting ? "start" : "stop",
                         service->name);
}

static int switch_services(struct ps_call *call, const struct service_verb *verb)
{
    struct ps_list names = ps_elements(ps_argument(call, "Name"));
    struct host *host = world_host(call->ps->world, call->ps->host->name);

    for (size_t i = 0; i < names.count; i++)
        if (switch_service(call, host, ps_show(call->ps, &names.items[i]), verb) != 0)
            return -1;
    return 0;
}

static int start_service(struct ps_call *call)
{
    return switch_services(call, &starting);
}

static int stop_service(struct ps_call *call)
{
    return switch_services(call, &stopping);
}

/* --- how they start --- */

static const char *const start_types[] = {"Automatic", "Manual", "Disabled", NULL};

static enum service_start_mode mode_of(const char *type)
{
    static const enum service_start_mode modes[] = {START_AUTO, START_MANUAL, START_DISABLED};

    for (size_t i = 0; start_types[i]; i++)
        if (strcasecmp(start_types[i], type) == 0)
            return modes[i];
    return START_MANUAL;
}

static int set_service(struct ps_call *call)
{
    const char *name = ps_argument_text(call, "Name"), *type = ps_argument_text(call, "StartupType");
    struct host *host = ps_target_host(call);
    const struct windows_service *service = host ? windows_service(host, name) : NULL;
    bool proceed = false;

    if (!host)
        return call->ps->unwind == UNWIND_NONE ? 0 : -1;
    if (!service)
        return no_such_service(call, name);
    if (ps_may_change(call, "Set-Service", named(call, service), &proceed) != 0)
        return -1;
    if (proceed && type)
        windows_set_start_mode(host, name, mode_of(type));
    return 0;
}

/* --- tasks --- */

static int task_failed(struct ps_call *call, const char *id, const char *category, const char *text)
{
    return ps_call_error(call, "Microsoft.Management.Infrastructure.CimException", id, category,
                         ps_text("PS_ScheduledTask"), "%s", text);
}

/* It is started, and not waited for. */
static int start_scheduled_task(struct ps_call *call)
{
    struct windows_task *task =
        windows_task(world_host(call->ps->world, call->ps->host->name), ps_argument_text(call, "TaskName"));

    if (!task || task->manner == TASK_MISSING)
        return task_failed(call, "HRESULT 0x80070002", "ObjectNotFound",
                           "The system cannot find the file specified. ");
    if (task->manner == TASK_DENIED)
        return task_failed(call, "HRESULT 0x80070005", "PermissionDenied", "Access is denied. ");
    ps_run_task(call->ps, task);
    return 0;
}

static const struct ps_parameter switch_parameters[] = {
    {"Name", PS_ANY_PARAMETER, 1, true, "ServiceName", NULL},
    {"Force", PS_SWITCH, 0, false, NULL, NULL},
};
static const struct ps_parameter set_parameters[] = {
    {"Name", PS_TEXT_PARAMETER, 1, true, "ServiceName", NULL},
    {"StartupType", PS_TEXT_PARAMETER, 0, false, "StartMode", start_types},
    {"ComputerName", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
};
static const struct ps_parameter task_parameters[] = {
    {"TaskName", PS_TEXT_PARAMETER, 1, true, NULL, NULL},
    {"TaskPath", PS_TEXT_PARAMETER, 2, false, NULL, NULL},
};

#define CMDLET(name, parameters, needs, body)                                                                \
    {                                                                                                        \
        name, parameters, COUNT(parameters), needs, NULL, body                                               \
    }
static const struct ps_cmdlet cmdlets[] = {
    CMDLET("Start-Service", switch_parameters, PS_CHANGES, start_service),
    CMDLET("Stop-Service", switch_parameters, PS_CHANGES, stop_service),
    CMDLET("Set-Service", set_parameters, PS_CHANGES, set_service),
    {"Start-ScheduledTask", task_parameters, COUNT(task_parameters), 0, "Start-ScheduledTask",
     start_scheduled_task},
};
const struct ps_cmdlet_family ps_cmdlets_control = {cmdlets, COUNT(cmdlets), false};

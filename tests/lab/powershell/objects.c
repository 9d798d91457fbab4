#include "lab/powershell/objects.h"

#include "lab/powershell/pattern.h"

#include <string.h>
#include <strings.h>

struct host *ps_target_host(struct ps_call *call)
{
    const char *name = ps_argument_text(call, "ComputerName");
    struct host *own = world_host(call->ps->world, call->ps->host->name);
    struct host *host = name && *name && strcmp(name, ".") != 0 ? world_host(call->ps->world, name) : own;

    if (host == own ||
        (host && host->windows.installed && call->ps->may_hop && world_connects(call->ps->world, own, host)))
        return host;
    ps_call_error(call, "System.InvalidOperationException", "System.InvalidOperationException",
                  "NotSpecified", ps_text(name),
                  "Cannot open Service Control Manager on computer '%s'. This operation might require other "
                  "privileges.",
                  name);
    return NULL;
}

bool ps_names_pool(struct ps_call *call, bool allow_global)
{
    static const char *const spellings[] = {STORE_POOL_IDENTITY, ("service:" STORE_POOL_IDENTITY),
                                            ("service:" STORE_POOL_FQDN)};
    const struct ps_value *given = ps_argument(call, "Identity");
    const char *own =
        ps_format(call->ps, "%s%s", call->ps->world->config.chat.identity_prefix, STORE_POOL_FQDN).text;
    const char *text;

    if (!given)
        given = ps_argument(call, "Instance");
    if (!given && call->has_input && call->input->count > 0)
        given = &call->input->items[0];
    if (given && given->kind == PS_OBJECT && ps_get(given->object, "Identity"))
        given = ps_get(given->object, "Identity");
    text = given ? ps_show(call->ps, given) : "";
    for (size_t i = 0; i < COUNT(spellings); i++)
        if (strcasecmp(spellings[i], text) == 0)
            return true;
    if (strcasecmp(text, own) == 0)
        return true;
    return allow_global && strcasecmp(text, "global") == 0;
}

int ps_no_such_item(struct ps_call *call, const char *what, const char *identity)
{
    return ps_call_error(call, "Microsoft.Rtc.Management.Core.ManagementException", "ObjectNotFound",
                         "ObjectNotFound", ps_text(identity),
                         "Cannot find \"%s\" \"%s\" because it does not exist.", what,
                         identity ? identity : "");
}

int ps_ambiguous(struct ps_call *call)
{
    return ps_call_fail(call, "System.Management.Automation.ParameterBindingException",
                        "AmbiguousParameterSet", "InvalidArgument", ps_null(),
                        "Parameter set cannot be resolved using the specified named parameters.");
}

bool ps_passes_filter(const struct ps_call *call, const char *identity)
{
    const char *filter = ps_argument_text(call, "Filter");

    return !filter || ps_like(identity, filter, false);
}

static const char *property_text(const struct ps_call *call, const struct ps_value *object, const char *name)
{
    const struct ps_value *value = ps_get(object->object, name);

    return value ? ps_show(call->ps, value) : "";
}

static bool is_wanted(const struct ps_call *call, const struct ps_value *object)
{
    static const char *const exact[] = {"Identity", "PoolFqdn"};

    for (size_t i = 0; i < COUNT(exact); i++) {
        const char *wanted = ps_argument_text(call, exact[i]);
        if (wanted && strcasecmp(wanted, property_text(call, object, exact[i])) != 0)
            return false;
    }
    return ps_passes_filter(call, property_text(call, object, "Identity"));
}

int ps_keep_wanted(struct ps_call *call, size_t before, const char *what)
{
    size_t kept = before, count = call->output->count;

    call->output->count = before;
    if (ps_argument(call, "Identity") && ps_argument(call, "Filter"))
        return ps_ambiguous(call);
    for (size_t i = before; i < count; i++)
        if (is_wanted(call, &call->output->items[i]))
            call->output->items[kept++] = call->output->items[i];
    call->output->count = kept;
    return kept == before && ps_argument(call, "Identity")
               ? ps_no_such_item(call, what, ps_argument_text(call, "Identity"))
               : 0;
}

struct instance *ps_designed(struct ps *ps, enum instance_role design)
{
    for (size_t i = 0; i < ps->world->instance_count; i++)
        if (ps->world->instances[i].design == design)
            return &ps->world->instances[i];
    return NULL;
}

struct ps_value ps_service_status(const struct windows_service *service)
{
    static const struct ps_enum states[] = {
        [SERVICE_STOPPED] = {"System.ServiceProcess.ServiceControllerStatus", "Stopped", 1},
        [SERVICE_START_PENDING] = {"System.ServiceProcess.ServiceControllerStatus", "StartPending", 2},
        [SERVICE_STOP_PENDING] = {"System.ServiceProcess.ServiceControllerStatus", "StopPending", 3},
        [SERVICE_RUNNING] = {"System.ServiceProcess.ServiceControllerStatus", "Running", 4},
        [SERVICE_PAUSED] = {"System.ServiceProcess.ServiceControllerStatus", "Paused", 7},
    };

    return ps_member(&states[service->state]);
}

/* Cmdlets about PowerShell itself and time. */
#include "lab/powershell/cmdlet.h"

#include "lab/powershell/pattern.h"
#include "lab/powershell/tcp_client.h"

#include <string.h>
#include <strings.h>

static int get_date(struct ps_call *call)
{
    const char *format = ps_argument_text(call, "Format");
    const struct ps_value *given = ps_argument(call, "Date");
    struct ps_value date = ps_date(ps_utc_ms(call->ps), false);

    if (given && ps_cast(call->ps, &(struct ps_expr){.extent = call->extent}, "datetime", *given, &date) != 0)
        return -1;
    ps_emit(call, format ? ps_text(ps_show_as(call->ps, &date, format)) : date);
    return 0;
}

/* Virtual: the run takes longer. */
static int start_sleep(struct ps_call *call)
{
    const struct ps_value *seconds = ps_argument(call, "Seconds");
    double ms = seconds ? ps_as_real(seconds) * 1000 : (double)ps_argument_number(call, "Milliseconds", 0);

    if (!(ms >= 0 && ms <= 86400000.0 * 20))
        return ps_call_fail(call, "System.Management.Automation.ParameterBindingException",
                            "ParameterArgumentValidationError", "InvalidData", ps_null(),
                            "Cannot validate argument on parameter 'Seconds'.");
    call->ps->takes_ms += (int64_t)ms;
    return 0;
}

static bool is_product_module(const char *name)
{
    return strcasecmp(name, "Lync") == 0 || strcasecmp(name, "SkypeForBusiness") == 0;
}

static struct ps_value module_info(struct ps *ps, const char *name)
{
    struct ps_value module = ps_object(ps, "System.Management.Automation.PSModuleInfo");
    struct ps_value version = ps_object(ps, "System.Version");

    version.object->shown = "6.0.0.0";
    module.object->shown = name;
    ps_set(ps, module, "Name", ps_text(name));
    ps_set(ps, module, "Version", version);
    return module;
}

static int import_module(struct ps_call *call)
{
    const char *name = ps_argument_text(call, "Name");
    struct ps *ps = call->ps;

    if (!is_product_module(name) || !ps_has_product(ps))
        return ps_call_error(
            call, "System.IO.FileNotFoundException", "Modules_ModuleNotFound", "ResourceUnavailable",
            ps_text(name),
            "The specified module '%s' was not loaded because no valid module file was found in any module "
            "directory.",
            name);
    if (!ps->module_loaded)
        ps->takes_ms += ps->host->windows.winrm.module_import_ms;
    ps->module_loaded = true;
    if (ps_switch(call, "PassThru"))
        ps_emit(call, module_info(ps, name));
    return 0;
}

struct listing {
    struct ps_call *call;
    const char *pattern;
    bool found;
};

static void list_command(void *user, const struct ps_cmdlet *cmdlet)
{
    static const struct ps_enum type = {"System.Management.Automation.CommandTypes", "Cmdlet", 8};
    struct listing *listing = user;
    struct ps *ps = listing->call->ps;
    struct ps_value info;

    if (!ps_like(cmdlet->name, listing->pattern, false))
        return;
    listing->found = true;
    info = ps_object(ps, "System.Management.Automation.CmdletInfo");
    info.object->shown = cmdlet->name;
    ps_set(ps, info, "CommandType", ps_member(&type));
    ps_set(ps, info, "Name", ps_text(cmdlet->name));
    ps_set(ps, info, "ModuleName",
           ps_text(ps_cmdlet_is_of_product(cmdlet) ? "SkypeForBusiness" : "Microsoft.PowerShell"));
    ps_emit(listing->call, info);
}

static int get_command(struct ps_call *call)
{
    const char *name = ps_argument_text(call, "Name");
    struct listing listing = {call, name ? name : "*", false};

    ps_cmdlet_each(call->ps, list_command, &listing);
    if (listing.found || strpbrk(listing.pattern, "*?["))
        return 0;
    return ps_call_error(
        call, "System.Management.Automation.CommandNotFoundException", "CommandNotFoundException",
        "ObjectNotFound", ps_text(name),
        "The term '%s' is not recognized as the name of a cmdlet, function, script file, or operable "
        "program. Check the spelling of the name, or if a path was included, verify that the path is "
        "correct and try again.",
        name);
}

/* Emitted whole, not byte by byte. */
static int new_bytes(struct ps_call *call)
{
    enum { BYTES_MAX = 65536 };
    int64_t count = ps_argument_number(call, "ArgumentList", 0);
    struct ps_list *bytes = ps_list_new(call->ps);

    if (count > BYTES_MAX)
        return ps_overrun(call->ps, "memory");
    for (int64_t i = 0; i < count; i++)
        ps_list_add(call->ps, bytes, ps_int(0));
    ps_list_add(call->ps, call->output, ps_array(bytes));
    return 0;
}

/* Without an argument it is for IPv4. */
static int new_tcp_client(struct ps_call *call)
{
    const struct ps_value *family = ps_argument(call, "ArgumentList");

    if (family && (family->kind != PS_ENUM || strcmp(family->member->type, PS_ADDRESS_FAMILY) != 0))
        return ps_call_fail(call, "System.Management.Automation.MethodException",
                            "ConstructorInvokedThrowException", "InvalidOperation", ps_null(),
                            "Cannot find an overload for \"TcpClient\" and the argument count: \"1\".");
    ps_emit(call, ps_tcp_client(call->ps));
    return 0;
}

static int new_object(struct ps_call *call)
{
    const char *type = ps_argument_text(call, "TypeName");
    const struct ps_value *properties = ps_argument(call, "Property");
    struct ps_value object;

    if (ps_same_type(type, PS_TCP_CLIENT))
        return new_tcp_client(call);
    if (ps_same_type(type, "byte[]"))
        return new_bytes(call);
    if (!ps_same_type(type, "psobject"))
        return ps_call_fail(call, "System.Management.Automation.PSArgumentException", "TypeNotFound",
                            "InvalidType", ps_null(),
                            "Cannot find type [%s]: verify that the assembly containing this type is loaded.",
                            type);
    object = ps_custom_object(call->ps);
    for (size_t i = 0; properties && properties->kind == PS_TABLE && i < properties->object->count; i++)
        ps_set(call->ps, object, properties->object->properties[i].name,
               properties->object->properties[i].value);
    ps_emit(call, object);
    return 0;
}

static int get_member(struct ps_call *call)
{
    static const struct ps_enum property = {"System.Management.Automation.PSMemberTypes", "Property", 4};
    const char *name = ps_argument_text(call, "Name");

    for (size_t i = 0; i < call->input->count && i < 1; i++) {
        const struct ps_value *item = &call->input->items[i];

        for (size_t j = 0; item->kind == PS_OBJECT && j < item->object->count; j++) {
            struct ps_value member = ps_object(call->ps, "Microsoft.PowerShell.Commands.MemberDefinition");

            if (name && !ps_like(item->object->properties[j].name, name, false))
                continue;
            ps_set(call->ps, member, "Name", ps_text(item->object->properties[j].name));
            ps_set(call->ps, member, "MemberType", ps_member(&property));
            ps_set(call->ps, member, "TypeName", ps_text(item->object->type));
            ps_emit(call, member);
        }
    }
    return 0;
}

/* What a TCP port of another host looks like from here; slower than a TcpClient with a limit of its own. */
static int test_net_connection(struct ps_call *call)
{
    const char *name = ps_argument_text(call, "ComputerName");
    int64_t port = ps_argument_number(call, "Port", 0);
    struct ps_value result = ps_object(call->ps, "TestNetConnectionResult");
    enum port_state state;
    bool known = ps_tcp_look(call->ps, name, port, &state);

    if (!known || state != PORT_OPEN)
        call->ps->takes_ms += 21000;
    ps_set(call->ps, result, "ComputerName", ps_text(name));
    ps_set(call->ps, result, "RemotePort", ps_int(port));
    ps_set(call->ps, result, "NameResolutionSucceeded", ps_bool(known));
    ps_set(call->ps, result, "TcpTestSucceeded", ps_bool(known && state == PORT_OPEN));
    ps_emit(call, result);
    return 0;
}

static const struct ps_parameter date_parameters[] = {
    {"Date", PS_ANY_PARAMETER, 1, false, NULL, NULL},
    {"Format", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
};
static const struct ps_parameter sleep_parameters[] = {
    {"Seconds", PS_NUMBER_PARAMETER, 1, false, "s", NULL},
    {"Milliseconds", PS_NUMBER_PARAMETER, 0, false, "m", NULL},
};
static const struct ps_parameter import_parameters[] = {
    {"Name", PS_TEXT_PARAMETER, 1, true, NULL, NULL},
    {"Force", PS_SWITCH, 0, false, NULL, NULL},
    {"DisableNameChecking", PS_SWITCH, 0, false, NULL, NULL},
    {"PassThru", PS_SWITCH, 0, false, NULL, NULL},
};
static const struct ps_parameter command_parameters[] = {
    {"Name", PS_TEXT_PARAMETER, 1, false, NULL, NULL},
    {"Module", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
};
static const struct ps_parameter object_parameters[] = {
    {"TypeName", PS_TEXT_PARAMETER, 1, true, NULL, NULL},
    {"ArgumentList", PS_ANY_PARAMETER, 2, false, NULL, NULL},
    {"Property", PS_ANY_PARAMETER, 0, false, NULL, NULL},
};
static const struct ps_parameter member_parameters[] = {
    {"Name", PS_TEXT_PARAMETER, 1, false, NULL, NULL},
    {"MemberType", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
};
static const struct ps_parameter net_parameters[] = {
    {"ComputerName", PS_TEXT_PARAMETER, 1, true, NULL, NULL},
    {"Port", PS_NUMBER_PARAMETER, 0, true, NULL, NULL},
    {"InformationLevel", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
};

#define CMDLET(name, parameters, body)                                                                       \
    {                                                                                                        \
        name, parameters, COUNT(parameters), 0, NULL, body                                                   \
    }
static const struct ps_cmdlet cmdlets[] = {
    CMDLET("Get-Date", date_parameters, get_date),
    CMDLET("Start-Sleep", sleep_parameters, start_sleep),
    CMDLET("Import-Module", import_parameters, import_module),
    CMDLET("Get-Command", command_parameters, get_command),
    CMDLET("New-Object", object_parameters, new_object),
    CMDLET("Get-Member", member_parameters, get_member),
    CMDLET("Test-NetConnection", net_parameters, test_net_connection),
};
const struct ps_cmdlet_family ps_cmdlets_system = {cmdlets, COUNT(cmdlets), false};

/* Services and WMI of a Windows host. */
#include "lab/powershell/objects.h"

#include "lab/powershell/pattern.h"

#include <string.h>
#include <strings.h>

static struct ps_value service_object(struct ps *ps, const struct host *host,
                                      const struct windows_service *service)
{
    static const char *const view[] = {"Status", "Name", "DisplayName", NULL};
    struct ps_value object = ps_object(ps, "System.ServiceProcess.ServiceController");

    object.object->view = view;
    object.object->shown = ps_keep(ps, service->name, strlen(service->name));
    ps_set(ps, object, "Name", ps_text_copy(ps, service->name));
    ps_set(ps, object, "DisplayName", ps_text_copy(ps, service->display_name));
    ps_set(ps, object, "Status", ps_service_status(service));
    ps_set(ps, object, "StartType", ps_text(service_start_mode_name(service->start_mode)));
    ps_set(ps, object, "ServiceName", ps_text_copy(ps, service->name));
    ps_set(ps, object, "MachineName", ps_text_copy(ps, host == ps->host ? "." : host->name));
    return object;
}

static int emit_services(struct ps_call *call, const struct host *host, const char *pattern)
{
    bool found = false;

    for (size_t i = 0; i < host->windows.services.count; i++) {
        const struct windows_service *service = &host->windows.services.rows[i];

        if (!ps_like(service->name, pattern, false))
            continue;
        found = true;
        ps_emit(call, service_object(call->ps, host, service));
    }
    if (found || strpbrk(pattern, "*?["))
        return 0;
    return ps_call_error(call, "Microsoft.PowerShell.Commands.ServiceCommandException",
                         "NoServiceFoundForGivenName", "ObjectNotFound", ps_text(pattern),
                         "Cannot find any service with service name '%s'.", pattern);
}

static int get_service(struct ps_call *call)
{
    const struct ps_value *names = ps_argument(call, "Name");
    struct ps_value all = ps_text("*");
    struct ps_list patterns = ps_elements(names ? names : &all);
    const struct host *host = ps_target_host(call);

    for (size_t i = 0; host && i < patterns.count; i++)
        if (emit_services(call, host, ps_show(call->ps, &patterns.items[i])) != 0)
            return -1;
    return call->ps->unwind == UNWIND_NONE ? 0 : -1;
}

static struct ps_value wmi_service(struct ps *ps, const struct windows_service *service)
{
    struct ps_value object = ps_object(ps, "System.Management.ManagementObject#root\\cimv2\\Win32_Service");

    ps_set(ps, object, "Name", ps_text_copy(ps, service->name));
    ps_set(ps, object, "DisplayName", ps_text_copy(ps, service->display_name));
    ps_set(ps, object, "State", ps_text(service_state_name(service->state)));
    ps_set(ps, object, "StartMode", ps_text(service_start_mode_name(service->start_mode)));
    ps_set(ps, object, "PathName", ps_text_copy(ps, service->path_name));
    ps_set(ps, object, "StartName", ps_text_copy(ps, service->start_name));
    ps_set(ps, object, "ProcessId", ps_int(service->process_id));
    ps_set(ps, object, "ExitCode", ps_int(service->exit_code));
    return object;
}

static void add_services(struct ps *ps, const struct host *host, struct ps_list *rows)
{
    for (size_t i = 0; i < host->windows.services.count; i++)
        ps_list_add(ps, rows, wmi_service(ps, &host->windows.services.rows[i]));
}

static void add_system(struct ps *ps, const struct host *host, struct ps_list *rows)
{
    struct ps_value object =
        ps_object(ps, "System.Management.ManagementObject#root\\cimv2\\Win32_OperatingSystem");

    ps_set(ps, object, "CSName", ps_text_copy(ps, host->name));
    ps_set(ps, object, "LastBootUpTime", ps_date(host->windows.boot_utc_ms, false));
    ps_set(ps, object, "LocalDateTime", ps_date(ps_utc_ms(ps), false));
    ps_list_add(ps, rows, object);
}

static void add_events(struct ps *ps, const struct host *host, struct ps_list *rows)
{
    for (size_t i = 0; i < host->windows.events.count; i++) {
        const struct windows_event *event = &host->windows.events.rows[i];
        struct ps_value object =
            ps_object(ps, "System.Management.ManagementObject#root\\cimv2\\Win32_NTLogEvent");

        ps_set(ps, object, "RecordNumber", ps_int(event->record_number));
        ps_set(ps, object, "Logfile", ps_text(event->logfile));
        ps_set(ps, object, "SourceName", ps_text(event->source_name));
        ps_set(ps, object, "Type", ps_text(event->type));
        ps_set(ps, object, "EventCode", ps_int(event->event_code));
        ps_set(ps, object, "TimeGenerated", ps_date(event->time_generated, false));
        ps_set(ps, object, "Message", ps_text_copy(ps, event->message));
        ps_list_add(ps, rows, object);
    }
}

static const struct {
    const char *name;
    void (*add)(struct ps *ps, const struct host *host, struct ps_list *rows);
} classes[] = {
    {"Win32_Service", add_services},
    {"Win32_OperatingSystem", add_system},
    {"Win32_NTLogEvent", add_events},
};

/* name = 'value' or name LIKE '%value%': one condition of a WQL filter. */
struct condition {
    char name[64], value[256];
    bool like;
};

/* Reads one condition; NULL: it is none that the lab reads, else where the text goes on. */
static const char *read_condition(const char *text, struct condition *ret_condition)
{
    char comparison[8], quote = '\0';
    int length = 0;

    if (sscanf(text, " %63[A-Za-z0-9_] %7[=LIKElike] %n", ret_condition->name, comparison, &length) < 2 ||
        length == 0)
        return NULL;
    ret_condition->like = comparison[0] != '=';
    text += length;
    if (*text == '\'' || *text == '"')
        quote = *text++;
    length = (int)(quote ? strcspn(text, quote == '"' ? "\"" : "'") : strspn(text, "0123456789"));
    if (length > 255 || (quote && text[length] != quote))
        return NULL;
    memcpy(ret_condition->value, text, (size_t)length);
    ret_condition->value[length] = '\0';
    for (char *at = ret_condition->value; ret_condition->like && *at; at++)
        if (*at == '%' || *at == '_')
            *at = "?*"[*at == '%'];
    return text + length + (quote != '\0');
}

static bool meets(struct ps *ps, const struct ps_value *row, const struct condition *condition)
{
    const struct ps_value *value = ps_get(row->object, condition->name);
    const char *text = value ? ps_show(ps, value) : "";

    return value && (condition->like ? ps_like(text, condition->value, false)
                                     : strcasecmp(text, condition->value) == 0);
}

/* Conditions joined by AND and OR, from the left: 1, 0, or -1 for a filter that is none. */
static int passes(struct ps *ps, const struct ps_value *row, const char *filter)
{
    struct condition condition;
    bool result = true, any = false;

    for (;;) {
        filter = read_condition(filter, &condition);
        if (!filter)
            return -1;
        result = any ? result || meets(ps, row, &condition) : result && meets(ps, row, &condition);
        filter += strspn(filter, " ");
        if (!*filter)
            return result;
        any = strncasecmp(filter, "OR ", 3) == 0;
        if (!any && strncasecmp(filter, "AND ", 4) != 0)
            return -1;
        filter += any ? 3 : 4;
    }
}

static int emit_rows(struct ps_call *call, const struct ps_list *rows, const char *filter)
{
    for (size_t i = 0; i < rows->count; i++) {
        int kept = filter && *filter ? passes(call->ps, &rows->items[i], filter) : 1;

        if (ps_step(call->ps) != 0)
            return -1;
        if (kept < 0)
            return ps_call_fail(call, "System.Management.ManagementException", "GetWMIManagementException",
                                "InvalidOperation", ps_null(), "Invalid query \"%s\"", filter);
        if (kept)
            ps_emit(call, rows->items[i]);
    }
    return 0;
}

static int get_wmi(struct ps_call *call)
{
    const char *class = ps_argument_text(call, "Class"), *filter = ps_argument_text(call, "Filter");
    const struct host *host = ps_target_host(call);
    struct ps_list *rows = ps_list_new(call->ps);

    if (!host)
        return call->ps->unwind == UNWIND_NONE ? 0 : -1;
    for (size_t i = 0; i < COUNT(classes); i++) {
        if (strcasecmp(classes[i].name, class) != 0)
            continue;
        classes[i].add(call->ps, host, rows);
        return emit_rows(call, rows, filter);
    }
    return ps_call_fail(call, "System.Management.ManagementException", "GetWMIManagementException",
                        "InvalidType", ps_null(), "Invalid class \"%s\"", class);
}

static const struct ps_parameter service_parameters[] = {
    {"Name", PS_ANY_PARAMETER, 1, false, "ServiceName", NULL},
    {"ComputerName", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
};
static const struct ps_parameter wmi_parameters[] = {
    {"Class", PS_TEXT_PARAMETER, 1, true, "ClassName", NULL},
    {"Filter", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"ComputerName", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"Namespace", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
};

/* Counter sets of a chat server beside those that every Windows host has. */
static void add_counter_sets(const struct ps_call *call, struct ps_list *names)
{
    static const char *const everywhere[] = {"Memory", "Processor", "Process", "System"};
    const char *at = call->ps->world->config.chat.counter_sets;

    for (size_t i = 0; i < COUNT(everywhere); i++)
        ps_list_add(call->ps, names, ps_text(everywhere[i]));
    while (chat_is_server(call->ps->host) && *at) {
        size_t length = strcspn(at, ",");

        ps_list_add(call->ps, names, ps_text(ps_keep(call->ps, at, length)));
        at += length + (at[length] == ',');
    }
}

static struct ps_value counter_set(struct ps *ps, const char *name)
{
    struct ps_value set = ps_object(ps, "Microsoft.PowerShell.Commands.GetCounter.CounterSet");

    ps_set(ps, set, "CounterSetName", ps_text(name));
    ps_set(ps, set, "MachineName", ps_text("."));
    ps_set(ps, set, "CounterSetType", ps_text("SingleInstance"));
    ps_set(ps, set, "Description", ps_text(""));
    ps_set(ps, set, "Paths", ps_array(ps_list_new(ps)));
    return set;
}

/* Get-Counter -ListSet alone: the lab counts nothing. */
static int list_counter_sets(struct ps_call *call)
{
    const char *pattern = ps_argument_text(call, "ListSet");
    struct ps_list *names = ps_list_new(call->ps);
    size_t before = call->output->count;

    add_counter_sets(call, names);
    for (size_t i = 0; i < names->count; i++)
        if (ps_like(names->items[i].text, pattern, false))
            ps_emit(call, counter_set(call->ps, names->items[i].text));
    if (call->output->count > before)
        return 0;
    return ps_call_error(call, "System.Exception", "NoMatchingCounterSetsFound", "InvalidResult",
                         ps_text(pattern),
                         "Cannot find any performance counter sets on the localhost computer that match the "
                         "following: %s.",
                         pattern);
}

static const struct ps_parameter counter_parameters[] = {
    {"ListSet", PS_TEXT_PARAMETER, 1, true, NULL, NULL},
};

/* "Set-Service": of what it sets the lab plays the start mode. */
static int set_service(struct ps_call *call)
{
    static const struct {
        const char *name;
        enum service_start_mode mode;
    } modes[] = {{"Automatic", START_AUTO}, {"Manual", START_MANUAL}, {"Disabled", START_DISABLED}};
    const char *name = ps_argument_text(call, "Name"), *type = ps_argument_text(call, "StartupType");
    struct host *host = world_host(call->ps->world, call->ps->host->name);

    for (size_t i = 0; type && i < COUNT(modes); i++)
        if (strcasecmp(modes[i].name, type) == 0 && windows_set_start_mode(host, name, modes[i].mode) != 0)
            return ps_call_error(call, "Microsoft.PowerShell.Commands.ServiceCommandException",
                                 "NoServiceFoundForGivenName", "ObjectNotFound", ps_text(name),
                                 "Service %s was not found on computer '.'.", name);
    return 0;
}

static const char *const startup_types[] = {"Automatic", "Manual", "Disabled", NULL};
static const struct ps_parameter set_service_parameters[] = {
    {"Name", PS_TEXT_PARAMETER, 1, true, NULL, NULL},
    {"StartupType", PS_TEXT_PARAMETER, 0, false, NULL, startup_types},
};

static const struct ps_cmdlet cmdlets[] = {
    {"Set-Service", set_service_parameters, COUNT(set_service_parameters), 0, NULL, set_service},
    {"Get-Service", service_parameters, COUNT(service_parameters), 0, NULL, get_service},
    {"Get-WmiObject", wmi_parameters, COUNT(wmi_parameters), 0, NULL, get_wmi},
    {"Get-CimInstance", wmi_parameters, COUNT(wmi_parameters), 0, NULL, get_wmi},
    {"Get-Counter", counter_parameters, COUNT(counter_parameters), 0, NULL, list_counter_sets},
};
const struct ps_cmdlet_family ps_cmdlets_windows = {cmdlets, COUNT(cmdlets), false};

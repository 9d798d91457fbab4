/* The product's cmdlets about chat servers and their services (persistent-chat reference, "Cmdlets"). */
#include "lab/powershell/objects.h"

#include <string.h>
#include <strings.h>

static struct ps_value pool_state_value(enum pool_state state)
{
    static const struct ps_enum states[] = {
        [POOL_NORMAL] = {"Microsoft.Rtc.Management.WritableConfig.Settings.PersistentChat.PoolState",
                         "Normal", 0},
        [POOL_FAILED_OVER] = {"Microsoft.Rtc.Management.WritableConfig.Settings.PersistentChat.PoolState",
                              "FailedOver", 1},
    };

    return ps_member(&states[state]);
}

/* What the store says, or with -LocalStore what this host's replica has learned. */
static const struct pool_settings *settings_of(struct ps_call *call)
{
    return ps_switch(call, "LocalStore") ? &call->ps->host->replica.settings
                                         : &call->ps->world->store.settings;
}

static int get_state(struct ps_call *call)
{
    struct ps_value state;

    if (ps_argument(call, "Identity") && ps_argument(call, "Filter"))
        return ps_ambiguous(call);
    if (ps_argument(call, "Identity") && !ps_names_pool(call, false))
        return ps_no_such_item(call, "PersistentChatState", ps_argument_text(call, "Identity"));
    state = ps_object(call->ps,
                      "Microsoft.Rtc.Management.WritableConfig.Settings.PersistentChat.PersistentChatState");
    ps_set(call->ps, state, "Identity",
           ps_format(call->ps, "%s%s", call->ps->world->config.chat.identity_prefix, STORE_POOL_FQDN));
    ps_set(call->ps, state, "PoolState", pool_state_value(settings_of(call)->state));
    ps_emit(call, state);
    return 0;
}

static int store_failed(struct ps_call *call, const struct err *err)
{
    return ps_call_fail(call, "Microsoft.Rtc.Management.Xds.XdsException", "XdsFailure",
                        "ResourceUnavailable", ps_null(), "%s", err->text);
}

static int set_state(struct ps_call *call)
{
    bool failed_over = strcasecmp(ps_argument_text(call, "PoolState"), "FailedOver") == 0, proceed = false;
    struct err err = ERR_INIT;

    if (!ps_names_pool(call, false))
        return ps_no_such_item(call, "PersistentChatState", ps_argument_text(call, "Identity"));
    if (ps_should_process(call, STORE_POOL_IDENTITY, &proceed) != 0 || !proceed)
        return proceed ? 0 : -(call->ps->unwind != UNWIND_NONE);
    if (store_set_state(call->ps->world, call->ps->host, failed_over ? POOL_FAILED_OVER : POOL_NORMAL,
                        &err) != 0)
        return store_failed(call, &err);
    return 0;
}

/* A list of FQDNs while it changes. */
struct active_list {
    const char *fqdns[ACTIVE_SERVERS_MAX * 2];
    size_t count;
};

static void list_remove(struct active_list *list, const char *fqdn)
{
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++)
        if (strcasecmp(list->fqdns[i], fqdn) != 0)
            list->fqdns[kept++] = list->fqdns[i];
    list->count = kept;
}

static void list_add(struct active_list *list, const char *fqdn)
{
    list_remove(list, fqdn);
    if (list->count < COUNT(list->fqdns))
        list->fqdns[list->count++] = fqdn;
}

static void list_change(struct ps_call *call, struct active_list *list, const struct ps_value *names,
                        void (*change)(struct active_list *list, const char *fqdn))
{
    struct ps_list elements = ps_elements(names);

    for (size_t i = 0; i < elements.count; i++)
        change(list, ps_show(call->ps, &elements.items[i]));
}

static struct active_list present_list(struct ps_call *call)
{
    const struct pool_settings *settings = &call->ps->world->store.settings;
    struct active_list list = {.count = 0};

    for (size_t i = 0; i < settings->active_server_count; i++)
        list.fqdns[list.count++] =
            ps_keep(call->ps, settings->active_servers[i], strlen(settings->active_servers[i]));
    return list;
}

/* Active becomes inactive and the other way round: a retry undoes it. */
static void swap(struct ps_call *call, struct active_list *list)
{
    struct active_list swapped = {.count = 0};

    for (size_t i = 0; i < call->ps->world->host_count; i++) {
        const struct host *host = &call->ps->world->hosts[i];
        bool listed = false;

        if (host->role != HOST_CHAT)
            continue;
        for (size_t j = 0; j < list->count; j++)
            listed |= strcasecmp(list->fqdns[j], host->fqdn) == 0;
        if (!listed)
            list_add(&swapped, host->fqdn);
    }
    *list = swapped;
}

/* @{Add=…} | @{Remove=…} | @{Replace=…} | $null | names */
static int modify(struct ps_call *call, const struct ps_value *modifier, struct active_list *list)
{
    if (modifier->kind != PS_TABLE) {
        list->count = 0;
        list_change(call, list, modifier, list_add);
        return 0;
    }
    for (size_t i = 0; i < modifier->object->count; i++) {
        const struct ps_property *entry = &modifier->object->properties[i];

        if (strcasecmp(entry->name, "Replace") == 0)
            list->count = 0;
        else if (strcasecmp(entry->name, "Add") != 0 && strcasecmp(entry->name, "Remove") != 0)
            return ps_call_fail(
                call, "System.Management.Automation.ParameterBindingException",
                "CannotConvertArgumentNoMessage", "InvalidArgument", ps_null(),
                "Cannot bind parameter 'ActiveServers'. The hash table key \"%s\" is not valid: Add, Remove "
                "and Replace are.",
                entry->name);
        list_change(call, list, &entry->value,
                    strcasecmp(entry->name, "Remove") == 0 ? list_remove : list_add);
    }
    return 0;
}

static int set_active_server(struct ps_call *call)
{
    const struct ps_value *modifier = ps_argument(call, "ActiveServers");
    struct active_list list = present_list(call);
    struct err err = ERR_INIT;
    bool proceed = false;

    if (!ps_names_pool(call, true))
        return ps_no_such_item(call, "PersistentChatServer", ps_argument_text(call, "Identity"));
    if ((modifier != NULL) == ps_switch(call, "Swap"))
        return ps_ambiguous(call);
    if (modifier && modify(call, modifier, &list) != 0)
        return -1;
    if (!modifier)
        swap(call, &list);
    if (ps_should_process(call, STORE_POOL_IDENTITY, &proceed) != 0)
        return -1;
    if (proceed &&
        store_set_active_servers(call->ps->world, call->ps->host, list.fqdns, list.count, &err) != 0)
        return store_failed(call, &err);
    return 0;
}

static int get_configuration(struct ps_call *call)
{
    struct ps_value configuration = ps_object(
        call->ps,
        "Microsoft.Rtc.Management.WritableConfig.Settings.PersistentChat.PersistentChatConfiguration");
    const char *identity = ps_argument_text(call, "Identity");

    if (identity && strcasecmp(identity, "global") != 0)
        return ps_no_such_item(call, "PersistentChatConfiguration", identity);
    ps_set(call->ps, configuration, "Identity", ps_text("Global"));
    ps_set(call->ps, configuration, "MaxFileSizeKB", ps_int(20000));
    ps_set(call->ps, configuration, "ParticipantUpdateLimit", ps_int(75));
    ps_set(call->ps, configuration, "DefaultChatHistory", ps_int(30));
    ps_set(call->ps, configuration, "RoomManagementUrl", ps_null());
    ps_emit(call, configuration);
    return 0;
}

static int get_endpoint(struct ps_call *call)
{
    static const char sip_address[] = "sip:GC-1-PersistentChatService-1@litwareinc.com";
    const char *pool = ps_argument_text(call, "PersistentChatPoolFqdn"),
               *identity = ps_argument_text(call, "Identity");
    struct ps_value contact =
        ps_object(call->ps, "Microsoft.Rtc.Management.ADConnect.Schema.OCSPersistentChatContact");

    if ((pool && strcasecmp(pool, STORE_POOL_FQDN) != 0) ||
        (identity && strcasecmp(identity, sip_address) != 0))
        return ps_no_such_item(call, "PersistentChatEndpoint", pool ? pool : identity);
    ps_set(call->ps, contact, "Identity",
           ps_text("CN={GC-1},CN=Application Contacts,CN=RTC "
                   "Service,CN=Services,CN=Configuration,DC=litwareinc,DC=com"));
    ps_set(call->ps, contact, "SipAddress", ps_text(sip_address));
    ps_set(call->ps, contact, "DisplayName", ps_text("GC-1-PersistentChatService-1"));
    ps_set(call->ps, contact, "PersistentChatPoolFqdn", ps_text(STORE_POOL_FQDN));
    ps_emit(call, contact);
    return 0;
}

static int test_message(struct ps_call *call)
{
    static const struct ps_enum results[] = {
        {"Microsoft.Rtc.SyntheticTransactions.TaskOutputResult", "Success", 0},
        {"Microsoft.Rtc.SyntheticTransactions.TaskOutputResult", "Failure", 1}};
    struct ps_value output = ps_object(call->ps, "Microsoft.Rtc.SyntheticTransactions.TaskOutput");
    const char *target = ps_argument_text(call, "TargetFqdn");
    struct err err = ERR_INIT;
    bool failed = chat_test_message(call->ps->world, call->ps->host, &err) != 0;

    call->ps->takes_ms += 1500;
    ps_set(call->ps, output, "TargetFqdn",
           ps_text(target ? target : call->ps->world->hosts[call->ps->world->chat.next_hop].fqdn));
    ps_set(call->ps, output, "Result", ps_member(&results[failed]));
    ps_set(call->ps, output, "Latency", ps_span(failed ? 0 : 480));
    ps_set(call->ps, output, "Error", ps_text_copy(call->ps, err.text));
    ps_set(call->ps, output, "Diagnosis", ps_text(""));
    ps_emit(call, output);
    return 0;
}

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
    int code = change(call->ps->world, host, name);

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

static const char *const pool_states[] = {"Normal", "FailedOver", NULL};

static const struct ps_parameter get_state_parameters[] = {
    {"Identity", PS_ANY_PARAMETER, 1, false, NULL, NULL},
    {"Filter", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"LocalStore", PS_SWITCH, 0, false, NULL, NULL},
};
static const struct ps_parameter set_state_parameters[] = {
    {"Identity", PS_ANY_PARAMETER, 1, false, NULL, NULL},
    {"Instance", PS_ANY_PARAMETER, 0, false, NULL, NULL},
    {"PoolState", PS_TEXT_PARAMETER, 0, true, NULL, pool_states},
    {"Force", PS_SWITCH, 0, false, NULL, NULL},
};
static const struct ps_parameter active_parameters[] = {
    {"Identity", PS_ANY_PARAMETER, 1, true, NULL, NULL},
    {"ActiveServers", PS_ANY_PARAMETER, 0, false, NULL, NULL},
    {"Swap", PS_SWITCH, 0, false, NULL, NULL},
    {"Force", PS_SWITCH, 0, false, NULL, NULL},
};
static const struct ps_parameter endpoint_parameters[] = {
    {"Identity", PS_TEXT_PARAMETER, 1, false, NULL, NULL},
    {"PersistentChatPoolFqdn", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"Filter", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"LdapFilter", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"ResultSize", PS_NUMBER_PARAMETER, 0, false, NULL, NULL},
};
static const struct ps_parameter test_parameters[] = {
    {"TargetFqdn", PS_TEXT_PARAMETER, 1, false, NULL, NULL},
    {"SenderSipAddress", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"SenderCredential", PS_ANY_PARAMETER, 0, false, NULL, NULL},
    {"ReceiverSipAddress", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"ReceiverCredential", PS_ANY_PARAMETER, 0, false, NULL, NULL},
    {"ChatRoomUri", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"Authentication", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"RegistrarPort", PS_NUMBER_PARAMETER, 0, false, NULL, NULL},
};
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
    CMDLET("Get-CsPersistentChatState", get_state_parameters, PS_NEEDS_STORE, get_state),
    CMDLET("Set-CsPersistentChatState", set_state_parameters, PS_NEEDS_STORE | PS_NEEDS_CONFIRM, set_state),
    CMDLET("Set-CsPersistentChatActiveServer", active_parameters, PS_NEEDS_STORE | PS_NEEDS_CONFIRM,
           set_active_server),
    CMDLET("Get-CsPersistentChatConfiguration", get_state_parameters, PS_NEEDS_STORE, get_configuration),
    CMDLET("Get-CsPersistentChatEndpoint", endpoint_parameters, 0, get_endpoint),
    CMDLET("Test-CsPersistentChatMessage", test_parameters, 0, test_message),
    CMDLET("Get-CsWindowsService", windows_service_parameters, 0, get_windows_service),
    CMDLET("Start-CsWindowsService", start_parameters, 0, start_windows_service),
    CMDLET("Stop-CsWindowsService", stop_parameters, 0, stop_windows_service),
};
const struct ps_cmdlet_family ps_cmdlets_chat = {cmdlets, COUNT(cmdlets), true};

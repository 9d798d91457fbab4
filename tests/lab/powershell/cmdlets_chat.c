/* The product's cmdlets about the chat pool (persistent-chat reference, "Cmdlets"). */
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
    struct ps_value state, identity;

    if (ps_argument(call, "Identity") && ps_argument(call, "Filter"))
        return ps_ambiguous(call);
    if (ps_argument(call, "Identity") && !ps_names_pool(call, false))
        return ps_no_such_item(call, "PersistentChatState", ps_argument_text(call, "Identity"));
    identity = ps_format(call->ps, "%s%s", call->ps->world->config.chat.identity_prefix, STORE_POOL_FQDN);
    if (!ps_passes_filter(call, identity.text))
        return 0;
    state = ps_object(call->ps,
                      "Microsoft.Rtc.Management.WritableConfig.Settings.PersistentChat.PersistentChatState");
    ps_set(call->ps, state, "Identity", identity);
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

/* Nobody has made one for a site or a service. */
static int get_configuration(struct ps_call *call)
{
    struct ps_value configuration = ps_object(
        call->ps,
        "Microsoft.Rtc.Management.WritableConfig.Settings.PersistentChat.PersistentChatConfiguration");
    size_t before = call->output->count;

    ps_set(call->ps, configuration, "Identity", ps_text("Global"));
    ps_set(call->ps, configuration, "MaxFileSizeKB", ps_int(20000));
    ps_set(call->ps, configuration, "ParticipantUpdateLimit", ps_int(75));
    ps_set(call->ps, configuration, "DefaultChatHistory", ps_int(30));
    ps_set(call->ps, configuration, "RoomManagementUrl", ps_null());
    ps_emit(call, configuration);
    return ps_keep_wanted(call, before, "PersistentChatConfiguration");
}

static int get_endpoint(struct ps_call *call)
{
    static const char sip_address[] = "sip:GC-1-PersistentChatService-1@litwareinc.com";
    const char *pool = ps_argument_text(call, "PersistentChatPoolFqdn"),
               *identity = ps_argument_text(call, "Identity");
    struct ps_value contact =
        ps_object(call->ps, "Microsoft.Rtc.Management.ADConnect.Schema.OCSPersistentChatContact");

    if (ps_argument(call, "Filter") || ps_argument(call, "LdapFilter"))
        return ps_call_fail(call, "System.NotSupportedException", "NotSupported", "NotImplemented", ps_null(),
                            "The lab's directory does not play filters.");
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

/* What is told of the test, in the variables that were named for it. */
static void tell(struct ps_call *call, const char *text)
{
    static const char *const names[] = {"OutLoggerVariable", "OutVerboseVariable"};

    for (size_t i = 0; i < COUNT(names); i++)
        if (ps_argument(call, names[i]))
            ps_assign(call->ps, ps_argument_text(call, names[i]), ps_text_copy(call->ps, text));
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
    tell(call, failed ? err.text : "Test Persistent Chat message: Success");
    ps_emit(call, output);
    return 0;
}

static const char *const authentications[] = {"TrustedServer", "Negotiate", "ClientCertificate", "LiveID",
                                              NULL};
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
    {"DomainController", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"Credential", PS_ANY_PARAMETER, 0, false, NULL, NULL},
};
static const struct ps_parameter test_parameters[] = {
    {"TargetFqdn", PS_TEXT_PARAMETER, 1, false, NULL, NULL},
    {"SenderSipAddress", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"SenderCredential", PS_ANY_PARAMETER, 0, false, NULL, NULL},
    {"ReceiverSipAddress", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"ReceiverCredential", PS_ANY_PARAMETER, 0, false, NULL, NULL},
    {"ChatRoomUri", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"Authentication", PS_TEXT_PARAMETER, 0, false, NULL, authentications},
    {"RegistrarPort", PS_NUMBER_PARAMETER, 0, false, NULL, NULL},
    {"OutLoggerVariable", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"OutVerboseVariable", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
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
};
const struct ps_cmdlet_family ps_cmdlets_chat = {cmdlets, COUNT(cmdlets), true};

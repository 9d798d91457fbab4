/*
 * The product's cmdlets about what a site has set up: roles of RBAC, and the compliance adapter.  Sources:
 * "Get-CsAdminRole", "Get-CsPersistentChatComplianceConfiguration" (Lync Server 2013 cmdlet help).
 */
#include "lab/powershell/objects.h"

#include "lab/powershell/pattern.h"

#include <strings.h>

/* ---- roles ---- */

/* Which cmdlets these roles have beside the two that the configuration gives away is of no account here. */
static const struct {
    const char *identity;
    const char *cmdlets[4];
} roles[] = {
    {"CsAdministrator", {"Get-CsService", "Get-CsPersistentChatState", "Stop-CsWindowsService"}},
    {"CsServerAdministrator", {"Get-CsService", "Stop-CsWindowsService"}},
    {"CsPersistentChatAdministrator", {"Get-CsPersistentChatRoom", "Get-CsPersistentChatState"}},
    {"CsViewOnlyAdministrator", {"Get-CsService", "Get-CsPersistentChatState"}},
};

static void add_cmdlet(struct ps *ps, struct ps_list *cmdlets, const char *name)
{
    struct ps_value cmdlet =
        ps_object(ps, "Microsoft.Rtc.Management.WritableConfig.Settings.Roles.CmdletType");

    cmdlet.object->shown = ps_format(ps, "Name=%s", name).text;
    ps_set(ps, cmdlet, "Name", ps_text(name));
    ps_list_add(ps, cmdlets, cmdlet);
}

static struct ps_value role(struct ps *ps, const char *identity, const char *const *names)
{
    struct ps_value object = ps_object(ps, "Microsoft.Rtc.Management.WritableConfig.Settings.Roles.Role");
    struct ps_list *cmdlets = ps_list_new(ps);

    for (; names && *names; names++)
        add_cmdlet(ps, cmdlets, *names);
    if (strcasecmp(identity, ps->world->config.chat.setters_role) == 0) {
        add_cmdlet(ps, cmdlets, "Set-CsPersistentChatState");
        add_cmdlet(ps, cmdlets, "Set-CsPersistentChatActiveServer");
    }
    ps_set(ps, object, "Identity", ps_text(identity));
    ps_set(ps, object, "SID", ps_text("S-1-5-21-1"));
    ps_set(ps, object, "IsStandardRole", ps_bool(names != NULL));
    ps_set(ps, object, "Cmdlets", ps_array(cmdlets));
    ps_set(ps, object, "ConfigScopes", ps_text("Global"));
    ps_set(ps, object, "UserScopes", ps_text("Global"));
    ps_set(ps, object, "TemplateName", names ? ps_null() : ps_text("CsAdministrator"));
    return object;
}

static bool is_wanted(const struct ps_call *call, const char *identity)
{
    const char *wanted = ps_argument_text(call, "Identity"), *filter = ps_argument_text(call, "Filter");

    return (!wanted || strcasecmp(wanted, identity) == 0) && (!filter || ps_like(identity, filter, false));
}

/* The standard roles, and that of the configuration where it is none of them. */
static int get_admin_role(struct ps_call *call)
{
    const char *own = call->ps->world->config.chat.setters_role;
    size_t before = call->output->count;
    bool is_standard = false;

    for (size_t i = 0; i < COUNT(roles); i++) {
        is_standard |= strcasecmp(roles[i].identity, own) == 0;
        if (is_wanted(call, roles[i].identity))
            ps_emit(call, role(call->ps, roles[i].identity, roles[i].cmdlets));
    }
    if (!is_standard && is_wanted(call, own))
        ps_emit(call, role(call->ps, own, NULL));
    if (call->output->count == before && ps_argument(call, "Identity"))
        return ps_no_such_item(call, "Role", ps_argument_text(call, "Identity"));
    return 0;
}

/* ---- compliance ---- */

static int get_compliance(struct ps_call *call)
{
    struct ps *ps = call->ps;
    struct ps_value object = ps_object(ps, "Microsoft.Rtc.Management.WritableConfig.Settings.PersistentChat."
                                           "PersistentChatComplianceConfiguration");
    const char *identity = ps_argument_text(call, "Identity");

    if (identity && strcasecmp(identity, "global") != 0)
        return ps_no_such_item(call, "PersistentChatComplianceConfiguration", identity);
    ps_set(ps, object, "Identity", ps_text("Global"));
    ps_set(ps, object, "AdapterType", ps_text("Xml"));
    ps_set(ps, object, "AdapterOutputDirectory", ps_text("\\\\fs1.litwareinc.com\\compliance"));
    ps_set(ps, object, "OneChatRoomPerOutputFile", ps_bool(false));
    ps_set(ps, object, "RunInterval", ps_span(ps->world->config.chat.compliance_run_interval_s * 1000));
    ps_emit(call, object);
    return 0;
}

static const struct ps_parameter role_parameters[] = {
    {"Identity", PS_TEXT_PARAMETER, 1, false, NULL, NULL},
    {"Filter", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"LocalStore", PS_SWITCH, 0, false, NULL, NULL},
};
static const struct ps_parameter compliance_parameters[] = {
    {"Identity", PS_TEXT_PARAMETER, 1, false, NULL, NULL},
    {"LocalStore", PS_SWITCH, 0, false, NULL, NULL},
};

static const struct ps_cmdlet cmdlets[] = {
    {"Get-CsAdminRole", role_parameters, COUNT(role_parameters), PS_NEEDS_STORE, NULL, get_admin_role},
    {"Get-CsPersistentChatComplianceConfiguration", compliance_parameters, COUNT(compliance_parameters),
     PS_NEEDS_STORE, NULL, get_compliance},
};
const struct ps_cmdlet_family ps_cmdlets_setup = {cmdlets, COUNT(cmdlets), true};

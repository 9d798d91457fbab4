/* The product's cmdlets about the roles of mirrored databases. */
#include "lab/powershell/mirrored.h"
#include "lab/powershell/objects.h"

#include <strings.h>

static const struct mirror *mirror_seen(struct ps *ps, struct instance *instance, const char *name)
{
    const struct database *database =
        instance && ps_reaches_sql(ps, instance) ? database_find(instance, name) : NULL;

    return database && database->mirror.configured ? &database->mirror : NULL;
}

static const char *role_word(const struct mirror *mirror)
{
    if (!mirror)
        return "DatabaseInaccessibleOrMirroringNotEnabled";
    return mirror->role == ROLE_PRINCIPAL ? "Principal" : "Mirror";
}

static const char *state_word(const struct mirror *mirror)
{
    static const char *const words[] = {
        [MIRRORING_SUSPENDED] = "suspended",         [MIRRORING_DISCONNECTED] = "disconnected",
        [MIRRORING_SYNCHRONIZING] = "synchronizing", [MIRRORING_PENDING_FAILOVER] = "pendingFailover",
        [MIRRORING_SYNCHRONIZED] = "synchronized",
    };

    return mirror ? words[mirror->state] : "DatabaseInaccessibleOrMirroringNotEnabled";
}

static bool names_chat_pool(struct ps_call *call)
{
    return strcasecmp(ps_argument_text(call, "PoolFqdn"), STORE_POOL_FQDN) == 0;
}

static int get_mirror_state(struct ps_call *call)
{
    static const char *const types[] = {"PersistentChat", "PersistentChatCompliance"};
    const char *wanted = ps_argument_text(call, "DatabaseType");
    struct ps *ps = call->ps;

    if (!names_chat_pool(call))
        return ps_no_such_item(call, "Pool", ps_argument_text(call, "PoolFqdn"));
    for (size_t i = 0; i < COUNT(types); i++) {
        const struct mirror *primary =
            mirror_seen(ps, ps_designed(ps, DESIGN_PRINCIPAL), ps_database_of(types[i]));
        const struct mirror *mirror =
            mirror_seen(ps, ps_designed(ps, DESIGN_MIRROR), ps_database_of(types[i]));
        struct ps_value state = ps_object(ps, "Microsoft.Rtc.Management.Deployment.DatabaseMirrorState");

        if (wanted && strcasecmp(wanted, types[i]) != 0)
            continue;
        ps_set(ps, state, "DatabaseName", ps_text(ps_database_of(types[i])));
        ps_set(ps, state, "StateOnPrimary", ps_text(role_word(primary)));
        ps_set(ps, state, "StateOnMirror", ps_text(role_word(mirror)));
        ps_set(ps, state, "MirroringStatusOnPrimary", ps_text(state_word(primary)));
        ps_set(ps, state, "MirroringStatusOnSecondary", ps_text(state_word(mirror)));
        ps_emit(call, state);
    }
    return 0;
}

/* The role is asked for by the topology's label; whoever has it already keeps it. */
static int fail_over(struct ps_call *call, const char *database)
{
    bool to_mirror = strcasecmp(ps_argument_text(call, "NewPrincipal"), "Mirror") == 0,
         force = ps_switch(call, "Force");
    struct instance *next = ps_designed(call->ps, to_mirror ? DESIGN_MIRROR : DESIGN_PRINCIPAL);
    struct instance *last = ps_designed(call->ps, to_mirror ? DESIGN_PRINCIPAL : DESIGN_MIRROR);
    const struct mirror *mirror = mirror_seen(call->ps, next, database);
    struct instance *spoken_to = force ? next : last;
    struct world_result result = {.number = 0};

    if (ps_need_sql(call, spoken_to) != 0)
        return -1;
    if (mirror && mirror->role == ROLE_PRINCIPAL)
        return 0;
    if (!mirror)
        return ps_call_fail(call, "System.InvalidOperationException", "MirrorNotConfigured",
                            "InvalidOperation", ps_null(),
                            "Database \"%s\" has no mirror configured or it is not accessible.", database);
    world_set_partner(call->ps->world, spoken_to, database, force ? PARTNER_FORCE_SERVICE : PARTNER_FAILOVER,
                      &result);
    return ps_sql_answer(call, &result);
}

static int invoke_failover(struct ps_call *call)
{
    const char *type = ps_argument_text(call, "DatabaseType"), *database = ps_database_of(type);
    bool proceed = false;

    if (!names_chat_pool(call))
        return ps_no_such_item(call, "Pool", ps_argument_text(call, "PoolFqdn"));
    if (ps_should_process(call, ps_argument_text(call, "PoolFqdn"), &proceed) != 0)
        return -1;
    return proceed && !(database && ps_is_excluded(call, database))
               ? fail_over(call, database ? database : type)
               : 0;
}

static const char *const labels[] = {"Primary", "Mirror", NULL};

static const struct ps_parameter state_parameters[] = {
    {"PoolFqdn", PS_TEXT_PARAMETER, 1, true, NULL, NULL},
    {"DatabaseType", PS_TEXT_PARAMETER, 0, false, NULL, ps_database_types},
    {"LocalStore", PS_SWITCH, 0, false, NULL, NULL},
    {"Report", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
};
static const struct ps_parameter failover_parameters[] = {
    {"PoolFqdn", PS_TEXT_PARAMETER, 0, true, NULL, NULL},
    {"DatabaseType", PS_TEXT_PARAMETER, 0, true, NULL, ps_database_types},
    {"NewPrincipal", PS_TEXT_PARAMETER, 0, true, NULL, labels},
    {"ExcludeDatabaseList", PS_ANY_PARAMETER, 0, false, NULL, NULL},
    {"Force", PS_SWITCH, 0, false, NULL, NULL},
    {"LocalStore", PS_SWITCH, 0, false, NULL, NULL},
    {"Report", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
};

#define CMDLET(name, parameters, needs, body)                                                                \
    {                                                                                                        \
        name, parameters, COUNT(parameters), needs, NULL, body                                               \
    }
static const struct ps_cmdlet cmdlets[] = {
    CMDLET("Get-CsDatabaseMirrorState", state_parameters, PS_NEEDS_STORE, get_mirror_state),
    CMDLET("Invoke-CsDatabaseFailover", failover_parameters, PS_NEEDS_STORE | PS_NEEDS_CONFIRM,
           invoke_failover),
};
const struct ps_cmdlet_family ps_cmdlets_mirror = {cmdlets, COUNT(cmdlets), true};

/* The product's cmdlets about mirrored databases. */
#include "lab/powershell/objects.h"

#include "lab/world/mirroring.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *database_of(const char *type)
{
    return strcasecmp(type, "PersistentChat") == 0 ? "mgc" : "mgccomp";
}

/* Can this run log on to that SQL Server?  Another host is a second hop. */
static bool reaches_sql(struct ps *ps, const struct instance *instance)
{
    const struct host *host = &ps->world->hosts[instance->host];

    return (ps->may_hop || host == ps->host) && world_instance_reachable(ps->world, ps->host, instance);
}

static const struct mirror *mirror_seen(struct ps *ps, struct instance *instance, const char *name)
{
    const struct database *database =
        instance && reaches_sql(ps, instance) ? database_find(instance, name) : NULL;

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
            mirror_seen(ps, ps_designed(ps, DESIGN_PRINCIPAL), database_of(types[i]));
        const struct mirror *mirror = mirror_seen(ps, ps_designed(ps, DESIGN_MIRROR), database_of(types[i]));
        struct ps_value state = ps_object(ps, "Microsoft.Rtc.Management.Deployment.DatabaseMirrorState");

        if (wanted && strcasecmp(wanted, types[i]) != 0)
            continue;
        ps_set(ps, state, "DatabaseName", ps_text(database_of(types[i])));
        ps_set(ps, state, "StateOnPrimary", ps_text(role_word(primary)));
        ps_set(ps, state, "StateOnMirror", ps_text(role_word(mirror)));
        ps_set(ps, state, "MirroringStatusOnPrimary", ps_text(state_word(primary)));
        ps_set(ps, state, "MirroringStatusOnSecondary", ps_text(state_word(mirror)));
        ps_emit(call, state);
    }
    return 0;
}

static int sql_refused(struct ps_call *call, const struct instance *instance)
{
    return ps_call_fail(
        call, "System.Data.SqlClient.SqlException", "SqlFailure", "ResourceUnavailable", ps_null(),
        call->ps->may_hop ? "Cannot open a connection to the SQL Server \"%s\"."
                          : "Login failed for user 'NT AUTHORITY\\ANONYMOUS LOGON' on \"%s\".",
        instance->server_name);
}

static int sql_answer(struct ps_call *call, const struct world_result *result)
{
    if (result->number == 0)
        return 0;
    return ps_call_fail(call, "System.Data.SqlClient.SqlException", "SqlFailure", "InvalidOperation",
                        ps_null(), "%s",
                        result->message_count ? result->messages[0].text : "The command failed.");
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

    if (!reaches_sql(call->ps, spoken_to))
        return sql_refused(call, spoken_to);
    if (mirror && mirror->role == ROLE_PRINCIPAL)
        return 0;
    if (!mirror)
        return ps_call_fail(call, "System.InvalidOperationException", "MirrorNotConfigured",
                            "InvalidOperation", ps_null(),
                            "Database \"%s\" has no mirror configured or it is not accessible.", database);
    world_set_partner(call->ps->world, spoken_to, database, force ? PARTNER_FORCE_SERVICE : PARTNER_FAILOVER,
                      &result);
    return sql_answer(call, &result);
}

static int invoke_failover(struct ps_call *call)
{
    bool proceed = false;

    if (!names_chat_pool(call))
        return ps_no_such_item(call, "Pool", ps_argument_text(call, "PoolFqdn"));
    if (ps_should_process(call, ps_argument_text(call, "PoolFqdn"), &proceed) != 0)
        return -1;
    return proceed ? fail_over(call, database_of(ps_argument_text(call, "DatabaseType"))) : 0;
}

/* The published topology pairs them; the SQL Server named is the first of its pair. */
static int find_pair(struct ps_call *call, struct instance **ret_primary, struct instance **ret_mirror)
{
    static const enum instance_role pairs[][2] = {{DESIGN_PRINCIPAL, DESIGN_MIRROR},
                                                  {DESIGN_SECONDARY, DESIGN_SECONDARY_MIRROR}};
    const char *fqdn = ps_argument_text(call, "SqlServerFqdn");

    for (size_t i = 0; i < COUNT(pairs); i++) {
        *ret_primary = ps_designed(call->ps, pairs[i][0]);
        *ret_mirror = ps_designed(call->ps, pairs[i][1]);
        if (*ret_primary && *ret_mirror &&
            strcasecmp(call->ps->world->hosts[(*ret_primary)->host].fqdn, fqdn) == 0)
            return 0;
    }
    return ps_call_fail(call, "System.InvalidOperationException", "MirrorNotInTopology", "ObjectNotFound",
                        ps_null(), "The topology defines no mirror for the SQL Server \"%s\".", fqdn);
}

static int install(struct ps_call *call, struct instance *primary, struct instance *mirror, const char *name)
{
    struct database *database = database_find(primary, name), *leftover = database_find(mirror, name);

    if (!reaches_sql(call->ps, primary) || !reaches_sql(call->ps, mirror))
        return sql_refused(call, reaches_sql(call->ps, primary) ? mirror : primary);
    if (!database || !database_is_writable(database) || database->mirror.configured)
        return ps_call_fail(call, "System.InvalidOperationException", "DatabaseNotReady", "InvalidOperation",
                            ps_null(), "Database \"%s\" on \"%s\" is not ready to be mirrored.", name,
                            primary->server_name);
    if (leftover && !ps_switch(call, "DropExistingDatabasesOnMirror"))
        return ps_call_fail(
            call, "System.InvalidOperationException", "DatabaseExists", "ResourceExists", ps_null(),
            "Database \"%s\" already exists on \"%s\"; use -DropExistingDatabasesOnMirror to replace it.",
            name, mirror->server_name);
    mirroring_reseed(call->ps->world, primary, mirror,
                     primary->design == DESIGN_PRINCIPAL ? ps_designed(call->ps, DESIGN_WITNESS) : NULL,
                     name);
    call->ps->takes_ms += 60000; /* a full backup, its copy, its restore */
    return 0;
}

static int install_mirror(struct ps_call *call)
{
    struct instance *primary = NULL, *mirror = NULL;
    const char *share = ps_argument_text(call, "FileShare"), *type = ps_argument_text(call, "DatabaseType");
    bool proceed = false;

    if (!type)
        return ps_call_fail(
            call, "System.Management.Automation.ParameterBindingException", "MissingMandatoryParameter",
            "InvalidArgument", ps_null(),
            "Cannot process command because of one or more missing mandatory parameters: DatabaseType.");
    if (find_pair(call, &primary, &mirror) != 0 ||
        ps_should_process(call, primary->server_name, &proceed) != 0)
        return -1;
    if (!proceed)
        return 0;
    if (strncmp(share, "\\\\", 2) != 0 || !call->ps->may_hop)
        return ps_call_fail(call, "System.UnauthorizedAccessException", "UnauthorizedAccess",
                            "PermissionDenied", ps_text(share), "Access to the path '%s' is denied.", share);
    return install(call, primary, mirror, database_of(type));
}

static const char *const database_types[] = {"PersistentChat", "PersistentChatCompliance", NULL};
static const char *const labels[] = {"Primary", "Mirror", NULL};

static const struct ps_parameter state_parameters[] = {
    {"PoolFqdn", PS_TEXT_PARAMETER, 1, true, NULL, NULL},
    {"DatabaseType", PS_TEXT_PARAMETER, 0, false, NULL, database_types},
    {"LocalStore", PS_SWITCH, 0, false, NULL, NULL},
    {"Report", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
};
static const struct ps_parameter failover_parameters[] = {
    {"PoolFqdn", PS_TEXT_PARAMETER, 0, true, NULL, NULL},
    {"DatabaseType", PS_TEXT_PARAMETER, 0, true, NULL, database_types},
    {"NewPrincipal", PS_TEXT_PARAMETER, 0, true, NULL, labels},
    {"ExcludeDatabaseList", PS_ANY_PARAMETER, 0, false, NULL, NULL},
    {"Force", PS_SWITCH, 0, false, NULL, NULL},
    {"LocalStore", PS_SWITCH, 0, false, NULL, NULL},
    {"Report", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
};
static const struct ps_parameter install_parameters[] = {
    {"DatabaseType", PS_TEXT_PARAMETER, 0, false, NULL, database_types},
    {"FileShare", PS_TEXT_PARAMETER, 0, true, NULL, NULL},
    {"SqlServerFqdn", PS_TEXT_PARAMETER, 0, true, NULL, NULL},
    {"SqlInstanceName", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"DropExistingDatabasesOnMirror", PS_SWITCH, 0, false, NULL, NULL},
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
    CMDLET("Install-CsMirrorDatabase", install_parameters, PS_NEEDS_STORE | PS_NEEDS_CONFIRM, install_mirror),
};
const struct ps_cmdlet_family ps_cmdlets_mirror = {cmdlets, COUNT(cmdlets), true};

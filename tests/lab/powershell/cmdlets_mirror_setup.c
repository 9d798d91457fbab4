/*
 * Install-CsMirrorDatabase and Uninstall-CsMirrorDatabase (persistent-chat reference,
 * "Install-CsMirrorDatabase / Uninstall-CsMirrorDatabase"; parameter sets: the help of both cmdlets, Skype
 * for Business Server 2015).
 */
#include "lab/powershell/mirrored.h"
#include "lab/powershell/objects.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- the pair ---- */

/* Two SQL Servers as the published topology pairs them: labels, not present roles. */
struct pair {
    struct instance *primary, *mirror, *witness; /* witness NULL: none */
    struct instance *named;                      /* by -SqlServerFqdn: one of the two */
};

static bool is_on(struct ps *ps, const struct instance *instance, const char *fqdn)
{
    return strcasecmp(ps->world->hosts[instance->host].fqdn, fqdn) == 0;
}

/* Without a name: the default instance, which all of the lab are. */
static bool has_named_instance(struct ps_call *call, const struct pair *pair)
{
    const char *name = ps_argument_text(call, "SqlInstanceName");

    if (!name)
        name = ps_argument_text(call, "ForInstance");
    return !name || strcasecmp(name, pair->named->service_name) == 0;
}

static bool find_pair(struct ps_call *call, bool by_mirror, struct pair *ret_pair)
{
    static const enum instance_role pairs[][2] = {{DESIGN_PRINCIPAL, DESIGN_MIRROR},
                                                  {DESIGN_SECONDARY, DESIGN_SECONDARY_MIRROR}};
    const char *fqdn = ps_argument_text(call, "SqlServerFqdn");
    struct ps *ps = call->ps;

    for (size_t i = 0; i < COUNT(pairs); i++) {
        *ret_pair = (struct pair){ps_designed(ps, pairs[i][0]), ps_designed(ps, pairs[i][1]), NULL, NULL};
        if (!ret_pair->primary || !ret_pair->mirror)
            continue;
        if (is_on(ps, ret_pair->primary, fqdn))
            ret_pair->named = ret_pair->primary;
        else if (by_mirror && is_on(ps, ret_pair->mirror, fqdn))
            ret_pair->named = ret_pair->mirror;
        if (pairs[i][0] == DESIGN_PRINCIPAL && !ps->world->config.without_witness)
            ret_pair->witness = ps_designed(ps, DESIGN_WITNESS);
        if (ret_pair->named)
            return has_named_instance(call, ret_pair);
    }
    return false;
}

static int need_pair(struct ps_call *call, bool by_mirror, struct pair *ret_pair)
{
    if (find_pair(call, by_mirror, ret_pair))
        return 0;
    return ps_call_fail(call, "System.InvalidOperationException", "MirrorNotInTopology", "ObjectNotFound",
                        ps_null(), "The topology defines no mirror for the SQL Server \"%s\".",
                        ps_argument_text(call, "SqlServerFqdn"));
}

static int need_database_of(struct ps_call *call, const char *type, const char **ret_name)
{
    *ret_name = ps_database_of(type);
    if (*ret_name)
        return 0;
    return ps_call_fail(call, "System.InvalidOperationException", "DatabaseNotInTopology", "ObjectNotFound",
                        ps_text(type), "The topology has no database of type \"%s\" on \"%s\".", type,
                        ps_argument_text(call, "SqlServerFqdn"));
}

/* ---- the share ---- */

static int share_refused(struct ps_call *call, const struct instance *instance, enum os_error error)
{
    const char *share = ps_argument_text(call, "FileShare");
    bool denied = error == OS_ACCESS_DENIED;

    return ps_call_fail(call, denied ? "System.UnauthorizedAccessException" : "System.IO.IOException",
                        denied ? "UnauthorizedAccess" : "FileShareFailure",
                        denied ? "PermissionDenied" : "ResourceUnavailable", ps_text(share),
                        "The account \"%s\" of the SQL Server \"%s\" cannot read and write \"%s\": %s",
                        instance->service_account, instance->server_name, share, os_error_text(error));
}

/* Both service accounts need to read and write there. */
static int need_share(struct ps_call *call, const struct instance *instance)
{
    struct host *host = &call->ps->world->hosts[instance->host];
    const char *probe =
        ps_format(call->ps, "%s\\%s.probe", ps_argument_text(call, "FileShare"), instance->server_name).text;
    enum os_error error = OS_OK;

    if (!files_create(call->ps->world, host, probe, 0, &error))
        return share_refused(call, instance, error);
    files_delete(call->ps->world, host, probe);
    return 0;
}

static int need_unc(struct ps_call *call)
{
    const char *share = ps_argument_text(call, "FileShare");

    if (strncmp(share, "\\\\", 2) == 0)
        return 0;
    return ps_call_fail(call, "System.ArgumentException", "FileShareNotUnc", "InvalidArgument",
                        ps_text(share), "The file share \"%s\" is no UNC path.", share);
}

/* ---- installing ---- */

/* What can be known before anything is changed. */
static int check_copies(struct ps_call *call, const struct pair *pair, const char *name)
{
    const struct database *database = database_find(pair->primary, name);

    if (!database || !database_is_writable(database) || database->mirror.configured)
        return ps_call_fail(call, "System.InvalidOperationException", "DatabaseNotReady", "InvalidOperation",
                            ps_null(), "Database \"%s\" on \"%s\" is not ready to be mirrored.", name,
                            pair->primary->server_name);
    if (database_find(pair->mirror, name) && !ps_switch(call, "DropExistingDatabasesOnMirror"))
        return ps_call_fail(
            call, "System.InvalidOperationException", "DatabaseExists", "ResourceExists", ps_null(),
            "Database \"%s\" already exists on \"%s\"; use -DropExistingDatabasesOnMirror to replace it.",
            name, pair->mirror->server_name);
    return 0;
}

static int drop(struct ps_call *call, struct instance *instance, const char *name)
{
    struct world_result result;

    if (!database_find(instance, name))
        return 0;
    world_drop_database(instance, name, &result);
    return ps_sql_answer(call, &result);
}

/* A full backup to the share, or one of the log, restored from there WITH NORECOVERY. */
static int copy(struct ps_call *call, const struct pair *pair, const char *name, bool log)
{
    const char *path =
        ps_format(call->ps, "%s\\%s.%s", ps_argument_text(call, "FileShare"), name, log ? "trn" : "bak").text;
    const struct backup_request take = {.database = name, .path = path, .log = log, .init = true};
    const struct restore_request load = {
        .database = name, .path = path, .log = log, .leave = LEAVE_NORECOVERY};
    struct world_result result;

    world_backup(call->ps->world, pair->primary, &take, &result);
    if (result.number == 0)
        world_restore(call->ps->world, pair->mirror, &load, &result);
    return ps_sql_answer(call, &result);
}

static const char *endpoint_of(struct ps *ps, const struct instance *instance)
{
    return ps_format(ps, "TCP://%s:%d", ps->world->hosts[instance->host].fqdn, instance->endpoint.port).text;
}

static int join(struct ps_call *call, const struct pair *pair, const char *name)
{
    struct world *world = call->ps->world;
    struct world_result result;

    world_set_partner_address(world, pair->mirror, name, endpoint_of(call->ps, pair->primary), &result);
    if (result.number == 0)
        world_set_partner_address(world, pair->primary, name, endpoint_of(call->ps, pair->mirror), &result);
    if (result.number == 0 && pair->witness)
        world_set_witness_address(world, pair->primary, name, endpoint_of(call->ps, pair->witness), &result);
    return ps_sql_answer(call, &result);
}

/* "PersistentChat:DbPath" = "D:\Mirror": only the mirror's files are new, and stand there. */
static void place_files(struct ps_call *call, struct database *database, const char *type)
{
    const struct ps_value *map = ps_argument(call, "DatabasePathMap");

    for (size_t i = 0; map && map->kind == PS_TABLE && i < map->object->count; i++) {
        const char *key = map->object->properties[i].name;
        const char *folder = ps_show(call->ps, &map->object->properties[i].value);

        if (strcasecmp(key, ps_format(call->ps, "%s:DbPath", type).text) == 0)
            snprintf(database->data_file, sizeof database->data_file, "%.240s\\%.200s.mdf", folder,
                     database->name);
        if (strcasecmp(key, ps_format(call->ps, "%s:LogPath", type).text) == 0)
            snprintf(database->log_file, sizeof database->log_file, "%.240s\\%.200s.ldf", folder,
                     database->name);
    }
}

static int install(struct ps_call *call, const struct pair *pair, const char *type)
{
    const char *name = ps_database_of(type);

    if (check_copies(call, pair, name) != 0 || drop(call, pair->mirror, name) != 0 ||
        copy(call, pair, name, false) != 0 || copy(call, pair, name, true) != 0)
        return -1;
    place_files(call, database_find(pair->mirror, name), type);
    call->ps->takes_ms += 60000; /* backups, and their restores */
    return join(call, pair, name);
}

/* All databases of the topology that stand on the primary. */
static int install_configured(struct ps_call *call, const struct pair *pair)
{
    static const char *const types[] = {"PersistentChat", "PersistentChatCompliance"};

    for (size_t i = 0; i < COUNT(types); i++) {
        const char *name = ps_database_of(types[i]);

        if (database_find(pair->primary, name) && !ps_is_excluded(call, name) &&
            install(call, pair, types[i]) != 0)
            return -1;
    }
    return 0;
}

/* ByConfigured or ByDatabase, each with its own way to name an instance. */
static int check_install_set(struct ps_call *call)
{
    bool configured = ps_switch(call, "ConfiguredDatabases"), typed = ps_argument(call, "DatabaseType"),
         for_default = ps_switch(call, "ForDefaultInstance"), for_named = ps_argument(call, "ForInstance"),
         named = ps_argument(call, "SqlInstanceName");

    if ((configured && typed) || (for_default && for_named) || (typed && (for_default || for_named)) ||
        (configured && named))
        return ps_ambiguous(call);
    if (configured || typed)
        return 0;
    return ps_call_fail(
        call, "System.Management.Automation.ParameterBindingException", "MissingMandatoryParameter",
        "InvalidArgument", ps_null(),
        "Cannot process command because of one or more missing mandatory parameters: DatabaseType.");
}

static int need_all(struct ps_call *call, const struct pair *pair)
{
    return ps_need_sql(call, pair->primary) != 0 || ps_need_sql(call, pair->mirror) != 0 ||
                   need_unc(call) != 0 || need_share(call, pair->primary) != 0 ||
                   need_share(call, pair->mirror) != 0
               ? -1
               : 0;
}

static int install_mirror(struct ps_call *call)
{
    const char *type = ps_argument_text(call, "DatabaseType"), *name = NULL;
    struct pair pair;
    bool proceed = false;

    if (check_install_set(call) != 0 || need_pair(call, false, &pair) != 0 ||
        (type && need_database_of(call, type, &name) != 0) ||
        ps_should_process(call, pair.primary->server_name, &proceed) != 0)
        return -1;
    if (!proceed || (name && ps_is_excluded(call, name)))
        return 0;
    if (need_all(call, &pair) != 0)
        return -1;
    return type ? install(call, &pair, type) : install_configured(call, &pair);
}

/* ---- uninstalling ---- */

static int check_drop(struct ps_call *call, const struct pair *pair, const char *name)
{
    const struct database *doomed = database_find(pair->mirror, name);

    if (!ps_switch(call, "DropExistingDatabasesOnMirror"))
        return 0;
    if (ps_need_sql(call, pair->mirror) != 0)
        return -1;
    if (!doomed || !doomed->mirror.configured || doomed->mirror.role == ROLE_MIRROR)
        return 0;
    return ps_call_fail(call, "System.InvalidOperationException", "DatabaseIsPrincipal", "InvalidOperation",
                        ps_null(),
                        "Database \"%s\" on \"%s\" is the principal and cannot be dropped; fail over first.",
                        name, pair->mirror->server_name);
}

static int uninstall(struct ps_call *call, const struct pair *pair, const char *name)
{
    struct world_result result;

    if (ps_need_sql(call, pair->named) != 0 || check_drop(call, pair, name) != 0)
        return -1;
    world_set_partner(call->ps->world, pair->named, name, PARTNER_OFF, &result);
    if (ps_sql_answer(call, &result) != 0)
        return -1;
    return ps_switch(call, "DropExistingDatabasesOnMirror") ? drop(call, pair->mirror, name) : 0;
}

/*
 * The help contradicts itself about -SqlServerFqdn: its text says the primary, its example names the mirror.
 * Either finds the pair here; the statement is given where the name leads.
 */
static int uninstall_mirror(struct ps_call *call)
{
    const char *name = NULL;
    struct pair pair;
    bool proceed = false;

    if (need_pair(call, true, &pair) != 0 ||
        need_database_of(call, ps_argument_text(call, "DatabaseType"), &name) != 0 ||
        ps_should_process(call, ps_format(call->ps, "%s on %s", name, pair.named->server_name).text,
                          &proceed) != 0)
        return -1;
    return proceed ? uninstall(call, &pair, name) : 0;
}

static const struct ps_parameter install_parameters[] = {
    {"ConfiguredDatabases", PS_SWITCH, 0, false, NULL, NULL},
    {"DatabaseType", PS_TEXT_PARAMETER, 0, false, NULL, ps_database_types},
    {"FileShare", PS_TEXT_PARAMETER, 0, true, NULL, NULL},
    {"SqlServerFqdn", PS_TEXT_PARAMETER, 0, true, NULL, NULL},
    {"SqlInstanceName", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"DatabasePathMap", PS_ANY_PARAMETER, 0, false, NULL, NULL},
    {"ExcludeDatabaseList", PS_ANY_PARAMETER, 0, false, NULL, NULL},
    {"DropExistingDatabasesOnMirror", PS_SWITCH, 0, false, NULL, NULL},
    {"ForInstance", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"ForDefaultInstance", PS_SWITCH, 0, false, NULL, NULL},
    {"Report", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
};
static const struct ps_parameter uninstall_parameters[] = {
    {"DatabaseType", PS_TEXT_PARAMETER, 0, true, NULL, ps_database_types},
    {"SqlServerFqdn", PS_TEXT_PARAMETER, 0, true, NULL, NULL},
    {"SqlInstanceName", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"DropExistingDatabasesOnMirror", PS_SWITCH, 0, false, NULL, NULL},
    {"Report", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
};

static const struct ps_cmdlet cmdlets[] = {
    {"Install-CsMirrorDatabase", install_parameters, COUNT(install_parameters),
     PS_NEEDS_STORE | PS_NEEDS_CONFIRM, NULL, install_mirror},
    {"Uninstall-CsMirrorDatabase", uninstall_parameters, COUNT(uninstall_parameters),
     PS_NEEDS_STORE | PS_NEEDS_CONFIRM, NULL, uninstall_mirror},
};
const struct ps_cmdlet_family ps_cmdlets_mirror_setup = {cmdlets, COUNT(cmdlets), true};

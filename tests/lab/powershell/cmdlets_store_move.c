/*
 * Invoke-CsManagementServerFailover (persistent-chat reference, "CMS propagation" and "Failover DC1 to DC2";
 * parameters: its help, Lync Server 2013).
 *
 * Two ways: with the store up, to the pool that the topology pairs with its own; or, in a disaster, to the
 * SQL Server named, by force.  -Restore is not played.
 */
#include "lab/powershell/objects.h"

#include <strings.h>

/* Where a front end of Standard Edition keeps the store. */
#define STORE_INSTANCE "RTC"

static bool is_disaster(const struct ps_call *call)
{
    static const char *const names[] = {"BackupSqlServerFqdn", "BackupSqlInstanceName",
                                        "BackupMirrorSqlServerFqdn", "BackupMirrorSqlInstanceName", "Force"};

    for (size_t i = 0; i < COUNT(names); i++)
        if (ps_argument(call, names[i]))
            return true;
    return false;
}

/* The set of a disaster needs both. */
static int check_set(struct ps_call *call)
{
    const char *missing = !ps_argument(call, "BackupSqlServerFqdn") ? "BackupSqlServerFqdn"
                          : !ps_switch(call, "Force")               ? "Force"
                                                                    : NULL;

    if (!missing || !is_disaster(call))
        return 0;
    return ps_call_fail(call, "System.Management.Automation.ParameterBindingException",
                        "MissingMandatoryParameter", "InvalidArgument", ps_null(),
                        "Cannot process command because of one or more missing mandatory parameters: %s.",
                        missing);
}

/* The paired pool of the one that has the store. */
static struct host *paired(struct world *world)
{
    const struct host *master = store_master(world);

    for (size_t i = 0; i < world->host_count; i++)
        if (world->hosts[i].role == HOST_FRONT_END && &world->hosts[i] != master)
            return &world->hosts[i];
    return NULL;
}

/* "You can only invoke the failover to the database defined in the Topology Builder": a backup without a
 * mirror. */
static struct host *named(struct ps_call *call)
{
    const char *instance = ps_argument_text(call, "BackupSqlInstanceName"),
               *fqdn = ps_argument_text(call, "BackupSqlServerFqdn");
    struct host *host = world_host(call->ps->world, fqdn);

    if (!host || strcasecmp(host->fqdn, fqdn) != 0 || host->role != HOST_FRONT_END ||
        host == store_master(call->ps->world) || !instance || strcasecmp(instance, STORE_INSTANCE) != 0 ||
        ps_argument(call, "BackupMirrorSqlServerFqdn") || ps_argument(call, "BackupMirrorSqlInstanceName"))
        return NULL;
    return host;
}

static int need_backup(struct ps_call *call, const struct host *backup)
{
    if (backup)
        return 0;
    return ps_call_fail(call, "Microsoft.Rtc.Management.Xds.XdsException", "XdsFailure", "ObjectNotFound",
                        ps_null(),
                        "The topology does not define this backup of the Central Management Store.");
}

/*
 * Without force it "will first make sure all replications are done".  What it does when one never is, is
 * unconfirmed; here it refuses.
 */
static int need_replicas(struct ps_call *call)
{
    const struct world *world = call->ps->world;

    for (size_t i = 0; i < world->host_count; i++)
        if (world->hosts[i].replica.exists && !store_up_to_date(world, &world->hosts[i]))
            return ps_call_fail(call, "Microsoft.Rtc.Management.Xds.XdsException", "XdsFailure",
                                "InvalidOperation", ps_null(), "The replica on %s is not up to date.",
                                world->hosts[i].fqdn);
    return 0;
}

static int move(struct ps_call *call, struct host *backup)
{
    struct ps *ps = call->ps;
    struct err err = ERR_INIT;

    if (!is_disaster(call) && (ps_open_store(call) != 0 || need_replicas(call) != 0))
        return -1;
    if (!world_connects(ps->world, ps->host, backup))
        return ps_call_fail(call, "Microsoft.Rtc.Management.Xds.XdsException", "XdsFailure",
                            "ResourceUnavailable", ps_null(),
                            "Cannot connect to the Central Management Store on %s.", backup->fqdn);
    if (ps_log_on_to_store(call, backup) != 0)
        return -1;
    if (store_move_master(ps->world, backup, &err) != 0)
        return ps_call_fail(call, "Microsoft.Rtc.Management.Xds.XdsException", "XdsFailure",
                            "InvalidOperation", ps_null(), "%s", err.text);
    ps->takes_ms += 30000;
    return 0;
}

static int invoke_failover(struct ps_call *call)
{
    struct host *backup = NULL;
    bool proceed = false;

    if (check_set(call) != 0)
        return -1;
    backup = is_disaster(call) ? named(call) : paired(call->ps->world);
    if (need_backup(call, backup) != 0 || ps_should_process(call, backup->fqdn, &proceed) != 0)
        return -1;
    return proceed ? move(call, backup) : 0;
}

static const struct ps_parameter failover_parameters[] = {
    {"BackupSqlServerFqdn", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"BackupSqlInstanceName", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"BackupMirrorSqlServerFqdn", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"BackupMirrorSqlInstanceName", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"Force", PS_SWITCH, 0, false, NULL, NULL},
    {"Report", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
};

static const struct ps_cmdlet cmdlets[] = {
    {"Invoke-CsManagementServerFailover", failover_parameters, COUNT(failover_parameters), PS_NEEDS_CONFIRM,
     NULL, invoke_failover},
};
const struct ps_cmdlet_family ps_cmdlets_store_move = {cmdlets, COUNT(cmdlets), true};

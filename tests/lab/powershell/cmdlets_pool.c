/*
 * Invoke-CsPoolFailOver and Invoke-CsPoolFailBack (their help, Lync Server 2013): the paired pool of front
 * ends takes over users and the routing to the chat pool; persistent-chat reference, failover precondition
 * P3.
 */
#include "lab/powershell/objects.h"

#include <strings.h>

static struct host *front_end(struct world *world, const char *fqdn)
{
    struct host *host = world_host(world, fqdn);

    return host && host->role == HOST_FRONT_END && strcasecmp(host->fqdn, fqdn) == 0 ? host : NULL;
}

static struct host *paired(struct world *world, const struct host *pool)
{
    for (size_t i = 0; i < world->host_count; i++)
        if (world->hosts[i].role == HOST_FRONT_END && &world->hosts[i] != pool)
            return &world->hosts[i];
    return NULL;
}

static int refuse(struct ps_call *call, const char *fqdn, const char *why)
{
    return ps_call_fail(call, "System.InvalidOperationException", "PoolFailover", "InvalidOperation",
                        ps_text(fqdn), "Pool \"%s\" %s.", fqdn, why);
}

/* The pool that takes over has to answer; so does the one that is left, unless it is a disaster. */
static int need_up(struct ps_call *call, const struct host *from, const struct host *to)
{
    if (!windows_runs(to, SERVICE_FRONT_END) || !world_connects(call->ps->world, call->ps->host, to))
        return refuse(call, to->fqdn, "cannot be reached");
    if (ps_switch(call, "DisasterMode") ||
        (windows_runs(from, SERVICE_FRONT_END) && world_connects(call->ps->world, call->ps->host, from)))
        return 0;
    return refuse(call, from->fqdn, "cannot be reached; use DisasterMode");
}

/* Whether a second call is refused is unconfirmed; here it changes nothing. */
static int move_routing(struct ps_call *call, const struct host *from, const struct host *to)
{
    const char *fqdn = ps_argument_text(call, "PoolFqdn");
    bool proceed = false;

    if (need_up(call, from, to) != 0 || ps_should_process(call, fqdn, &proceed) != 0)
        return -1;
    if (!proceed || call->ps->world->chat.next_hop != from->index)
        return 0;
    call->ps->takes_ms += 60000;
    call->ps->world->chat.next_hop = to->index;
    return 0;
}

static int pool_fail_over(struct ps_call *call)
{
    const char *fqdn = ps_argument_text(call, "PoolFqdn");
    const struct host *pool = front_end(call->ps->world, fqdn);

    if (!pool)
        return ps_no_such_item(call, "Pool", fqdn);
    return move_routing(call, pool, paired(call->ps->world, pool));
}

static int pool_fail_back(struct ps_call *call)
{
    const char *fqdn = ps_argument_text(call, "PoolFqdn");
    const struct host *pool = front_end(call->ps->world, fqdn);

    if (!pool)
        return ps_no_such_item(call, "Pool", fqdn);
    return move_routing(call, paired(call->ps->world, pool), pool);
}

static const struct ps_parameter over_parameters[] = {
    {"PoolFqdn", PS_TEXT_PARAMETER, 1, true, NULL, NULL},
    {"DisasterMode", PS_SWITCH, 0, false, NULL, NULL},
    {"Force", PS_SWITCH, 0, false, NULL, NULL},
};
static const struct ps_parameter back_parameters[] = {
    {"PoolFqdn", PS_TEXT_PARAMETER, 1, true, NULL, NULL},
    {"Force", PS_SWITCH, 0, false, NULL, NULL},
};

static const struct ps_cmdlet cmdlets[] = {
    {"Invoke-CsPoolFailOver", over_parameters, COUNT(over_parameters), PS_NEEDS_STORE | PS_NEEDS_CONFIRM,
     NULL, pool_fail_over},
    {"Invoke-CsPoolFailBack", back_parameters, COUNT(back_parameters), PS_NEEDS_STORE | PS_NEEDS_CONFIRM,
     NULL, pool_fail_back},
};
const struct ps_cmdlet_family ps_cmdlets_pool = {cmdlets, COUNT(cmdlets), true};

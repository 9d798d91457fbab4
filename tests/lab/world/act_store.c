/*
 * The documented steps at the management store, each by itself: pool state, active list, next hop, the
 * store's own failover (persistent-chat reference, "Failover DC1 to DC2" 5 and 7, "Failback DC2 to DC1" 1, 6
 * and 7).
 */
#include "lab/world/fault.h"

#include <stdio.h>
#include <string.h>

/* The machine on which the operator works: the front end of the site that is to serve, unless from= says
 * another. */
static struct host *operator_at(const struct fault_call *call, const char *otherwise)
{
    return world_host(call->world, fault_param(call, "from", otherwise));
}

static int set_state(struct fault_call *call, const char *from, enum pool_state state)
{
    const struct host *host = operator_at(call, from);

    if (!host || host->down)
        return err_set(call->err, ERR_INPUT, "from=%s: no such host, or it is down",
                       fault_param(call, "from", from));
    return store_set_state(call->world, host, state, call->err);
}

static int step_set_failed_over(struct fault_call *call)
{
    return set_state(call, "fe-red1", POOL_FAILED_OVER);
}

static int step_set_normal(struct fault_call *call)
{
    return set_state(call, "fe-dub1", POOL_NORMAL);
}

/* The FQDNs of "pc1,pc2"; other words are taken as they are, since the cmdlet takes them too. */
static size_t split_servers(const struct fault_call *call, char *text, const char *out[ACTIVE_SERVERS_MAX])
{
    size_t count = 0;
    char *word;

    while (count < ACTIVE_SERVERS_MAX && (word = strsep(&text, ",")) != NULL) {
        const struct host *host = world_host(call->world, word);
        if (*word)
            out[count++] = host ? host->fqdn : word;
    }
    return count;
}

static int set_servers(struct fault_call *call, enum site site)
{
    const char *from = site == SITE_BACKUP ? "fe-red1" : "fe-dub1",
               *given = fault_param(call, "servers", NULL);
    const struct host *host = operator_at(call, from);
    const char *servers[ACTIVE_SERVERS_MAX];
    char text[1024];
    size_t count;

    if (!host || host->down)
        return err_set(call->err, ERR_INPUT, "from=%s: no such host, or it is down",
                       fault_param(call, "from", from));
    snprintf(text, sizeof text, "%s", given ? given : "");
    count = given ? split_servers(call, text, servers) : store_site_servers(call->world, (int)site, servers);
    return store_set_active_servers(call->world, host, servers, count, call->err);
}

static int step_activate_backup(struct fault_call *call)
{
    return set_servers(call, SITE_BACKUP);
}

static int step_activate_primary(struct fault_call *call)
{
    return set_servers(call, SITE_PRIMARY);
}

static int step_clear_active_list(struct fault_call *call)
{
    const struct host *host = operator_at(call, "fe-red1");

    if (!host || host->down)
        return err_set(call->err, ERR_INPUT, "the operator's machine is down");
    return store_set_active_servers(call->world, host, NULL, 0, call->err);
}

static int step_move_store(struct fault_call *call)
{
    return store_move_master(call->world, call->host, call->err);
}

static int step_wait_for_replicas(struct fault_call *call)
{
    store_push(call->world);
    return 0;
}

static int step_move_next_hop(struct fault_call *call)
{
    if (call->host->role != HOST_FRONT_END)
        return err_set(call->err, ERR_INPUT, "%s is no front end", call->target);
    if (call->host->down)
        return err_set(call->err, ERR_INPUT, "%s is down", call->target);
    if (store_open(call->world, call->host, call->err) != 0)
        return -1; /* nothing can be published */
    call->world->chat.next_hop = call->host->index;
    return 0;
}

static const struct fault rows[] = {
    {{"step_set_failed_over", TARGET_NONE, NULL, "from=fe-red1",
      "failover 5: Set-CsPersistentChatState FailedOver"},
     step_set_failed_over,
     NULL},
    {{"step_activate_backup", TARGET_NONE, NULL, "from=fe-red1 servers=pc5,pc6",
      "failover 7: Set-CsPersistentChatActiveServer; all of red by default"},
     step_activate_backup,
     NULL},
    {{"step_clear_active_list", TARGET_NONE, NULL, "from=fe-red1", "failback 1: -ActiveServers $Null"},
     step_clear_active_list,
     NULL},
    {{"step_activate_primary", TARGET_NONE, NULL, "from=fe-dub1 servers=pc1,pc2",
      "failback 6: Set-CsPersistentChatActiveServer; all of dub by default"},
     step_activate_primary,
     NULL},
    {{"step_set_normal", TARGET_NONE, NULL, "from=fe-dub1", "failback 7: Set-CsPersistentChatState Normal"},
     step_set_normal,
     NULL},
    {{"step_move_store", TARGET_HOST, "fe-red1", "", "Invoke-CsManagementServerFailover to that front end"},
     step_move_store,
     NULL},
    {{"step_wait_for_replicas", TARGET_NONE, NULL, "",
      "every replica that can be reached has learned it now"},
     step_wait_for_replicas,
     NULL},
    {{"step_move_next_hop", TARGET_HOST, "fe-red1", "", "the pool's next hop becomes that front end"},
     step_move_next_hop,
     NULL},
};

const struct fault_table act_table_store = {rows, COUNT(rows)};

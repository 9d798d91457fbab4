/* The store, its replicas, the active list, compliance, and both sites at once. */
#include "lab/world/build.h"
#include "lab/world/fault.h"

#include <stdio.h>
#include <string.h>

/* --- the store --- */

static int set_store_unreachable(struct fault_call *call)
{
    call->world->store.unreachable = true;
    return 0;
}

static void clear_store_unreachable(struct fault_call *call)
{
    call->world->store.unreachable = false;
}

static int set_store_two_masters(struct fault_call *call)
{
    struct store *store = &call->world->store;

    call->record->saved[0] = store->masters[0];
    store->master_count = 0;
    for (size_t i = 0; i < call->world->host_count && store->master_count < STORE_MASTERS_MAX; i++)
        if (call->world->hosts[i].role == HOST_FRONT_END)
            store->masters[store->master_count++] = call->world->hosts[i].index;
    return 0;
}

static void clear_store_two_masters(struct fault_call *call)
{
    call->world->store.masters[0] = (int)call->record->saved[0];
    call->world->store.master_count = 1;
}

/* --- replicas --- */

/* A change that says the same again: from now on the frozen one is behind. */
static int set_replica_stale(struct fault_call *call)
{
    const struct pool_settings settings = call->world->store.settings;
    const char *servers[ACTIVE_SERVERS_MAX];

    if (!call->host->replica.exists)
        return err_set(call->err, ERR_INPUT, "%s has no replica", call->target);
    call->host->replica.frozen = true;
    for (size_t i = 0; i < settings.active_server_count; i++)
        servers[i] = settings.active_servers[i];
    store_put(call->world, settings.state, servers, settings.active_server_count);
    return 0;
}

static void clear_replica_stale(struct fault_call *call)
{
    call->host->replica.frozen = false;
}

static void freeze_site(struct fault_call *call, enum site site, bool frozen)
{
    for (size_t i = 0; i < call->world->host_count; i++)
        if (call->world->hosts[i].site == site)
            call->world->hosts[i].replica.frozen = frozen;
}

/* The replicas of that site have the other pool state. */
static int set_pool_state_mismatch(struct fault_call *call)
{
    freeze_site(call, call->site, true);
    for (size_t i = 0; i < call->world->host_count; i++) {
        struct host *host = &call->world->hosts[i];
        if (host->site == call->site && host->replica.exists)
            host->replica.settings.state =
                call->world->store.settings.state == POOL_NORMAL ? POOL_FAILED_OVER : POOL_NORMAL;
    }
    return 0;
}

static void clear_pool_state_mismatch(struct fault_call *call)
{
    freeze_site(call, call->site, false);
    for (size_t i = 0; i < call->world->host_count; i++)
        if (call->world->hosts[i].site == call->site)
            call->world->hosts[i].replica.settings.version = 0; /* it learns everything anew */
}

/* --- the active list --- */

static size_t server_list(struct world *world, const char *how, const char *servers[ACTIVE_SERVERS_MAX])
{
    enum site serving = world->store.settings.state == POOL_NORMAL ? SITE_PRIMARY : SITE_BACKUP;
    const char *others[ACTIVE_SERVERS_MAX];
    size_t count = store_site_servers(world, (int)serving, servers);

    store_site_servers(world, serving == SITE_PRIMARY ? SITE_BACKUP : SITE_PRIMARY, others);
    if (strcmp(how, "empty") == 0)
        return 0;
    if (strcmp(how, "far") == 0)
        memcpy(servers, others, count * sizeof *servers);
    if (strcmp(how, "five") == 0)
        servers[count++] = others[0];
    if (strcmp(how, "wrong") == 0)
        servers[count - 1] = "pc44.litwareinc.com";
    return count;
}

static int set_active_list(struct fault_call *call)
{
    static const char *const hows[] = {"empty", "wrong", "five", "far", "unreadable", NULL};
    const char *servers[ACTIVE_SERVERS_MAX];
    size_t count;
    int how;

    if (fault_word(call, "how", hows, &how) != 0)
        return -1;
    call->world->store.active_list_unreadable = strcmp(hows[how], "unreadable") == 0;
    count = server_list(call->world, hows[how], servers);
    store_put(call->world, call->world->store.settings.state, servers, count);
    return 0;
}

static void clear_active_list(struct fault_call *call)
{
    const char *servers[ACTIVE_SERVERS_MAX];
    size_t count = server_list(call->world, "", servers);

    call->world->store.active_list_unreadable = false;
    store_put(call->world, call->world->store.settings.state, servers, count);
}

/* --- both sites --- */

/* Dub's replicas never hear of the failover, and its primary lives. */
static int set_both_copies_written(struct fault_call *call)
{
    struct instance *b = build_designed(call->world, DESIGN_SECONDARY);
    const struct restore_request finish = {.database = "mgc", .leave = LEAVE_RECOVERY, .user = "sa"};
    const char *servers[ACTIVE_SERVERS_MAX];
    struct world_result result = {0};

    if (database_find(b, "mgc")->state == DATABASE_RESTORING)
        world_restore(call->world, b, &finish, &result);
    if (fault_sql(call, &result) != 0)
        return -1;
    freeze_site(call, SITE_PRIMARY, true);
    store_put(call->world, POOL_FAILED_OVER, servers, store_site_servers(call->world, SITE_BACKUP, servers));
    return 0;
}

static void clear_both_copies_written(struct fault_call *call)
{
    freeze_site(call, SITE_PRIMARY, false);
}

/* --- compliance and files --- */

static int set_compliance_adapter(struct fault_call *call)
{
    compliance_of(call->world, (int)call->site)->adapter_fails = true;
    return 0;
}

static void clear_compliance_adapter(struct fault_call *call)
{
    compliance_of(call->world, (int)call->site)->adapter_fails = false;
}

static int set_file_store_down(struct fault_call *call)
{
    build_file_server(call->world)->shares[0].offered = false;
    return 0;
}

static void clear_file_store_down(struct fault_call *call)
{
    build_file_server(call->world)->shares[0].offered = true;
}

static const struct fault rows[] = {
    {{"store_unreachable", TARGET_NONE, NULL, "", "the Central Management Store does not answer"},
     set_store_unreachable,
     clear_store_unreachable},
    {{"store_two_masters", TARGET_NONE, NULL, "", "both front ends are marked active master"},
     set_store_two_masters,
     clear_store_two_masters},
    {{"replica_stale", TARGET_HOST, "pc1", "",
      "the host's replica misses a change and learns nothing any more"},
     set_replica_stale,
     clear_replica_stale},
    {{"pool_state_mismatch", TARGET_SITE, "dub", "", "the replicas of the site have the other pool state"},
     set_pool_state_mismatch,
     clear_pool_state_mismatch},
    {{"active_list", TARGET_NONE, NULL, "how=empty|wrong|five|far|unreadable",
      "the list of active servers is not what it should be"},
     set_active_list,
     clear_active_list},
    {{"both_copies_written", TARGET_NONE, NULL, "", "red serves B, dub has not heard of it and serves A"},
     set_both_copies_written,
     clear_both_copies_written},
    {{"compliance_adapter", TARGET_SITE, "dub", "", "the compliance adapter fails: nothing leaves mgccomp"},
     set_compliance_adapter,
     clear_compliance_adapter},
    {{"file_store_down", TARGET_NONE, NULL, "", "the share with the files of the rooms is not offered"},
     set_file_store_down,
     clear_file_store_down},
};

const struct fault_table fault_table_chat = {rows, COUNT(rows)};

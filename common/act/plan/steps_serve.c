/*
 * From the guard until chat is served again: pool state, active servers, their services, replicas and pings.
 */
#include "act/plan/steps_parts.h"
#include "assess/windows_service.h"
#include "assess/words.h"

#include <string.h>
#include <strings.h>

/* ---- which servers ---- */

/* WS-Management is how it will be told to start; SNMP, SIP and TCP alone do not help. */
static bool answered(const struct step_scope *scope, const struct topology_host *server)
{
    const struct host_snapshot *host = seen_host(scope, HOST_CHAT_SERVER, server->name);

    return host && host->ways[WAY_WINRM].sight == SIGHT_SEEN;
}

size_t servers_to_activate(const struct step_scope *scope, const struct topology_host *const **ret_servers)
{
    const struct topology_host **servers = NULL;
    size_t count = 0;

    for (size_t i = 0; i < scope->cast.activate_count; i++)
        if (answered(scope, scope->cast.activate[i]))
            *(const struct topology_host **)arena_push(scope->arena, &servers, &count,
                                                       sizeof(const struct topology_host *)) =
                scope->cast.activate[i];
    *ret_servers = count ? servers : scope->cast.activate;
    return count ? count : scope->cast.activate_count;
}

static bool is_to_be_active(const struct topology_site *site, const char *name)
{
    for (size_t i = 0; i < site->activate_count; i++)
        if (strcmp(site->activate[i], name) == 0)
            return true;
    return false;
}

static const char *fqdns(const struct step_scope *scope, const struct topology_host *const *servers,
                         size_t count)
{
    const char **names = NULL;
    size_t name_count = 0;

    for (size_t i = 0; i < count; i++)
        *(const char **)arena_push(scope->arena, &names, &name_count, sizeof(*names)) = servers[i]->fqdn;
    return json_list(scope, names, name_count);
}

static const char *active_servers(const struct step_scope *scope)
{
    const struct topology_host *const *servers;
    size_t count = servers_to_activate(scope, &servers);

    return fqdns(scope, servers, count);
}

/* Of a site, those that its owner wants active; at most as many as can be. */
static const char *usual_servers(const struct step_scope *scope, const struct topology_site *site)
{
    const struct topology_host **servers = NULL;
    size_t count = 0;

    for (size_t i = 0; i < site->chat_server_count && count < ACTIVE_SERVERS_MAX; i++)
        if (!site->activate_count || is_to_be_active(site, site->chat_servers[i].name))
            *(const struct topology_host **)arena_push(scope->arena, &servers, &count,
                                                       sizeof(const struct topology_host *)) =
                &site->chat_servers[i];
    return fqdns(scope, servers, count);
}

/* Every chat server of the pool: whoever else is on the list is taken off it. */
static const char *all_servers(const struct step_scope *scope)
{
    const struct topology_host **servers = NULL;
    size_t count = 0;

    for (size_t s = 0; s < scope->pool->site_count; s++)
        for (size_t i = 0; i < scope->pool->sites[s].chat_server_count; i++)
            *(const struct topology_host **)arena_push(scope->arena, &servers, &count,
                                                       sizeof(const struct topology_host *)) =
                &scope->pool->sites[s].chat_servers[i];
    return fqdns(scope, servers, count);
}

/* ---- by effect ---- */

/* "pc5.litwareinc.com" by its subject "pc5". */
static const char *fqdn_of(const struct step_scope *scope, const struct sending *sending)
{
    const char *fqdn = sending_says(scope, sending, "server");

    return fqdn ? fqdn : sending->subject;
}

static enum ping_seen ping_on_standby(const struct step_scope *scope, const char *fqdn)
{
    return seen_ping(scope, seen_part(scope, PART_B), fqdn);
}

const struct store_fact *seen_store(const struct step_scope *scope)
{
    const struct snapshot *snapshot = scope->look->snapshot;

    for (size_t i = 0; i < snapshot->host_count; i++)
        if (snapshot->hosts[i].kind == HOST_MANAGEMENT &&
            snapshot->hosts[i].store.sighting.sight == SIGHT_SEEN && snapshot->hosts[i].store.count)
            return &snapshot->hosts[i].store.rows[0];
    return NULL;
}

static const struct replica_fact *seen_replica(const struct step_scope *scope, const char *server)
{
    const struct host_snapshot *host = seen_host(scope, HOST_CHAT_SERVER, server);

    return host && host->replica.sighting.sight == SIGHT_SEEN && host->replica.count ? &host->replica.rows[0]
                                                                                     : NULL;
}

/* ---- pool state ---- */

/* By where chat goes to: the store calls it normal that the primary site serves. */
static const char *state_to_be(const struct step_scope *scope)
{
    return scope->cast.standby && scope->cast.standby->role == SITE_PRIMARY ? "Normal" : "FailedOver";
}

static bool says_state_to_be(const struct step_scope *scope, const struct replica_fact *replica)
{
    return replica && words_equal(replica->pool_state, state_to_be(scope));
}

static int make_state(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    const struct script_value values[] = {SCRIPT_TEXT("pool_state", state_to_be(scope))};

    return sending_ps(&(struct making){scope, sendings, count},
                      &(struct ps_sending){.host = scope->cast.management,
                                           .script = "failover/08-state.ps1",
                                           .subject = values[0].value,
                                           .action = "state",
                                           .limit_s = step_state.timeout_s,
                                           .values = values,
                                           .value_count = COUNT(values)});
}

/* Replicas learn from the store alone: one that knows proves that the store does. */
static bool a_replica_knows(const struct step_scope *scope)
{
    for (size_t i = 0; i < scope->cast.activate_count; i++)
        if (says_state_to_be(scope, seen_replica(scope, scope->cast.activate[i]->name)))
            return true;
    return false;
}

static enum step_state observe_state(const struct step_scope *scope, const struct sending *sending,
                                     const char **ret_why)
{
    const struct store_fact *store = seen_store(scope);

    if (store && store->pool_state)
        return say(scope, ret_why, words_equal(store->pool_state, sending->subject) ? STEP_DONE : STEP_NEEDED,
                   "the management store says %s", store->pool_state);
    if (a_replica_knows(scope))
        return say(scope, ret_why, STEP_DONE, "a server's replica says %s", sending->subject);
    return say(scope, ret_why, STEP_NEEDED,
               "the management store cannot be read: said again, which is harmless");
}

static bool state_undone(const struct step_scope *scope, const struct sending *sending, const char **ret_why)
{
    const struct store_fact *store = seen_store(scope);

    if (!store || !store->pool_state)
        return false;
    *ret_why = arena_format(scope->arena, "the management store says %s", store->pool_state);
    return !words_equal(store->pool_state, sending->subject);
}

const struct step step_state = {
    .id = "state",
    .title = "set the pool state",
    .microsoft = "failover 5",
    .effect = "chat servers turn to the standby's copy once their replicas know",
    .phase = PHASE_AFTER,
    .timeout_s = 180,
    .usual_s = 30,
    .asserted = true,
    .make = make_state,
    .observe = observe_state,
    .undone = state_undone,
};

/* ---- active servers ---- */

static int activate(const struct step_scope *scope, const char *servers, struct sending **sendings,
                    size_t *count)
{
    const struct script_value values[] = {
        SCRIPT_JSON("servers", servers),
        SCRIPT_JSON("members", all_servers(scope)),
        SCRIPT_TEXT("property", scope->pool->settings.active_list_property),
    };

    return sending_ps(&(struct making){scope, sendings, count},
                      &(struct ps_sending){.host = scope->cast.management,
                                           .script = "failover/09-active.ps1",
                                           .action = "active",
                                           .limit_s = step_active.timeout_s,
                                           .values = values,
                                           .value_count = COUNT(values)});
}

static int make_active(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    return scope->cast.activate_count ? activate(scope, active_servers(scope), sendings, count) : 0;
}

int send_active(const struct step_scope *scope, const struct topology_site *site, struct sending **sendings,
                size_t *count)
{
    return site && site->chat_server_count ? activate(scope, usual_servers(scope, site), sendings, count) : 0;
}

static bool list_holds(const char *list, const char *fqdn)
{
    static const char separators[] = ",; \t\r\n";
    size_t length = strlen(fqdn);

    for (const char *at = list + strspn(list, separators); *at; at += strspn(at, separators)) {
        size_t part = strcspn(at, separators);

        if (part == length && strncasecmp(at, fqdn, length) == 0)
            return true;
        at += part;
    }
    return false;
}

static size_t list_count(const char *list)
{
    static const char separators[] = ",; \t\r\n";
    size_t count = 0;

    for (const char *at = list + strspn(list, separators); *at; at += strspn(at, separators), count++)
        at += strcspn(at, separators);
    return count;
}

static bool list_is(const char *list, const char *const *servers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!servers[i] || !list_holds(list, servers[i]))
            return false;
    return list_count(list) == count;
}

static bool all_ping(const struct step_scope *scope, const char *const *servers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!servers[i] || ping_on_standby(scope, servers[i]) != PING_MOVES)
            return false;
    return count > 0;
}

/* An assertion: where the list cannot be read, only pings prove it, and they come later. */
static enum step_state observe_active(const struct step_scope *scope, const struct sending *sending,
                                      const char **ret_why)
{
    const struct store_fact *store = seen_store(scope);
    const char *const *servers;
    size_t count = sending_lists(scope, sending, "servers", &servers);

    if (store && store->active_servers)
        return say(scope, ret_why, list_is(store->active_servers, servers, count) ? STEP_DONE : STEP_NEEDED,
                   "the active servers are %s", *store->active_servers ? store->active_servers : "none");
    if (all_ping(scope, servers, count))
        return say(scope, ret_why, STEP_DONE, "all of them write to the standby's copy");
    return say(scope, ret_why, STEP_NEEDED,
               "the list cannot be read: the exact list is set, which is harmless");
}

static bool active_undone(const struct step_scope *scope, const struct sending *sending, const char **ret_why)
{
    const struct store_fact *store = seen_store(scope);
    const char *const *servers;
    size_t count = sending_lists(scope, sending, "servers", &servers);

    if (!store || !store->active_servers)
        return false;
    *ret_why = arena_format(scope->arena, "the active servers are %s",
                            *store->active_servers ? store->active_servers : "none");
    return !list_is(store->active_servers, servers, count);
}

const struct step step_active = {
    .id = "active",
    .title = "activate the standby site's chat servers",
    .microsoft = "failover 7",
    .effect = "these servers take users, those of the other site none",
    .phase = PHASE_AFTER,
    .timeout_s = 180,
    .usual_s = 30,
    .asserted = true,
    .make = make_active,
    .observe = observe_active,
    .undone = active_undone,
};

/* ---- one sending for each server ---- */

/* No script: it is waited for. */
static int to_server(const struct making *making, const struct topology_host *server, const char *script,
                     int64_t limit_s)
{
    const struct script_value values[] = {
        SCRIPT_TEXT("server", server->fqdn),
        SCRIPT_TEXT("chat", making->scope->pool->settings.chat_executable),
        SCRIPT_TEXT("compliance", making->scope->pool->settings.compliance_executable),
    };

    if (!script)
        return sending_wait(making, server->name, server->name, values, 1);
    return sending_ps(making, &(struct ps_sending){.host = server,
                                                   .script = script,
                                                   .subject = server->name,
                                                   .limit_s = limit_s,
                                                   .values = values,
                                                   .value_count = COUNT(values)});
}

static int each_server(const struct making *making, const char *script, int64_t limit_s)
{
    const struct topology_host *const *servers;
    size_t count = servers_to_activate(making->scope, &servers);

    for (size_t i = 0; i < count; i++)
        if (to_server(making, servers[i], script, limit_s) != 0)
            return -1;
    return 0;
}

int each_left_server(const struct step_scope *scope, const char *script, int64_t limit_s,
                     struct sending **sendings, size_t *count)
{
    const struct making making = {scope, sendings, count};
    const struct topology_site *site = scope->cast.serving;

    for (size_t i = 0; site && i < site->chat_server_count; i++)
        if (answered(scope, &site->chat_servers[i]) &&
            to_server(&making, &site->chat_servers[i], script, limit_s) != 0)
            return -1;
    return 0;
}

/* ---- services ---- */

static int make_start(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    return each_server(&(struct making){scope, sendings, count}, "failover/10-start.ps1",
                       step_start.timeout_s);
}

static const struct service_fact *chat_service(const struct step_scope *scope,
                                               const struct host_snapshot *host)
{
    const struct settings *settings = &scope->look->snapshot->settings;

    for (size_t i = 0; host && host->service.sighting.sight == SIGHT_SEEN && i < host->service.count; i++)
        if (service_is(&host->service.rows[i], settings->chat_executable, settings->chat_display_name))
            return &host->service.rows[i];
    return NULL;
}

enum step_state observe_service_runs(const struct step_scope *scope, const struct sending *sending,
                                     const char **ret_why)
{
    const struct host_snapshot *host = seen_host(scope, HOST_CHAT_SERVER, sending->target);
    const struct service_fact *service = chat_service(scope, host);

    if (!service && host && host->service.sighting.sight == SIGHT_SEEN)
        return say(scope, ret_why, STEP_IMPOSSIBLE, "%s has no chat service", sending->target);
    if (!service || !service->state)
        return say(scope, ret_why, STEP_UNKNOWN, "the services of %s are not seen", sending->target);
    if (words_equal(service->state, "Running"))
        return say(scope, ret_why, STEP_DONE, "%s runs on %s", service->name ? service->name : "chat",
                   sending->target);
    return say(scope, ret_why, words_equal(service->state, "Start Pending") ? STEP_IN_PROGRESS : STEP_NEEDED,
               "%s is %s on %s", service->name ? service->name : "chat",
               words_lower(scope->arena, service->state), sending->target);
}

/* ---- what the fence has disabled ---- */

static int make_enable(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    return each_server(&(struct making){scope, sendings, count}, "unfence/03-services.ps1",
                       step_enable.timeout_s);
}

static enum step_state observe_enable(const struct step_scope *scope, const struct sending *sending,
                                      const char **ret_why)
{
    const struct service_fact *service =
        chat_service(scope, seen_host(scope, HOST_CHAT_SERVER, sending->target));

    if (!service || !service->start_mode)
        return say(scope, ret_why, STEP_UNKNOWN, "the services of %s are not seen", sending->target);
    return say(scope, ret_why, words_equal(service->start_mode, "Disabled") ? STEP_NEEDED : STEP_DONE,
               "the chat service of %s is %s", sending->target,
               words_equal(service->start_mode, "Disabled") ? "disabled" : "enabled");
}

const struct step step_enable = {
    .id = "enable",
    .title = "enable the chat services that a fence has disabled",
    .effect = "they can be started",
    .phase = PHASE_AFTER,
    .timeout_s = 120,
    .usual_s = 10,
    .best_effort = true,
    .make = make_enable,
    .observe = observe_enable,
};

static enum step_state observe_start(const struct step_scope *scope, const struct sending *sending,
                                     const char **ret_why)
{
    if (ping_on_standby(scope, fqdn_of(scope, sending)) == PING_MOVES)
        return say(scope, ret_why, STEP_DONE, "%s writes to the standby's copy", sending->target);
    return observe_service_runs(scope, sending, ret_why);
}

const struct step step_start = {
    .id = "start",
    .title = "start the chat services",
    .effect = "these servers get ready for users",
    .phase = PHASE_AFTER,
    .timeout_s = 300,
    .usual_s = 60,
    .best_effort = true,
    .make = make_start,
    .observe = observe_start,
};

/* ---- replicas ---- */

static int make_replicas(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    return each_server(&(struct making){scope, sendings, count}, NULL, 0);
}

static enum step_state observe_replicas(const struct step_scope *scope, const struct sending *sending,
                                        const char **ret_why)
{
    const struct replica_fact *replica = seen_replica(scope, sending->target);

    if (says_state_to_be(scope, replica))
        return say(scope, ret_why, STEP_DONE, "the replica of %s says %s", sending->target,
                   replica->pool_state);
    if (ping_on_standby(scope, fqdn_of(scope, sending)) == PING_MOVES)
        return say(scope, ret_why, STEP_DONE, "%s writes to the standby's copy", sending->target);
    if (replica && replica->pool_state)
        return say(scope, ret_why, STEP_IN_PROGRESS,
                   "the replica of %s still says %s -> Invoke-CsManagementStoreReplication, if it stays so",
                   sending->target, replica->pool_state);
    return say(scope, ret_why, STEP_UNKNOWN, "the replica of %s is not seen", sending->target);
}

const struct step step_replicas = {
    .id = "replicas",
    .title = "wait for the servers' replicas",
    .effect = "each server turns to the standby's copy as its replica learns of it",
    .phase = PHASE_AFTER,
    .timeout_s = 600,
    .usual_s = 60,
    .best_effort = true,
    .make = make_replicas,
    .observe = observe_replicas,
};

/* ---- pings ---- */

static enum step_state observe_ping(const struct step_scope *scope, const struct sending *sending,
                                    const char **ret_why)
{
    static const struct {
        enum step_state state;
        const char *words;
    } rows[] = {[PING_NOT_SEEN] = {STEP_UNKNOWN, "is not seen to write"},
                [PING_STILL] = {STEP_IN_PROGRESS, "does not write yet"},
                [PING_MOVES] = {STEP_DONE, "writes to the standby's copy"}};
    const enum ping_seen ping = ping_on_standby(scope, fqdn_of(scope, sending));

    return say(scope, ret_why, rows[ping].state, "%s %s", sending->target, rows[ping].words);
}

const struct step step_pings = {
    .id = "pings",
    .title = "wait for the servers to write",
    .effect = "users can chat on each server that writes",
    .phase = PHASE_AFTER,
    .timeout_s = 180,
    .usual_s = 30,
    .best_effort = true,
    .make = make_replicas,
    .observe = observe_ping,
};

/* ---- restart ---- */

static int make_restart(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    return each_server(&(struct making){scope, sendings, count}, "failover/11-restart.ps1",
                       step_restart.timeout_s);
}

/* Only a server whose replica agrees, and which does not write for all that. */
static enum step_state observe_restart(const struct step_scope *scope, const struct sending *sending,
                                       const char **ret_why)
{
    const struct replica_fact *replica = seen_replica(scope, sending->target);
    const enum ping_seen ping = ping_on_standby(scope, fqdn_of(scope, sending));

    if (ping == PING_MOVES)
        return say(scope, ret_why, STEP_DONE, "%s writes to the standby's copy", sending->target);
    if (ping == PING_NOT_SEEN || !replica || !replica->pool_state)
        return say(scope, ret_why, STEP_UNKNOWN, "ping or replica of %s is not seen", sending->target);
    if (!says_state_to_be(scope, replica))
        return say(scope, ret_why, STEP_IN_PROGRESS, "the replica of %s still says %s", sending->target,
                   replica->pool_state);
    return say(scope, ret_why, STEP_NEEDED, "%s knows, and does not write", sending->target);
}

const struct step step_restart = {
    .id = "restart",
    .title = "restart chat services that know and do not write",
    .effect = "users of such a server, if there are any, reconnect",
    .phase = PHASE_AFTER,
    .timeout_s = 300,
    .usual_s = 60,
    .best_effort = true,
    .make = make_restart,
    .observe = observe_restart,
};

/* ---- proof ---- */

static int make_prove(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    const struct script_value expects[] = {SCRIPT_JSON("servers", active_servers(scope)),
                                           SCRIPT_JSON("members", all_servers(scope))};
    const struct topology_sql *standby = scope->cast.parts[PART_B];

    if (!standby || !scope->cast.activate_count)
        return 0;
    return sending_wait(&(struct making){scope, sendings, count}, standby->name, "", expects, COUNT(expects));
}

static bool is_among(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (words_equal(name, names[i]))
            return true;
    return false;
}

/* Whoever of the pool writes here, and should not. */
static const char *foreign_writer(const struct step_scope *scope, const struct sending *sending,
                                  const char *const *servers, size_t count)
{
    const char *const *members;
    size_t member_count = sending_lists(scope, sending, "members", &members);

    for (size_t i = 0; i < member_count; i++)
        if (!is_among(members[i], servers, count) && ping_on_standby(scope, members[i]) == PING_MOVES)
            return members[i];
    return NULL;
}

static enum step_state observe_prove(const struct step_scope *scope, const struct sending *sending,
                                     const char **ret_why)
{
    const char *const *servers;
    size_t count = sending_lists(scope, sending, "servers", &servers);
    const char *foreign = foreign_writer(scope, sending, servers, count);

    if (foreign)
        return say(scope, ret_why, STEP_IN_PROGRESS, "%s writes to the standby's copy, and is not to",
                   foreign);
    for (size_t i = 0; i < count; i++) {
        const enum ping_seen ping = ping_on_standby(scope, servers[i]);

        if (ping != PING_MOVES)
            return say(scope, ret_why, ping == PING_STILL ? STEP_IN_PROGRESS : STEP_UNKNOWN, "%s %s",
                       servers[i], ping == PING_STILL ? "does not write" : "is not seen to write");
    }
    return say(scope, ret_why, STEP_DONE, "all %zu servers write to the standby's copy, and nobody else",
               count);
}

const struct step step_prove = {
    .id = "prove",
    .title = "prove that exactly these servers write",
    .effect = "users chat",
    .phase = PHASE_AFTER,
    .timeout_s = 600,
    .usual_s = 30,
    .make = make_prove,
    .observe = observe_prove,
};

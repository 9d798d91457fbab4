#include "lab/world/chat.h"

#include "lab/world/mirroring.h"
#include "lab/world/random.h"
#include "lab/world/world.h"

#include <stdio.h>
#include <string.h>

enum { PING_BYTES = 512, REVISION_INTERVAL_MS = 600000, EVENT_DATABASE_LOST = 53530, FIRST_SERVER_ID = 1 };

bool chat_is_server(const struct host *host)
{
    return host->chat.server_id != 0;
}

bool chat_is_active(const struct host *host)
{
    return chat_is_server(host) && windows_runs(host, SERVICE_CHAT) &&
           pool_settings_lists(&host->replica.settings, host);
}

struct instance *chat_copy(struct world *world, const struct host *host)
{
    return chat_is_server(host) && host->chat.home >= 0 ? &world->instances[host->chat.home] : NULL;
}

struct host *chat_server_by_id(struct world *world, int server_id)
{
    for (size_t i = 0; i < world->host_count; i++)
        if (chat_is_server(&world->hosts[i]) && world->hosts[i].chat.server_id == server_id)
            return &world->hosts[i];
    return NULL;
}

bool chat_serves_from(const struct world *world, int site)
{
    for (size_t i = 0; i < world->host_count; i++) {
        const struct host *host = &world->hosts[i];
        if (chat_is_server(host) && host->chat.home >= 0 &&
            (int)world->hosts[world->instances[host->chat.home].host].site == site)
            return true;
    }
    return false;
}

/* --- connections --- */

/* Can this chat server write to mgc on that instance now? */
static bool is_open_to(struct world *world, const struct host *host, struct instance *instance)
{
    const struct database *database = database_find(instance, "mgc");

    return database && world_instance_reachable(world, host, instance) && database_is_writable(database);
}

static void disconnect(struct world *world, struct host *host)
{
    struct instance *instance = chat_copy(world, host);

    if (!instance)
        return;
    for (size_t i = instance->sessions.count; i-- > 0;)
        if (strcmp(instance->sessions.rows[i].host, host->name) == 0 && instance->sessions.rows[i].synthetic)
            session_close(instance, instance->sessions.rows[i].session_id);
    host->chat.home = -1;
}

static void connect(struct world *world, struct host *host, struct instance *instance)
{
    struct session *session = session_open(world, instance, "LITWARE\\RTCPersistentChat", host->name,
                                           world->config.chat.program_name, "mgc", true);

    session->synthetic = true;
    host->chat.home = instance->index;
    host->chat.next_ping_utc_ms = world->now_utc_ms;
    host->chat.database_lost = false;
}

/* An administrator may have ended its session. */
static bool has_session(const struct host *host, const struct instance *copy)
{
    for (size_t i = 0; i < copy->sessions.count; i++)
        if (copy->sessions.rows[i].synthetic && strcmp(copy->sessions.rows[i].host, host->name) == 0)
            return true;
    return false;
}

/* The pair that the pool state of its replica names; the failover partner is tried as well. */
static bool is_of_pair(const struct instance *instance, enum pool_state state)
{
    if (state == POOL_NORMAL)
        return instance->design == DESIGN_PRINCIPAL || instance->design == DESIGN_MIRROR;
    return instance->design == DESIGN_SECONDARY || instance->design == DESIGN_SECONDARY_MIRROR;
}

static struct instance *find_copy(struct world *world, const struct host *host)
{
    for (size_t i = 0; i < world->instance_count; i++)
        if (is_of_pair(&world->instances[i], host->replica.settings.state) &&
            is_open_to(world, host, &world->instances[i]))
            return &world->instances[i];
    return NULL;
}

static void lose_database(struct world *world, struct host *host)
{
    if (!host->chat.database_lost)
        windows_log(world, host, "Lync Server", "LS Persistent Chat Server", "Error", EVENT_DATABASE_LOST,
                    "The Persistent Chat database connection was lost.");
    host->chat.database_lost = true;
}

/* Keeps, makes or ends its connection; the copy it has then. */
static struct instance *settle(struct world *world, struct host *host)
{
    struct instance *copy = chat_copy(world, host);

    if (chat_is_active(host) && copy && is_of_pair(copy, host->replica.settings.state) &&
        is_open_to(world, host, copy) && has_session(host, copy))
        return copy;
    disconnect(world, host);
    if (!chat_is_active(host))
        return NULL;
    copy = find_copy(world, host);
    if (copy)
        connect(world, host, copy);
    else
        lose_database(world, host);
    return copy;
}

/* --- writing --- */

/* Room in the log of that size; false when nothing can be committed there now. */
static bool commit(struct world *world, struct instance *instance, int64_t bytes,
                   struct lineage_place *ret_at)
{
    struct database *database = database_find(instance, "mgc");

    if (database->log_full || database->writes_refused || !mirroring_can_commit(world, instance, database))
        return false;
    *ret_at = database->place;
    database->place.end_lsn = lsn_advance(database->place.end_lsn, bytes);
    mirroring_follow(world, instance, database);
    database_account_log(database);
    return true;
}

static int64_t ping_time(const struct world *world, const struct host *host)
{
    return world->config.chat.ping_local_time ? host_local_ms(host, world->now_utc_ms)
                                              : host_utc_ms(host, world->now_utc_ms);
}

static void record(struct world *world, const struct host *host, struct instance *instance,
                   enum chat_record_kind kind)
{
    struct lineage_place at;

    if (commit(world, instance, PING_BYTES, &at))
        *LIST_ADD(&world->chat.records) =
            (struct chat_record){kind, host->chat.server_id, ping_time(world, host), at};
}

bool chat_write(struct world *world, struct host *host)
{
    struct instance *instance = settle(world, host);
    struct lineage_place at;

    if (!instance || !commit(world, instance, 1500 + world_random_below(world, 6000), &at))
        return false;
    *LIST_ADD(&world->lineage.messages) = (struct chat_message){
        .n = (int64_t)world->lineage.messages.count,
        .written_utc_ms = world->now_utc_ms,
        .fork = at.fork,
        .lsn = at.end_lsn,
        .instance = instance->index,
    };
    compliance_note(world, host);
    return true;
}

void chat_leave(struct world *world, struct host *host)
{
    struct instance *copy = chat_copy(world, host);

    if (copy && world->config.chat.idle_without_row && is_open_to(world, host, copy))
        record(world, host, copy, RECORD_LEAVE);
    disconnect(world, host);
}

/* --- time --- */

static void serve(struct world *world, struct host *host)
{
    struct instance *copy = chat_copy(world, host);

    if (copy && !chat_is_active(host) && windows_runs(host, SERVICE_CHAT))
        chat_leave(world, host);
    copy = settle(world, host);
    if (!copy || world->now_utc_ms < host->chat.next_ping_utc_ms)
        return;
    record(world, host, copy, RECORD_PING);
    host->chat.next_ping_utc_ms = world->now_utc_ms + world->config.chat.ping_interval_s * 1000;
}

/* One change by an administrator in each copy that is in use. */
static void revise(struct world *world)
{
    bool done[WORLD_INSTANCES_MAX] = {false};

    for (size_t i = 0; i < world->host_count; i++) {
        struct instance *copy = chat_copy(world, &world->hosts[i]);
        if (!copy || done[copy->index])
            continue;
        record(world, &world->hosts[i], copy, RECORD_REVISION);
        done[copy->index] = true;
    }
}

void chat_tick(struct world *world)
{
    for (size_t i = 0; i < world->host_count; i++)
        if (chat_is_server(&world->hosts[i]))
            serve(world, &world->hosts[i]);
    if (world->now_utc_ms >= world->chat.next_revision_utc_ms) {
        revise(world);
        world->chat.next_revision_utc_ms = world->now_utc_ms + REVISION_INTERVAL_MS;
    }
    compliance_tick(world);
}

/* --- founding --- */

static void default_text(const char **text, const char *otherwise)
{
    if (!*text)
        *text = otherwise;
}

static void default_number(int64_t *number, int64_t otherwise)
{
    if (*number == 0)
        *number = otherwise;
}

void chat_configure(struct chat_config *config)
{
    default_text(&config->chat_service_name, "RTCCHAT");
    default_text(&config->compliance_service_name, "RTCCOMPLIANCE");
    default_text(&config->chat_display_name, "Skype for Business Server Persistent Chat");
    default_text(&config->compliance_display_name, "Skype for Business Server Persistent Chat Compliance");
    default_text(&config->program_name, "Persistent Chat Server");
    default_text(&config->active_list_property, "ActiveServers");
    default_text(&config->master_property, "Active");
    default_text(&config->identity_prefix, "PersistentChatServer:");
    default_text(&config->counter_sets, "LS:Persistent Chat Server");
    default_text(&config->setters_role, "CsAdministrator");
    default_number(&config->ping_interval_s, 15);
    default_number(&config->compliance_run_interval_s, 900);
    default_number(&config->replication_min_s, 5);
    default_number(&config->replication_max_s, 60);
}

void chat_found(struct world *world)
{
    int next_id = FIRST_SERVER_ID;

    for (size_t i = 0; i < world->host_count; i++) {
        struct host *host = &world->hosts[i];
        host->chat.home = -1;
        if (host->role == HOST_CHAT)
            host->chat.server_id = next_id++;
        if (host->role == HOST_FRONT_END && host->site == SITE_PRIMARY)
            world->chat.next_hop = host->index;
    }
    world->chat.next_revision_utc_ms = world->now_utc_ms + REVISION_INTERVAL_MS;
    compliance_found(world);
}

/* A pool whose servers were all started once: each has left its row. */
void chat_register_all(struct world *world, struct instance *instance)
{
    for (size_t i = 0; i < world->host_count && !world->config.chat.idle_without_row; i++)
        if (chat_is_server(&world->hosts[i]))
            record(world, &world->hosts[i], instance, RECORD_PING);
}

void chat_done(struct chat *chat)
{
    free(chat->records.rows);
    for (size_t i = 0; i < COUNT(chat->compliance); i++)
        free(chat->compliance[i].backlog.rows);
}

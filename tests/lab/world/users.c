#include "lab/world/users.h"

#include "lab/world/mirroring.h"
#include "lab/world/random.h"
#include "lab/world/world.h"

#include <string.h>

bool users_is_chat_server(const struct host *host)
{
    return strncmp(host->name, "pc", 2) == 0;
}

static enum site active_site(const struct world *world)
{
    return world->pool_state == POOL_NORMAL ? SITE_PRIMARY : SITE_BACKUP;
}

/* Can this chat server write to mgc on that instance now? */
static struct database *writable_from(struct world *world, const struct host *host, struct instance *instance)
{
    struct database *database = database_find(instance, "mgc");

    if (!database || !world_instance_reachable(world, host, instance) || !database_is_writable(database))
        return NULL;
    return database;
}

static void disconnect(struct world *world, const struct host *host)
{
    struct instance *instance;

    if (world->writer_home[host->index] < 0)
        return;
    instance = &world->instances[world->writer_home[host->index]];
    for (size_t i = instance->sessions.count; i-- > 0;)
        if (strcmp(instance->sessions.rows[i].host, host->name) == 0 && instance->sessions.rows[i].synthetic)
            session_close(instance, instance->sessions.rows[i].session_id);
    world->writer_home[host->index] = -1;
}

static void connect(struct world *world, const struct host *host, struct instance *instance)
{
    struct session *session = session_open(world, instance, "LITWARE\\RTCPersistentChat", host->name,
                                           "Persistent Chat Server", "mgc", true);

    session->synthetic = true;
    world->writer_home[host->index] = instance->index;
}

/* The instance a chat server is connected to, after looking for another when its own is gone; NULL = none. */
static struct instance *find_home(struct world *world, const struct host *host)
{
    int home = world->writer_home[host->index];

    if (home >= 0 && writable_from(world, host, &world->instances[home]))
        return &world->instances[home];
    disconnect(world, host);
    for (size_t i = 0; i < world->instance_count; i++) {
        struct instance *instance = &world->instances[i];
        if (world_host_of(world, instance)->site == active_site(world) &&
            writable_from(world, host, instance)) {
            connect(world, host, instance);
            return instance;
        }
    }
    return NULL;
}

static bool commit(struct world *world, struct instance *instance)
{
    struct database *database = database_find(instance, "mgc");
    int64_t bytes = 1500 + world_random_below(world, 6000);
    struct chat_message *message;

    if (database->log_full || database->writes_refused || !mirroring_can_commit(world, instance, database))
        return false;
    message = LIST_ADD(&world->lineage.messages);
    *message = (struct chat_message){
        .n = (int64_t)world->lineage.messages.count,
        .written_utc_ms = world->now_utc_ms,
        .fork = database->place.fork,
        .lsn = database->place.end_lsn,
        .instance = instance->index,
    };
    database->place.end_lsn = lsn_advance(database->place.end_lsn, bytes);
    mirroring_follow(world, instance, database);
    database_account_log(database);
    return true;
}

/* The next chat server of the active site whose turn it is; the others drop their connections. */
static const struct host *next_writer(struct world *world)
{
    for (size_t tried = 0; tried < world->host_count; tried++) {
        const struct host *host = &world->hosts[world->writer_turn];
        world->writer_turn = (world->writer_turn + 1) % (int)world->host_count;
        if (!users_is_chat_server(host))
            continue;
        if (host->site == active_site(world) && !host->down)
            return host;
        disconnect(world, host);
    }
    return NULL;
}

void users_write(struct world *world)
{
    const struct host *host = next_writer(world);
    struct instance *home = host ? find_home(world, host) : NULL;

    if (!home || !commit(world, home))
        world->messages_refused++;
}

/* What a copy of mgc shows of the chat servers, and what a test user finds. */
#include "lab/world/chat.h"

#include "lab/world/world.h"

#include <stdio.h>

static bool holds(const struct world *world, const struct database *mgc, const struct chat_record *record)
{
    const struct chat_message as_message = {.fork = record->at.fork, .lsn = record->at.end_lsn};

    return mgc->has_lineage && lineage_contains(&world->lineage, mgc->place, &as_message);
}

/* The newest record about its row that the copy holds; NULL = there never was one. */
static const struct chat_record *newest_of(const struct world *world, const struct database *mgc,
                                           int server_id)
{
    for (size_t i = world->chat.records.count; i-- > 0;) {
        const struct chat_record *record = &world->chat.records.rows[i];
        if (record->server_id == server_id && record->kind != RECORD_REVISION && holds(world, mgc, record))
            return record;
    }
    return NULL;
}

static bool put_identity(struct world *world, const struct database *mgc, const struct host *host,
                         struct chat_identity *out)
{
    const struct chat_record *record = newest_of(world, mgc, host->chat.server_id);

    if (!record || record->kind == RECORD_LEAVE)
        return false;
    out->server_id = host->chat.server_id;
    out->last_ping_time = record->ping_time;
    snprintf(out->server_address, sizeof out->server_address, "net.tcp://%.200s:%d/ChannelService",
             host->fqdn, PORT_WCF);
    return true;
}

size_t chat_identities(struct world *world, const struct database *mgc,
                       struct chat_identity out[CHAT_SERVERS_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < world->host_count && count < CHAT_SERVERS_MAX; i++)
        if (chat_is_server(&world->hosts[i]))
            count += put_identity(world, mgc, &world->hosts[i], &out[count]);
    return count;
}

static bool are_peers(const struct world *world, const struct instance *instance, const struct host *a,
                      const struct host *b)
{
    return a != b && chat_is_server(a) && chat_is_server(b) && a->chat.home == instance->index &&
           b->chat.home == instance->index && world_connects(world, a, b);
}

size_t chat_peers(struct world *world, const struct instance *instance,
                  struct chat_peer out[CHAT_SERVERS_MAX * CHAT_SERVERS_MAX])
{
    size_t count = 0;

    for (size_t a = 0; a < world->host_count; a++)
        for (size_t b = 0; b < world->host_count; b++)
            if (are_peers(world, instance, &world->hosts[a], &world->hosts[b]))
                out[count++] =
                    (struct chat_peer){world->hosts[a].chat.server_id, world->hosts[b].chat.server_id};
    return count;
}

int64_t chat_revision(const struct world *world, const struct database *mgc)
{
    int64_t revision = 0;

    for (size_t i = 0; i < world->chat.records.count; i++)
        revision += world->chat.records.rows[i].kind == RECORD_REVISION &&
                    holds(world, mgc, &world->chat.records.rows[i]);
    return revision;
}

int64_t chat_revised_at(const struct world *world, const struct database *mgc)
{
    for (size_t i = world->chat.records.count; i-- > 0;)
        if (world->chat.records.rows[i].kind == RECORD_REVISION &&
            holds(world, mgc, &world->chat.records.rows[i]))
            return world->chat.records.rows[i].ping_time;
    return SQL_NULL_DATE;
}

const struct guid *chat_config_pool_id(const struct world *world, const struct database *mgc)
{
    int fork = mgc->place.fork;

    while (fork != FORK_NONE && world->lineage.forks.rows[fork].parent != FORK_NONE)
        fork = world->lineage.forks.rows[fork].parent;
    return fork == FORK_NONE ? &mgc->family_guid : &world->lineage.forks.rows[fork].config_pool_id;
}

int chat_test_message(struct world *world, const struct host *from, struct err *err)
{
    const struct host *hop = &world->hosts[world->chat.next_hop];

    if (windows_port(world, from, hop, PORT_SIP) != PORT_OPEN || !windows_runs(hop, SERVICE_FRONT_END))
        return err_set(err, ERR_INPUT, "A 504 (Server time-out) response was received: %s", hop->fqdn);
    for (size_t i = 0; i < world->host_count; i++) {
        const struct host *host = &world->hosts[i];
        if (chat_is_active(host) && chat_copy(world, host) && world_connects(world, hop, host))
            return 0;
    }
    return err_set(err, ERR_INPUT, "No Persistent Chat server of %s answers.", STORE_POOL_FQDN);
}

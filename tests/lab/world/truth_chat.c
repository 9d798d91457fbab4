/* The chat side of the ground truth. */
#include "lab/world/truth_chat.h"

#include "base/utc.h"
#include "lab/world/world.h"

json_t *truth_utc(int64_t utc_ms)
{
    char text[UTC_TEXT_BYTES];

    return json_string(utc_format(utc_ms, text));
}

static const char *site_name(int site)
{
    return site == SITE_PRIMARY ? "dub" : "red";
}

/* Where the copies are that are in use: none, one, or in a split brain both. */
static json_t *serving_json(const struct world *world)
{
    json_t *sites = json_array();

    for (int site = SITE_PRIMARY; site <= SITE_BACKUP; site++)
        if (chat_serves_from(world, site))
            json_array_append_new(sites, json_string(site_name(site)));
    return sites;
}

static json_t *list_json(const struct pool_settings *settings)
{
    json_t *list = json_array();

    for (size_t i = 0; i < settings->active_server_count; i++)
        json_array_append_new(list, json_string(settings->active_servers[i]));
    return list;
}

static json_t *store_json(struct world *world)
{
    const struct store *store = &world->store;
    const struct host *master = store_master(world);
    json_t *masters = json_array();

    for (size_t i = 0; i < store->master_count; i++)
        json_array_append_new(masters, json_string(world->hosts[store->masters[i]].name));
    return json_pack("{s:s, s:o, s:I, s:o, s:b}", "pool_state", pool_state_name(store->settings.state),
                     "active_servers", list_json(&store->settings), "version",
                     (json_int_t)store->settings.version, "masters", masters, "up",
                     master && !master->down && !store->unreachable);
}

static json_t *server_json(struct world *world, const struct host *host)
{
    const struct instance *copy = chat_copy(world, host);

    return json_pack("{s:s, s:b, s:b, s:o, s:s, s:b, s:o}", "site", site_name((int)host->site), "running",
                     windows_runs(host, SERVICE_CHAT), "active", chat_is_active(host), "copy",
                     copy ? json_string(copy->name) : json_null(), "replica_pool_state",
                     pool_state_name(host->replica.settings.state), "replica_up_to_date",
                     store_up_to_date(world, host), "replica_received",
                     truth_utc(host->replica.received_utc_ms));
}

static json_t *servers_json(struct world *world)
{
    json_t *servers = json_object();

    for (size_t i = 0; i < world->host_count; i++)
        if (chat_is_server(&world->hosts[i]))
            json_object_set_new(servers, world->hosts[i].name, server_json(world, &world->hosts[i]));
    return servers;
}

static json_t *compliance_json(struct world *world)
{
    json_t *sites = json_object();

    for (int site = SITE_PRIMARY; site <= SITE_BACKUP; site++) {
        const struct compliance *compliance = compliance_of(world, site);
        json_object_set_new(sites, site_name(site),
                            json_pack("{s:I, s:i}", "backlog", (json_int_t)compliance->backlog.count,
                                      "active_server_id", compliance->active_server_id));
    }
    return sites;
}

json_t *truth_chat(struct world *world)
{
    return json_pack("{s:o, s:o, s:o, s:s, s:o}", "serving_sites", serving_json(world), "store",
                     store_json(world), "servers", servers_json(world), "next_hop",
                     world->hosts[world->chat.next_hop].name, "compliance", compliance_json(world));
}

#include "agentx_pool.h"

#include "unit/assess/snapshot_builder.h"

#include <string.h>

static const int64_t day_ms = INT64_C(24) * 3600 * 1000;

static void add_services(struct snapshot *snapshot, struct host_snapshot *host)
{
    static struct service_fact services[] = {
        {.name = "RTCCHAT",
         .display_name = "Skype for Business Server Persistent Chat",
         .state = "Running",
         .start_mode = "Auto",
         .path_name = "C:\\Chat\\ChannelService.exe",
         .process_id = {true, 1200}},
        {.name = "REPLICA",
         .display_name = "Replica Replicator Agent",
         .state = "Stop Pending",
         .start_mode = "Manual"},
    };

    (void)snapshot;
    host->service = (struct service_facts){{SIGHT_SEEN, NULL}, services, COUNT(services)};
}

static struct host_snapshot *add_host(struct snapshot *snapshot, const char *name, enum site_role site)
{
    struct host_snapshot *host =
        arena_push(snapshot->arena, &snapshot->hosts, &snapshot->host_count, sizeof(*host));

    host->name = name;
    host->fqdn = arena_format(snapshot->arena, "%s.litwareinc.com", name);
    host->site = site;
    host->site_name = site == SITE_PRIMARY ? "dub" : "red";
    host->kind = HOST_CHAT_SERVER;
    host->address = host->fqdn;
    host->ways[WAY_WINRM].sight = SIGHT_SEEN;
    host->ways[WAY_TLS].sight = SIGHT_REFUSED;
    return host;
}

static void add_certificate(struct host_snapshot *host)
{
    static struct certificate_fact certificate;

    certificate = (struct certificate_fact){
        .purpose = "sip",
        .port = builder_num(5041),
        .subject = "CN=pc1.litwareinc.com",
        .issuer = "CN=Litware CA",
        .not_before_utc_ms = builder_num(BUILDER_NOW_UTC_MS - 300 * day_ms),
        .not_after_utc_ms = builder_num(BUILDER_NOW_UTC_MS + 65 * day_ms + 5),
        .trusted = builder_num(1),
        .name_matches = builder_num(0),
    };
    host->certificate = (struct certificate_facts){{SIGHT_SEEN, NULL}, &certificate, 1};
}

struct snapshot *agentx_snapshot(void)
{
    struct snapshot *snapshot = builder_healthy();
    struct host_snapshot *host = add_host(snapshot, "pc1", SITE_PRIMARY);
    static struct replica_fact replica = {.pool_state = "Normal",
                                          .active_servers = "PC1.litwareinc.com, pc2.litwareinc.com"};

    snapshot->taken_utc_ms = BUILDER_NOW_UTC_MS;
    add_services(snapshot, host);
    add_certificate(host);
    host->replica = (struct replica_facts){{SIGHT_SEEN, NULL}, &replica, 1};
    add_host(snapshot, "pc5", SITE_BACKUP);
    return snapshot;
}

const struct runs_pool *agentx_runs(void)
{
    static struct runs_step steps[] = {
        {"export", "sqldr1", "done", BUILDER_NOW_UTC_MS, BUILDER_NOW_UTC_MS + 1500},
        {"stop_jobs", "sqldr1", NULL, BUILDER_NOW_UTC_MS + 2000, 0},
    };
    static struct runs_run runs[] = {
        {30, "mirror_switch", "8f3a91c04e2d", "finished", "person", "kim", BUILDER_NOW_UTC_MS - 5000,
         BUILDER_NOW_UTC_MS, NULL, 0},
        {31, "failover", "0c3a91c04e2d", "open", "handler", "", BUILDER_NOW_UTC_MS, 0, steps, COUNT(steps)},
    };
    static const struct runs_pool pool = {
        .pool = "lyncpc.litwareinc.com", .open_run = 31, .runs = runs, .run_count = COUNT(runs)};

    return &pool;
}

struct feed_pool agentx_feed(struct snapshot *snapshot)
{
    return (struct feed_pool){
        .name = "lyncpc.litwareinc.com",
        .interval_ms = 60000,
        .pass = 12,
        .generation = 11,
        .failed = 3,
        .begun = {TEST_NOW_MS - 7000},
        .duration_ms = {true, 640},
        .failure_pass = 12,
        .failure_at = {TEST_NOW_MS - 2000},
        .failure_why = "the pass was killed after 30 s",
        .snapshot = snapshot,
    };
}

void agentx_put(struct mib_tree *tree, struct indexes *indexes, const char *name, struct snapshot *snapshot,
                const struct runs_pool *runs)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct feed_pool feed = agentx_feed(snapshot);
    AUTO(look)
    struct look look = {.pool = index_of(indexes, 0, INDEX_POOL, name),
                        .arena = arena,
                        .indexes = indexes,
                        .feed = &feed,
                        .runs = runs,
                        .runs_seen = {runs != NULL, TEST_NOW_MS - 4000},
                        .sequence = 17};

    feed.name = name;
    look_assess(&look);
    tree_put(tree, branch_new(&look, PART_PASS), PART_PASS);
    tree_put(tree, branch_new(&look, PART_RUNS), PART_RUNS);
}

void agentx_put_own(struct mib_tree *tree)
{
    AUTO(arena) struct arena *arena = arena_new();
    const char *pools[] = {"lyncpc.litwareinc.com"};
    const struct feed_observer observer = {
        "0.1.0", BUILDER_NOW_UTC_MS, "/etc/pchat-plugins/topology.yaml", NULL, pools, 1};
    const struct feed_runs runs = {.unknown = NULL, .episodes_waiting = {true, 0}};
    const struct agent_state agent = {.connected = true,
                                      .heard = {true, TEST_NOW_MS - 1000},
                                      .observer = &observer,
                                      .runs = &runs,
                                      .pools = 1,
                                      .passes = 12,
                                      .passes_failed = 3,
                                      .longest_pass_ms = {true, 640}};
    const struct look look = {.pool = 0, .arena = arena, .agent = &agent};

    tree_put(tree, branch_new(&look, PART_AGENT), PART_AGENT);
}

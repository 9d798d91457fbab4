#include "unit/assess/pool_builder.h"

#include <string.h>

#define DOMAIN  ".litwareinc.com"
#define PROGRAM "Persistent Chat Server"

static const struct {
    const char *name;
    enum host_kind kind;
    enum site_role site;
} hosts[] = {
    {"pc1", HOST_CHAT_SERVER, SITE_PRIMARY}, {"pc2", HOST_CHAT_SERVER, SITE_PRIMARY},
    {"pc3", HOST_CHAT_SERVER, SITE_PRIMARY}, {"pc5", HOST_CHAT_SERVER, SITE_BACKUP},
    {"pc6", HOST_CHAT_SERVER, SITE_BACKUP},  {"fe1", HOST_FRONT_END, SITE_PRIMARY},
    {"fe2", HOST_FRONT_END, SITE_BACKUP},    {"adm1", HOST_MANAGEMENT, SITE_PRIMARY},
    {"oob", HOST_VANTAGE, SITE_NONE},
};

struct host_snapshot *pool_host(struct snapshot *snapshot, enum host_kind kind, const char *name)
{
    for (size_t i = 0; i < snapshot->host_count; i++)
        if (snapshot->hosts[i].kind == kind && strcmp(snapshot->hosts[i].name, name) == 0)
            return &snapshot->hosts[i];
    return NULL;
}

void *pool_host_add(struct snapshot *snapshot, struct host_snapshot *host, enum host_fact_id id)
{
    const struct fact_group *group = host_fact_group(id);
    struct fact_rows rows = fact_group_rows(group, host);
    void *record;

    rows.sighting = (struct sighting){.sight = SIGHT_SEEN};
    record = fact_group_push(group, snapshot->arena, &rows);
    fact_group_put(group, host, &rows);
    return record;
}

void pool_host_unsee(struct host_snapshot *host)
{
    static const struct fact_rows unseen = {.sighting = {.sight = SIGHT_TIMED_OUT}};

    for (int way = 0; way < HOST_WAY_COUNT; way++)
        host->ways[way] = unseen.sighting;
    for (int id = 0; id < HOST_FACT_COUNT; id++)
        fact_group_put(host_fact_group((enum host_fact_id)id), host, &unseen);
}

/* ---- what hosts show ---- */

static void add_service(struct snapshot *snapshot, struct host_snapshot *host, const char *name,
                        const char *path)
{
    *(struct service_fact *)pool_host_add(snapshot, host, HOST_FACT_service) = (struct service_fact){
        .name = name,
        .display_name = name,
        .state = "Running",
        .start_mode = "Auto",
        .path_name = path,
        .process_id = builder_num(4711),
        .exit_code = builder_num(0),
    };
}

static void add_sip_port(struct snapshot *snapshot, struct host_snapshot *host, int port)
{
    struct port_fact *row = pool_host_add(snapshot, host, HOST_FACT_port);
    struct certificate_fact *certificate = pool_host_add(snapshot, host, HOST_FACT_certificate);

    row->purpose = certificate->purpose = "sip";
    row->port = certificate->port = builder_num(port);
    row->evidence = "tls_ok";
    certificate->not_after_utc_ms = builder_ago(-200 * INT64_C(86400));
    certificate->trusted = certificate->name_matches = builder_num(1);
}

static void add_chat_server(struct snapshot *snapshot, struct host_snapshot *host)
{
    struct replica_fact *replica = pool_host_add(snapshot, host, HOST_FACT_replica);

    replica->pool_state = "Normal";
    add_service(snapshot, host, "W3SVC", "C:\\Windows\\system32\\svchost.exe -k iissvcs");
    add_service(snapshot, host, "RTCCHAT", "\"C:\\Program Files\\Server\\channelservice.exe\"");
    add_sip_port(snapshot, host, 5041);
}

static void add_management(struct snapshot *snapshot, struct host_snapshot *host)
{
    struct store_fact *store = pool_host_add(snapshot, host, HOST_FACT_store);

    *store = (struct store_fact){.pool_state = "Normal",
                                 .active_master = "fe1" DOMAIN,
                                 .masters = builder_num(1),
                                 .active_servers = "pc1" DOMAIN ", PC2" DOMAIN};
    for (size_t i = 0; i < COUNT(hosts); i++) {
        struct replication_fact *row;

        if (hosts[i].kind != HOST_CHAT_SERVER)
            continue;
        row = pool_host_add(snapshot, host, HOST_FACT_replication);
        row->replica_fqdn = arena_format(snapshot->arena, "%s" DOMAIN, hosts[i].name);
        row->up_to_date = builder_num(1);
    }
}

static void add_front_end(struct snapshot *snapshot, struct host_snapshot *host)
{
    struct sip_fact *sip = pool_host_add(snapshot, host, HOST_FACT_sip);

    add_sip_port(snapshot, host, 5061);
    sip->port = builder_num(5061);
    sip->status_code = builder_num(401);
}

static void add_host(struct snapshot *snapshot, size_t at)
{
    struct host_snapshot *host =
        arena_push(snapshot->arena, &snapshot->hosts, &snapshot->host_count, sizeof(*host));

    host->name = hosts[at].name;
    host->fqdn = arena_format(snapshot->arena, "%s" DOMAIN, hosts[at].name);
    host->site = hosts[at].site;
    host->site_name = host->site == SITE_NONE ? NULL : host->site == SITE_PRIMARY ? "dub" : "red";
    host->kind = hosts[at].kind;
    host->ways[WAY_WINRM].sight = host->ways[WAY_TCP].sight = SIGHT_SEEN;
    if (host->kind == HOST_CHAT_SERVER)
        add_chat_server(snapshot, host);
    else if (host->kind == HOST_FRONT_END)
        add_front_end(snapshot, host);
    else if (host->kind == HOST_MANAGEMENT)
        add_management(snapshot, host);
}

/* ---- changes ---- */

void pool_state_is(struct snapshot *snapshot, const char *state)
{
    for (size_t i = 0; i < snapshot->host_count; i++) {
        struct host_snapshot *host = &snapshot->hosts[i];

        if (host->store.count)
            host->store.rows[0].pool_state = state;
        if (host->replica.count)
            host->replica.rows[0].pool_state = state;
    }
}

void pool_active_are(struct snapshot *snapshot, const char *list)
{
    for (size_t i = 0; i < snapshot->host_count; i++) {
        struct host_snapshot *host = &snapshot->hosts[i];

        if (host->store.count)
            host->store.rows[0].active_servers = list;
        if (host->replica.count)
            host->replica.rows[0].active_servers = list;
    }
}

void pool_ping(struct snapshot *snapshot, const char *instance, const char *server, bool moves)
{
    struct server_identity_fact *first = builder_add(snapshot, instance, FACT_server_identity);
    struct server_identity_later_fact *second = builder_add(snapshot, instance, FACT_server_identity_later);

    first->server_id = second->server_id = builder_num(server[2] - '0');
    first->server_address = second->server_address =
        arena_format(snapshot->arena, "net.tcp://%s" DOMAIN ":8011/chat", server);
    first->ping = "2026-11-23T05:15:30";
    second->ping = moves ? "2026-11-23T05:15:40" : first->ping;
    first->age_if_utc_s = builder_num(moves ? 10 : 50000);
    first->age_if_local_s = builder_num(moves ? 3610 : 53600);
}

void pool_freeze(struct snapshot *snapshot, const char *instance)
{
    struct instance_snapshot *copy = builder_at(snapshot, instance);

    for (size_t i = 0; i < copy->server_identity.count; i++) {
        copy->server_identity_later.rows[i].ping = copy->server_identity.rows[i].ping;
        copy->server_identity.rows[i].age_if_utc_s = builder_num(50000);
        copy->server_identity.rows[i].age_if_local_s = builder_num(53600);
    }
}

void pool_session(struct snapshot *snapshot, const char *instance, const char *server)
{
    struct session_fact *session = builder_add(snapshot, instance, FACT_session);

    session->host = server;
    session->program = PROGRAM;
    session->session_count = builder_num(3);
}

struct service_fact *pool_service(struct snapshot *snapshot, const char *server)
{
    return &pool_host(snapshot, HOST_CHAT_SERVER, server)->service.rows[1];
}

struct port_fact *pool_port(struct snapshot *snapshot, const char *server)
{
    return &pool_host(snapshot, HOST_CHAT_SERVER, server)->port.rows[0];
}

void pool_vote(struct snapshot *snapshot, const char *domain, const char *vote, int64_t age_s)
{
    static const char *const objects[] = {"sqlpri1", "sqlmir1", "pc1", "pc2", "pc3"};
    struct host_snapshot *oob = pool_host(snapshot, HOST_VANTAGE, "oob");

    for (size_t i = 0; i < COUNT(objects); i++)
        *(struct vote_fact *)pool_host_add(snapshot, oob, HOST_FACT_vote) =
            (struct vote_fact){.object = objects[i],
                               .vote = vote,
                               .source = "oob",
                               .failure_domain = domain,
                               .age_s = builder_num(age_s)};
}

void pool_lose_site(struct snapshot *snapshot, enum site_role site)
{
    for (size_t i = 0; i < snapshot->instance_count; i++)
        if (snapshot->instances[i].site == site)
            builder_unsee(snapshot, snapshot->instances[i].name, SIGHT_TIMED_OUT, NULL);
    for (size_t i = 0; i < snapshot->host_count; i++)
        if (snapshot->hosts[i].site == site)
            pool_host_unsee(&snapshot->hosts[i]);
}

void pool_fail_over(struct snapshot *snapshot)
{
    struct replica_fact *replica;

    builder_fail_over_site(snapshot);
    builder_empty(snapshot, "sqldr1", FACT_session);
    pool_lose_site(snapshot, SITE_PRIMARY);
    pool_state_is(snapshot, "FailedOver");
    pool_active_are(snapshot, "pc5" DOMAIN ",pc6" DOMAIN);
    pool_ping(snapshot, "sqldr1", "pc1", false);
    pool_ping(snapshot, "sqldr1", "pc5", true);
    pool_ping(snapshot, "sqldr1", "pc6", true);
    pool_session(snapshot, "sqldr1", "PC5");
    (void)builder_add(snapshot, "sqldr1", FACT_mirroring);
    replica = &pool_host(snapshot, HOST_CHAT_SERVER, "pc5")->replica.rows[0];
    replica->version = "6.0.9319.0";
}

void pool_open_copy(struct snapshot *snapshot, const char *instance)
{
    builder_at(snapshot, instance)->database.rows[0].state = "ONLINE";
    builder_empty(snapshot, instance, FACT_mirroring);
    (void)builder_add(snapshot, instance, FACT_mirroring);
    builder_empty(snapshot, instance, FACT_session);
    builder_empty(snapshot, instance, FACT_server_identity);
    builder_empty(snapshot, instance, FACT_server_identity_later);
}

struct snapshot *pool_healthy(void)
{
    struct snapshot *snapshot = builder_healthy();

    for (size_t i = 0; i < COUNT(hosts); i++)
        add_host(snapshot, i);
    pool_ping(snapshot, "sqlpri1", "pc1", true);
    pool_ping(snapshot, "sqlpri1", "pc2", true);
    pool_ping(snapshot, "sqlpri1", "pc3", false);
    pool_session(snapshot, "sqlpri1", "PC1");
    pool_session(snapshot, "sqlpri1", "PC2");
    return snapshot;
}

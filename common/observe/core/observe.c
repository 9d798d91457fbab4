#include "observe/core/observe.h"

#include "base/mem.h"
#include "observe/core/hosts.h"
#include "observe/core/pass.h"
#include "observe/sql/fact_query.h"
#include "observe/sql/sql_freetds.h"

#include <string.h>

/* The endpoints of a pool in topology order, beside the snapshot's instances. */
struct roster {
    const struct topology_sql **endpoints; /* NULL: not to be asked */
    size_t count;
};

static size_t count_instances(const struct topology_pool *pool)
{
    size_t count = 0;

    for (size_t s = 0; s < pool->site_count; s++)
        count += pool->sites[s].sql_count;
    return count;
}

static const char *address_text(struct arena *arena, const struct topology_sql *sql)
{
    if (sql->instance)
        return arena_format(arena, "%s\\%s", sql->host, sql->instance);
    return arena_format(arena, strchr(sql->host, ':') ? "[%s]:%d" : "%s:%d", sql->host, sql->port);
}

static void name_instance(struct snapshot *snapshot, struct instance_snapshot *instance,
                          const struct topology_site *site, const struct topology_sql *sql)
{
    instance->name = arena_text(snapshot->arena, sql->name);
    instance->site_name = arena_text(snapshot->arena, site->name);
    instance->site = site->role;
    instance->role = sql->role;
    instance->address = address_text(snapshot->arena, sql);
}

/* A snapshot of the pool's shape, with nothing seen yet. */
static struct snapshot *blank_snapshot(const struct observe_request *request)
{
    const struct topology_pool *pool = request->pool;
    struct snapshot *snapshot = snapshot_new();

    snapshot->pool = arena_text(snapshot->arena, pool->fqdn);
    snapshot->database = arena_text(snapshot->arena, pool->database);
    snapshot->share = arena_text(snapshot->arena, pool->share);
    snapshot->taken_utc_ms = clock_utc_ms(request->clock);
    snapshot->limits = pool->limits;
    snapshot->settings = settings_copy(snapshot->arena, &pool->settings);
    snapshot->instances = arena_alloc(snapshot->arena, count_instances(pool) * sizeof(*snapshot->instances));
    for (size_t s = 0; s < pool->site_count; s++)
        for (size_t i = 0; i < pool->sites[s].sql_count; i++)
            name_instance(snapshot, &snapshot->instances[snapshot->instance_count++], &pool->sites[s],
                          &pool->sites[s].sql[i]);
    if (request->tracks)
        hosts_name(snapshot, pool);
    return snapshot;
}

static struct roster make_roster(const struct observe_request *request, struct arena *arena)
{
    const struct topology_pool *pool = request->pool;
    struct roster roster = {arena_alloc(arena, count_instances(pool) * sizeof(const struct topology_sql *)),
                            0};

    for (size_t s = 0; s < pool->site_count; s++)
        for (size_t i = 0; i < pool->sites[s].sql_count; i++) {
            const struct topology_sql *sql = &pool->sites[s].sql[i];
            bool wanted = !request->only_instance || strcmp(request->only_instance, sql->name) == 0;

            wanted &= !suspects_convicted(request->suspects, roster.count);
            roster.endpoints[roster.count++] = wanted ? sql : NULL;
        }
    return roster;
}

static unsigned run_pass(const struct observe_request *request, const struct roster *roster,
                         struct sql_opener opener, struct snapshot *snapshot)
{
    struct pass_questions questions = {
        .endpoints = roster->endpoints,
        .endpoint_count = roster->count,
        .database = request->pool->database,
        .compliance_database = request->pool->settings.compliance_database,
        .fact_sets = request->fact_sets,
        .sample_gap_ms = request->pool->settings.ping_gap_s * 1000,
        .opener = opener,
        .suspects = request->suspects,
    };
    struct pass *pass;

    if (request->tracks)
        questions.tracks =
            tracks_make(request->tracks, request->pool, request->clock, &questions.track_count);
    pass = pass_start(&questions, request->deadline);
    pass_wait(pass, request->deadline);
    for (size_t i = 0; i < roster->count; i++)
        pass_take(pass, i, snapshot->arena, &snapshot->instances[i]);
    pass_take_hosts(pass, snapshot);
    if (request->tracks && request->tracks->conclude)
        request->tracks->conclude(request->pool, snapshot);
    return pass_end(pass);
}

/* Where FreeTDS cannot be used at all, hosts are still looked at. */
static unsigned run_pass_without_sql(const struct observe_request *request, const struct roster *roster,
                                     const char *reason, struct snapshot *snapshot)
{
    unsigned hung;

    for (size_t i = 0; i < roster->count; i++)
        roster->endpoints[i] = NULL;
    hung = run_pass(request, roster, (struct sql_opener){0}, snapshot);
    for (size_t i = 0; i < snapshot->instance_count; i++)
        snapshot->instances[i].reach =
            (struct sighting){SIGHT_NOT_ASKED, arena_text(snapshot->arena, reason)};
    return hung;
}

static unsigned run_freetds_pass(const struct observe_request *request, const struct roster *roster,
                                 struct snapshot *snapshot)
{
    struct err err = ERR_INIT;
    struct freetds *freetds =
        freetds_new(roster->endpoints, roster->count, request->program_name, request->deadline, &err);
    unsigned hung;

    if (!freetds)
        return run_pass_without_sql(request, roster, err.text, snapshot);
    hung = run_pass(request, roster, freetds_opener(freetds), snapshot);
    if (!hung)
        freetds_free(freetds);
    return hung;
}

static void name_convicted(const struct observe_request *request, struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->instance_count; i++)
        if (suspects_convicted(request->suspects, i))
            snapshot->instances[i].reach =
                (struct sighting){SIGHT_PROTOCOL_ERROR, "FreeTDS crashed on what it says; it is not asked"};
}

struct observe_result observe_pool(const struct observe_request *request)
{
    struct observe_result result = {.snapshot = blank_snapshot(request)};
    AUTO(arena) struct arena *arena = arena_new();
    struct roster roster = make_roster(request, arena);

    result.hung_threads = request->opener ? run_pass(request, &roster, *request->opener, result.snapshot)
                                          : run_freetds_pass(request, &roster, result.snapshot);
    name_convicted(request, result.snapshot);
    return result;
}

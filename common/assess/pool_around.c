/*
 * The view's columns about what stands around the chat servers: the front ends that route to them, the
 * compliance database, the file store, certificates.
 */
#include "assess/copies.h"
#include "assess/pool.h"
#include "assess/sight.h"
#include "assess/words.h"

#define DAY_MS INT64_C(86400000)

/* ---- next hop ---- */

/*
 * SIP reaches the pool by the front ends of its next hop.  While the primary site serves these are its own;
 * after a failover clients come through whichever pool of front ends is left.
 */
static bool may_be_next_hop(const struct pool *pool, const struct host_snapshot *host)
{
    return host->kind == HOST_FRONT_END &&
           (host->site == SITE_PRIMARY || !POOL_IS(&pool->view, intent, normal));
}

/* One front end that routes is enough. */
static void see_next_hop(struct pool *pool)
{
    size_t counts[] = {[ANSWER_UNKNOWN] = 0, [ANSWER_NO] = 0, [ANSWER_YES] = 0};

    for (size_t i = 0; i < pool->snapshot->host_count; i++) {
        const struct host_snapshot *host = &pool->snapshot->hosts[i];
        enum answer answer;

        if (!may_be_next_hop(pool, host))
            continue;
        answer = host_routes(host);
        counts[answer]++;
        if (answer == ANSWER_NO)
            pool_note(pool, COLUMN_next_hop, "%s does not route", host->name);
    }
    if (counts[ANSWER_YES])
        POOL_SET(&pool->view, next_hop, up);
    else if (counts[ANSWER_NO] && !counts[ANSWER_UNKNOWN])
        POOL_SET(&pool->view, next_hop, down);
}

/* ---- compliance ---- */

/* By either base: what is old, or expired, by both. */
static bool exceeds_both(struct fact_num if_utc, struct fact_num if_local, int64_t limit)
{
    return if_utc.known && if_local.known && if_utc.value > limit && if_local.value > limit;
}

static const char *compliance_trouble(const struct pool *pool, const struct compliance_fact *row)
{
    struct arena *arena = pool->report->arena;
    int64_t limit_s = 2 * pool->snapshot->settings.compliance_interval_s;

    if (!row->backlog_rows.known || row->backlog_rows.value == 0)
        return NULL;
    if (exceeds_both(row->oldest_age_if_utc_s, row->oldest_age_if_local_s, limit_s))
        return arena_format(arena, "%lld events wait, the oldest longer than %s",
                            (long long)row->backlog_rows.value, words_duration(arena, limit_s));
    if (fact_is(row->active_server_id, -1))
        return arena_format(arena, "%lld events wait, and no server holds the lock",
                            (long long)row->backlog_rows.value);
    if (row->lock_left_if_utc_s.known && row->lock_left_if_local_s.known &&
        row->lock_left_if_utc_s.value < 0 && row->lock_left_if_local_s.value < 0)
        return arena_format(arena, "%lld events wait, and the lock of server %lld has expired",
                            (long long)row->backlog_rows.value, (long long)row->active_server_id.value);
    return NULL;
}

static bool is_online(const struct compliance_database_fact *database)
{
    return database && words_equal(database->state, "ONLINE");
}

/* Not shipped between the sites: each has its own, and only the serving site's matters. */
static void see_compliance(struct pool *pool)
{
    enum site_role site = POOL_IS(&pool->view, intent, failed_over) ? SITE_BACKUP : SITE_PRIMARY;
    const struct compliance_database_fact *closed = NULL;

    for (size_t i = 0; i < pool->snapshot->instance_count; i++) {
        const struct instance_snapshot *instance = &pool->snapshot->instances[i];
        const struct compliance_database_fact *database = FACT(instance, compliance_database);
        const struct compliance_fact *row = FACT(instance, compliance);

        if (instance->site != site || !database)
            continue;
        if (!is_online(database)) {
            closed = database;
            continue;
        }
        if (row)
            POOL_SET(&pool->view, compliance, well);
        pool->notes[COLUMN_compliance] = row ? compliance_trouble(pool, row) : NULL;
        if (pool->notes[COLUMN_compliance])
            POOL_SET(&pool->view, compliance, stalled);
        return;
    }
    if (closed) {
        POOL_SET(&pool->view, compliance, stalled);
        pool_note(pool, COLUMN_compliance, "%s is nowhere online in the serving site, it is %s",
                  pool->snapshot->settings.compliance_database,
                  words_lower(pool->report->arena, closed->state));
    }
}

/* ---- the file store ---- */

static void see_files(struct pool *pool)
{
    for (size_t i = 0; i < pool->snapshot->host_count; i++) {
        const struct host_snapshot *host = &pool->snapshot->hosts[i];
        enum answer answer = host_port_is_open(host, PORT_SMB);

        if (answer == ANSWER_NO) {
            POOL_SET(&pool->view, files, unreachable);
            pool_note(pool, COLUMN_files, "%s: the port of its shares is closed", host->name);
        } else if (answer == ANSWER_YES && POOL_IS(&pool->view, files, unknown))
            POOL_SET(&pool->view, files, reachable);
    }
}

/* ---- certificates ---- */

/* Validity is judged by the host's own clock: the one exception from "time belongs to the server". */
static enum pool_certificate judge_certificate(struct pool *pool, const struct host_snapshot *host,
                                               const struct certificate_fact *row)
{
    const struct settings *settings = &pool->snapshot->settings;
    int64_t now_ms = pool->snapshot->taken_utc_ms, days;

    if (fact_is(row->trusted, 0) || fact_is(row->name_matches, 0)) {
        pool_note(pool, COLUMN_certificate, "%s: %s", host->name,
                  fact_is(row->trusted, 0) ? "not trusted" : "bears another name");
        return POOL_certificate_ended;
    }
    if (!row->not_after_utc_ms.known || !now_ms)
        return POOL_certificate_unknown;
    days = row->not_after_utc_ms.value / DAY_MS - now_ms / DAY_MS;
    if (days >= settings->certificate_warning_days)
        return POOL_certificate_valid;
    pool_note(pool, COLUMN_certificate, days < 0 ? "%s: ended %lld days ago" : "%s: ends in %lld days",
              host->name, (long long)(days < 0 ? -days : days));
    return days < settings->certificate_critical_days ? POOL_certificate_ended : POOL_certificate_ending;
}

static void see_certificates(struct pool *pool)
{
    for (size_t i = 0; i < pool->snapshot->host_count; i++) {
        const struct host_snapshot *host = &pool->snapshot->hosts[i];

        for (size_t k = 0; host->certificate.sighting.sight == SIGHT_SEEN && k < host->certificate.count;
             k++) {
            enum pool_certificate found = judge_certificate(pool, host, &host->certificate.rows[k]);

            if (found > pool->view.value[COLUMN_certificate])
                pool->view.value[COLUMN_certificate] = (unsigned char)found;
        }
    }
}

void pool_see_around(struct pool *pool)
{
    see_next_hop(pool);
    see_compliance(pool);
    see_files(pool);
    see_certificates(pool);
}

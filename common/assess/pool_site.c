/*
 * Is the primary site lost, or is it we who are cut off?
 *
 * What is not seen from here proves nothing alone.  Lost means: the principal, the mirror and every chat
 * server of the site were asked and do not answer here; for each of them a vantage point of another failure
 * domain - neither the backup site nor this monitor's own uplink - looked just now and did not see it; nobody
 * saw any of them; and the backup site is seen.  One fresh sighting by anybody: it is our path.  An answer
 * that is old, or says neither "seen" nor "not_seen", is no vote.
 */
#include "assess/pool.h"
#include "assess/sight.h"
#include "assess/words.h"
#include "base/strbuf.h"

#include <string.h>

struct site_tally {
    size_t objects;   /* principal, mirror, chat servers */
    size_t seen;      /* from here */
    size_t asked;     /* from here, without an answer */
    size_t vouched;   /* a fresh independent "not seen" */
    size_t elsewhere; /* a fresh sighting by a vantage point */
};

static bool is_fresh(const struct pool *pool, const struct vote_fact *vote)
{
    return vote->age_s.known && vote->age_s.value >= 0 &&
           vote->age_s.value <= pool->snapshot->settings.vote_age_s;
}

static const char *backup_site_name(const struct pool *pool)
{
    for (size_t i = 0; i < pool->snapshot->instance_count; i++)
        if (pool->snapshot->instances[i].site == SITE_BACKUP)
            return pool->snapshot->instances[i].site_name;
    return NULL;
}

/* A second domain that fails neither with us nor with the backup site. */
static bool is_independent(const struct pool *pool, const char *domain)
{
    return domain && !words_equal(domain, pool->snapshot->settings.monitor_domain) &&
           !words_equal(domain, backup_site_name(pool));
}

static void count_vote(const struct pool *pool, const struct vote_fact *vote, const char *object,
                       bool *vouched, bool *elsewhere)
{
    if (!words_equal(vote->object, object) || !is_fresh(pool, vote))
        return;
    *elsewhere |= words_equal(vote->vote, "seen");
    *vouched |= words_equal(vote->vote, "not_seen") && is_independent(pool, vote->failure_domain);
}

static void count_votes(const struct pool *pool, struct site_tally *tally, const char *object)
{
    bool vouched = false, elsewhere = false;

    for (size_t i = 0; i < pool->snapshot->host_count; i++) {
        const struct host_snapshot *host = &pool->snapshot->hosts[i];

        for (size_t k = 0; host->vote.sighting.sight == SIGHT_SEEN && k < host->vote.count; k++)
            count_vote(pool, &host->vote.rows[k], object, &vouched, &elsewhere);
    }
    tally->vouched += vouched;
    tally->elsewhere += elsewhere;
}

static void count_object(const struct pool *pool, struct site_tally *tally, const char *name,
                         enum answer answer)
{
    tally->objects++;
    tally->seen += answer == ANSWER_YES;
    tally->asked += answer == ANSWER_NO;
    count_votes(pool, tally, name);
}

static struct site_tally tally_site(const struct pool *pool, enum site_role site)
{
    struct site_tally tally = {0};

    for (size_t i = 0; i < pool->snapshot->instance_count; i++) {
        const struct instance_snapshot *instance = &pool->snapshot->instances[i];

        if (instance->site == site && instance->role != SQL_WITNESS)
            count_object(pool, &tally, instance->name, sight_answers(instance->reach.sight));
    }
    for (size_t i = 0; i < pool->server_count; i++) {
        const struct host_snapshot *host = pool->servers[i].host;

        if (host->site == site)
            count_object(pool, &tally, host->name, host_answers(host));
    }
    return tally;
}

static bool anything_answers(const struct pool *pool)
{
    for (size_t i = 0; i < pool->snapshot->instance_count; i++)
        if (sight_answers(pool->snapshot->instances[i].reach.sight) == ANSWER_YES)
            return true;
    for (size_t i = 0; i < pool->snapshot->host_count; i++)
        if (pool->snapshot->hosts[i].kind != HOST_VANTAGE &&
            host_answers(&pool->snapshot->hosts[i]) == ANSWER_YES)
            return true;
    return false;
}

static bool is_lost(const struct site_tally *tally)
{
    return tally->asked == tally->objects && tally->vouched == tally->objects;
}

/* ---- in words ---- */

static bool is_of_primary_site(const struct pool *pool, const char *object)
{
    const struct instance_snapshot *instance = object ? snapshot_find(pool->snapshot, object) : NULL;
    const struct host_snapshot *host =
        object ? snapshot_find_host(pool->snapshot, HOST_CHAT_SERVER, object) : NULL;

    return (instance && instance->site == SITE_PRIMARY) || (host && host->site == SITE_PRIMARY);
}

/* "oob-dub sees sqlpri1, sqlmir1, pc1 and 3 more" for each vantage point that sees anything of the site. */
static void note_sightings(struct pool *pool, const struct host_snapshot *vantage)
{
    enum { NAMED_MOST = 3 };
    AUTO(strbuf) struct strbuf names = STRBUF_INIT;
    size_t count = 0;

    for (size_t k = 0; vantage->vote.sighting.sight == SIGHT_SEEN && k < vantage->vote.count; k++) {
        const struct vote_fact *vote = &vantage->vote.rows[k];

        if (!words_equal(vote->vote, "seen") || !is_fresh(pool, vote) ||
            !is_of_primary_site(pool, vote->object))
            continue;
        if (++count <= NAMED_MOST)
            strbuf_format(&names, "%s%s", count > 1 ? ", " : "", vote->object);
    }
    if (count > NAMED_MOST)
        strbuf_format(&names, " and %zu more", count - NAMED_MOST);
    if (count)
        pool_note(pool, COLUMN_site, "%s sees %s", vantage->name, strbuf_text(&names));
}

/* Those whose look counts. */
static bool looked_in_vain(const struct pool *pool, const struct host_snapshot *vantage)
{
    for (size_t k = 0; vantage->vote.sighting.sight == SIGHT_SEEN && k < vantage->vote.count; k++)
        if (words_equal(vantage->vote.rows[k].vote, "not_seen") && is_fresh(pool, &vantage->vote.rows[k]) &&
            is_independent(pool, vantage->vote.rows[k].failure_domain))
            return true;
    return false;
}

static void note_site(struct pool *pool)
{
    for (size_t i = 0; i < pool->snapshot->host_count; i++) {
        const struct host_snapshot *host = &pool->snapshot->hosts[i];

        if (host->kind != HOST_VANTAGE)
            continue;
        if (POOL_IS(&pool->view, site, elsewhere))
            note_sightings(pool, host);
        else if (POOL_IS(&pool->view, site, lost) && looked_in_vain(pool, host))
            pool_note(pool, COLUMN_site, "%s", host->name);
    }
}

/* ---- the column ---- */

static enum pool_site judge_site(const struct pool *pool)
{
    struct site_tally primary = tally_site(pool, SITE_PRIMARY);

    if (!anything_answers(pool))
        return POOL_site_nothing;
    if (primary.seen)
        return POOL_site_seen;
    if (primary.elsewhere)
        return POOL_site_elsewhere;
    if (is_lost(&primary) && tally_site(pool, SITE_BACKUP).seen)
        return POOL_site_lost;
    return primary.asked ? POOL_site_unseen : POOL_site_unknown;
}

void pool_see_site(struct pool *pool)
{
    pool->view.value[COLUMN_site] = (unsigned char)judge_site(pool);
    note_site(pool);
}

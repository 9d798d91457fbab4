/*
 * Is the primary site lost, or is it we who are cut off?  site_view.h counts; beside it the backup site must
 * be seen.  One fresh sighting by anybody: it is our path.
 */
#include "assess/pool.h"
#include "assess/sight.h"
#include "assess/site_view.h"
#include "assess/words.h"
#include "base/strbuf.h"

#include <string.h>

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

        if (!words_equal(vote->vote, "seen") || !vote_is_fresh(pool->snapshot, vote) ||
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
        if (words_equal(vantage->vote.rows[k].vote, "not_seen") &&
            vote_is_fresh(pool->snapshot, &vantage->vote.rows[k]) &&
            vote_is_independent(pool->snapshot, SITE_PRIMARY, vantage->vote.rows[k].failure_domain))
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
    struct site_tally primary = site_tally_of(pool->snapshot, SITE_PRIMARY);

    if (!site_anything_answers(pool->snapshot))
        return POOL_site_nothing;
    if (primary.seen)
        return POOL_site_seen;
    if (primary.elsewhere)
        return POOL_site_elsewhere;
    if (site_is_lost(&primary) && site_tally_of(pool->snapshot, SITE_BACKUP).seen)
        return POOL_site_lost;
    return primary.asked ? POOL_site_unseen : POOL_site_unknown;
}

void pool_see_site(struct pool *pool)
{
    pool->view.value[COLUMN_site] = (unsigned char)judge_site(pool);
    note_site(pool);
}

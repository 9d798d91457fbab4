/*
 * Hosts that do not answer: each is told of once, and a whole silent site in one line.  Vantage points: who
 * looks, and what he sees.
 */
#include "assess/pool.h"
#include "assess/words.h"
#include "base/strbuf.h"

#include <string.h>

/* A management host that is a front end too is told of once. */
static bool is_told_as_front_end(const struct pool *pool, const struct host_snapshot *host)
{
    return host->kind == HOST_MANAGEMENT && snapshot_find_host(pool->snapshot, HOST_FRONT_END, host->name);
}

/* Of a whole site that answers in no way one line is enough: the names of its hosts, else NULL. */
static const char *silent_site(const struct pool *pool, const char *site)
{
    AUTO(strbuf) struct strbuf names = STRBUF_INIT;
    size_t count = 0;

    for (size_t i = 0; i < pool->snapshot->host_count; i++) {
        const struct host_snapshot *host = &pool->snapshot->hosts[i];

        if (!host->site_name || strcmp(host->site_name, site) != 0)
            continue;
        if (host_answers(host) == ANSWER_YES)
            return NULL;
        if (host_answers(host) == ANSWER_NO && !is_told_as_front_end(pool, host))
            strbuf_format(&names, "%s%s", count++ ? ", " : "", host->name);
    }
    return count > 1 ? arena_text(pool->report->arena, strbuf_text(&names)) : NULL;
}

static void add_host_unseen(struct pool *pool, const struct host_snapshot *host)
{
    const char *site = host->site_name ? silent_site(pool, host->site_name) : NULL;
    struct finding *finding;

    if (site)
        finding = report_add(pool->report, CONDITION_host_unseen, host->site_name,
                             "of %s no host answers: %s", host->site_name, site);
    else
        finding = report_add(pool->report, CONDITION_host_unseen, host->name, "%s (%s) does not answer",
                             host->name, host_kind_name(host->kind));
    finding->severity = pool->options->unreachable;
}

static bool is_said_of(const struct report *report, enum condition condition, const char *object)
{
    for (size_t i = 0; i < report->finding_count; i++)
        if (report->findings[i].condition == condition && words_equal(report->findings[i].object, object))
            return true;
    return false;
}

void pool_tell_unseen_hosts(struct pool *pool)
{
    for (size_t i = 0; i < pool->snapshot->host_count; i++) {
        const struct host_snapshot *host = &pool->snapshot->hosts[i];

        if (host_answers(host) == ANSWER_NO && !is_told_as_front_end(pool, host) &&
            !is_said_of(pool->report, CONDITION_host_unseen, host->site_name))
            add_host_unseen(pool, host);
    }
}

/* ---- vantage points ---- */

static bool says_something(const struct host_snapshot *vantage)
{
    return vantage->vote.sighting.sight == SIGHT_SEEN || vantage->vote.sighting.sight == SIGHT_NOT_ASKED;
}

static const char *vote_words(struct arena *arena, const struct host_snapshot *vantage)
{
    size_t seen = 0, unseen = 0;

    if (vantage->vote.sighting.sight != SIGHT_SEEN)
        return "no votes";
    for (size_t i = 0; i < vantage->vote.count; i++) {
        seen += words_equal(vantage->vote.rows[i].vote, "seen");
        unseen += words_equal(vantage->vote.rows[i].vote, "not_seen");
    }
    return arena_format(arena, "sees %zu, does not see %zu, does not know %zu", seen, unseen,
                        vantage->vote.count - seen - unseen);
}

void pool_tell_vantage_points(struct pool *pool)
{
    struct arena *arena = pool->report->arena;

    for (size_t i = 0; i < pool->snapshot->host_count; i++) {
        const struct host_snapshot *host = &pool->snapshot->hosts[i];

        if (host->kind != HOST_VANTAGE)
            continue;
        report_line(pool->report, "", host->name)->text =
            arena_format(arena, "vantage point in %s, %s", host->failure_domain, vote_words(arena, host));
        if (host_answers(host) != ANSWER_NO && !says_something(host))
            report_add(pool->report, CONDITION_vantage_silent, host->name, "%s gives no votes: %s",
                       host->name,
                       host->vote.sighting.detail ? host->vote.sighting.detail
                                                  : sight_words(host->vote.sighting.sight));
    }
}

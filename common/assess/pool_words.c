/*
 * The view in words that a person reads at night: which site serves, what the pool state says, who is active,
 * and what is not known.
 */
#include "assess/pool.h"

#include "base/strbuf.h"

/* What a column is about; of those that decide a state. */
static const char *const column_words[COLUMN_COUNT] = {
    [COLUMN_site] = "whether the primary site is there",
    [COLUMN_intent] = "pool state",
    [COLUMN_p] = "the primary site's copy",
    [COLUMN_b] = "the backup site's copy",
    [COLUMN_ha] = "the mirror",
    [COLUMN_dr] = "log shipping",
    [COLUMN_active] = "active servers",
    [COLUMN_list] = "the active list",
    [COLUMN_running] = "chat services",
    [COLUMN_ports] = "SIP ports",
    [COLUMN_pings] = "pings",
};

static const char *const intent_words[POOL_intent_COUNT] = {
    [POOL_intent_unknown] = "pool state not known",
    [POOL_intent_normal] = "pool state Normal",
    [POOL_intent_failed_over] = "pool state FailedOver",
};

/* The name of the site, or what it is by design. */
static const char *site_name(const struct pool *pool, enum site_role site)
{
    for (size_t i = 0; i < pool->snapshot->instance_count; i++)
        if (pool->snapshot->instances[i].site == site && pool->snapshot->instances[i].site_name)
            return pool->snapshot->instances[i].site_name;
    return site == SITE_PRIMARY ? "primary site" : "backup site";
}

static const char *note_or(const struct pool *pool, enum pool_column column, const char *otherwise)
{
    return pool->notes[column] ? pool->notes[column] : otherwise;
}

static const char *state_words(const struct pool *pool)
{
    const char *words = intent_words[pool->view.value[COLUMN_intent]], *note = pool->notes[COLUMN_intent];

    return note ? arena_format(pool->report->arena, "%s (%s)", words, note) : words;
}

static const char *active_words(const struct pool *pool)
{
    return note_or(pool, COLUMN_active, POOL_IS(&pool->view, active, none) ? "nobody" : "not known");
}

static const char *ping_words(const struct pool *pool)
{
    struct arena *arena = pool->report->arena;

    switch (pool->view.value[COLUMN_pings]) {
    case POOL_pings_none:
        return "no ping moves";
    case POOL_pings_at_p:
        return arena_format(arena, "pings move in %s", site_name(pool, SITE_PRIMARY));
    case POOL_pings_at_b:
        return arena_format(arena, "pings move in %s", site_name(pool, SITE_BACKUP));
    case POOL_pings_both:
        return "pings move in both sites";
    default:
        return "pings not known";
    }
}

const char *pool_view_words(const struct pool *pool)
{
    return arena_format(pool->report->arena, "%s; %s: %s; %s: %s; active: %s; %s", state_words(pool),
                        site_name(pool, SITE_PRIMARY), note_or(pool, COLUMN_p, "no copy known"),
                        site_name(pool, SITE_BACKUP), note_or(pool, COLUMN_b, "no copy known"),
                        active_words(pool), ping_words(pool));
}

const char *pool_serving_words(const struct pool *pool)
{
    bool failed_over = POOL_IS(&pool->view, intent, failed_over);
    enum site_role site = failed_over ? SITE_BACKUP : SITE_PRIMARY,
                   other = failed_over ? SITE_PRIMARY : SITE_BACKUP;

    if (!pool->open[site])
        return pool_view_words(pool);
    return arena_format(pool->report->arena, "%s serves on %s, %s; active: %s; %s: %s", site_name(pool, site),
                        pool->open[site]->name, state_words(pool), active_words(pool), site_name(pool, other),
                        note_or(pool, other == SITE_BACKUP ? COLUMN_b : COLUMN_p, "no copy known"));
}

/* Which group of an active server's facts a column rests on. */
static const struct {
    enum pool_column column;
    enum host_fact_id group;
} rests_on[] = {{COLUMN_running, HOST_FACT_service}, {COLUMN_ports, HOST_FACT_port}};

/* " of pc1 (login failed), pc3 (timed out)" */
static void add_unseen_servers(const struct pool *pool, enum host_fact_id id, struct strbuf *list)
{
    const char *separator = " of ";

    for (size_t i = 0; i < pool->server_count; i++) {
        const struct chat_server *server = &pool->servers[i];
        enum sight sight = fact_group_rows(host_fact_group(id), server->host).sighting.sight;

        if (!server->is_active || sight == SIGHT_SEEN)
            continue;
        strbuf_format(list, "%s%s (%s)", separator, server->host->name, sight_words(sight));
        separator = ", ";
    }
}

const char *pool_unknown_words(const struct pool *pool)
{
    AUTO(strbuf) struct strbuf list = STRBUF_INIT;

    for (int column = 0; column < COLUMN_COUNT; column++) {
        if (pool->view.value[column] != 0 || !pool_column_decides((enum pool_column)column))
            continue;
        strbuf_format(&list, "%s%s", list.length ? ", " : "", column_words[column]);
        for (size_t i = 0; i < COUNT(rests_on); i++)
            if (rests_on[i].column == (enum pool_column)column)
                add_unseen_servers(pool, rests_on[i].group, &list);
    }
    return arena_text(pool->report->arena, strbuf_text(&list));
}

const char *pool_site_words(const struct pool *pool)
{
    if (POOL_IS(&pool->view, site, nothing))
        return arena_format(pool->report->arena, "nothing of %s is seen from here", pool->report->pool);
    return arena_format(pool->report->arena, "%s is not seen from here, but %s",
                        site_name(pool, SITE_PRIMARY), note_or(pool, COLUMN_site, "from elsewhere"));
}

const char *pool_loss_words(const struct pool *pool)
{
    const char *who = POOL_IS(&pool->view, site, lost)
                          ? arena_format(pool->report->arena, "seen by nobody (here, %s)",
                                         note_or(pool, COLUMN_site, "elsewhere"))
                          : "not seen from here, and no independent place proves why";

    return arena_format(pool->report->arena, "%s %s%s; %s: %s; %s; active: %s", site_name(pool, SITE_PRIMARY),
                        POOL_IS(&pool->view, site, lost) ? "" : "is ", who, site_name(pool, SITE_BACKUP),
                        note_or(pool, COLUMN_b, "no copy known"), state_words(pool), active_words(pool));
}

#include "act/runner/desk.h"

#include "act/runner/runs_file.h"
#include "base/duration.h"
#include "base/mem.h"
#include "base/utc.h"

#include <stdlib.h>
#include <string.h>

/* ---- episodes, kept over restarts ---- */

static const char *const episode_keys[EPISODE_KIND_COUNT] = {
    [EPISODE_FAILOVER] = "episode",
    [EPISODE_FAILBACK] = "failback_episode",
};

static const char *key_of(struct arena *arena, const struct desk *desk, const char *what)
{
    return arena_format(arena, "%s:%s", what, desk->pool->fqdn);
}

void desk_keep_episode(struct desk *desk, enum episode_kind kind)
{
    AUTO(arena) struct arena *arena = arena_new();
    const struct episode *episode = &desk->episodes[kind].episode;
    struct err err = ERR_INIT;
    const char *value = NULL;

    if (desk->episodes[kind].is_open)
        value = arena_format(arena, "%s\t%lld\t%lld\t%s", monitoring_name(episode->from),
                             (long long)episode->at_utc_ms, (long long)episode->downtime, episode->event);
    if (journal_set(desk->journal, key_of(arena, desk, episode_keys[kind]), value, &err) != 0)
        fprintf(stderr, "pchat-runner: %s\n", err.text);
}

static void remember_episode(struct desk *desk, enum episode_kind kind)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct err err = ERR_INIT;
    AUTO_FREE char *text = journal_get(desk->journal, key_of(arena, desk, episode_keys[kind]), &err);
    struct episode episode = {.kind = kind,
                              .state = kind == EPISODE_FAILBACK ? CHECK_OK : CHECK_CRITICAL,
                              .hard = true,
                              .attempt = -1,
                              .max_attempts = -1};
    char from[32] = "";
    long long at = 0, downtime = 0;

    if (!text || sscanf(text, "%31[^\t]\t%lld\t%lld\t%127[^\n]", from, &at, &downtime, episode.event) < 3 ||
        !monitoring_parse(from, &episode.from))
        return;
    episode.at_utc_ms = at;
    episode.downtime = downtime;
    snprintf(episode.pool, sizeof(episode.pool), "%s", desk->pool->fqdn);
    desk->episodes[kind] = (struct desk_episode){.is_open = true, .episode = episode};
}

void desk_remember(struct desk *desk)
{
    for (int kind = 0; kind < EPISODE_KIND_COUNT; kind++)
        remember_episode(desk, (enum episode_kind)kind);
}

/* ---- the pause ---- */

struct pause {
    const char *until, *by, *reason; /* NULL: there is none */
};

static struct pause read_pause(const struct desk *desk, struct arena *arena)
{
    struct err err = ERR_INIT;
    AUTO_FREE char *text = journal_get(desk->journal, key_of(arena, desk, "pause"), &err);
    struct pause pause = {0};
    char *copy = arena_text(arena, text), *by, *reason;

    if (!copy || !(by = strchr(copy, '\t')) || !(reason = strchr(by + 1, '\t')))
        return pause;
    *by = *reason = '\0';
    pause = (struct pause){copy, by + 1, reason + 1};
    return pause;
}

bool desk_is_paused(struct desk *desk)
{
    AUTO(arena) struct arena *arena = arena_new();

    return read_pause(desk, arena).by != NULL; /* an expired one too: it alarms, and stays */
}

/* ---- since when the other site serves ---- */

static int64_t failed_over_since(struct desk *desk, struct arena *arena)
{
    const char *key = key_of(arena, desk, "failed_over_since");
    struct err err = ERR_INIT;
    AUTO_FREE char *text = journal_get(desk->journal, key, &err);
    int64_t now_utc_ms = clock_utc_ms(clock_system());

    if (!desk->news.failed_over) {
        if (text && desk->news.end && !desk->news.sees_nothing)
            journal_set(desk->journal, key, NULL, &err);
        return 0;
    }
    if (!text)
        journal_set(desk->journal, key, arena_format(arena, "%lld", (long long)now_utc_ms), &err);
    return text ? strtoll(text, NULL, 10) : now_utc_ms;
}

/* ---- what others see ---- */

static struct runs_pool describe(struct desk *desk, struct arena *arena)
{
    const struct desk_episode *failover = &desk->episodes[EPISODE_FAILOVER];
    const struct pause pause = read_pause(desk, arena);

    return (struct runs_pool){
        .pool = desk->pool->fqdn,
        .episode = failover->is_open,
        .episode_from = failover->is_open ? monitoring_name(failover->episode.from) : NULL,
        .episode_utc_ms = failover->is_open ? failover->episode.at_utc_ms : 0,
        .end = desk->news.end,
        .why = desk->news.why,
        .plan = desk->news.plan,
        .verb = desk->news.verb,
        .fence_lost = desk->news.fence_lost,
        .pause_until = pause.until,
        .pause_by = pause.by,
        .pause_reason = pause.reason,
        .open_run = desk->news.open_run,
        .failed_over = desk->news.failed_over,
        .failed_over_utc_ms = failed_over_since(desk, arena),
        .busy = worker_is_busy(&desk->worker),
        .watched_utc_ms = desk->watched_utc_ms,
    };
}

void desk_write_runs(struct desk *desk)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct runs_pool pool = describe(desk, arena);
    const char *path = arena_format(arena, "%s/runs.json", desk->config->state_dir);
    struct err err = ERR_INIT;

    desk_find_runs(desk, arena, &pool);
    desk->has_news = false;
    desk->shown = clock_mono(clock_system());
    if (runs_file_put(path, &pool, clock_utc_ms(clock_system()), &err) != 0)
        fprintf(stderr, "pchat-runner: %s\n", err.text);
}

char *desk_status_text(struct desk *desk)
{
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    const struct runs_pool pool = describe(desk, arena);
    const struct desk_episode *failback = &desk->episodes[EPISODE_FAILBACK];
    char at[UTC_TEXT_BYTES];

    strbuf_format(&out, "%s\n", pool.pool);
    if (pool.pause_by)
        strbuf_format(&out, "paused    until %s by %s: %s\n", pool.pause_until, pool.pause_by,
                      pool.pause_reason);
    if (pool.episode)
        strbuf_format(&out, "episode   since %s, told by %s\n", utc_format(pool.episode_utc_ms, at),
                      pool.episode_from);
    if (failback->is_open)
        strbuf_format(&out, "failback  is looked out for since %s, told by %s\n",
                      utc_format(failback->episode.at_utc_ms, at), monitoring_name(failback->episode.from));
    if (pool.open_run)
        strbuf_format(&out, "run       %lld is open\n", (long long)pool.open_run);
    if (pool.failed_over)
        strbuf_add(&out, "serves    the other site, by a recorded failover: fence and copies are watched\n");
    if (pool.fence_lost)
        strbuf_format(&out, "FENCE     lost: %s\n", pool.fence_lost);
    if (pool.plan)
        strbuf_format(&out, "plan      %s  %s  -> pchatctl apply --plan %s\n", pool.plan, pool.verb,
                      pool.plan);
    strbuf_format(&out, "watch     %s%s%s\n", pool.end ? pool.end : "none yet", pool.why ? ": " : "",
                  pool.why ? pool.why : "");
    if (desk->news.drill_left)
        strbuf_format(&out, "drill     left behind: %s; the runner drops them at a look\n",
                      desk->news.drill_left);
    if (worker_is_busy(&desk->drill_worker))
        strbuf_add(&out, "drill     is under way\n");
    if (pool.busy)
        strbuf_add(&out, "busy      a worker is at it\n");
    return strbuf_take(&out);
}

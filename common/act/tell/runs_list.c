#include "act/tell/runs_list.h"

#include "act/tell/words_safe.h"
#include "base/arena.h"
#include "base/utc.h"

#include <string.h>
#include <strings.h>

struct listing {
    const char *pool;
    struct arena *arena;
    const char **lines;
    size_t count;
};

static void take_run(void *user, const struct journal_run *run)
{
    struct listing *listing = user;
    AUTO(strbuf) struct strbuf line = STRBUF_INIT;
    char at[UTC_TEXT_BYTES];
    int64_t at_utc_ms = run->ended_utc_ms ? run->ended_utc_ms : run->begun_utc_ms;

    if (listing->pool && strcasecmp(listing->pool, run->pool) != 0)
        return;
    strbuf_format(&line, "run %-5lld %-20s  %-9s %-13s %s  %s %s%s%s", (long long)run->run,
                  utc_format(at_utc_ms - at_utc_ms % 1000, at), run->state, run->verb, run->plan, run->pool,
                  run->origin, *run->person ? ", " : "", run->person);
    *(const char **)arena_push(listing->arena, &listing->lines, &listing->count, sizeof(*listing->lines)) =
        arena_text(listing->arena, strbuf_text(&line));
}

char *runs_list(struct journal *journal, const char *pool, struct err *err)
{
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    struct listing listing = {.pool = pool, .arena = arena};

    if (journal_runs(journal, take_run, &listing, err) != 0)
        return NULL;
    for (size_t i = listing.count; i-- > 0;) {
        safe_line(&out, listing.lines[i]);
        strbuf_add(&out, "\n");
    }
    if (!listing.count)
        strbuf_add(&out, "no run is in this journal\n");
    return strbuf_take(&out);
}

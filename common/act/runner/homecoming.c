#include "act/runner/homecoming.h"

#include <stdio.h>

/* A look may take its time; longer than that, and nobody has looked meanwhile. */
enum { UNSEEN_MOST_MS = 5 * 60 * 1000 };

#define BIT(gate) (1ull << GATE_##gate)

/* They ask what people say or do before, who else is at it, or what the way back does itself; not how the
 * site is. */
static const unsigned long long no_matter =
    BIT(pause) | BIT(lock) | BIT(chain) | BIT(tail) | BIT(stranded) | BIT(logins) | BIT(approval);

static const char *because(struct arena *arena, const char *what, const char *observed, const char *remedy)
{
    return arena_format(arena, "%s - %s%s%s", what, observed ? observed : "not known",
                        remedy ? "; remedy: " : "", remedy ? remedy : "");
}

/* NULL: nothing. */
static const char *what_is_not_well(const struct plan *plan, struct arena *arena)
{
    for (size_t i = 0; i < plan->gate_count; i++) {
        const struct gate_verdict *verdict = &plan->gates[i];

        if (verdict->state != GATE_OK && !(no_matter >> verdict->gate & 1))
            return because(arena, gate_title(verdict->gate), verdict->observed, verdict->remedy);
    }
    for (size_t i = 0; i < plan->step_count; i++) { /* to open it is impossible until the others are done */
        const struct plan_step *step = &plan->steps[i];

        if (step->state == STEP_IMPOSSIBLE && step->step->phase < PHASE_COMMIT)
            return because(arena, step->step->title, step->why, NULL);
    }
    return NULL;
}

static const char *key_of(struct arena *arena, const char *pool)
{
    return arena_format(arena, "well_since:%s", pool);
}

/* Since when it was well, as of a look not long ago; 0: it was not. */
static int64_t remembered(struct journal *journal, const char *key, int64_t now_utc_ms)
{
    struct err err = ERR_INIT;
    AUTO_FREE char *text = journal_get(journal, key, &err);
    long long since, seen;

    if (!text || sscanf(text, "%lld %lld", &since, &seen) != 2 || now_utc_ms < seen ||
        now_utc_ms - seen > UNSEEN_MOST_MS)
        return 0;
    return since;
}

struct homecoming homecoming_see(struct journal *journal, const struct plan *plan, int64_t now_utc_ms,
                                 struct arena *arena)
{
    const char *key = key_of(arena, plan->pool);
    struct homecoming home = {.why_not = what_is_not_well(plan, arena)};
    struct err err = ERR_INIT;

    if (home.why_not) {
        homecoming_forget(journal, plan->pool);
        return home;
    }
    home.well_since_utc_ms = remembered(journal, key, now_utc_ms);
    if (!home.well_since_utc_ms)
        home.well_since_utc_ms = now_utc_ms;
    home.well_s = (now_utc_ms - home.well_since_utc_ms) / 1000;
    journal_set(journal, key,
                arena_format(arena, "%lld %lld", (long long)home.well_since_utc_ms, (long long)now_utc_ms),
                &err);
    return home;
}

void homecoming_forget(struct journal *journal, const char *pool)
{
    AUTO(arena) struct arena *arena = arena_new();
    const char *key = key_of(arena, pool);
    struct err err = ERR_INIT;
    AUTO_FREE char *before = journal_get(journal, key, &err);

    if (before)
        journal_set(journal, key, NULL, &err);
}

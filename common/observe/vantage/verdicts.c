#include "observe/vantage/verdicts.h"

#include <string.h>

/* A clock may be read in another order than lines are written; beyond that the time is no time of a sighting.
 */
enum { FUTURE_MS = 2000 };

static const char *const words[] = {
    [VERDICT_UNKNOWN] = "unknown", [VERDICT_SEEN] = "seen", [VERDICT_NOT_SEEN] = "not_seen"};

bool verdict_parse(const char *word, size_t length, enum verdict *ret_verdict)
{
    for (size_t i = 0; i < COUNT(words); i++) {
        if (strlen(words[i]) != length || strncmp(words[i], word, length) != 0)
            continue;
        *ret_verdict = (enum verdict)i;
        return true;
    }
    return false;
}

void verdict_tell(struct verdict_told *told, enum verdict verdict, struct fact_num at_utc_ms)
{
    if (told->told)
        verdict = VERDICT_UNKNOWN;
    *told = (struct verdict_told){.verdict = verdict, .at_utc_ms = at_utc_ms, .told = true};
}

/* In whole seconds, upwards; unknown where one of the times is, or they make no sense together. */
static struct fact_num age_of(const struct verdicts *verdicts, const struct verdict_told *told)
{
    int64_t age_ms;

    if (told->is_live)
        return (struct fact_num){true, 0};
    if (!verdicts->now_utc_ms.known || !told->at_utc_ms.known ||
        told->at_utc_ms.value > verdicts->now_utc_ms.value + FUTURE_MS)
        return (struct fact_num){false, 0};
    age_ms = verdicts->now_utc_ms.value - told->at_utc_ms.value;
    return (struct fact_num){true, age_ms > 0 ? (age_ms + 999) / 1000 : 0};
}

/* A word without a usable date says nothing. */
static enum verdict dated(const struct verdicts *verdicts, const struct verdict_told *told)
{
    return age_of(verdicts, told).known ? told->verdict : VERDICT_UNKNOWN;
}

struct view {
    bool sees;                      /* anything of the pool */
    bool looks_at[SITE_ROLE_COUNT]; /* has a word on something of that site */
};

static struct view view_of(const struct verdicts *verdicts)
{
    struct view view = {0};

    for (size_t i = 0; i < verdicts->objects->count; i++) {
        enum verdict verdict = dated(verdicts, &verdicts->of[i]);

        view.sees |= verdict == VERDICT_SEEN;
        view.looks_at[verdicts->objects->items[i].site] |= verdict != VERDICT_UNKNOWN;
    }
    return view;
}

/*
 * Who sees nothing of either site is cut off itself.  One that looks at a single site only, and finds nothing
 * there, needs its reference to tell the difference; and a reference that it does not see always tells.
 */
static const char *why_blind(const struct verdicts *verdicts, const struct topology_vantage *vantage)
{
    struct view view = view_of(verdicts);
    bool looks_at_both = view.looks_at[SITE_PRIMARY] && view.looks_at[SITE_BACKUP];

    if (!verdicts->now_utc_ms.known && !verdicts->has_no_clock)
        return "it does not say what its clock shows: nothing that it says has an age";
    if (verdicts->can_look)
        return NULL;
    if (vantage->reference && dated(verdicts, &verdicts->reference) != VERDICT_SEEN)
        return "it does not see its reference: what else it does not see is no vote";
    if (!view.sees && (looks_at_both || !vantage->reference))
        return "it sees nothing of the pool: it may be cut off itself, and has no vote";
    return NULL;
}

static enum verdict vote_on(const struct verdicts *verdicts, size_t index, bool blind)
{
    enum verdict verdict = dated(verdicts, &verdicts->of[index]);

    if (verdicts->objects->items[index].ambiguous || (blind && verdict == VERDICT_NOT_SEEN))
        return VERDICT_UNKNOWN;
    return verdict;
}

void verdicts_put(const struct verdicts *verdicts, const struct topology_vantage *vantage,
                  struct arena *arena, struct host_snapshot *seen)
{
    const struct fact_group *group = host_fact_group(HOST_FACT_vote);
    const char *blind = why_blind(verdicts, vantage);
    struct fact_rows rows = {{SIGHT_SEEN, blind}, NULL, 0};

    for (size_t i = 0; i < verdicts->objects->count; i++)
        *(struct vote_fact *)fact_group_push(group, arena, &rows) = (struct vote_fact){
            .object = arena_text(arena, verdicts->objects->items[i].name),
            .vote = words[vote_on(verdicts, i, blind != NULL)],
            .source = arena_text(arena, vantage->name),
            .failure_domain = arena_text(arena, vantage->failure_domain),
            .at_utc_ms = verdicts->of[i].at_utc_ms,
            .age_s = age_of(verdicts, &verdicts->of[i]),
        };
    fact_group_put(group, seen, &rows);
}

void verdicts_fail(enum sight sight, const char *detail, struct host_snapshot *seen)
{
    const struct fact_rows none = {{sight, detail}, NULL, 0};

    fact_group_put(host_fact_group(HOST_FACT_vote), seen, &none);
}

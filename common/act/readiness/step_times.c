#include "act/readiness/step_times.h"

#include "act/judge/verb.h"
#include "act/tell/timeline.h"

#include <string.h>

/* What lies between two steps is looks; more than that is somebody who was waited for. */
enum { LOOKS_MOST_MS = 30000 };

static void keep_newest(void *user, const struct journal_run *run)
{
    int64_t *newest = user;
    enum verb verb;

    if (strcmp(run->state, "finished") == 0 && verb_parse(run->verb, &verb) &&
        (verb == VERB_FAILOVER || verb == VERB_SWITCHOVER))
        *newest = run->run;
}

static struct step_time *find(struct step_time *times, size_t count, const char *step)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(times[i].step, step) == 0)
            return &times[i];
    return NULL;
}

/* Until the next bar begins, whichever step it is of. */
static int64_t lasted_ms(const struct timeline *timeline, size_t at)
{
    const struct bar *bar = &timeline->bars[at];
    int64_t lasted = bar->took_ms;

    if (at + 1 < timeline->bar_count) {
        const int64_t gap = timeline->bars[at + 1].begun_mono_ms - bar->begun_mono_ms - bar->took_ms;

        lasted += gap < 0 ? 0 : gap > LOOKS_MOST_MS ? LOOKS_MOST_MS : gap;
    }
    return lasted > 0 ? lasted : 0;
}

struct step_time *step_times_read(struct journal *journal, struct arena *arena, size_t *ret_count)
{
    AUTO(timeline) struct timeline *timeline = NULL;
    struct step_time *times = NULL;
    struct err err = ERR_INIT;
    int64_t newest = 0;

    *ret_count = 0;
    if (journal_runs(journal, keep_newest, &newest, &err) != 0 || !newest)
        return NULL;
    timeline = timeline_read(journal, newest, &err);
    for (size_t i = 0; timeline && i < timeline->bar_count; i++) {
        struct step_time *time = find(times, *ret_count, timeline->bars[i].step);

        if (!time) {
            time = arena_push(arena, &times, ret_count, sizeof(*time));
            time->step = arena_text(arena, timeline->bars[i].step);
        }
        time->took_s += lasted_ms(timeline, i); /* milliseconds until all are added up */
    }
    for (size_t i = 0; i < *ret_count; i++)
        times[i].took_s = (times[i].took_s + 999) / 1000;
    return times;
}

#include "observer/schedule.h"

/* A tenth to both sides, in steps of a thousandth of that. */
enum { JITTER_PART = 10, JITTER_STEPS = 1000 };

struct schedule schedule_new(int64_t interval_ms, uint32_t seed, struct mono_ms now)
{
    return (struct schedule){interval_ms, now, seed};
}

/* -JITTER_STEPS..JITTER_STEPS; a linear congruential generator, whose upper half is random enough for this.
 */
static int64_t next_chance(struct schedule *schedule)
{
    schedule->chance = schedule->chance * 1664525U + 1013904223U;
    return (int64_t)((schedule->chance >> 16) % (2 * JITTER_STEPS + 1)) - JITTER_STEPS;
}

void schedule_begun(struct schedule *schedule, struct mono_ms now)
{
    int64_t jitter_ms = schedule->interval_ms * next_chance(schedule) / JITTER_STEPS / JITTER_PART;

    schedule->due.ms += schedule->interval_ms + jitter_ms;
    if (schedule->due.ms < now.ms)
        schedule->due = now;
}

void schedule_change(struct schedule *schedule, int64_t interval_ms)
{
    schedule->due.ms += interval_ms - schedule->interval_ms;
    schedule->interval_ms = interval_ms;
}

/*
 * Time of a campaign: the world's virtual time as clocks of the product, and whose turn it is.
 *
 * Nothing moves but by sleeping.  All who live by the clocks of one world_time - the one who made it, and
 * what was started beside (struct clock, start) - take turns; when all sleep, the world is advanced to where
 * the first of them wakes, and on the way what was planned happens at its time.  Each has a thread, but one
 * at a time runs, so that the same seed and the same plan give the same campaign, and no lock is needed for
 * anything that only they touch.
 *
 * A crash is a work that never gets its turn again, with all that it started: its memory stays as it was
 * until the process ends, as nobody can free what a dead process held.
 */
#ifndef PCHAT_TESTS_CAMPAIGN_WORLD_CLOCK_H
#define PCHAT_TESTS_CAMPAIGN_WORLD_CLOCK_H

#include "base/cleanup.h"
#include "base/clock.h"

struct world;
struct host;
struct world_time;

/* The clock of one host: mono counts from when the time began, UTC is that host's own. */
struct world_clock {
    struct clock clock;
    struct world_time *time;
    const struct host *host;
};

/* From the world's now on; the world must outlive it. */
struct world_time *world_time_new(struct world *world);
/* By who made it, once whatever it started has ended or crashed. */
void world_time_free(struct world_time *time);
AUTO_DEFINE_FREE(world_time, struct world_time)

struct world *world_time_world(const struct world_time *time);
struct world_clock world_clock_of(struct world_time *time, const struct host *host);
/* Milliseconds since the time began. */
int64_t world_time_now_ms(const struct world_time *time);

/*
 * Plans happen(user) for that time; what is late already happens with the next sleep.  Of several at one time
 * the one that was planned first comes first.  It may change the world and plan more, but not sleep.
 */
void world_time_plan(struct world_time *time, int64_t at_ms, void (*happen)(void *user), void *user);

/* Starts a work beside, as a clock's start does: the number that stands for it as long as it has not ended;
 * 0: there is no thread for it. */
unsigned world_time_start(struct world_time *time, void (*work)(void *argument), void *argument);
/* Who has the turn now: such a number, or 0 for who made the time. */
unsigned world_time_who(const struct world_time *time);
/* Takes the turn from it and from all that it started, for good; never from who made the time. */
void world_time_crash(struct world_time *time, unsigned who);

#endif

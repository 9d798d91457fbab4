/*
 * When a pool is looked at next: its interval, a tenth more or less each time, so that pools which began
 * together drift apart.  What was missed is not made up for, and of several that are due the one that has
 * waited longest is first: when there is not time for all, all grow late alike.
 *
 * Pure; times are of one monotonic clock.
 */
#ifndef PCHAT_OBSERVER_SCHEDULE_H
#define PCHAT_OBSERVER_SCHEDULE_H

#include "base/clock.h"

struct schedule {
    int64_t interval_ms;
    struct mono_ms due;
    uint32_t chance; /* of the jitter */
};

/* Due at once. */
struct schedule schedule_new(int64_t interval_ms, uint32_t seed, struct mono_ms now);
/* A pass begins: sets when the next one is due. */
void schedule_begun(struct schedule *schedule, struct mono_ms now);
/* Another interval from here on. */
void schedule_change(struct schedule *schedule, int64_t interval_ms);

#endif

/*
 * Virtual time of the lab: the host's monotonic clock times a speed, plus what was skipped by hand.
 */
#ifndef PCHAT_LAB_CONTROL_VIRTUAL_CLOCK_H
#define PCHAT_LAB_CONTROL_VIRTUAL_CLOCK_H

#include "base/clock.h"

enum { VIRTUAL_SPEED_MAX = 100000 };

struct virtual_clock {
    struct clock *wall;
    struct mono_ms wall_base; /* virtual_base_ms was reached then */
    int64_t virtual_base_ms;
    int64_t speed; /* virtual per real time; 0 = time stands still */
};

/* Starts at 0. */
struct virtual_clock virtual_clock_start(struct clock *wall, int64_t speed);
int64_t virtual_clock_now_ms(const struct virtual_clock *clock);
void virtual_clock_set_speed(struct virtual_clock *clock, int64_t speed);
void virtual_clock_skip(struct virtual_clock *clock, int64_t ms);

#endif

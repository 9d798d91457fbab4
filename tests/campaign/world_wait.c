#include "campaign/world_wait.h"

/* Sleeps may end early. */
static void sleep_until(struct clock *clock, int64_t at_ms)
{
    int64_t left_ms;

    while ((left_ms = at_ms - clock_mono(clock).ms) > 0)
        clock_sleep_ms(clock, left_ms);
}

bool world_wait(struct deadline deadline, int64_t ms)
{
    int64_t until_ms = clock_mono(deadline.clock).ms + ms;
    bool in_time = until_ms < deadline.at.ms;

    sleep_until(deadline.clock, in_time ? until_ms : deadline.at.ms);
    return in_time;
}

void world_wait_out(struct deadline deadline)
{
    sleep_until(deadline.clock, deadline.at.ms);
}

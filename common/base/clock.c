#include "base/clock.h"

#include <stddef.h>

enum { RESERVE_LEAST_MS = 100, RESERVE_MOST_MS = 1000 };

static int64_t read_ms(clockid_t id)
{
    struct timespec now;

    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct mono_ms system_mono(struct clock *clock)
{
    (void)clock;
    return (struct mono_ms){read_ms(CLOCK_MONOTONIC)};
}

static int64_t system_utc_ms(struct clock *clock)
{
    (void)clock;
    return read_ms(CLOCK_REALTIME);
}

static void system_sleep_ms(struct clock *clock, int64_t ms)
{
    struct timespec span = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};

    (void)clock;
    if (ms > 0)
        clock_nanosleep(CLOCK_MONOTONIC, 0, &span, NULL);
}

struct clock *clock_system(void)
{
    static struct clock system = {system_mono, system_utc_ms, system_sleep_ms, NULL};

    return &system;
}

struct mono_ms clock_mono(struct clock *clock)
{
    return clock->mono(clock);
}

int64_t clock_utc_ms(struct clock *clock)
{
    return clock->utc_ms(clock);
}

void clock_sleep_ms(struct clock *clock, int64_t ms)
{
    clock->sleep_ms(clock, ms);
}

struct deadline deadline_in_ms(struct clock *clock, int64_t ms)
{
    return (struct deadline){clock, {clock_mono(clock).ms + ms}};
}

struct deadline deadline_sooner(struct deadline d, int64_t ms)
{
    struct deadline other = deadline_in_ms(d.clock, ms);

    return other.at.ms < d.at.ms ? other : d;
}

struct deadline deadline_of_asking(struct deadline d, int64_t whole_ms)
{
    int64_t left_ms = whole_ms / 10;

    if (left_ms < RESERVE_LEAST_MS)
        left_ms = RESERVE_LEAST_MS;
    if (left_ms > RESERVE_MOST_MS)
        left_ms = RESERVE_MOST_MS;
    d.at.ms -= left_ms;
    return d;
}

int64_t deadline_left_ms(struct deadline d)
{
    int64_t left = d.at.ms - clock_mono(d.clock).ms;

    return left > 0 ? left : 0;
}

bool deadline_passed(struct deadline d)
{
    return deadline_left_ms(d) == 0;
}

struct timespec deadline_timespec(struct deadline d)
{
    return (struct timespec){.tv_sec = (time_t)(d.at.ms / 1000), .tv_nsec = (long)(d.at.ms % 1000) * 1000000};
}

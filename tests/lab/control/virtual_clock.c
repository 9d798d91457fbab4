#include "lab/control/virtual_clock.h"

struct virtual_clock virtual_clock_start(struct clock *wall, int64_t speed)
{
    return (struct virtual_clock){wall, clock_mono(wall), 0, speed};
}

int64_t virtual_clock_now_ms(const struct virtual_clock *clock)
{
    return clock->virtual_base_ms + (clock_mono(clock->wall).ms - clock->wall_base.ms) * clock->speed;
}

void virtual_clock_set_speed(struct virtual_clock *clock, int64_t speed)
{
    clock->virtual_base_ms = virtual_clock_now_ms(clock);
    clock->wall_base = clock_mono(clock->wall);
    clock->speed = speed;
}

void virtual_clock_skip(struct virtual_clock *clock, int64_t ms)
{
    clock->virtual_base_ms += ms;
}

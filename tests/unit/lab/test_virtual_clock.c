#include "lab/control/virtual_clock.h"
#include "unit/cmocka_unit.h"

static int64_t wall_ms;

static struct mono_ms wall_mono(struct clock *clock)
{
    (void)clock;
    return (struct mono_ms){wall_ms};
}

static void time_runs_at_its_speed(void **state)
{
    (void)state;
    struct clock wall = {.mono = wall_mono};
    wall_ms = 5000;
    struct virtual_clock clock = virtual_clock_start(&wall, 60);

    assert_int_equal(virtual_clock_now_ms(&clock), 0);
    wall_ms += 1000;
    assert_int_equal(virtual_clock_now_ms(&clock), 60000);
    virtual_clock_set_speed(&clock, 1); /* what has passed stays */
    wall_ms += 1000;
    assert_int_equal(virtual_clock_now_ms(&clock), 61000);
    virtual_clock_skip(&clock, 3600000);
    assert_int_equal(virtual_clock_now_ms(&clock), 3661000);
    virtual_clock_set_speed(&clock, 0);
    wall_ms += 1000;
    assert_int_equal(virtual_clock_now_ms(&clock), 3661000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(time_runs_at_its_speed)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

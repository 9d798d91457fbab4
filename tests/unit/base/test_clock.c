#include "base/clock.h"
#include "unit/cmocka_unit.h"

struct fake_clock {
    struct clock clock; /* first: the functions cast back */
    int64_t mono_ms, utc_ms;
};

static struct mono_ms fake_mono(struct clock *clock)
{
    return (struct mono_ms){((struct fake_clock *)clock)->mono_ms};
}

static int64_t fake_utc_ms(struct clock *clock)
{
    return ((struct fake_clock *)clock)->utc_ms;
}

static void fake_sleep_ms(struct clock *clock, int64_t ms)
{
    ((struct fake_clock *)clock)->mono_ms += ms;
}

static struct fake_clock fake_at(int64_t mono_ms)
{
    return (struct fake_clock){{fake_mono, fake_utc_ms, fake_sleep_ms, NULL}, mono_ms, 1764000000000};
}

static void a_deadline_runs_down_and_never_below_zero(void **state)
{
    struct fake_clock fake = fake_at(5000);
    struct deadline deadline = deadline_in_ms(&fake.clock, 1500);
    static const struct {
        int64_t sleep_ms, left_ms;
    } steps[] = {{0, 1500}, {1000, 500}, {499, 1}, {1, 0}, {1000000, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        clock_sleep_ms(&fake.clock, steps[i].sleep_ms);
        assert_int_equal(deadline_left_ms(deadline), steps[i].left_ms);
        assert_int_equal(deadline_passed(deadline), steps[i].left_ms == 0);
    }
    assert_int_equal(clock_utc_ms(&fake.clock), 1764000000000);
}

static void sooner_takes_the_earlier(void **state)
{
    struct fake_clock fake = fake_at(100);
    struct deadline deadline = deadline_in_ms(&fake.clock, 1000);

    (void)state;
    assert_int_equal(deadline_left_ms(deadline_sooner(deadline, 300)), 300);
    assert_int_equal(deadline_left_ms(deadline_sooner(deadline, 3000)), 1000);
    fake.mono_ms += 900;
    assert_int_equal(deadline_left_ms(deadline_sooner(deadline, 300)), 100);
}

static void asking_leaves_time_to_write_it_down(void **state)
{
    static const struct {
        int64_t whole_ms, asking_ms;
    } rows[] = {{500, 400}, {1000, 900}, {2000, 1800}, {6000, 5400}, {10000, 9000}, {60000, 59000}};
    struct fake_clock fake = fake_at(0);

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct deadline whole = deadline_in_ms(&fake.clock, rows[i].whole_ms);

        assert_int_equal(deadline_left_ms(deadline_of_asking(whole, rows[i].whole_ms)), rows[i].asking_ms);
    }
}

static void a_timespec_is_the_same_point(void **state)
{
    struct fake_clock fake = fake_at(61000);
    struct timespec point = deadline_timespec(deadline_in_ms(&fake.clock, 1234));

    (void)state;
    assert_int_equal(point.tv_sec, 62);
    assert_int_equal(point.tv_nsec, 234000000);
}

static void the_system_clock_moves_forward(void **state)
{
    struct clock *clock = clock_system();
    struct mono_ms before = clock_mono(clock);

    (void)state;
    clock_sleep_ms(clock, 2);
    clock_sleep_ms(clock, -1);
    assert_true(clock_mono(clock).ms > before.ms);
    assert_true(clock_utc_ms(clock) > 1700000000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deadline_runs_down_and_never_below_zero),
        cmocka_unit_test(asking_leaves_time_to_write_it_down),
        cmocka_unit_test(sooner_takes_the_earlier),
        cmocka_unit_test(a_timespec_is_the_same_point),
        cmocka_unit_test(the_system_clock_moves_forward),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

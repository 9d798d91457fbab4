/* Passes come at their intervals, drift apart, and are late alike when there is not time for all. */
#include "observer/schedule.h"

#include "base/cleanup.h"
#include "unit/cmocka_unit.h"

static struct mono_ms at(int64_t ms)
{
    return (struct mono_ms){ms};
}

static void the_first_is_due_at_once_and_the_next_after_the_interval(void **state)
{
    struct schedule schedule = schedule_new(60000, 0, at(5000));
    int64_t before_ms = 5000, earliest_ms = 60000, latest_ms = 60000;

    (void)state;
    assert_int_equal(schedule.due.ms, 5000);
    for (int i = 0; i < 1000; i++) {
        int64_t gap_ms;

        schedule_begun(&schedule, at(before_ms));
        gap_ms = schedule.due.ms - before_ms;
        assert_in_range(gap_ms, 54000, 66000);
        earliest_ms = gap_ms < earliest_ms ? gap_ms : earliest_ms;
        latest_ms = gap_ms > latest_ms ? gap_ms : latest_ms;
        before_ms = schedule.due.ms;
    }
    /* All of the tenth is used, and on the whole it is the interval. */
    assert_true(earliest_ms < 55000 && latest_ms > 65000);
    assert_in_range(before_ms, 1000LL * 59400, 1000LL * 60600);
}

static void what_was_missed_is_not_made_up_for(void **state)
{
    struct schedule schedule = schedule_new(1000, 3, at(0));

    (void)state;
    schedule_begun(&schedule, at(50000));
    assert_int_equal(schedule.due.ms, 50000);
    schedule_begun(&schedule, at(50000));
    assert_in_range(schedule.due.ms, 50900, 51100);
}

static void pools_that_begin_together_drift_apart(void **state)
{
    struct schedule a = schedule_new(60000, 1, at(0)), b = schedule_new(60000, 2, at(0));

    (void)state;
    schedule_begun(&a, at(0));
    schedule_begun(&b, at(0));
    assert_int_not_equal(a.due.ms, b.due.ms);
}

static void another_interval_counts_from_the_last_beginning(void **state)
{
    struct schedule schedule = schedule_new(60000, 1, at(0));
    int64_t due_ms;

    (void)state;
    schedule_begun(&schedule, at(0));
    due_ms = schedule.due.ms;
    schedule_change(&schedule, 10000);
    assert_int_equal(schedule.due.ms, due_ms - 50000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_is_due_at_once_and_the_next_after_the_interval),
        cmocka_unit_test(what_was_missed_is_not_made_up_for),
        cmocka_unit_test(pools_that_begin_together_drift_apart),
        cmocka_unit_test(another_interval_counts_from_the_last_beginning),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Which messages an old copy alone holds: both copies go on counting after the fork. */
#include "act/stranded/stranded_compare.h"
#include "base/utc.h"
#include "unit/cmocka_unit.h"

#define SECOND INT64_C(10000000)

/* Room, number, author, seconds. */
#define MESSAGE(r, n, a, s)                                                                                  \
    {                                                                                                        \
        .room = (r), .number = (n), .author = (a), .ticks = (s)*SECOND                                       \
    }

static void both_go_on_counting(void **state)
{
    /* Room 7 forks after 2, room 9 had no message since, room 11 was opened on either side. */
    struct chat_message old[] = {MESSAGE(9, 1, 1, 5), MESSAGE(7, 4, 3, 31), MESSAGE(7, 3, 1, 30),
                                 MESSAGE(7, 2, 1, 20), MESSAGE(11, 1, 3, 33)},
                        serving[] = {MESSAGE(7, 3, 1, 40), MESSAGE(7, 2, 1, 20), MESSAGE(9, 1, 1, 5),
                                     MESSAGE(11, 1, 8, 41), MESSAGE(7, 4, 3, 42)};
    AUTO(arena) struct arena *arena = arena_new();
    struct stranded stranded = stranded_compare(old, COUNT(old), serving, COUNT(serving), arena);

    (void)state;
    assert_int_equal(stranded.count, 3);
    assert_int_equal(stranded.rows[0].number, 3);
    assert_int_equal(stranded.rows[2].room, 11);
    assert_int_equal(stranded.room_count, 2);
    assert_int_equal(stranded.rooms[0].messages, 2);
    assert_int_equal(stranded.rooms[0].authors, 2);
    assert_int_equal(stranded.rooms[1].authors, 1);
    assert_int_equal(stranded.authors, 2);
    assert_int_equal(stranded.last_utc_ms - stranded.first_utc_ms, 3000);
    assert_int_equal(stranded.rooms[0].last_utc_ms - stranded.rooms[0].first_utc_ms, 1000);
}

static void what_both_hold_is_not_stranded(void **state)
{
    struct chat_message old[] = {MESSAGE(7, 1, 1, 5), MESSAGE(7, 2, 1, 6)},
                        serving[] = {MESSAGE(7, 2, 1, 6), MESSAGE(7, 1, 1, 5), MESSAGE(7, 3, 1, 7)};
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    assert_int_equal(stranded_compare(old, 2, serving, 3, arena).count, 0);
    assert_int_equal(stranded_compare(old, 0, serving, 3, arena).count, 0);
    assert_int_equal(stranded_compare(NULL, 0, NULL, 0, arena).authors, 0);
    assert_int_equal(stranded_compare(old, 2, NULL, 0, arena).count, 2);
}

static void ticks_are_counted_from_the_year_1(void **state)
{
    int64_t utc_ms;

    (void)state;
    assert_true(utc_parse("2026-11-23T05:10:22.123Z", &utc_ms));
    assert_int_equal(utc_ticks_of_ms(utc_ms), INT64_C(639310074221230000));
    assert_int_equal(utc_ms_of_ticks(utc_ticks_of_ms(utc_ms)), utc_ms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_go_on_counting),
        cmocka_unit_test(what_both_hold_is_not_stranded),
        cmocka_unit_test(ticks_are_counted_from_the_year_1),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

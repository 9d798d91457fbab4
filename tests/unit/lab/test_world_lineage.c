#include "lab/world/world.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static void lsns_are_numbers_of_25_digits(void **state)
{
    static const struct {
        unsigned vlf, block, slot;
        const char *text;
    } cases[] = {
        {34, 16, 1, "34000000001600001"},
        {1, 0, 0, "1000000000000000"},
        {4294967295U, 4294967U, 99999, "4294967295000429496799999"},
        {0, 0, 0, ""},
    };
    char text[LSN_TEXT_BYTES];

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(world_lsn_text(lsn_make(cases[i].vlf, cases[i].block, cases[i].slot), text),
                            cases[i].text);
}

static void lsns_advance_across_virtual_log_files(void **state)
{
    static const int64_t steps[] = {1, 512, 513, 65536, 100 << 20, 3LL << 30};

    (void)state;
    for (size_t i = 0; i < COUNT(steps); i++) {
        lsn_t from = lsn_make(34, 131000, 1), to = lsn_advance(from, steps[i]);
        assert_true(to > from);
        assert_int_equal(lsn_distance_bytes(from, to), (steps[i] + 511) / 512 * 512);
        assert_int_equal(lsn_distance_bytes(to, from), 0);
    }
}

/* Root 0; fork 1 leaves it at block 50; fork 2 leaves it at block 70; fork 3 leaves fork 1 at block 90. */
static struct lineage tree(void)
{
    struct lineage lineage = {0};
    const struct guid guid = {"F"};

    lineage_fork(&lineage, FORK_NONE, lsn_make(1, 1, 1), &guid, 0);
    lineage_fork(&lineage, 0, lsn_make(1, 50, 1), &guid, 0);
    lineage_fork(&lineage, 0, lsn_make(1, 70, 1), &guid, 0);
    lineage_fork(&lineage, 1, lsn_make(1, 90, 1), &guid, 0);
    return lineage;
}

static void write_at(struct lineage *lineage, int fork, unsigned block)
{
    struct chat_message *message = LIST_ADD(&lineage->messages);

    message->n = (int64_t)lineage->messages.count;
    message->fork = fork;
    message->lsn = lsn_make(1, block, 1);
}

static void a_copy_holds_what_lies_on_its_path_below_its_end(void **state)
{
    static const struct {
        int fork;
        unsigned end, message_block;
        int message_fork;
        bool held;
    } cases[] = {
        {0, 60, 59, 0, true},  /* below the end */
        {0, 60, 60, 0, false}, /* the end is exclusive */
        {1, 80, 49, 0, true},  /* before the fork, on the parent */
        {1, 80, 50, 0, false}, /* the parent's own after the fork */
        {1, 80, 60, 1, true},  /* the fork's */
        {2, 80, 60, 1, false}, /* a sibling's */
        {3, 99, 49, 0, true},  /* two forks back */
        {3, 99, 89, 1, true},  /* one fork back, before it left */
        {3, 99, 90, 1, false}, /* one fork back, after it left */
        {0, 99, 60, 1, false}, /* a child's */
    };
    struct lineage lineage = tree();

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct lineage_place place = {cases[i].fork, lsn_make(1, cases[i].end, 1)};
        const struct chat_message message = {.fork = cases[i].message_fork,
                                             .lsn = lsn_make(1, cases[i].message_block, 1)};
        assert_int_equal(lineage_contains(&lineage, place, &message), cases[i].held);
    }
    free(lineage.forks.rows);
}

static void loss_is_what_the_survivor_does_not_hold(void **state)
{
    struct lineage lineage = tree();
    const struct lineage_place root = {0, lsn_make(1, 99, 1)}, first = {1, lsn_make(1, 99, 1)};

    (void)state;
    write_at(&lineage, 0, 10);
    write_at(&lineage, 0, 55);
    write_at(&lineage, 1, 56);
    write_at(&lineage, 1, 57);
    assert_int_equal(lineage_count(&lineage, root), 2);
    assert_int_equal(lineage_count(&lineage, first), 3);
    assert_int_equal(lineage_newest(&lineage, root)->n, 2);
    assert_int_equal(lineage_newest(&lineage, first)->n, 4);
    free(lineage.forks.rows);
    free(lineage.messages.rows);
}

static void a_backup_names_the_fork_at_its_first_lsn(void **state)
{
    struct lineage lineage = tree();

    (void)state;
    assert_int_equal(lineage_fork_at(&lineage, 3, lsn_make(1, 95, 1)), 3);
    assert_int_equal(lineage_fork_at(&lineage, 3, lsn_make(1, 90, 1)), 3);
    assert_int_equal(lineage_fork_at(&lineage, 3, lsn_make(1, 60, 1)), 1);
    assert_int_equal(lineage_fork_at(&lineage, 3, lsn_make(1, 49, 1)), 0);
    free(lineage.forks.rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lsns_are_numbers_of_25_digits),
        cmocka_unit_test(lsns_advance_across_virtual_log_files),
        cmocka_unit_test(a_copy_holds_what_lies_on_its_path_below_its_end),
        cmocka_unit_test(loss_is_what_the_survivor_does_not_hold),
        cmocka_unit_test(a_backup_names_the_fork_at_its_first_lsn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "assess/chain.h"
#include "unit/cmocka_unit.h"

#include <string.h>

/* One log backup: "first-last" in small numbers, then marks. */
enum mark { SHIPPED = 0, ADHOC = 1, COPY_ONLY = 2, BEGINS = 4, OTHER_FORK = 8, BRIDGE_FORK = 16 };

struct piece {
    int first, last;
    unsigned marks;
};

enum { MOST_PIECES = 6 };

static const struct {
    const char *name;
    int start;
    const char *start_fork;
    int next; /* 0: unknown */
    int fork_point;
    bool incomplete; /* a partner's history was not seen */
    struct piece pieces[MOST_PIECES];
    enum chain_verdict verdict;
    int end;
} cases[] = {
    {"nothing to restore", 50, "new", 50, 0, false, {{40, 50, 0}}, CHAIN_PROVEN, 50},
    {"nothing was ever backed up", 50, "new", 50, 0, false, {{0}}, CHAIN_PROVEN, 50},
    {"one after the other",
     20,
     "new",
     50,
     0,
     false,
     {{10, 20, 0}, {20, 30, 0}, {30, 50, 0}},
     CHAIN_PROVEN,
     50},
    {"in any order", 20, "new", 50, 0, false, {{30, 50, 0}, {10, 20, 0}, {20, 30, 0}}, CHAIN_PROVEN, 50},
    {"overlapping", 25, "new", 50, 0, false, {{20, 30, 0}, {28, 40, 0}, {40, 50, 0}}, CHAIN_PROVEN, 50},
    {"in the midst of one", 25, "new", 30, 0, false, {{20, 30, 0}}, CHAIN_PROVEN, 30},
    {"ahead of the question", 60, "new", 50, 0, false, {{40, 50, 0}}, CHAIN_PROVEN, 60},
    {"25 digits",
     2000000000,
     "new",
     2000000002,
     0,
     false,
     {{2000000000, 2000000002, 0}},
     CHAIN_PROVEN,
     2000000002},
    {"a hole", 20, "new", 60, 0, false, {{10, 20, 0}, {20, 30, 0}, {40, 60, 0}}, CHAIN_GAP, 30},
    {"a hole at once", 20, "new", 60, 0, false, {{10, 20, 0}, {40, 60, 0}}, CHAIN_GAP, 20},
    {"a hole, history not whole",
     20,
     "new",
     60,
     0,
     true,
     {{10, 20, 0}, {20, 30, 0}, {40, 60, 0}},
     CHAIN_UNPROVEN,
     30},
    {"history begins later", 20, "new", 60, 0, false, {{40, 60, 0}}, CHAIN_UNPROVEN, 20},
    {"began anew", 20, "new", 60, 0, false, {{40, 60, BEGINS}}, CHAIN_GAP, 20},
    {"began anew, history not whole", 20, "new", 60, 0, true, {{40, 60, BEGINS}}, CHAIN_GAP, 20},
    {"one went elsewhere",
     20,
     "new",
     50,
     0,
     false,
     {{20, 30, 0}, {30, 40, ADHOC}, {40, 50, 0}},
     CHAIN_FOREIGN,
     30},
    {"elsewhere, but behind us", 40, "new", 50, 0, false, {{30, 40, ADHOC}, {40, 50, 0}}, CHAIN_PROVEN, 50},
    {"elsewhere as the last", 40, "new", 60, 0, false, {{40, 60, ADHOC}}, CHAIN_FOREIGN, 40},
    {"copy only beside the chain",
     20,
     "new",
     40,
     0,
     false,
     {{20, 30, 0}, {20, 35, COPY_ONLY | ADHOC}, {30, 40, 0}},
     CHAIN_PROVEN,
     40},
    {"copy only bridges",
     20,
     "new",
     40,
     0,
     false,
     {{10, 20, 0}, {20, 30, COPY_ONLY}, {30, 40, 0}},
     CHAIN_PROVEN,
     40},
    {"copy only elsewhere bridges",
     20,
     "new",
     40,
     0,
     false,
     {{10, 20, 0}, {20, 30, COPY_ONLY | ADHOC}, {30, 40, 0}},
     CHAIN_FOREIGN,
     20},
    {"copy only behind the end proves nothing",
     20,
     "new",
     30,
     0,
     false,
     {{20, 30, 0}, {25, 35, COPY_ONLY}},
     CHAIN_PROVEN,
     35},
    {"a backup that no history names", 20, "new", 60, 0, false, {{20, 30, 0}}, CHAIN_UNPROVEN, 30},
    {"the principal's next is unknown", 20, "new", 0, 0, false, {{20, 30, 0}}, CHAIN_UNPROVEN, 30},
    {"start unknown", 0, "new", 50, 0, false, {{20, 30, 0}}, CHAIN_UNPROVEN, 0},
    {"fork of the start unknown", 20, NULL, 30, 15, false, {{20, 30, 0}}, CHAIN_PROVEN, 30},
    {"before the fork point",
     20,
     "old",
     50,
     30,
     false,
     {{20, 30, OTHER_FORK}, {30, 50, 0}},
     CHAIN_PROVEN,
     50},
    {"at the fork point", 30, "old", 50, 30, false, {{30, 50, 0}}, CHAIN_PROVEN, 50},
    {"beyond the fork point", 40, "old", 50, 30, false, {{30, 50, 0}}, CHAIN_DIVERGED, 40},
    {"abandoned branch is not taken",
     20,
     "old",
     50,
     30,
     false,
     {{20, 45, OTHER_FORK}, {20, 35, BRIDGE_FORK}, {35, 50, 0}},
     CHAIN_PROVEN,
     50},
    {"abandoned branch makes no hole",
     20,
     "old",
     30,
     25,
     false,
     {{20, 30, BRIDGE_FORK}, {40, 60, OTHER_FORK}},
     CHAIN_PROVEN,
     30},
    {"another fork, its point not seen", 20, "old", 50, 0, false, {{20, 50, 0}}, CHAIN_UNPROVEN, 20},
};

static struct lsn lsn_of(int value)
{
    struct lsn lsn = {""};
    char text[LSN_DIGITS + 1];

    if (!value)
        return lsn;
    snprintf(text, sizeof(text), "%d000000001200001", value);
    assert_true(lsn_parse(text, &lsn));
    return lsn;
}

static struct backup_fact set_of(const struct piece *piece)
{
    return (struct backup_fact){
        .type = "L",
        .first_lsn = lsn_of(piece->first),
        .last_lsn = lsn_of(piece->last),
        .is_copy_only = {true, (piece->marks & COPY_ONLY) != 0},
        .begins_log_chain = {true, (piece->marks & BEGINS) != 0},
        .first_fork_guid = piece->marks & (OTHER_FORK | BRIDGE_FORK) ? "old" : "new",
        .last_fork_guid = piece->marks & OTHER_FORK ? "old" : "new",
    };
}

static void the_chain_is_walked(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct backup_fact sets[MOST_PIECES];
        struct chain_link links[MOST_PIECES];
        struct lsn end = lsn_of(cases[i].end);
        struct chain_walk walk = {.start = lsn_of(cases[i].start),
                                  .start_fork = cases[i].start_fork,
                                  .next_lsn = lsn_of(cases[i].next),
                                  .fork = "NEW",
                                  .fork_point = lsn_of(cases[i].fork_point),
                                  .history_complete = !cases[i].incomplete,
                                  .links = links};

        while (walk.link_count < MOST_PIECES && cases[i].pieces[walk.link_count].last) {
            const struct piece *piece = &cases[i].pieces[walk.link_count];

            sets[walk.link_count] = set_of(piece);
            links[walk.link_count] =
                (struct chain_link){.set = &sets[walk.link_count], .shipped = !(piece->marks & ADHOC)};
            walk.link_count++;
        }
        chain_walk(&walk);
        if (walk.verdict != cases[i].verdict || strcmp(walk.end.digits, end.digits) != 0)
            fail_msg("%s: verdict %d, end %s", cases[i].name, walk.verdict, lsn_text(&walk.end));
        assert_true((walk.verdict == CHAIN_UNPROVEN) == (walk.why != NULL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_chain_is_walked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What a program of the site may print, and what of it is a vote. */
#include "observe/vantage/command_answer.h"

#include "unit/cmocka_unit.h"
#include "unit/vantage/vantage_pool.h"

#include <string.h>

#define NOW "now 2026-11-23T05:15:40Z\n"
#define AT  " 2026-11-23T05:15:30Z\n"
/* What none of these cases tells of. */
#define REST                                                                                                 \
    ", sqldr2 unknown ?, pc1 unknown ?, pc2 unknown ?, pc5 unknown ?, fe-dub1 unknown ?, fe-red1 unknown ?"

static const struct answer_case {
    const char *name, *answer, *expected;
    size_t passed_over;
} cases[] = {
    {"as it should be", NOW "sqlpri1 seen" AT "sqlmir1 not_seen" AT "sqldr1 unknown" AT,
     "sqlpri1 seen 10, sqlmir1 not_seen 10, sqldr1 unknown 10" REST, 0},
    {"the clock last, blanks, tabs, CRLF, no end",
     "  SQLPRI1\tseen  2026-11-23T05:15:30Z \r\n\r\nsqlmir1 not_seen" AT "now 2026-11-23T05:15:40Z",
     "sqlpri1 seen 10, sqlmir1 not_seen 10, sqldr1 unknown ?" REST, 0},
    {"fractions, and zero's offset", "now 2026-11-23T05:15:40.250Z\nsqlpri1 seen 2026-11-23T05:15:40.1Z\n",
     "sqlpri1 seen 1, sqlmir1 unknown ?, sqldr1 unknown ?" REST, 0},
    {"no clock", "sqlpri1 seen" AT,
     "sqlpri1 unknown ?, sqlmir1 unknown ?, sqldr1 unknown ?" REST
     " (it does not say what its clock shows: nothing that it says has an age)",
     0},
    {"two clocks", NOW NOW "sqlpri1 seen" AT,
     "sqlpri1 unknown ?, sqlmir1 unknown ?, sqldr1 unknown ?" REST
     " (it does not say what its clock shows: nothing that it says has an age)",
     0},
    {"stale", NOW "sqlpri1 seen 2026-11-22T05:15:40Z\n",
     "sqlpri1 seen 86400, sqlmir1 unknown ?, sqldr1 unknown ?" REST, 0},
    {"a little ahead", NOW "sqlpri1 seen 2026-11-23T05:15:42Z\n",
     "sqlpri1 seen 0, sqlmir1 unknown ?, sqldr1 unknown ?" REST, 0},
    {"in the future", NOW "sqlpri1 seen 2026-11-23T05:15:43Z\nsqldr1 seen" AT,
     "sqlpri1 unknown ?, sqlmir1 unknown ?, sqldr1 seen 10" REST, 0},
    {"no time that is one",
     NOW "sqlpri1 seen yesterday\nsqlmir1 seen 2026-11-23 05:15:30\nsqldr1 seen 1732338930\n",
     "sqlpri1 unknown ?, sqlmir1 unknown ?, sqldr1 unknown ?" REST
     " (it sees nothing of the pool: it may be cut off itself, and has no vote)",
     1},
    {"a zone is not UTC",
     NOW "sqlpri1 seen 2026-11-23T05:15:30\nsqlmir1 seen 2026-11-23T06:15:30+01:00\nsqldr1 seen" AT,
     "sqlpri1 unknown ?, sqlmir1 unknown ?, sqldr1 seen 10" REST, 0},
    {"names that nobody asked about", NOW "sqlpri9 seen" AT "sqlwit1 seen" AT "sqlpri1 not_seen" AT,
     "sqlpri1 unknown 10, sqlmir1 unknown ?, sqldr1 unknown ?" REST
     " (it sees nothing of the pool: it may be cut off itself, and has no vote)",
     2},
    {"said twice", NOW "sqlpri1 seen" AT "sqlpri1 seen" AT "sqldr1 seen" AT,
     "sqlpri1 unknown 10, sqlmir1 unknown ?, sqldr1 seen 10" REST, 0},
    {"said twice, once in capitals", NOW "sqlpri1 seen" AT "SQLPRI1 not_seen" AT "sqldr1 seen" AT,
     "sqlpri1 unknown 10, sqlmir1 unknown ?, sqldr1 seen 10" REST, 0},
    {"sees nothing", NOW "sqlpri1 not_seen" AT "sqlmir1 not_seen" AT "sqldr1 not_seen" AT,
     "sqlpri1 unknown 10, sqlmir1 unknown 10, sqldr1 unknown 10" REST
     " (it sees nothing of the pool: it may be cut off itself, and has no vote)",
     0},
    {"an old sighting is one", NOW "sqlpri1 not_seen" AT "sqldr1 seen 2026-11-23T04:15:30Z\n",
     "sqlpri1 not_seen 10, sqlmir1 unknown ?, sqldr1 seen 3610" REST, 0},
    {"words that are none", NOW "sqlpri1 up" AT "sqlmir1 Seen" AT "sqldr1\nsqldr1 seen\n* seen x y\n",
     "sqlpri1 unknown ?, sqlmir1 unknown ?, sqldr1 unknown ?" REST
     " (it sees nothing of the pool: it may be cut off itself, and has no vote)",
     5},
    {"nothing", "",
     "sqlpri1 unknown ?, sqlmir1 unknown ?, sqldr1 unknown ?" REST
     " (it does not say what its clock shows: nothing that it says has an age)",
     0},
};

static void check(const struct answer_case *one, const char *vantage)
{
    AUTO(topology) struct topology *topology = vantage_pool(vantage);
    AUTO(arena) struct arena *arena = arena_new();
    struct vantage_objects objects;
    struct verdicts verdicts = {.objects = &objects};
    struct host_snapshot seen = {0};

    objects_of(&topology->pools[0], &objects);
    if (command_answer_read(one->answer, strlen(one->answer), &verdicts) != one->passed_over)
        fail_msg("%s: passed over other lines", one->name);
    verdicts_put(&verdicts, &topology->pools[0].vantages[0], arena, &seen);
    assert_votes(one->name, &seen, one->expected);
}

static void each_answer_gives_its_votes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        check(&cases[i], "kind: command, command: /usr/bin/look");
}

/* A probe of the primary site alone sees nothing when that is lost: its reference tells that it can look. */
static void a_reference_decides(void **state)
{
    static const struct answer_case with_reference[] = {
        {"seen", NOW "* seen" AT "sqlpri1 not_seen" AT,
         "sqlpri1 not_seen 10, sqlmir1 unknown ?, sqldr1 unknown ?" REST, 0},
        {"not seen", NOW "* not_seen" AT "sqlpri1 not_seen" AT "sqldr1 seen" AT,
         "sqlpri1 unknown 10, sqlmir1 unknown ?, sqldr1 seen 10" REST
         " (it does not see its reference: what else it does not see is no vote)",
         0},
        {"not told of", NOW "sqlpri1 not_seen" AT,
         "sqlpri1 unknown 10, sqlmir1 unknown ?, sqldr1 unknown ?" REST
         " (it does not see its reference: what else it does not see is no vote)",
         0},
        {"told of twice", NOW "* seen" AT "* seen" AT "sqlpri1 not_seen" AT,
         "sqlpri1 unknown 10, sqlmir1 unknown ?, sqldr1 unknown ?" REST
         " (it does not see its reference: what else it does not see is no vote)",
         0},
        {"from the future", NOW "* seen 2027-01-01T00:00:00Z\nsqlpri1 not_seen" AT,
         "sqlpri1 unknown 10, sqlmir1 unknown ?, sqldr1 unknown ?" REST
         " (it does not see its reference: what else it does not see is no vote)",
         0},
        {"seen, but nothing of both sites", NOW "* seen" AT "sqlpri1 not_seen" AT "sqldr1 not_seen" AT,
         "sqlpri1 unknown 10, sqlmir1 unknown ?, sqldr1 unknown 10" REST
         " (it sees nothing of the pool: it may be cut off itself, and has no vote)",
         0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(with_reference); i++)
        check(&with_reference[i], "kind: command, command: /usr/bin/look, reference: 'ns1.example.net:53'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_answer_gives_its_votes),
        cmocka_unit_test(a_reference_decides),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

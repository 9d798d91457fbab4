/* Log backup files: which of them are opened, what their headers say, and when. */
#include "act/engine/log_files.h"

#include "base/utc.h"
#include "topology/topology.h"
#include "unit/cmocka_unit.h"
#include "unit/observe/script_port.h"

#include <string.h>

/* ---- names and times ---- */

static void only_log_backups_of_that_database_are_opened(void **state)
{
    static const struct {
        const char *name;
        bool wanted;
    } cases[] = {
        {"mgc_20261123051500.trn", true},
        {"MGC_20261123051500.TRN", true},
        {"mgc_tail_20261123051500.trn", true},
        {"mgc_rescue_7.trn", true},
        {"mgccomp_20261123051500.trn", false},
        {"mgc_20261123051500.wrk", false},
        {"mgc_2026112305150.trn", false},
        {"mgc_20261323051500.trn", false},
        {"mgc.bak", false},
        {"mgc_tail_1.bak", false},
        {"mgc_full_20261123051500.trn", false},
        {"", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(log_file_is_wanted(cases[i].name, "mgc"), cases[i].wanted);
}

static void name_and_start_tell_the_zone(void **state)
{
    static const struct {
        const char *name, *started, *finished, *utc; /* NULL: not known */
    } cases[] = {
        {"mgc_20261123051500.trn", "2026-11-23T05:15:01", "2026-11-23T05:15:40.123",
         "2026-11-23T05:15:40.123Z"},
        {"mgc_20261123051500.trn", "2026-11-23T06:15:01", "2026-11-23T06:16:00", "2026-11-23T05:16:00Z"},
        {"mgc_20261123051500.trn", "2026-11-22T21:15:01", "2026-11-22T21:16:00", "2026-11-23T05:16:00Z"},
        {"mgc_20261123051500.trn", "2026-11-23T10:45:02", "2026-11-23T10:45:02", "2026-11-23T05:15:02Z"},
        {"mgc_20261123051500.trn", "2026-11-23T11:00:00", "2026-11-23T11:00:00", "2026-11-23T05:15:00Z"},
        {"mgc_20261123051500.trn", "2026-11-23T05:14:58", "2026-11-23T05:15:01", "2026-11-23T05:15:01Z"},
        {"mgc_tail_20261123051500.trn", "2026-11-23T06:15:01", "2026-11-23T06:16:00", "2026-11-23T05:16:00Z"},
        {"mgc_20261123051500.trn", "2026-11-23T05:22:00", "2026-11-23T05:23:00", NULL},
        {"mgc_20261123051500.trn", "2026-11-24T05:15:00", "2026-11-24T05:15:00", NULL},
        {"mgc_20261123051500.trn", NULL, "2026-11-24T05:15:00", NULL},
        {"mgc_20261123051500.trn", "2026-11-23T05:15:01", "soon", NULL},
        {"mgc_rescue_7.trn", "2026-11-23T05:15:01", "2026-11-23T05:15:01", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[UTC_TEXT_BYTES];
        int64_t utc_ms;

        if (log_file_finished_utc(cases[i].name, cases[i].started, cases[i].finished, &utc_ms))
            assert_string_equal(utc_format(utc_ms, text), cases[i].utc ? cases[i].utc : "not known");
        else
            assert_null(cases[i].utc);
    }
}

/* ---- reading ---- */

#define HEADER                                                                                               \
    "BackupName|BackupType|Position|DatabaseName|ServerName|FirstLSN|LastLSN|BackupStartDate|"               \
    "BackupFinishDate|FirstRecoveryForkID|RecoveryForkID|FamilyGUID|BackupSetGUID|IsCopyOnly|IsDamaged\n"
#define LISTING                         "subdirectory|depth|file\n"
#define FAILS(number, its_sight, words) .failure = {its_sight, number, words}

static const struct topology_sql b = {.name = "b", .host = "b", .port = 1};

/* Reads with these turns; the rows live in *arena. */
static struct log_file_facts read_with(const struct script_turn *turns, size_t count, struct arena *arena,
                                       const struct instance_snapshot *seen)
{
    const char *paths[] = {"E:\\copy", "\\\\nas\\ls\\"};
    const struct log_folders folders = {paths, COUNT(paths)};
    struct script_server servers[] = {{.name = "b", .turns = turns, .turn_count = count}};
    struct script script = SCRIPT_INIT(servers);
    struct sql_opener opener = script_opener(&script);
    const struct inquiry inquiry = {"mgc", "pchat:p", deadline_in_ms(clock_system(), 2000)};
    const char *_Atomic doing = NULL;
    struct sql_failure failure;
    struct sql_port *port = opener.open(opener.user, &b, inquiry.deadline, arena, &doing, &failure);
    struct log_file_facts files;

    log_files_read(port, &inquiry, &folders, seen, arena, &files);
    sql_port_close(port);
    return files;
}

static void headers_become_facts(void **state)
{
    static const struct script_turn turns[] = {
        {.match = "xp_dirtree N'E:\\copy', 1, 1",
         .rows = LISTING "mgc_20261123051500.trn|1|1\nmgc_20261123053000.trn|1|1\nold|1|0\nnotes.txt|1|1"},
        {.match = "xp_dirtree N'\\\\nas\\ls\\', 1, 1", .rows = LISTING "mgc_20261123054500.trn|1|1"},
        {.match = "N'E:\\copy\\mgc_20261123051500.trn'",
         .rows = HEADER "x|2|1|mgc|SQLPRI1|34000000002500001|34000000033200001|2026-11-23T05:15:01|"
                        "2026-11-23T05:15:04|F1|F2|FAM|SET|0|0"},
        {.match = "N'E:\\copy\\mgc_20261123053000.trn'", FAILS(3241, SIGHT_PROTOCOL_ERROR, "malformed")},
        {.match = "N'\\\\nas\\ls\\mgc_20261123054500.trn'",
         .rows = HEADER "x|2|1|mgc|S|no lsn|2|x|x|F|F|F|S|0|0"},
    };
    static const struct instance_snapshot nothing = {0};
    AUTO(arena) struct arena *arena = arena_new();
    struct log_file_facts files = read_with(turns, COUNT(turns), arena, &nothing);

    (void)state;
    assert_int_equal(files.sighting.sight, SIGHT_SEEN);
    assert_int_equal(files.count, 3); /* newest first */
    assert_string_equal(files.rows[0].path, "\\\\nas\\ls\\mgc_20261123054500.trn");
    assert_int_equal(files.rows[0].error.value, 3241);
    assert_non_null(strstr(files.rows[0].detail, "no lsn"));
    assert_int_equal(files.rows[1].error.value, 3241);
    assert_string_equal(files.rows[1].detail, "malformed");
    assert_false(files.rows[2].error.known);
    assert_int_equal(files.rows[2].backup_type.value, 2);
    assert_string_equal(lsn_text(&files.rows[2].last_lsn), "34000000033200001");
    assert_string_equal(files.rows[2].first_fork_guid, "F1");
    assert_string_equal(files.rows[2].last_fork_guid, "F2");
    assert_true(files.rows[2].finished_utc_ms.known);
}

static void half_a_list_is_none(void **state)
{
    static const struct script_turn denied[] = {{.match = "xp_dirtree", FAILS(229, SIGHT_DENIED, "no")}},
                                    lost[] = {
                                        {.match = "xp_dirtree", .rows = LISTING "mgc_20261123051500.trn|1|1"},
                                        {.match = "HEADERONLY", FAILS(0, SIGHT_TIMED_OUT, "no answer")}};
    static const struct instance_snapshot nothing = {0};
    AUTO(arena) struct arena *arena = arena_new();
    struct log_file_facts files = read_with(denied, COUNT(denied), arena, &nothing);

    (void)state;
    assert_int_equal(files.sighting.sight, SIGHT_DENIED);
    files = read_with(lost, COUNT(lost), arena, &nothing);
    assert_int_equal(files.sighting.sight, SIGHT_TIMED_OUT);
    assert_int_equal(files.count, 0);
}

/* What is restored long since is not opened, but for the newest of a folder: that a folder is readable shows.
 */
static void old_files_are_left_alone(void **state)
{
    static const struct script_turn turns[] = {
        {.match = "E:\\copy', 1, 1",
         .rows =
             LISTING "mgc_20261122051500.trn|1|1\nmgc_20261123051500.trn|1|1\nmgc_20261122053000.trn|1|1"},
        {.match = "nas\\ls\\', 1, 1",
         .rows = LISTING "mgc_20261101051500.trn|1|1\nmgc_20261101053000.trn|1|1\nmgc_tail_1.trn|1|1"},
        {.match = "HEADERONLY", FAILS(3201, SIGHT_PROTOCOL_ERROR, "gone")},
    };
    struct ls_secondary_fact shipping = {.last_restored_file = "E:\\copy\\mgc_20261123050000.trn"};
    const struct instance_snapshot seen = {.ls_secondary = {{SIGHT_SEEN, NULL}, &shipping, 1}};
    AUTO(arena) struct arena *arena = arena_new();
    struct log_file_facts files = read_with(turns, COUNT(turns), arena, &seen);

    (void)state;
    assert_int_equal(files.count, 3);
    assert_string_equal(files.rows[0].name, "mgc_tail_1.trn");
    assert_string_equal(files.rows[1].name, "mgc_20261123051500.trn");
    assert_string_equal(files.rows[2].name, "mgc_20261101053000.trn");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_log_backups_of_that_database_are_opened),
        cmocka_unit_test(name_and_start_tell_the_zone),
        cmocka_unit_test(headers_become_facts),
        cmocka_unit_test(half_a_list_is_none),
        cmocka_unit_test(old_files_are_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

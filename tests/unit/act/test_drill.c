/* What of a drill is judged without a server: whose database that is, which backup is the newest, who is
 * refused, and what names become in what is sent. */
#include "act/drill/drill_work.h"
#include "unit/act/look_fixture.h"
#include "unit/cmocka_unit.h"

#include <jansson.h>
#include <string.h>

/* ---- whose database ---- */

static const struct {
    const char *database;
    int64_t number;
} names[] = {
    {"pchat_drill_1", 1},
    {"pchat_drill_20261123051500", INT64_C(20261123051500)},
    {"pchat_drill_", 0},
    {"pchat_drill_0", 0},
    {"pchat_drill_01", 0},
    {"pchat_drill_1x", 0},
    {"pchat_drill_1 ", 0},
    {"pchat_drill_-1", 0},
    {"pchat_drill_1]; DROP DATABASE [mgc", 0},
    {"pchat_drill_1234567890123456789", 0},
    {"PCHAT_DRILL_1", 0},
    {"xpchat_drill_1", 0},
    {"mgc", 0},
    {"", 0},
    {NULL, 0},
};

static void a_drills_database_is_known_by_its_whole_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++)
        if (drill_number_of(names[i].database) != names[i].number)
            fail_msg("%s: %lld", names[i].database, (long long)drill_number_of(names[i].database));
    assert_int_equal(drill_number_at(INT64_C(1795411500999)), INT64_C(20261123052500));
    assert_int_equal(drill_number_at(0), INT64_C(19700101000000));
}

#define FOLDER "D:\\Drill"
static const struct {
    const char *database, *folder;
    const char *paths[3];
    bool owns;
} databases[] = {
    {"pchat_drill_1", FOLDER, {"D:\\Drill\\a.mdf", "d:\\drill\\b.ldf"}, true},
    {"pchat_drill_1", FOLDER "\\", {"D:\\Drill\\a.mdf"}, true},
    {"pchat_drill_1", FOLDER, {NULL}, false},
    {"pchat_drill_1", FOLDER, {"D:\\Drill\\a.mdf", "L:\\Log\\b.ldf"}, false},
    {"pchat_drill_1", FOLDER, {"D:\\Drill\\below\\a.mdf"}, false},
    {"pchat_drill_1", FOLDER, {"D:\\Drill2\\a.mdf"}, false},
    {"pchat_drill_1", FOLDER, {"D:\\Drill"}, false},
    {"pchat_drill_1", FOLDER, {"D:\\Drill\\..\\Data\\a.mdf"}, false},
    {"pchat_drill_1x", FOLDER, {"D:\\Drill\\a.mdf"}, false},
    {"mgc", FOLDER, {"D:\\Drill\\a.mdf"}, false},
    {"pchat_drill_1", "", {"D:\\Drill\\a.mdf"}, false},
};

static void it_is_owned_with_all_its_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(databases); i++) {
        size_t count = 0;

        while (count < 3 && databases[i].paths[count])
            count++;
        if (drill_owns(databases[i].database, databases[i].paths, count, databases[i].folder) !=
            databases[i].owns)
            fail_msg("case %zu", i);
    }
}

/* ---- which files ---- */

static const struct {
    const char *pattern, *name;
    bool matches;
} patterns[] = {
    {"*.bak", "mgc.bak", true},
    {"*.bak", "MGC.BAK", true},
    {"*.bak", "mgc.bak.part", false},
    {"mgc_*.bak", "mgc_1.bak", true},
    {"mgc_*.bak", "mgccomp_1.bak", false},
    {"mgc_????.bak", "mgc_2026.bak", true},
    {"mgc_????.bak", "mgc_202.bak", false},
    {"*a*b", "xaxbxab", true},
    {"*a*b", "xaxbxa", false},
    {"*", "", true},
    {"?", "", false},
    {"", "x", false},
    {"mgc.bak", "mgc.bak", true},
};

static const struct {
    const char *full_backup, *folder, *pattern;
} places[] = {
    {"\\\\fs1\\full", "\\\\fs1\\full", "*.bak"},
    {"\\\\fs1\\full\\mgc_*.bak", "\\\\fs1\\full", "mgc_*.bak"},
    {"E:\\full\\", "E:\\full\\", "*.bak"},
    {"E:\\full\\?.bak", "E:\\full", "?.bak"},
};

static void a_place_is_a_folder_and_a_pattern(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(patterns); i++)
        if (drill_matches(patterns[i].pattern, patterns[i].name) != patterns[i].matches)
            fail_msg("%s %s", patterns[i].pattern, patterns[i].name);
    for (size_t i = 0; i < COUNT(places); i++) {
        const struct drill_place place = drill_place_of(arena, places[i].full_backup);

        assert_string_equal(place.folder, places[i].folder);
        assert_string_equal(place.pattern, places[i].pattern);
    }
    assert_true(drill_took("mgc_drill_20261123051500.bak", "mgc"));
    assert_true(drill_took("MGC_DRILL_1.BAK", "mgc"));
    assert_false(drill_took("mgc_drill_.bak", "mgc"));
    assert_false(drill_took("mgc_drill_1_.bak", "mgc"));
    assert_false(drill_took("mgc_20261123051500.bak", "mgc"));
}

/* ---- the newest ---- */

struct set_row {
    const char *name, *database;
    int64_t type, finished_ms;
    int error;
    bool damaged, without_lsn;
};

static const struct full_case {
    const char *name;
    struct set_row rows[5];
    const char *wanted; /* its name; NULL: none, and why holds `why` */
    const char *why;
} full_cases[] = {
    {"the newest by its header, whatever its name",
     {{"a.bak", "mgc", 1, 300, 0, false, false}, {"b.bak", "mgc", 1, 200, 0, false, false}},
     "a.bak",
     NULL},
    {"two sets in one file",
     {{"a.bak", "mgc", 1, 100, 0, false, false}, {"a.bak", "mgc", 1, 200, 0, false, false}},
     "a.bak",
     NULL},
    {"of the database, in any case",
     {{"a.bak", "MGC", 1, 100, 0, false, false}, {"b.bak", "mgccomp", 1, 200, 0, false, false}},
     "a.bak",
     NULL},
    {"no log, no differential",
     {{"a.bak", "mgc", 1, 100, 0, false, false},
      {"b.bak", "mgc", 5, 200, 0, false, false},
      {"c.bak", "mgc", 2, 300, 0, false, false}},
     "a.bak",
     NULL},
    {"nothing",
     {{NULL, NULL, 0, 0, 0, false, false}},
     NULL,
     "none of the 0 backup sets there is a full backup of mgc"},
    {"the newest is damaged: an older one proves nothing",
     {{"a.bak", "mgc", 1, 100, 0, false, false}, {"b.bak", "mgc", 1, 200, 0, true, false}},
     NULL,
     "b.bak, the newest full backup, is damaged"},
    {"the newest has no LSN", {{"a.bak", "mgc", 1, 100, 0, false, true}}, NULL, "is damaged"},
    {"one that cannot be read may be newer",
     {{"a.bak", "mgc", 1, 100, 0, false, false}, {"b.bak", NULL, 0, 0, 3241, false, false}},
     NULL,
     "b.bak may be the newest full backup and cannot be read (3241 malformed)"},
    {"one that cannot be read is older by its name",
     {{"b.bak", "mgc", 1, 100, 0, false, false}, {"a.bak", NULL, 0, 0, 3241, false, false}},
     "b.bak",
     NULL},
    {"only one that cannot be read", {{"a.bak", NULL, 0, 0, 3201, false, false}}, NULL, "a.bak may be"},
};

static size_t fill_sets(const struct full_case *row, struct drill_set sets[5])
{
    size_t count = 0;

    for (; count < 5 && row->rows[count].name; count++) {
        const struct set_row *from = &row->rows[count];

        sets[count] = (struct drill_set){.path = from->name,
                                         .name = from->name,
                                         .position = 1,
                                         .error = from->error,
                                         .detail = from->error ? "malformed" : NULL,
                                         .backup_type = from->type,
                                         .database = from->database,
                                         .finished_ms = {!from->error, from->finished_ms},
                                         .is_damaged = from->damaged};
        if (!from->without_lsn)
            assert_true(lsn_parse("38000000100000001", &sets[count].last_lsn));
    }
    return count;
}

static void the_newest_full_backup_is_found_or_none(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(full_cases); i++) {
        struct drill_set sets[5];
        const size_t count = fill_sets(&full_cases[i], sets);
        const char *why;
        const struct drill_set *found = drill_newest_full(sets, count, "mgc", arena, &why);

        if (!found != !full_cases[i].wanted || (found && strcmp(found->name, full_cases[i].wanted) != 0) ||
            (!found && !strstr(why, full_cases[i].why)))
            fail_msg("%s: %s %s", full_cases[i].name, found ? found->name : "none", why ? why : "");
    }
}

/* ---- the logs after it ---- */

static struct lsn lsn_of(int at)
{
    struct lsn lsn = {""};
    char text[LSN_DIGITS + 1];

    snprintf(text, sizeof(text), "%d", 1000 + at);
    (void)lsn_parse(text, &lsn);
    return lsn;
}

/* [first, last), and what RESTORE HEADERONLY said where it failed. */
static const struct log_case {
    const char *name;
    struct {
        const char *name;
        int first, last, error;
    } logs[4];
    enum chain_state wanted;
    size_t count;
    const char *why;
} log_cases[] = {
    {"none yet", {{NULL, 0, 0, 0}}, CHAIN_COMPLETE, 0, NULL},
    {"from the one that was open when the full backup ended, in their order",
     {{"mgc_20261123051500.trn", 12, 20, 0},
      {"mgc_20261123050000.trn", 1, 5, 0},
      {"mgc_20261123050500.trn", 5, 12, 0}},
     CHAIN_COMPLETE,
     2,
     NULL},
    {"one is missing",
     {{"mgc_20261123050500.trn", 5, 12, 0}, {"mgc_20261123051500.trn", 20, 30, 0}},
     CHAIN_HAS_GAP,
     1,
     "nothing leads from LSN 1012 (end of mgc_20261123050500.trn) to LSN 1020 (begin of "
     "mgc_20261123051500.trn)"},
    {"the first is missing", {{"mgc_20261123051500.trn", 20, 30, 0}}, CHAIN_HAS_GAP, 0, "(end of full.bak)"},
    {"one cannot be read",
     {{"mgc_20261123050500.trn", 5, 12, 0}, {"mgc_20261123051000.trn", 0, 0, 3241}},
     CHAIN_UNREADABLE,
     1,
     "mgc_20261123051000.trn cannot be read (3241 "},
};

static void fill_log(struct log_file_fact *fact, const char *name, int first, int last, int error)
{
    *fact = (struct log_file_fact){.path = name, .name = name};
    if (error) {
        fact->error = (struct fact_num){true, error};
        return;
    }
    fact->backup_type = (struct fact_num){true, 2};
    fact->position = (struct fact_num){true, 1};
    fact->database_name = "mgc";
    fact->first_lsn = lsn_of(first);
    fact->last_lsn = lsn_of(last);
}

static void the_logs_after_it_lead_to_an_end_or_it_is_said_where_not(void **state)
{
    const struct drill_set full = {.name = "full.bak",
                                   .database = "mgc",
                                   .last_lsn = lsn_of(10),
                                   .finished_ms = {true, INT64_C(1795410000000)}};
    const struct chain_start start = drill_chain_start(&full, "sqldr2");

    (void)state;
    assert_int_equal(start.reached_utc_ms.value, INT64_C(1795359600000));
    for (size_t i = 0; i < COUNT(log_cases); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        struct log_file_fact rows[4];
        struct log_file_facts files = {{SIGHT_SEEN, NULL}, rows, 0};
        struct chain_plan chain;

        for (; files.count < 4 && log_cases[i].logs[files.count].name; files.count++)
            fill_log(&rows[files.count], log_cases[i].logs[files.count].name,
                     log_cases[i].logs[files.count].first, log_cases[i].logs[files.count].last,
                     log_cases[i].logs[files.count].error);
        chain = chain_plan_after(&start, &files, arena);
        if (chain.state != log_cases[i].wanted || chain.file_count != log_cases[i].count ||
            (log_cases[i].why && !strstr(chain.why, log_cases[i].why)))
            fail_msg("%s: %s, %zu, %s", log_cases[i].name, chain_state_name(chain.state), chain.file_count,
                     chain.why ? chain.why : "");
    }
}

static void logs_that_were_not_seen_are_not_none(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    const struct drill_set full = {.name = "full.bak", .database = "mgc", .last_lsn = lsn_of(10)};
    const struct chain_start start = drill_chain_start(&full, "sqldr2");
    const struct log_file_facts files = {{SIGHT_TIMED_OUT, "it took too long"}, NULL, 0};

    (void)state;
    assert_int_equal(chain_plan_after(&start, &files, arena).state, CHAIN_UNSEEN);
    assert_non_null(strstr(chain_plan_after(&start, &files, arena).why, "it took too long"));
}

/* ---- refusals ---- */

static const struct {
    const char *instance, *serving;
    const char *lost;  /* an instance that answers nothing */
    const char *state; /* of the copy there; NULL: as it is */
    int64_t open_run;
    const char *refusal; /* NULL: none */
} refusals[] = {
    {"sqldr2", NULL, NULL, NULL, 0, NULL},
    {"sqldr1", NULL, NULL, NULL, 0, NULL},
    {"sqlwit1", NULL, NULL, NULL, 0, NULL},
    {"sqlpri1", NULL, NULL, NULL, 0, "sqlpri1 is the principal"},
    {"sqlmir1", NULL, NULL, NULL, 0, "sqlmir1 is the mirror"},
    {"sqlpri1", "red", NULL, NULL, 0, "sqlpri1 is the principal"},
    {"sqldr1", "red", NULL, NULL, 0, "sqldr1 is A now"},
    {"sqldr2", "red", NULL, NULL, 0, "sqldr2 is A' now"},
    {"sqldr2", NULL, "sqldr2", NULL, 0, "sqldr2 is not seen"},
    {"sqldr1", NULL, NULL, "ONLINE", 0, "mgc of sqldr1 can be written"},
    {"sqldr2", NULL, NULL, NULL, 7, "run 7 is open"},
};

static const struct topology_sql *sql_named(const char *name)
{
    const struct topology_pool *pool = fixture_pool();

    for (size_t s = 0; s < pool->site_count; s++)
        for (size_t i = 0; i < pool->sites[s].sql_count; i++)
            if (strcmp(pool->sites[s].sql[i].name, name) == 0)
                return &pool->sites[s].sql[i];
    return NULL;
}

static void what_serves_chat_is_not_drilled_on(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refusals); i++) {
        AUTO(look) struct look *look = fixture_look(refusals[i].serving);
        const char *refusal;

        if (refusals[i].lost)
            fixture_lose(look, refusals[i].lost, false);
        if (refusals[i].state)
            fixture_state(look, refusals[i].instance, refusals[i].state);
        if (refusals[i].open_run)
            fixture_run(look, refusals[i].open_run, 1, "failover", "open");
        refusal = drill_refusal(look, sql_named(refusals[i].instance), look->arena);
        if (!refusal != !refusals[i].refusal || (refusal && !strstr(refusal, refusals[i].refusal)))
            fail_msg("%s, case %zu: %s", refusals[i].instance, i, refusal ? refusal : "none");
    }
}

/* ---- what is sent ---- */

/* A path may be spelled like the place of the files, or like a variable. */
static void names_stay_names_in_what_is_sent(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    const struct script_value values[] = {
        SCRIPT_TEXT("lock", DRILL_LOCK), SCRIPT_TEXT("server", "SQL'DR2"),
        SCRIPT_TEXT("side", "pchat_drill_7]"),
        SCRIPT_TEXT("file",
                    "\\\\fs1\\it's\\$(side)/* , MOVE N'logical name' TO N'path' for each */a'; DROP.bak"),
        SCRIPT_TEXT("position", "2")};
    const struct drill_file files[] = {{"m'gc", "D:\\it's\\pchat_drill_7_1.mdf"},
                                       {"log] ' N'", "D:\\it's\\pchat_drill_7_2.ldf"}};
    struct script script;
    struct err err = ERR_INIT;
    const char *text;

    (void)state;
    assert_int_equal(script_find("drill/02-restore.sql", NULL, arena, &script, &err), 0);
    text = drill_restore_text(arena, &script, values, COUNT(values), files, COUNT(files), &err);
    assert_non_null(text);
    assert_string_equal(
        strstr(text, "RESTORE DATABASE"),
        "RESTORE DATABASE [pchat_drill_7]]] FROM DISK = N'\\\\fs1\\it''s\\$(side)/* , MOVE N''logical name'' "
        "TO "
        "N''path'' for each */a''; DROP.bak' WITH FILE = 2, NORECOVERY,\n"
        "    MOVE N'm''gc' TO N'D:\\it''s\\pchat_drill_7_1.mdf',\n"
        "    MOVE N'log] '' N''' TO N'D:\\it''s\\pchat_drill_7_2.ldf';\nIF @@ERROR <> 0\n    RETURN;\nSELECT "
        "N'done' AS outcome;\n");
}

/* ---- what the ledger keeps ---- */

static void the_note_fits_and_is_json(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    char longest[400];
    const struct drill_set full = {.name = longest};
    struct drill drill = {.number = INT64_C(20261123051500),
                          .now_utc_ms = INT64_C(1795411500000),
                          .full = &full,
                          .own_backup = "x",
                          .why = longest,
                          .logs_done = 1999,
                          .restore = {INT64_C(99999999), INT64_C(1) << 45},
                          .logs = {INT64_C(99999999), INT64_C(1) << 45},
                          .copy = {true, 1, 1, 1, INT64_C(1795411500000)},
                          .principal_newest_utc_ms = {true, INT64_C(1795411600000)}};
    const char *text;
    json_t *note;

    (void)state;
    memset(longest, '\\', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    text = drill_note_text(&drill, arena);
    assert_true(strlen(text) <= DRILL_NOTE_MOST_BYTES);
    note = json_loads(text, 0, NULL);
    assert_non_null(note);
    assert_string_equal(json_string_value(json_object_get(note, "at")), "2026-11-23T05:25:00Z");
    assert_int_equal(json_integer_value(json_object_get(note, "behind_s")), 100);
    assert_true(json_is_true(json_object_get(note, "copy_only")));
    json_decref(note);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_drills_database_is_known_by_its_whole_name),
        cmocka_unit_test(it_is_owned_with_all_its_files),
        cmocka_unit_test(a_place_is_a_folder_and_a_pattern),
        cmocka_unit_test(the_newest_full_backup_is_found_or_none),
        cmocka_unit_test(the_logs_after_it_lead_to_an_end_or_it_is_said_where_not),
        cmocka_unit_test(logs_that_were_not_seen_are_not_none),
        cmocka_unit_test(what_serves_chat_is_not_drilled_on),
        cmocka_unit_test(names_stay_names_in_what_is_sent),
        cmocka_unit_test(the_note_fits_and_is_json),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

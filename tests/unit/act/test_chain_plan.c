#include "act/judge/loss.h"
#include "unit/act/look_fixture.h"
#include "unit/cmocka_unit.h"

#include <string.h>

#define FORK_1 "22222222-BBBB-4BBB-8BBB-000000000001"
#define FORK_2 "22222222-BBBB-4BBB-8BBB-000000000002"

enum { MOST_FILES = 8 };

/* One log backup: [first, last) in steps of 100 LSNs; B stands at 10. */
struct piece {
    int first, last;
    const char *path;                 /* NULL: of the share */
    const char *fork, *to_fork;       /* NULL: FORK_1, and the same */
    bool copy_only, damaged, foreign; /* foreign: another database */
    int error;
};

static struct lsn lsn_at(int step)
{
    struct lsn lsn = {""};
    char text[LSN_DIGITS + 1];

    snprintf(text, sizeof(text), "38%010d00001", 1000 + step * 100);
    (void)lsn_parse(text, &lsn);
    return lsn;
}

static const struct chain_case {
    const char *name;
    const char *fork; /* B's; NULL: unknown */
    struct piece pieces[MOST_FILES];
    enum chain_state wanted;
    int to;            /* where B will stand */
    const char *files; /* paths' last letters, in order */
    const char *why;   /* must be named */
} cases[] = {
    {"nothing there", FORK_1, {{.path = NULL}}, CHAIN_COMPLETE, 10, "", NULL},
    {"applied already",
     FORK_1,
     {{8, 9, .path = "s\\a"}, {9, 10, .path = "s\\b"}},
     CHAIN_COMPLETE,
     10,
     "",
     NULL},
    {"in a row",
     FORK_1,
     {{10, 11, .path = "s\\a"}, {11, 12, .path = "s\\b"}},
     CHAIN_COMPLETE,
     12,
     "ab",
     NULL},
    {"whatever their order",
     FORK_1,
     {{12, 13, .path = "s\\c"}, {10, 11, .path = "s\\a"}, {11, 12, .path = "s\\b"}},
     CHAIN_COMPLETE,
     13,
     "abc",
     NULL},
    {"one that began before",
     FORK_1,
     {{8, 12, .path = "s\\a"}, {12, 13, .path = "s\\b"}},
     CHAIN_COMPLETE,
     13,
     "ab",
     NULL},
    {"the same set twice: the nearer one",
     FORK_1,
     {{10, 11, .path = "\\\\fs1\\lsship\\a"},
      {10, 11, .path = "E:\\lscopy\\b"},
      {11, 12, .path = "\\\\fs1\\lsship\\c"}},
     CHAIN_COMPLETE,
     12,
     "bc",
     NULL},
    {"a gap",
     FORK_1,
     {{10, 11, .path = "s\\a"}, {12, 13, .path = "s\\b"}, {13, 14, .path = "s\\c"}},
     CHAIN_HAS_GAP,
     11,
     "a",
     "s\\b"},
    {"a gap at once", FORK_1, {{11, 12, .path = "s\\a"}}, CHAIN_HAS_GAP, 10, "", "s\\a"},
    {"one that only copies the log bridges",
     FORK_1,
     {{10, 11, .path = "s\\a"}, {11, 12, .path = "s\\b", .copy_only = true}, {12, 13, .path = "s\\c"}},
     CHAIN_COMPLETE,
     13,
     "abc",
     NULL},
    {"and else is left out",
     FORK_1,
     {{10, 12, .path = "E:\\a", .copy_only = true},
      {10, 11, .path = "\\\\fs1\\lsship\\b"},
      {11, 12, .path = "\\\\fs1\\lsship\\c"}},
     CHAIN_COMPLETE,
     12,
     "bc",
     NULL},
    {"a tail that only copies the log",
     FORK_1,
     {{10, 11, .path = "s\\a"}, {11, 12, .path = "s\\b", .copy_only = true}},
     CHAIN_COMPLETE,
     12,
     "ab",
     NULL},
    {"another database's", FORK_1, {{10, 11, .path = "s\\a", .foreign = true}}, CHAIN_COMPLETE, 10, "", NULL},
    {"on another fork", FORK_1, {{10, 11, .path = "s\\a", FORK_2}}, CHAIN_FORKED, 10, "", "s\\a"},
    {"across a fork",
     FORK_1,
     {{10, 11, .path = "s\\a", FORK_1, FORK_2}, {11, 12, .path = "s\\b", FORK_2}},
     CHAIN_COMPLETE,
     12,
     "ab",
     NULL},
    {"the abandoned branch is left",
     FORK_1,
     {{10, 12, .path = "E:\\a"},
      {10, 11, .path = "\\\\fs1\\lsship\\b", FORK_1, FORK_2},
      {11, 12, .path = "\\\\fs1\\lsship\\c", FORK_2},
      {12, 14, .path = "E:\\d"}},
     CHAIN_COMPLETE,
     12,
     "bc",
     NULL},
    {"a fork that nothing leads to",
     FORK_1,
     {{10, 11, .path = "s\\a"}, {12, 13, .path = "s\\b", FORK_2}},
     CHAIN_HAS_GAP,
     11,
     "a",
     "s\\b"},
    {"B's fork unknown",
     NULL,
     {{10, 11, .path = "s\\a"}, {11, 12, .path = "s\\b"}},
     CHAIN_COMPLETE,
     12,
     "ab",
     NULL},
    {"unreadable, and no twin",
     FORK_1,
     {{10, 11, .path = "s\\a"}, {0, 0, .path = "s\\mgc_20261123051500.trn", .error = 3241}},
     CHAIN_UNREADABLE,
     11,
     "a",
     "mgc_20261123051500.trn"},
    {"unreadable, but its twin is not",
     FORK_1,
     {{0, 0, .path = "E:\\lscopy\\mgc_20261123051500.trn", .error = 3203},
      {10, 11, .path = "\\\\fs1\\lsship\\mgc_20261123051500.trn"}},
     CHAIN_COMPLETE,
     11,
     "n",
     NULL},
    {"half copied, its twin whole",
     FORK_1,
     {{0, 0, .path = "E:\\lscopy\\mgc_20261123051500.trn.wrk", .error = 3241},
      {10, 11, .path = "\\\\fs1\\lsship\\mgc_20261123051500.trn"}},
     CHAIN_COMPLETE,
     11,
     "n",
     NULL},
    {"half copied, no twin",
     FORK_1,
     {{0, 0, .path = "E:\\lscopy\\mgc_20261123051500.trn.wrk", .error = 3241}},
     CHAIN_UNREADABLE,
     10,
     "",
     "mgc_20261123051500.trn.wrk"},
    {"unreadable, but long applied",
     FORK_1,
     {{10, 11, .path = "s\\a"}, {0, 0, .path = "s\\mgc_20261122051500.trn", .error = 3201}},
     CHAIN_COMPLETE,
     11,
     "a",
     NULL},
    {"unreadable, another database's",
     FORK_1,
     {{0, 0, .path = "s\\mgccomp_20261123051500.trn", .error = 3241}},
     CHAIN_COMPLETE,
     10,
     "",
     NULL},
    {"damaged", FORK_1, {{10, 11, .path = "s\\a", .damaged = true}}, CHAIN_UNREADABLE, 10, "", "s\\a"},
    {"damaged, but applied",
     FORK_1,
     {{9, 10, .path = "s\\a", .damaged = true}},
     CHAIN_COMPLETE,
     10,
     "",
     NULL},
};

static void add_piece(struct look *look, const struct piece *piece)
{
    struct log_file_fact *file = fixture_file(look, "x", 0);

    file->path = piece->path;
    file->name = strrchr(piece->path, '\\') + 1;
    file->first_lsn = lsn_at(piece->first);
    file->last_lsn = lsn_at(piece->last);
    file->first_fork_guid = piece->fork ? piece->fork : FORK_1;
    file->last_fork_guid = piece->to_fork ? piece->to_fork : file->first_fork_guid;
    file->is_copy_only = builder_num(piece->copy_only);
    file->is_damaged = builder_num(piece->damaged);
    file->backup_set_guid = NULL;
    file->database_name = piece->foreign ? "mgccomp" : "MGC";
    if (!piece->error)
        return;
    *file = (struct log_file_fact){.path = file->path,
                                   .name = file->name,
                                   .error = builder_num(piece->error),
                                   .detail = "cannot be read"};
}

static struct look *look_of(const struct chain_case *chain)
{
    struct look *look = fixture_look(NULL);
    struct redo_fact *redo = &builder_at(look->snapshot, "sqldr1")->redo.rows[0];

    redo->redo_start_lsn = redo->redo_start_lsn_max = lsn_at(10);
    redo->redo_start_fork_guid = chain->fork;
    for (size_t i = 0; i < MOST_FILES && chain->pieces[i].path; i++)
        add_piece(look, &chain->pieces[i]);
    return look;
}

static void expect_files(const struct chain_case *chain, const struct chain_plan *plan)
{
    bool same = plan->file_count == strlen(chain->files);

    for (size_t i = 0; same && i < plan->file_count; i++)
        same = plan->files[i]->path[strlen(plan->files[i]->path) - 1] == chain->files[i];
    if (!same)
        fail_msg("%s: other files", chain->name);
}

static void files_follow_from_lsns_and_forks(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(look) struct look *look = look_of(&cases[i]);
        AUTO(arena) struct arena *arena = arena_new();
        struct chain_plan plan = chain_plan_of(look, arena);
        struct lsn to = lsn_at(cases[i].to), from = lsn_at(10);

        if (plan.state != cases[i].wanted)
            fail_msg("%s: %s (%s)", cases[i].name, chain_state_name(plan.state), plan.why ? plan.why : "");
        assert_int_equal(lsn_compare(&plan.from, &from), 0);
        if (lsn_compare(&plan.to, &to) != 0)
            fail_msg("%s: ends at %s", cases[i].name, lsn_text(&plan.to));
        expect_files(&cases[i], &plan);
        assert_int_equal(plan.why != NULL, plan.state != CHAIN_COMPLETE);
        if (cases[i].why &&
            !strstr(plan.why, strrchr(cases[i].why, '\\') ? strrchr(cases[i].why, '\\') + 1 : cases[i].why))
            fail_msg("%s: says \"%s\"", cases[i].name, plan.why);
    }
}

static void what_was_not_seen_is_no_chain(void **state)
{
    AUTO(look) struct look *look = fixture_look(NULL);
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    assert_int_equal(chain_plan_of(look, arena).state, CHAIN_COMPLETE);
    fixture_mask(look, "sqldr1", ACT_FACT_log_file, SIGHT_TIMED_OUT);
    assert_int_equal(chain_plan_of(look, arena).state, CHAIN_UNSEEN);
    fixture_mask(look, "sqldr1", ACT_FACT_log_file, SIGHT_SEEN);
    for (int i = 0; i < 2000; i++)
        (void)fixture_file(look, FIXTURE_COPY_FOLDER, 5);
    assert_int_equal(chain_plan_of(look, arena).state, CHAIN_UNSEEN); /* there may be more */
    fixture_mask(look, "sqldr1", ACT_FACT_log_file, SIGHT_SEEN);
    builder_empty(look->snapshot, "sqldr1", FACT_redo);
    assert_int_equal(chain_plan_of(look, arena).state, CHAIN_COMPLETE); /* the history of restores says it */
    builder_empty(look->snapshot, "sqldr1", FACT_restore);
    assert_int_equal(chain_plan_of(look, arena).state, CHAIN_UNSEEN);
    fixture_lose(look, "sqldr1", false);
    assert_int_equal(chain_plan_of(look, arena).state, CHAIN_UNSEEN);
    look->cast.parts[PART_B] = NULL;
    assert_int_equal(chain_plan_of(look, arena).state, CHAIN_UNSEEN);
}

static void a_standby_that_is_open_needs_nothing(void **state)
{
    AUTO(look) struct look *look = fixture_look_after(VERB_FAILOVER);
    AUTO(arena) struct arena *arena = arena_new();
    struct chain_plan plan = chain_plan_of(look, arena);

    (void)state;
    assert_int_equal(plan.state, CHAIN_COMPLETE);
    assert_int_equal(plan.file_count, 0);
}

/* ---- loss ---- */

enum { NEVER = -1 };

/* Seconds before now; NEVER: not known.  The newest log backup ended 180 s ago. */
static const struct {
    const char *name;
    int64_t seen_s, fenced_s;
    bool excluded, writes, restored; /* restored: nothing is left to restore */
    bool known;
    int64_t bound_s;
} losses[] = {
    {"last seen, partition excluded", 100, NEVER, true, false, false, true, 80},
    {"does not grow when it is fenced late", 100, 10, true, false, false, true, 80},
    {"partition not excluded: until now", 100, NEVER, false, false, false, true, 180},
    {"until the fence", 100, 60, false, false, false, true, 120},
    {"a sighting behind the fence counts", 30, 60, false, false, false, true, 150},
    {"never seen: the fence", NEVER, 50, true, false, false, true, 130},
    {"never seen, nobody fenced", NEVER, NEVER, true, false, false, true, 180},
    {"it writes now", 100, NEVER, true, true, false, true, 180},
    {"seen last before the newest log", 200, NEVER, true, false, false, true, 0},
    {"nothing left", 100, NEVER, true, false, true, true, 80},
};

static struct fact_num ago(int64_t seconds)
{
    return seconds == NEVER ? (struct fact_num){0} : builder_ago(seconds);
}

static void loss_is_bounded_by_what_is_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(losses); i++) {
        AUTO(look) struct look *look = fixture_look_for(VERB_FAILOVER, ORIGIN_PERSON);
        AUTO(arena) struct arena *arena = arena_new();
        struct last_writable last = {.seen_utc_ms = ago(losses[i].seen_s),
                                     .fenced_utc_ms = ago(losses[i].fenced_s),
                                     .partition_excluded = losses[i].excluded};
        struct chain_plan chain;
        struct loss loss;

        if (losses[i].writes) {
            fixture_state(look, "sqlmir1", "ONLINE");
            fixture_unmirror(look, "sqlmir1");
        }
        if (losses[i].restored)
            fixture_mask(look, "sqldr1", ACT_FACT_log_file, SIGHT_SEEN);
        else
            builder_at(look->snapshot, "sqldr1")->redo.rows[0].redo_start_lsn = builder_lsn(0);
        chain = chain_plan_of(look, arena);
        loss = loss_bound(look, &last, &chain, arena);
        if (loss.known != losses[i].known || loss.bound_ms != losses[i].bound_s * 1000)
            fail_msg("%s: %lld ms, %s", losses[i].name, (long long)loss.bound_ms, loss.words);
    }
}

static void loss_reads_like_a_sentence(void **state)
{
    AUTO(look) struct look *look = fixture_look_for(VERB_FAILOVER, ORIGIN_PERSON);
    AUTO(arena) struct arena *arena = arena_new();
    struct last_writable last = {.seen_utc_ms = builder_ago(100), .partition_excluded = true};
    struct chain_plan chain = chain_plan_of(look, arena);

    (void)state;
    assert_string_equal(loss_bound(look, &last, &chain, arena).words,
                        "at most 1 min 20 s of chat (last writable sighting 05:14:00Z, newest restorable log "
                        "05:12:40Z)");
    chain.state = CHAIN_UNSEEN;
    chain.why = "sqldr1 was not asked";
    assert_string_equal(loss_bound(look, &last, &chain, arena).words, "unknown: sqldr1 was not asked");
}

/* B's clock is the ruler; the log's time is by its producer's. */
static void clocks_of_servers_are_made_one(void **state)
{
    AUTO(look) struct look *look = fixture_look_for(VERB_FAILOVER, ORIGIN_PERSON);
    AUTO(arena) struct arena *arena = arena_new();
    struct last_writable last = {.seen_utc_ms = builder_ago(100), .partition_excluded = true};
    struct chain_plan chain;

    (void)state;
    builder_at(look->snapshot, "sqldr1")->redo.rows[0].redo_start_lsn = builder_lsn(0);
    for (size_t i = 0; i < fixture_facts(look, "sqldr1")->log_file.count; i++)
        fixture_facts(look, "sqldr1")->log_file.rows[i].server_name = "SQLMIR1";
    builder_at(look->snapshot, "sqlmir1")->clock_offset_ms = builder_num(40 + 60000);
    chain = chain_plan_of(look, arena);
    /* sqlmir1's clock is a minute fast, so its log ended a minute earlier than it says. */
    assert_int_equal(loss_bound(look, &last, &chain, arena).bound_ms, 140000);
}

static void mirror_force_loses_what_came_after_the_last_synchronization(void **state)
{
    AUTO(look) struct look *look = fixture_look_for(VERB_MIRROR_FORCE, ORIGIN_PERSON);
    AUTO(arena) struct arena *arena = arena_new();
    struct last_writable last = {.seen_utc_ms = builder_ago(100), .partition_excluded = true};

    (void)state;
    assert_false(loss_bound(look, &last, NULL, arena).known);
    last.synchronized_utc_ms = builder_ago(100);
    assert_int_equal(loss_bound(look, &last, NULL, arena).bound_ms, 0);
    last.synchronized_utc_ms = builder_ago(130);
    assert_int_equal(loss_bound(look, &last, NULL, arena).bound_ms, 30000);
    fixture_lose(look, "sqldr1", false); /* then the mirror's clock is the ruler */
    last.partition_excluded = false;
    assert_int_equal(loss_bound(look, &last, NULL, arena).bound_ms, 130000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_follow_from_lsns_and_forks),
        cmocka_unit_test(what_was_not_seen_is_no_chain),
        cmocka_unit_test(a_standby_that_is_open_needs_nothing),
        cmocka_unit_test(loss_is_bounded_by_what_is_known),
        cmocka_unit_test(loss_reads_like_a_sentence),
        cmocka_unit_test(clocks_of_servers_are_made_one),
        cmocka_unit_test(mirror_force_loses_what_came_after_the_last_synchronization),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

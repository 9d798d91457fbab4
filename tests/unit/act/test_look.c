#include "act/judge/ledger_view.h"
#include "base/strbuf.h"
#include "unit/act/look_fixture.h"
#include "unit/cmocka_unit.h"

#include <string.h>

/* ---- JSON ---- */

static struct look *rich_look(const char *serving_site)
{
    struct look *look = fixture_look(serving_site);
    struct request_fact *request;

    look->clock_jumped = true;
    look->probe_delay_ms = 1700;
    (void)fixture_file(look, FIXTURE_COPY_FOLDER, 0);
    (void)fixture_file(look, BUILDER_SHARE, 0);
    fixture_fence(look, "sqlpri1", FENCE_OFF, 900);
    fixture_fence(look, "pc1", FENCE_UNKNOWN, 800);
    look->fences[1].detail = "no answer \"here\"\n\xFF";
    fixture_note(look, NOTE_FENCE, "sqlpri1", "its plug", 600);
    fixture_run(look, FIXTURE_RUN, 7, "failover", RUN_STATE_OPEN);
    request = fixture_add(look, "sqldr1", ACT_FACT_request);
    request->command = "RESTORE LOG";
    request->percent_complete = builder_num(62);
    fixture_mask(look, "sqlpri1", ACT_FACT_lock, SIGHT_TIMED_OUT);
    return look;
}

static void a_look_comes_back_as_it_was(void **state)
{
    static const char *const sites[] = {NULL, "dub", "red"};

    (void)state;
    for (size_t i = 0; i < COUNT(sites); i++) {
        AUTO(look) struct look *look = rich_look(sites[i]);
        AUTO_FREE char *text = look_to_json(look), *again = NULL;
        struct err err = ERR_INIT;
        AUTO(look) struct look *back = look_from_json(text, strlen(text), fixture_pool(), &err);

        assert_string_equal(err.text, "");
        assert_non_null(back);
        again = look_to_json(back);
        assert_string_equal(again, text);
        assert_string_equal(back->cast.parts[PART_B]->name, look->cast.parts[PART_B]->name);
        assert_int_equal(back->began.ms, look->began.ms);
        assert_int_equal(look_fence(back, "sqlpri1").status, FENCE_OFF);
        assert_int_equal(look_facts(back, look->cast.parts[PART_A])->lock.sighting.sight,
                         look_facts(look, look->cast.parts[PART_A])->lock.sighting.sight);
        assert_int_equal(fixture_facts(back, "sqldr1")->log_file.count, 2);
    }
}

static const struct {
    const char *text, *error;
} foreign[] = {
    {"", "no valid JSON"},
    {"[]", "expected an object"},
    {"{}", "schema: expected 1"},
    {"{\"schema\": 2}", "schema: expected 1"},
    {"{\"schema\": 1, \"began_ms\": \"x\"}", "began_ms: expected a whole number"},
    {"{\"schema\": 1, \"began_ms\": 1, \"ended_ms\": 1, \"clock_jumped\": 0}",
     "clock_jumped: expected true or false"},
};

static void foreign_bytes_are_survived(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(foreign); i++) {
        struct err err = ERR_INIT;

        assert_null(look_from_json(foreign[i].text, strlen(foreign[i].text), fixture_pool(), &err));
        assert_int_equal(err.kind, ERR_INPUT);
        if (!strstr(err.text, foreign[i].error))
            fail_msg("%s", err.text);
    }
}

/* Replaces the first `from` of a good look. */
static void expect_refused(const char *from, const char *to, const char *error)
{
    AUTO(look) struct look *look = rich_look(NULL);
    AUTO_FREE char *text = look_to_json(look);
    AUTO(strbuf) struct strbuf changed = STRBUF_INIT;
    char *at = strstr(text, from);
    struct err err = ERR_INIT;

    assert_non_null(at);
    strbuf_add_n(&changed, text, (size_t)(at - text));
    strbuf_add(&changed, to);
    strbuf_add(&changed, at + strlen(from));
    assert_null(look_from_json(strbuf_text(&changed), changed.length, fixture_pool(), &err));
    if (!strstr(err.text, error))
        fail_msg("%s", err.text);
}

static void every_value_is_checked_where_it_stands(void **state)
{
    (void)state;
    expect_refused("\"status\": \"off\"", "\"status\": \"maybe\"",
                   "fences[0].status: expected unknown, off or on");
    expect_refused("\"instance\": \"sqlmir1\"", "\"instance\": \"nobody\"",
                   "facts[1]: expected facts of an instance");
    expect_refused("\"percent_complete\": 62", "\"percent_complete\": \"62\"",
                   "request.rows[0].percent_complete");
    expect_refused("\"site_role\": \"primary\"", "\"site_role\": \"other\"",
                   "snapshot: instances[0].site_role");
    expect_refused("\"fences\": [", "\"fences\": [1, ", "fences[0]: expected an object");
}

static void every_cut_is_survived(void **state)
{
    AUTO(look) struct look *look = rich_look(NULL);
    AUTO_FREE char *text = look_to_json(look);
    size_t length = strlen(text);

    (void)state;
    for (size_t cut = 0; cut < length; cut += length / 40) {
        struct err err = ERR_INIT;

        assert_null(look_from_json(text, cut, fixture_pool(), &err));
    }
}

/* ---- fences ---- */

static void the_newest_answer_counts(void **state)
{
    AUTO(look) struct look *look = fixture_look(NULL);

    (void)state;
    assert_int_equal(look_fence(look, "pc1").status, FENCE_UNKNOWN);
    assert_int_equal(look_fence(look, "pc1").asked.ms, 0);
    fixture_fence(look, "pc1", FENCE_ON, 100);
    fixture_fence(look, "pc1", FENCE_OFF, 200);
    fixture_fence(look, "pc2", FENCE_OFF, 50);
    assert_int_equal(look_fence(look, "pc1").status, FENCE_ON);
}

/* ---- cast ---- */

static const struct {
    const char *serving;
    const char *parts[PART_COUNT];
    const char *management, *activate;
} casts[] = {
    {NULL, {"sqlpri1", "sqlmir1", "sqldr1", "sqldr2", "sqlwit1"}, "adm2", "pc5 pc6 "},
    {"dub", {"sqlpri1", "sqlmir1", "sqldr1", "sqldr2", "sqlwit1"}, "adm2", "pc5 pc6 "},
    {"no such site", {"sqlpri1", "sqlmir1", "sqldr1", "sqldr2", "sqlwit1"}, "adm2", "pc5 pc6 "},
    {"red", {"sqldr1", "sqldr2", "sqlpri1", "sqlmir1", "sqlwit1"}, "adm1", "pc1 pc2 pc3 "},
};

static void the_side_that_serves_is_a(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(casts); i++) {
        AUTO(look) struct look *look = fixture_look(casts[i].serving);
        AUTO(strbuf) struct strbuf activate = STRBUF_INIT;
        const struct cast *cast = &look->cast;

        for (int part = 0; part < PART_COUNT; part++) {
            assert_string_equal(cast->parts[part]->name, casts[i].parts[part]);
            assert_string_equal(cast_instance(cast, (enum part)part, look->snapshot)->name,
                                casts[i].parts[part]);
            assert_int_equal(cast_part(cast, casts[i].parts[part]), part);
        }
        assert_int_equal(cast_part(cast, "nobody"), PART_COUNT);
        assert_string_equal(cast->management->name, casts[i].management);
        for (size_t k = 0; k < cast->activate_count; k++)
            strbuf_format(&activate, "%s ", cast->activate[k]->name);
        assert_string_equal(strbuf_text(&activate), casts[i].activate);
    }
}

static void at_most_four_servers_are_activated_or_those_that_are_named(void **state)
{
    static struct topology_host servers[] = {
        {.name = "a"}, {.name = "b"}, {.name = "c"}, {.name = "d"}, {.name = "e"}};
    static const char *named[] = {"e", "b"};
    AUTO(arena) struct arena *arena = arena_new();
    struct topology_site sites[] = {
        {.name = "dub", .role = SITE_PRIMARY},
        {.name = "red", .role = SITE_BACKUP, .chat_servers = servers, .chat_server_count = 5}};
    struct topology_pool pool = {.sites = sites, .site_count = 2};

    (void)state;
    assert_int_equal(cast_of(arena, &pool, NULL).activate_count, 4);
    sites[1].activate = named;
    sites[1].activate_count = 2;
    assert_int_equal(cast_of(arena, &pool, NULL).activate_count, 2);
    assert_string_equal(cast_of(arena, &pool, NULL).activate[0]->name, "e");
    pool.site_count = 1;
    assert_null(cast_of(arena, &pool, NULL).standby);
    assert_null(cast_of(arena, &pool, NULL).parts[PART_B]);
    assert_int_equal(cast_of(arena, &pool, NULL).activate_count, 0);
}

/* ---- verbs ---- */

static void verbs_have_names_that_parse(void **state)
{
    enum verb verb;
    enum phase phase;

    (void)state;
    for (int i = 0; i < VERB_COUNT; i++) {
        assert_true(verb_parse(verb_name((enum verb)i), &verb));
        assert_int_equal(verb, i);
    }
    for (int i = 0; i < PHASE_COUNT; i++) {
        assert_true(phase_parse(phase_name((enum phase)i), &phase));
        assert_int_equal(phase, i);
    }
    assert_false(verb_parse("switch", &verb));
    assert_true(verb_moves_site(VERB_FAILOVER));
    assert_true(verb_moves_site(VERB_SWITCHOVER));
    assert_false(verb_moves_site(VERB_MIRROR_FORCE));
    assert_true(verb_moves_site(VERB_FAILBACK));
    assert_true(verb_is_planned(VERB_SWITCHOVER));
    assert_true(verb_is_planned(VERB_FAILBACK));
    assert_false(verb_may_be_automatic(VERB_FAILBACK));
    assert_false(verb_is_planned(VERB_FAILOVER));
    assert_false(verb_may_be_automatic(VERB_SWITCHOVER));
    assert_false(verb_may_be_automatic(VERB_MIRROR_FORCE));
    assert_false(verb_may_be_automatic(VERB_UNFENCE));
    assert_string_equal(part_name(PART_B_MIRROR), "B'");
}

/* ---- the ledger that counts ---- */

static void add_run(struct look *look, const char *instance, const char *run_state, const char *serving)
{
    struct ledger_run_fact *row = fixture_add(look, instance, ACT_FACT_ledger_run);

    *row = (struct ledger_run_fact){.run = builder_num(2),
                                    .epoch = builder_num(3),
                                    .verb = "switchover",
                                    .state = run_state,
                                    .serving_site = serving};
    fixture_facts(look, instance)->ledger_note.sighting.sight = SIGHT_SEEN;
}

/* The session to the one of record was lost before the run ended: a copy of it knows more. */
static void a_run_that_has_ended_is_not_open_where_one_ledger_missed_it(void **state)
{
    AUTO(look) struct look *look = fixture_look(NULL);
    struct ledger_view ledger;

    (void)state;
    add_run(look, "sqldr1", RUN_STATE_OPEN, NULL);
    ledger = ledger_view_of(look);
    assert_string_equal(ledger.instance->name, "sqldr1");
    assert_non_null(ledger_view_open_run(&ledger, 0));
    add_run(look, "sqlpri1", "finished", "dub");
    ledger = ledger_view_of(look);
    assert_string_equal(ledger.instance->name, "sqlpri1");
    assert_null(ledger_view_open_run(&ledger, 0));
}

/* ---- when another copy was last let serve ---- */

/* began 700 s ago; -1: it is open */
static void add_move(struct look *look, int64_t run, const char *verb, int64_t ended_s_ago)
{
    struct ledger_run_facts *runs = &fixture_facts(look, "sqldr1")->ledger_run;

    fixture_run(look, run, run, verb, ended_s_ago < 0 ? RUN_STATE_OPEN : "finished");
    if (ended_s_ago >= 0)
        runs->rows[runs->count - 1].ended_utc_ms = builder_ago(ended_s_ago);
}

static int64_t since_move_s(struct look *look)
{
    const struct ledger_view ledger = ledger_view_of(look);

    return ledger_view_since_move_s(&ledger);
}

static void the_last_move_is_the_newest_that_has_ended(void **state)
{
    AUTO(look) struct look *look = fixture_look(NULL);
    struct ledger_view ledger;

    (void)state;
    assert_int_equal(since_move_s(look), -1);
    add_move(look, 1, "fence", 30); /* shuts out, lets nobody serve */
    add_move(look, 2, "failover", -1);
    assert_int_equal(since_move_s(look), -1);
    add_move(look, 3, "mirror-force", 500);
    add_move(look, 4, "switchover", 900);
    assert_int_equal(since_move_s(look), 500);
    ledger = ledger_view_of(look);
    ledger.now_utc_ms.known = false; /* a clock that is not known lets nobody begin */
    assert_int_equal(ledger_view_since_move_s(&ledger), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_look_comes_back_as_it_was),
        cmocka_unit_test(foreign_bytes_are_survived),
        cmocka_unit_test(every_value_is_checked_where_it_stands),
        cmocka_unit_test(every_cut_is_survived),
        cmocka_unit_test(the_newest_answer_counts),
        cmocka_unit_test(the_side_that_serves_is_a),
        cmocka_unit_test(at_most_four_servers_are_activated_or_those_that_are_named),
        cmocka_unit_test(verbs_have_names_that_parse),
        cmocka_unit_test(a_run_that_has_ended_is_not_open_where_one_ledger_missed_it),
        cmocka_unit_test(the_last_move_is_the_newest_that_has_ended),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What follows from looks: each edge once, after two passes that agree, whatever is killed in between. */
#include "agentx_pool.h"
#include "snmp/told.h"
#include "unit/assess/snapshot_builder.h"
#include "unit/cmocka_unit.h"

#include "base/strbuf.h"
#include "base/whole_file.h"

#include <string.h>

static char folder[] = "/tmp/pchat-told-XXXXXX";

/* The pool, and who follows it. */
struct scene {
    struct indexes *indexes;
    struct told *told;
    int64_t generation, now_ms, last;
    struct strbuf heard;
};

static struct told *read_told(void)
{
    struct err err = ERR_INIT;
    struct told *told = told_read(folder, 1, "lyncpc.litwareinc.com", &err);

    if (!told)
        fail_msg("%s", err.text);
    return told;
}

static void forget(void)
{
    char path[64];

    snprintf(path, sizeof(path), "%s/told-1.json", folder);
    unlink(path);
}

static struct scene scene_new(void)
{
    struct err err = ERR_INIT;
    struct scene scene = {.indexes = indexes_read("/nonexistent/x", &err), .now_ms = TEST_NOW_MS};

    index_of(scene.indexes, 0, INDEX_POOL, "lyncpc.litwareinc.com");
    forget();
    scene.told = read_told();
    return scene;
}

static void scene_done(struct scene *scene)
{
    told_free(scene->told);
    indexes_free(scene->indexes);
    strbuf_done(&scene->heard);
    forget();
}

/* Nobody asks the hosts of these pools, and the pool's own word of what an instance has: no matter here. */
static bool is_of_no_matter(const struct notice *notice)
{
    return notice->condition.known && (notice->condition.value == CONDITION_pool_unproven ||
                                       notice->condition.value == CONDITION_dr_lagging);
}

/* As the subagent: written down, then sent, then answered. */
static void send_all(struct scene *scene)
{
    const struct notice *notice;
    struct err err = ERR_INIT;

    assert_int_equal(told_save(scene->told, &err), 0);
    while ((notice = told_next(scene->told))) {
        static const char *const words[NOTICE_KINDS] = {
            "",    "+",    "-",     "serving",   "lost",         "regained",
            "run", "step", "ended", "feed lost", "feed regained"};

        assert_int_equal(notice->sequence.value, ++scene->last);
        strbuf_add(&scene->heard, is_of_no_matter(notice) ? "" : words[notice->kind]);
        if (notice->condition.known && !is_of_no_matter(notice))
            strbuf_format(&scene->heard, "%s@%s",
                          condition_info((enum condition)notice->condition.value)->name, notice->object);
        if (notice->serving.known)
            strbuf_format(&scene->heard, "%lld>%lld", (long long)notice->served_before.value,
                          (long long)notice->serving.value);
        if (notice->run.known)
            strbuf_format(&scene->heard, "%lld%s", (long long)notice->run.value,
                          notice->step_name ? notice->step_name : "");
        strbuf_add(&scene->heard, is_of_no_matter(notice) ? "" : " ");
        told_answered(scene->told, notice->sequence.value);
    }
    assert_int_equal(told_pending_count(scene->told), 0);
    assert_int_equal(told_save(scene->told, &err), 0);
}

enum shape { WELL, LATE, DARK, UNSEEN, ON_MIRROR, SILENT };

static struct snapshot *shaped(enum shape shape)
{
    struct snapshot *snapshot = builder_healthy();

    if (shape == LATE || shape == DARK)
        builder_job(snapshot, "sqldr1", "restore")->enabled = builder_num(0);
    if (shape == DARK || shape == UNSEEN)
        builder_unsee(snapshot, "sqldr1", SIGHT_TIMED_OUT, NULL);
    if (shape == ON_MIRROR)
        builder_fail_over_mirror(snapshot);
    for (size_t i = 0; shape == SILENT && i < snapshot->instance_count; i++)
        builder_unsee(snapshot, snapshot->instances[i].name, SIGHT_TIMED_OUT, NULL);
    return snapshot;
}

static void pass(struct scene *scene, enum shape shape, bool repeated)
{
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(snapshot) struct snapshot *snapshot = shaped(shape);
    struct feed_pool feed = {.name = "lyncpc.litwareinc.com", .interval_ms = 60000, .snapshot = snapshot};
    AUTO(look) struct look look = {.pool = 1, .arena = arena, .indexes = scene->indexes, .feed = &feed};

    scene->generation += !repeated;
    scene->now_ms += repeated ? 0 : 60000;
    feed.pass = feed.generation = scene->generation;
    feed.begun.ms = scene->now_ms;
    look_assess(&look);
    told_look(scene->told, &look, scene->now_ms);
}

/* Of each word a letter: the shape of a pass; '=' the same document again, '!' a restart. */
static void play(struct scene *scene, const char *passes)
{
    static const char letters[] = "wldumS";
    enum shape shape = WELL;

    for (; *passes; passes++) {
        const char *letter = strchr(letters, *passes);

        if (letter)
            shape = (enum shape)(letter - letters);
        if (*passes == '!') {
            told_free(scene->told);
            scene->told = read_told();
            continue;
        }
        pass(scene, shape, *passes == '=');
        send_all(scene);
    }
}

static void edges_are_told_once(void **state)
{
    static const struct {
        const char *what, *passes, *heard;
    } cases[] = {
        {"a healthy pool says nothing", "wwww", ""},
        {"one pass is a flicker", "wwlwwlww", ""},
        {"the same document twice is one pass", "wwl==", ""},
        {"raised and cleared", "wwlllwww", "+log_job_disabled@sqldr1 -log_job_disabled@sqldr1 "},
        {"a flicker of health clears nothing", "wwllwlww",
         "+log_job_disabled@sqldr1 -log_job_disabled@sqldr1 "},
        {"restarts in between", "wwl!ll!l!w!ww!ww", "+log_job_disabled@sqldr1 -log_job_disabled@sqldr1 "},
        {"what was there at the first start is told", "ll", "+log_job_disabled@sqldr1 "},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct scene scene = scene_new();

        play(&scene, cases[i].passes);
        if (strcmp(strbuf_text(&scene.heard), cases[i].heard) != 0)
            fail_msg("%s: %s", cases[i].what, strbuf_text(&scene.heard));
        scene_done(&scene);
    }
}

static bool heard(const struct scene *scene, const char *what)
{
    return strstr(strbuf_text(&scene->heard), what) != NULL;
}

/* What is out of sight is not well again. */
static void nothing_is_cleared_in_the_dark(void **state)
{
    struct scene scene = scene_new();

    (void)state;
    play(&scene, "wwlluuuu");
    assert_true(heard(&scene, "+log_job_disabled@sqldr1"));
    assert_true(heard(&scene, "+instance_unseen@sqldr1"));
    assert_false(heard(&scene, "-"));
    play(&scene, "ww");
    assert_true(heard(&scene, "-log_job_disabled@sqldr1"));
    assert_true(heard(&scene, "-instance_unseen@sqldr1"));
    scene_done(&scene);
}

static void roles_and_sight(void **state)
{
    struct scene scene = scene_new();

    (void)state;
    play(&scene, "wwmm");
    assert_true(heard(&scene, "serving1>2 "));
    assert_true(heard(&scene, "+normal_on_mirror@sqlmir1"));
    assert_false(heard(&scene, "+normal_on_mirror@lyncpc"));
    play(&scene, "S");
    assert_false(heard(&scene, "lost"));
    play(&scene, "SSS");
    assert_true(heard(&scene, "lost "));
    assert_false(heard(&scene, "-"));
    play(&scene, "!mm");
    assert_true(heard(&scene, "regained "));
    assert_false(heard(&scene, "serving2"));
    scene_done(&scene);
}

static void runs_are_told_as_they_go(void **state)
{
    struct scene scene = scene_new();
    struct runs_step steps[] = {
        {"export", "sqldr1", "done", 1, 2}, {"stop", "sqldr1", NULL, 3, 0}, {"stop", "sqldr1", NULL, 4, 0}};
    struct runs_run runs[] = {
        {29, "drill", "p", "finished", "person", "", 1, 2, NULL, 0},
        {30, "failover", "p", "open", "handler", "", 1, 0, steps, 2},
    };
    struct runs_pool pool = {.pool = "lyncpc.litwareinc.com", .runs = runs, .run_count = 1};

    (void)state;
    told_runs(scene.told, NULL, 1);
    told_runs(scene.told, &pool, 1);
    send_all(&scene);
    assert_string_equal(strbuf_text(&scene.heard), "");
    pool.run_count = 2;
    told_runs(scene.told, &pool, 1);
    send_all(&scene);
    assert_string_equal(strbuf_text(&scene.heard), "run30 step30export ");
    /* The second was interrupted: it is begun anew, and done. */
    runs[1].step_count = 3;
    steps[2].outcome = "done";
    runs[1].state = "finished";
    play(&scene, "!");
    told_runs(scene.told, &pool, 1);
    told_runs(scene.told, &pool, 1);
    send_all(&scene);
    assert_string_equal(strbuf_text(&scene.heard), "run30 step30export step30stop ended30 ");
    scene_done(&scene);
}

/* What a manager hears who drops what comes twice. */
struct manager {
    int64_t last;
    unsigned raised, cleared;
};

static void hear(struct manager *manager, const struct notice *notice)
{
    if (notice->sequence.value <= manager->last)
        return;
    assert_int_equal(notice->sequence.value, manager->last + 1);
    manager->last = notice->sequence.value;
    manager->raised += notice->kind == NOTICE_RAISED && !is_of_no_matter(notice);
    manager->cleared += notice->kind == NOTICE_CLEARED && !is_of_no_matter(notice);
}

/* Sends for a while: at each point it may be killed, one time in six. */
static void send_until_killed(struct scene *scene, struct manager *manager, unsigned *seed)
{
    const struct notice *notice;
    struct err err = ERR_INIT;

    while (rand_r(seed) % 6) {
        if (told_changed(scene->told))
            assert_int_equal(told_save(scene->told, &err), 0);
        notice = told_next(scene->told);
        if (!notice)
            return;
        if (rand_r(seed) % 6 == 0)
            break;
        hear(manager, notice);
        if (rand_r(seed) % 6 == 0)
            break;
        told_answered(scene->told, notice->sequence.value);
    }
    told_free(scene->told);
    scene->told = read_told();
}

/*
 * Killed at any moment: between seeing and writing, writing and sending, sending and hearing the answer,
 * hearing and writing.  No notice is lost, none comes out of order, and one that comes twice has the same
 * number.
 */
static void nothing_is_lost_or_doubled_by_a_kill(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 300; round++) {
        struct scene scene = scene_new();
        struct manager manager = {0};
        unsigned seed = round;

        for (int i = 0; i < 60; i++) {
            pass(&scene, i < 4 || i >= 30 ? WELL : LATE, false);
            send_until_killed(&scene, &manager, &seed);
        }
        if (manager.raised != 1 || manager.cleared != 1)
            fail_msg("round %u: raised %u, cleared %u", round, manager.raised, manager.cleared);
        scene_done(&scene);
    }
}

static void damage_is_told(void **state)
{
    static const char *const cases[] = {
        "",
        "{",
        "[]",
        "{\"schema\": 2}",
        "{\"schema\": 1, \"pool\": \"other\"}",
        "{\"schema\": 1, \"pool\": \"lyncpc.litwareinc.com\", \"pending\": [{}]}",
        "{\"schema\": 1, \"pool\": \"lyncpc.litwareinc.com\", \"conditions\": [{\"condition\": 1}]}"};
    char path[64];

    (void)state;
    snprintf(path, sizeof(path), "%s/told-1.json", folder);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err err = ERR_INIT;

        assert_int_equal(whole_file_write(path, 0600, cases[i], &err), 0);
        if (told_read(folder, 1, "lyncpc.litwareinc.com", &err))
            fail_msg("case %zu was read", i);
        assert_non_null(strstr(err.text, path));
    }
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges_are_told_once),
        cmocka_unit_test(nothing_is_cleared_in_the_dark),
        cmocka_unit_test(roles_and_sight),
        cmocka_unit_test(runs_are_told_as_they_go),
        cmocka_unit_test(nothing_is_lost_or_doubled_by_a_kill),
        cmocka_unit_test(damage_is_told),
    };
    int failed;

    if (!mkdtemp(folder))
        return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(folder);
    return failed;
}

/*
 * The pool moves while both sites live: there and back, stopped anywhere and put back, stopped anywhere and
 * gone on with, and lost where it serves then.
 */
#include "unit/campaign/scene.h"
#include "unit/cmocka_unit.h"

#include <string.h>

/* ---- moves ---- */

static struct engine_result move(struct scene *scene)
{
    AUTO(plan) struct plan *plan = NULL;

    scene->verb = VERB_SWITCHOVER;
    scene->switchboard.is_honest = true;
    plan = scene_plan(scene);
    assert_int_equal(plan->verb, VERB_SWITCHOVER);
    return scene_apply(scene, plan);
}

static void there_and_back(void **state)
{
    struct scene *scene = *state;
    struct engine_result result;

    campaign_advance(scene->campaign, 7LL * SCENE_MINUTE_MS);
    result = move(scene);
    scene_assert_ends("there", &result, ENGINE_DONE);
    scene_assert_serves(scene, "there", "sqldr1", "failed_over", "pc5");
    campaign_advance(scene->campaign, 40LL * SCENE_MINUTE_MS);
    result = move(scene);
    scene_assert_ends("back", &result, ENGINE_DONE);
    scene_assert_serves(scene, "back", "sqlpri1", "normal", "pc1");
}

/* Logs were shipped the other way: the primary site takes over. */
static void the_site_that_serves_is_lost(void **state)
{
    static const char *const lost[] = {"site_down red", ".step_move_store fe-dub1", NULL};
    struct scene *scene = *state;
    AUTO(plan) struct plan *plan = NULL;
    struct engine_result result;
    int64_t before, unshipped;

    campaign_advance(scene->campaign, 7LL * SCENE_MINUTE_MS);
    result = move(scene);
    scene_assert_ends("there", &result, ENGINE_DONE);
    campaign_advance(scene->campaign, 24LL * SCENE_MINUTE_MS);
    before = scene_written(scene);
    campaign_advance(scene->campaign, 16LL * SCENE_MINUTE_MS); /* the job ships every quarter of an hour */
    scene_say(scene, lost);
    unshipped = scene_written(scene) - before;
    scene->verb = VERB_FAILOVER;
    plan = scene_plan(scene);
    assert_string_equal(plan->to_site, "dub");
    result = scene_apply(scene, plan);
    scene_assert_ends("failover", &result, ENGINE_DONE);
    scene_assert_serves_but(scene, "failover", "sqlpri1", "normal", "pc1", unshipped);
}

/* Its way begins at the designed principal: where its mirror serves, that is told, and how to mend it. */
static void the_mirror_serves(void **state)
{
    static const char *const swapped[] = {".mirror_failover", NULL};
    struct scene *scene = *state;
    struct engine_result result;

    campaign_advance(scene->campaign, 7LL * SCENE_MINUTE_MS);
    scene_say(scene, swapped);
    campaign_advance(scene->campaign, SCENE_MINUTE_MS);
    result = move(scene);
    scene_assert_ends("while its mirror serves", &result, ENGINE_WAITS);
    assert_non_null(strstr(result.why, "sqlmir1, the mirror, serves"));
    assert_int_equal(scene_times_received(scene, "BACKUP LOG"), 0);
}

/* Put back in part, and gone on with: what closed the copy first is not written over, and logs can follow. */
static void it_is_closed_twice(void **state)
{
    static const char *const again[] = {"!share_denied sqldr1", NULL};
    struct scene *scene = *state;
    struct engine_result result;

    campaign_advance(scene->campaign, 7LL * SCENE_MINUTE_MS);
    scene->at_step = "tail";
    scene->words = "share_denied sqldr1";
    result = move(scene);
    scene_assert_ends("its tail cannot be read", &result, ENGINE_RESUMABLE);
    result = scene_put_back(scene);
    scene_assert_ends("put back in part", &result, ENGINE_RESUMABLE);
    campaign_advance(scene->campaign, SCENE_MINUTE_MS);
    scene_say(scene, again);
    result = scene_resume(scene);
    assert_int_equal(scene_times_received(scene, "mgc_tail_2_run1.trn' WITH NORECOVERY, INIT"), 1);
    if (result.end != ENGINE_DONE)
        result = scene_put_back(scene);
    scene_assert_ends("gone on with, and put back", &result, ENGINE_DONE);
    scene_assert_serves(scene, "gone on with, and put back", "sqlpri1", "normal", "pc1");
}

/* ---- the way back after a failover ---- */

static void the_primary_site_serves_again(void **state)
{
    struct scene *scene = *state;
    const int64_t missing = scene_return_fenced(scene);
    struct engine_result result = scene_carry_out(scene, VERB_FAILBACK);

    scene_assert_ends("failback", &result, ENGINE_DONE);
    scene_assert_serves_but(scene, "failback", "sqlpri1", "normal", "pc1", missing);
}

/* ---- stopped on the way ---- */

static const char *const stops[] = {"export", "quiesce", "ship-off",    "rehearsal", "rehearse", "empty",
                                    "stop",   "quiet",   "partner-off", "close",     "tail",     "remove"};

static const char *const stops_back[] = {"keep",      "own-log-off", "seed-backup", "seed-restore",
                                         "rehearsal", "rehearse",    "empty",       "stop",
                                         "quiet",     "close",       "tail"};

static void stop_now(struct scene *scene)
{
    scene->stops = true;
}

static void stop_at(struct scene *scene, enum verb verb, const char *step)
{
    struct engine_result result;

    scene->switchboard.is_honest = true;
    scene->at_step = step;
    scene->act = stop_now;
    result = scene_carry_out(scene, verb);
    scene_assert_ends(step, &result, ENGINE_RESUMABLE);
    assert_true(scene->has_acted);
    scene->stops = false;
    campaign_advance(scene->campaign, SCENE_MINUTE_MS);
}

/* Half of them are put back, the others go on; with --every each is tried both ways. */
static size_t stride = 2;

static void each_stop(size_t first, void (*go_on)(struct scene *scene, const char *step, int64_t missing))
{
    for (size_t i = first % stride; i < COUNT(stops); i += stride) {
        void *scene;

        scene_set_up(&scene);
        campaign_advance(((struct scene *)scene)->campaign, 7LL * SCENE_MINUTE_MS);
        stop_at(scene, VERB_SWITCHOVER, stops[i]);
        go_on(scene, stops[i], 0);
        scene_tear_down(&scene);
    }
}

static void each_stop_back(size_t first,
                           void (*go_on)(struct scene *scene, const char *step, int64_t missing))
{
    for (size_t i = first % stride; i < COUNT(stops_back); i += stride) {
        void *scene;
        int64_t missing;

        scene_set_up(&scene);
        missing = scene_return_fenced(scene);
        stop_at(scene, VERB_FAILBACK, stops_back[i]);
        go_on(scene, stops_back[i], missing);
        scene_tear_down(&scene);
    }
}

static size_t rows_of(struct scene *scene, const char *query)
{
    return scene_type(scene, query).row_count;
}

static void put_back(struct scene *scene, const char *step, int64_t missing)
{
    struct engine_result result = scene_put_back(scene);

    scene_assert_ends(step, &result, ENGINE_DONE);
    scene_assert_serves_but(scene, step, "sqlpri1", "normal", "pc1", missing);
    assert_int_equal(
        rows_of(scene, "SELECT secondary_database FROM msdb.dbo.log_shipping_secondary_databases"), 1);
    assert_int_equal(
        rows_of(scene, "SELECT name FROM msdb.dbo.sysjobs WHERE name LIKE N'LS%' AND enabled = 0"), 0);
}

static void what_was_stopped_is_put_back(void **state)
{
    (void)state;
    each_stop(0, put_back);
}

static void go_on(struct scene *scene, const char *step, int64_t missing)
{
    struct engine_result result = scene_resume(scene);

    scene_assert_ends(step, &result, ENGINE_DONE);
    scene_assert_serves_but(scene, step, "sqldr1", "failed_over", "pc5", missing);
}

static void what_was_stopped_goes_on(void **state)
{
    (void)state;
    each_stop(1, go_on);
}

static void put_back_there(struct scene *scene, const char *step, int64_t missing)
{
    struct engine_result result = scene_put_back(scene);

    scene_assert_ends(step, &result, ENGINE_DONE);
    scene_assert_serves_but(scene, step, "sqldr1", "failed_over", "pc5", missing);
}

static void a_failback_that_was_stopped_is_put_back(void **state)
{
    (void)state;
    each_stop_back(0, put_back_there);
}

static void go_on_back(struct scene *scene, const char *step, int64_t missing)
{
    struct engine_result result = scene_resume(scene);

    scene_assert_ends(step, &result, ENGINE_DONE);
    scene_assert_serves_but(scene, step, "sqlpri1", "normal", "pc1", missing);
}

static void a_failback_that_was_stopped_goes_on(void **state)
{
    (void)state;
    each_stop_back(1, go_on_back);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(there_and_back, scene_set_up, scene_tear_down),
        cmocka_unit_test_setup_teardown(the_site_that_serves_is_lost, scene_set_up, scene_tear_down),
        cmocka_unit_test_setup_teardown(the_mirror_serves, scene_set_up, scene_tear_down),
        cmocka_unit_test_setup_teardown(it_is_closed_twice, scene_set_up, scene_tear_down),
        cmocka_unit_test_setup_teardown(the_primary_site_serves_again, scene_set_up, scene_tear_down),
        cmocka_unit_test(what_was_stopped_is_put_back),
        cmocka_unit_test(what_was_stopped_goes_on),
        cmocka_unit_test(a_failback_that_was_stopped_is_put_back),
        cmocka_unit_test(a_failback_that_was_stopped_goes_on),
    };

    if (argc > 1 && strcmp(argv[1], "--every") == 0)
        stride = 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

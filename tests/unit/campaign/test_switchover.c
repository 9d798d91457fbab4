/*
 * The pool moves while both sites live: there and back, stopped anywhere and put back, stopped anywhere and
 * gone on with, and lost where it serves then.
 */
#include "base/strbuf.h"
#include "unit/campaign/scene.h"
#include "unit/cmocka_unit.h"

#include <string.h>

/* ---- the truth ---- */

static const char *text_of(const json_t *truth, const char *key)
{
    const char *text = json_string_value(json_object_get(truth, key));

    return text ? text : "";
}

static const char *joined(struct arena *arena, const json_t *list)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; i < json_array_size(list); i++)
        strbuf_format(&out, "%s%s", i ? " " : "", json_string_value(json_array_get(list, i)));
    return arena_text(arena, strbuf_text(&out));
}

static int64_t written(struct scene *scene)
{
    json_t *truth = campaign_world_truth(scene->campaign->world);
    int64_t count = json_integer_value(json_object_get(truth, "messages_written"));

    json_decref(truth);
    return count;
}

/* That copy alone is open, that site's servers are active, and users write; so many messages may be lost. */
static void assert_serves_but(struct scene *scene, const char *name, const char *copy, const char *state,
                              const char *server, int64_t lost_most)
{
    json_t *truth = campaign_world_truth(scene->campaign->world);
    const json_t *mgc = json_object_get(json_object_get(json_object_get(truth, "instances"), copy), "mgc");
    const json_t *store = json_object_get(json_object_get(truth, "chat"), "store");
    const char *open = joined(scene->arena, json_object_get(truth, "writable")),
               *active = joined(scene->arena, json_object_get(store, "active_servers"));
    const int64_t before = written(scene);

    if (strcmp(open, copy) != 0 || strcmp(text_of(truth, "pool_state"), state) != 0 ||
        !strstr(active, server))
        fail_msg("%s: %s open, %s, active %s", name, open, text_of(truth, "pool_state"), active);
    if (json_number_value(json_object_get(truth, "writable_overlap_s")) > scene->overlap_s)
        fail_msg("%s: two copies were open at the same time", name);
    if (json_integer_value(json_object_get(mgc, "lost_if_survivor")) > lost_most)
        fail_msg("%s: %lld messages are lost", name,
                 (long long)json_integer_value(json_object_get(mgc, "lost_if_survivor")));
    json_decref(truth);
    campaign_advance(scene->campaign, 5LL * SCENE_MINUTE_MS);
    if (written(scene) == before)
        fail_msg("%s: nobody writes", name);
}

static void assert_serves(struct scene *scene, const char *name, const char *copy, const char *state,
                          const char *server)
{
    assert_serves_but(scene, name, copy, state, server, 0);
}

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
    assert_serves(scene, "there", "sqldr1", "failed_over", "pc5");
    campaign_advance(scene->campaign, 40LL * SCENE_MINUTE_MS);
    result = move(scene);
    scene_assert_ends("back", &result, ENGINE_DONE);
    assert_serves(scene, "back", "sqlpri1", "normal", "pc1");
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
    before = written(scene);
    campaign_advance(scene->campaign, 16LL * SCENE_MINUTE_MS); /* the job ships every quarter of an hour */
    scene_say(scene, lost);
    unshipped = written(scene) - before;
    scene->verb = VERB_FAILOVER;
    plan = scene_plan(scene);
    assert_string_equal(plan->to_site, "dub");
    result = scene_apply(scene, plan);
    scene_assert_ends("failover", &result, ENGINE_DONE);
    assert_serves_but(scene, "failover", "sqlpri1", "normal", "pc1", unshipped);
}

/* ---- the way back after a failover ---- */

static struct engine_result carry_out(struct scene *scene, enum verb verb)
{
    AUTO(plan) struct plan *plan = NULL;

    scene->verb = verb;
    plan = scene_plan(scene);
    return scene_apply(scene, plan);
}

/* The site is lost, failed over, comes back and is fenced; what it wrote by then nobody else has. */
static int64_t return_fenced(struct scene *scene)
{
    static const char *const lost[] = {"site_down dub", ".step_move_store", NULL},
                             *const back[] = {".old_primary_returned", NULL};
    struct engine_result result;
    json_t *truth;
    int64_t missing;

    scene->switchboard.is_honest = true;
    scene_say(scene, lost);
    result = carry_out(scene, VERB_FAILOVER);
    scene_assert_ends("failover", &result, ENGINE_DONE);
    scene_say(scene, back);
    result = carry_out(scene, VERB_FENCE);
    scene_assert_ends("fence", &result, ENGINE_DONE);
    campaign_advance(scene->campaign, 20LL * SCENE_MINUTE_MS);
    truth = campaign_world_truth(scene->campaign->world);
    scene->overlap_s = json_number_value(json_object_get(truth, "writable_overlap_s"));
    missing = json_integer_value(json_object_get(
        json_object_get(json_object_get(json_object_get(truth, "instances"), "sqldr1"), "mgc"),
        "lost_if_survivor"));
    json_decref(truth);
    return missing;
}

static void the_primary_site_serves_again(void **state)
{
    struct scene *scene = *state;
    const int64_t missing = return_fenced(scene);
    struct engine_result result = carry_out(scene, VERB_FAILBACK);

    scene_assert_ends("failback", &result, ENGINE_DONE);
    assert_serves_but(scene, "failback", "sqlpri1", "normal", "pc1", missing);
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
    result = carry_out(scene, verb);
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
        missing = return_fenced(scene);
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
    assert_serves_but(scene, step, "sqlpri1", "normal", "pc1", missing);
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
    assert_serves_but(scene, step, "sqldr1", "failed_over", "pc5", missing);
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
    assert_serves_but(scene, step, "sqldr1", "failed_over", "pc5", missing);
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
    assert_serves_but(scene, step, "sqlpri1", "normal", "pc1", missing);
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

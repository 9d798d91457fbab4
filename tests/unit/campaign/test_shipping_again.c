/*
 * Whatever a switchover that was put back had done by then, logs are shipped as before.
 */
#include "unit/campaign/scene.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static const char *const stops[] = {"ship-off", "rehearsal",   "rehearse", "empty", "stop",
                                    "quiet",    "partner-off", "close",    "tail",  "remove"};

static void stop_now(struct scene *scene)
{
    scene->stops = true;
}

static int64_t missing_at(struct scene *scene, const char *copy)
{
    json_t *truth = campaign_world_truth(scene->campaign->world);
    const json_t *row = json_object_get(json_object_get(truth, "instances"), copy);
    int64_t missing = json_integer_value(json_object_get(json_object_get(row, "mgc"), "lost_if_survivor"));

    json_decref(truth);
    return missing;
}

static int64_t written(struct scene *scene)
{
    json_t *truth = campaign_world_truth(scene->campaign->world);
    int64_t count = json_integer_value(json_object_get(truth, "messages_written"));

    json_decref(truth);
    return count;
}

/* What had been written by then is there when each of the three jobs has run once more. */
static void assert_ships(struct scene *scene, const char *name)
{
    int64_t before = written(scene), missing;

    campaign_advance(scene->campaign, 50LL * SCENE_MINUTE_MS);
    missing = missing_at(scene, "sqldr1") - (written(scene) - before);
    if (missing > 0)
        fail_msg("stopped at %s and put back: %lld messages never come to sqldr1", name, (long long)missing);
}

static void put_back_at(struct scene *scene, const char *step)
{
    AUTO(plan) struct plan *plan = NULL;
    struct engine_result result;

    campaign_advance(scene->campaign, 7LL * SCENE_MINUTE_MS);
    scene->verb = VERB_SWITCHOVER;
    scene->switchboard.is_honest = true;
    scene->at_step = step;
    scene->act = stop_now;
    plan = scene_plan(scene);
    result = scene_apply(scene, plan);
    scene_assert_ends(step, &result, ENGINE_RESUMABLE);
    scene->stops = false;
    result = scene_put_back(scene);
    scene_assert_ends(step, &result, ENGINE_DONE);
    assert_ships(scene, step);
}

static void logs_are_shipped_wherever_it_was_put_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(stops); i++) {
        void *scene;

        scene_set_up(&scene);
        put_back_at(scene, stops[i]);
        scene_tear_down(&scene);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logs_are_shipped_wherever_it_was_put_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

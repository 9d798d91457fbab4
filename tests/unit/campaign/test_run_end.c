/*
 * A run that moved the pool ends in every ledger that may count from then on, or has not ended.
 */
#include "unit/campaign/scene.h"
#include "unit/cmocka_unit.h"

static void lose_session(struct scene *scene)
{
    campaign_world_kill(scene->campaign->world, "sqlpri1", "pchat_admin");
}

static int64_t open_run(struct scene *scene)
{
    const struct job_request request = {.origin = ORIGIN_PERSON, .person = "dba"};

    return job_watch(&scene->runner->shop, &request, false, scene->arena).open_run;
}

/* The old primary is where logs go to, and the ledger of record with them: it must hear of it. */
static void a_move_has_not_ended_before_the_next_ledger_of_record_has_heard_of_it(void **state)
{
    struct scene *scene = *state;
    AUTO(plan) struct plan *plan = NULL;
    struct engine_result result;

    campaign_advance(scene->campaign, 7LL * SCENE_MINUTE_MS);
    scene->verb = VERB_SWITCHOVER;
    scene->switchboard.is_honest = true;
    scene->at_step = "shipped";
    scene->act = lose_session;
    plan = scene_plan(scene);
    result = scene_apply(scene, plan);
    assert_true(scene->has_acted);
    scene_assert_ends("its session is lost", &result, ENGINE_RESUMABLE);
    result = scene_resume(scene);
    scene_assert_ends("gone on with", &result, ENGINE_DONE);
    assert_int_equal(open_run(scene), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_move_has_not_ended_before_the_next_ledger_of_record_has_heard_of_it,
                                        scene_set_up, scene_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

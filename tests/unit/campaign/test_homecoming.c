/*
 * A site that was failed over from is back: once it has been seen well for long enough the way back is
 * planned and told, the same plan at each look; whatever befalls that site starts it over; and nothing of it
 * is ever begun but by the person who applies it.
 */
#include "unit/campaign/scene.h"
#include "unit/cmocka_unit.h"

#include <string.h>

enum {
    ROUND_MS = 4 * SCENE_MINUTE_MS,
    ROUNDS = 2,
    AFTER_S = 7 * 60 /* a look lies between each two of them */
};

/* What the topology says, as these tests want it. */
static void set_acting(struct scene *scene, struct topology_acting *acting, bool automatic)
{
    struct topology_pool *pool = &scene->campaign->topology->pools[0];

    *acting = *pool->acting;
    acting->failback_after_s = AFTER_S;
    acting->automatic_failover = acting->automatic_mirror_switch = acting->automatic_fence = automatic;
    pool->acting = acting;
}

/* A look of the runner by itself, after that time; an episode of a failback is open. */
static struct watch_outcome watch_after(struct scene *scene, int64_t ms)
{
    const struct job_request nobody = {.origin = ORIGIN_HANDLER, .failback = true};

    campaign_advance(scene->campaign, ms);
    return job_watch(&scene->runner->shop, &nobody, false, scene->arena);
}

static void assert_says(const struct watch_outcome *outcome, enum engine_end end, const char *words)
{
    if (outcome->result.end != end || !strstr(outcome->result.why, words) || outcome->plan)
        fail_msg("%s %s: %s; expected %s: %s", engine_end_name(outcome->result.end),
                 outcome->plan ? outcome->plan : "without a plan", outcome->result.why, engine_end_name(end),
                 words);
}

/* From the first look that finds the site well; the plan's id. */
static const char *wait_for_plan(struct scene *scene)
{
    struct watch_outcome outcome = watch_after(scene, ROUND_MS);

    for (int i = 0; i < ROUNDS; i++) {
        assert_says(&outcome, ENGINE_WAITS, "dub is well since");
        outcome = watch_after(scene, ROUND_MS);
    }
    if (!outcome.plan)
        fail_msg("no plan: %s", outcome.result.why);
    assert_int_equal(outcome.verb, VERB_FAILBACK);
    assert_int_equal(outcome.result.end, ENGINE_WAITS);
    assert_non_null(strstr(outcome.plan_text, "red -> dub"));
    return outcome.plan;
}

/* What befalls the site, what is said meanwhile, and what ends it. */
static const struct relapse {
    const char *name, *words[3], *says, *ends[3];
} relapses[] = {
    {"the site is lost again", {"site_down dub"}, "no failback can be planned: ", {"!site_down dub"}},
    {"a server that is to be active",
     {"host_down pc1"},
     "no failback while dub is not well: target services - pc1: ",
     {"!host_down pc1"}},
};

static void a_relapse_starts_it_over(struct scene *scene, const struct relapse *relapse)
{
    struct watch_outcome outcome;

    scene_say(scene, relapse->words);
    outcome = watch_after(scene, ROUND_MS);
    assert_says(&outcome, ENGINE_REFUSED, relapse->says);
    scene_say(scene, relapse->ends);
}

/* Whatever the topology lets go by itself, and though somebody has approved it. */
static void assert_never_begun(struct scene *scene, const char *plan)
{
    const struct ledger_note approval = {
        .kind = NOTE_APPROVAL, .plan = plan, .person = "dba", .valid_s = SCENE_MINUTE_MS};
    struct watch_outcome outcome;
    struct err err = ERR_INIT;
    int64_t before;

    assert_int_equal(job_say(&scene->runner->shop, &approval, &err), 0);
    before = campaign_mutations(scene->campaign);
    outcome = watch_after(scene, SCENE_MINUTE_MS);
    assert_string_equal(outcome.plan, plan);
    assert_int_equal(campaign_mutations(scene->campaign), before);
}

static void the_way_back_is_planned_and_never_begun(void **state)
{
    static struct topology_acting fenced, home; /* outlive the scene */
    struct scene *scene = *state;
    const int64_t missing = scene_return_fenced(scene), before = campaign_mutations(scene->campaign);
    const struct job_request dba = request_of_dba(VERB_FAILBACK);
    struct watch_outcome outcome;
    struct engine_result result;
    const char *plan;

    set_acting(scene, &fenced, false);
    for (size_t i = 0; i < COUNT(relapses); i++) {
        plan = wait_for_plan(scene);
        outcome = watch_after(scene, ROUND_MS);
        assert_string_equal(outcome.plan, plan);
        a_relapse_starts_it_over(scene, &relapses[i]);
    }
    wait_for_plan(scene);
    campaign_advance(scene->campaign, 20LL * SCENE_MINUTE_MS); /* nobody has looked meanwhile */
    plan = wait_for_plan(scene);
    assert_int_equal(campaign_mutations(scene->campaign), before);
    set_acting(scene, &home, true);
    assert_never_begun(scene, plan);
    result = job_apply(&scene->runner->shop, plan, &dba, scene->arena);
    scene_assert_ends("failback", &result, ENGINE_DONE);
    scene_assert_serves_but(scene, "failback", "sqlpri1", "normal", "pc1", missing);
    outcome = watch_after(scene, SCENE_MINUTE_MS);
    assert_true(outcome.at_home);
    assert_null(outcome.plan);
}

/* Gone from on purpose: a switchover leads back, and people plan it. */
static void nobody_is_told_to_come_back_from_a_switchover(void **state)
{
    struct scene *scene = *state;
    struct watch_outcome outcome;
    struct engine_result result;

    scene->switchboard.is_honest = true;
    campaign_advance(scene->campaign, 7LL * SCENE_MINUTE_MS);
    result = scene_carry_out(scene, VERB_SWITCHOVER);
    scene_assert_ends("there", &result, ENGINE_DONE);
    outcome = watch_after(scene, ROUND_MS);
    assert_true(outcome.failed_over);
    assert_true(outcome.at_home);
    assert_null(outcome.plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_way_back_is_planned_and_never_begun, scene_set_up,
                                        scene_tear_down),
        cmocka_unit_test_setup_teardown(nobody_is_told_to_come_back_from_a_switchover, scene_set_up,
                                        scene_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A site is lost, failed over, and comes back: the runner's jobs in one process, under one virtual time. */
#include "campaign/runner_seat.h"
#include "unit/cmocka_unit.h"

#include <stdlib.h>
#include <string.h>

enum { SECOND_MS = 1000, MINUTE_MS = 60 * 1000, WATCHES = 4, BACKLOG_MINUTES = 12 };

/* One campaign, and the runner in it. */
struct stage {
    struct campaign *campaign;
    struct switchboard switchboard;
    struct runner_seat *runner;
    struct arena *arena;
    char journal[64];
};

static int set_up(void **state)
{
    struct stage *stage = calloc(1, sizeof(*stage));
    struct err err = ERR_INIT;
    int fd;

    stage->campaign = campaign_new(NULL, &err);
    assert_non_null(stage->campaign);
    stage->switchboard = (struct switchboard){.campaign = stage->campaign, .is_off = true};
    snprintf(stage->journal, sizeof(stage->journal), "/tmp/pchat_failover_XXXXXX");
    fd = mkstemp(stage->journal);
    assert_true(fd >= 0);
    close(fd);
    stage->runner = runner_seat_new(stage->campaign, "runner1", stage->journal, &stage->switchboard, &err);
    assert_non_null(stage->runner);
    stage->arena = arena_new();
    *state = stage;
    return 0;
}

static int tear_down(void **state)
{
    struct stage *stage = *state;

    arena_free(stage->arena);
    runner_seat_free(stage->runner);
    campaign_free(stage->campaign);
    unlink(stage->journal);
    free(stage);
    return 0;
}

/* ---- the truth ---- */

static void assert_open(const struct stage *stage, const char *instance)
{
    json_t *truth = campaign_world_truth(stage->campaign->world);
    json_t *writable = json_object_get(truth, "writable");

    assert_int_equal(json_array_size(writable), 1);
    assert_string_equal(json_string_value(json_array_get(writable, 0)), instance);
    json_decref(truth);
}

static double overlap_s(const struct stage *stage)
{
    json_t *truth = campaign_world_truth(stage->campaign->world);
    double seconds = json_number_value(json_object_get(truth, "writer_overlap_s"));

    json_decref(truth);
    return seconds;
}

static int64_t messages(const struct stage *stage)
{
    json_t *truth = campaign_world_truth(stage->campaign->world);
    int64_t written = json_integer_value(json_object_get(truth, "messages_written"));

    json_decref(truth);
    return written;
}

/* ---- the acts ---- */

static void lose_site(struct stage *stage)
{
    campaign_plan(stage->campaign, MINUTE_MS, "site_down dub");
    campaign_plan(stage->campaign, MINUTE_MS + 10 * SECOND_MS, ".step_move_store");
    campaign_advance(stage->campaign, (int64_t)2 * MINUTE_MS);
}

/* File servers are left; of the log backups there the last ones are not copied yet. */
static void lose_hosts(struct stage *stage)
{
    static const char *const words[] = {"host_down sqlpri1", "host_down sqlmir1", "host_down sqlwit1",
                                        "host_down pc1",     "host_down pc2",     "host_down pc3",
                                        "host_down pc4",     "host_down fe-dub1", ".step_move_store"};

    campaign_plan(stage->campaign, SECOND_MS, "copy_job sqldr1 how=stopped");
    campaign_plan(stage->campaign, SECOND_MS, "restore_job sqldr1 how=stopped");
    for (size_t i = 0; i < COUNT(words); i++)
        campaign_plan(stage->campaign, (int64_t)BACKLOG_MINUTES * MINUTE_MS, words[i]);
    campaign_advance(stage->campaign, (int64_t)(BACKLOG_MINUTES + 1) * MINUTE_MS);
}

/* The world goes on for so long between plan and approval.  As far as it comes. */
static struct engine_result apply_after(struct stage *stage, int64_t ms)
{
    static const char *const overrides[] = {"logins"};
    const struct job_request request = {.origin = ORIGIN_PERSON,
                                        .person = "dba",
                                        .approves = true,
                                        .hard = true,
                                        .accept_loss = "60",
                                        .overrides = overrides,
                                        .override_count = COUNT(overrides)};
    struct err err = ERR_INIT;
    AUTO(plan) struct plan *plan = job_plan(&stage->runner->shop, &request, &err);

    assert_non_null(plan);
    assert_int_equal(plan->verb, VERB_FAILOVER);
    campaign_advance(stage->campaign, ms);
    return job_apply(&stage->runner->shop, plan->id, &request, stage->arena);
}

static struct engine_result apply(struct stage *stage)
{
    return apply_after(stage, 0);
}

static void fail_over(struct stage *stage)
{
    struct engine_result result = apply(stage);

    if (result.end != ENGINE_DONE)
        print_message("%s at %s: %s\n", engine_end_name(result.end), result.step, result.why);
    assert_int_equal(result.end, ENGINE_DONE);
}

static struct watch_outcome watch(struct stage *stage)
{
    const struct job_request nobody = {.origin = ORIGIN_HANDLER, .hard = true};

    campaign_advance(stage->campaign, MINUTE_MS / 2);
    return job_watch(&stage->runner->shop, &nobody, true, stage->arena);
}

static void a_lost_site_is_failed_over(void **state)
{
    struct stage *stage = *state;
    int64_t before;

    lose_site(stage);
    fail_over(stage);
    assert_open(stage, "sqldr1");
    before = messages(stage);
    campaign_advance(stage->campaign, MINUTE_MS);
    assert_true(messages(stage) > before);
    assert_true(overlap_s(stage) <= 0);
}

static bool is_to_stop(void *user)
{
    return --*(int *)user == 0;
}

/* A run stops in its middle, and nobody calls any more: were it an episode's, it would have to wait for the
 * next call. */
static void assert_goes_on(struct stage *stage, int64_t between_ms)
{
    const struct job_request nobody = {.origin = ORIGIN_HANDLER};
    struct watch_outcome outcome;
    int left = 4;

    stage->runner->shop.ports.stop = is_to_stop;
    stage->runner->shop.ports.user = &left;
    assert_int_equal(apply_after(stage, between_ms).end, ENGINE_RESUMABLE);
    stage->runner->shop.ports.stop = NULL;
    outcome = job_watch(&stage->runner->shop, &nobody, false, stage->arena);
    if (outcome.result.end != ENGINE_DONE)
        print_message("%s\n", outcome.result.why);
    assert_int_equal(outcome.result.end, ENGINE_DONE);
    assert_open(stage, "sqldr1");
}

static void what_a_person_has_approved_goes_on_without_an_episode(void **state)
{
    lose_site(*state);
    assert_goes_on(*state, 0);
}

/* What has changed since the plan was made needs no new approval, and so the run has that which was given. */
static void an_approval_counts_for_the_run_though_copies_went_on(void **state)
{
    struct stage *stage = *state;

    lose_hosts(stage);
    campaign_plan(stage->campaign, campaign_now_ms(stage->campaign) + SECOND_MS, "!copy_job sqldr1");
    assert_goes_on(stage, (int64_t)6 * MINUTE_MS);
}

/* Its fence was lifted, so that it is seen; the topology lets the fence go by itself. */
static void what_comes_back_is_fenced(void **state)
{
    struct stage *stage = *state;
    struct watch_outcome outcome = {.verb = VERB_NONE};

    lose_site(stage);
    fail_over(stage);
    stage->switchboard.is_off = false;
    campaign_plan(stage->campaign, campaign_now_ms(stage->campaign) + SECOND_MS, ".old_primary_returned");
    for (int i = 0; i < WATCHES && !(outcome.verb == VERB_FENCE && outcome.result.end == ENGINE_DONE); i++)
        outcome = watch(stage);
    assert_int_equal(outcome.verb, VERB_FENCE);
    assert_int_equal(outcome.result.end, ENGINE_DONE);
    assert_open(stage, "sqldr1");
    outcome = watch(stage);
    assert_true(outcome.failed_over);
    assert_null(outcome.plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_lost_site_is_failed_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_a_person_has_approved_goes_on_without_an_episode, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_approval_counts_for_the_run_though_copies_went_on, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_comes_back_is_fenced, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Whoever moves the pool sets up the mirror of the site that serves then, before logs are shipped: they
 * follow all the same, though the mirror's set-up takes a log backup of its own.  A mirror that was set up to
 * ship before does so again, and no run hangs on it.
 */
#include "unit/campaign/scene.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static struct engine_result carry_out(struct scene *scene, enum verb verb)
{
    AUTO(plan) struct plan *plan = NULL;

    scene->switchboard.is_honest = true;
    scene->verb = verb;
    plan = scene_plan(scene);
    assert_int_equal(plan->verb, verb);
    return scene_apply(scene, plan);
}

static const json_t *mgc_of(const json_t *truth, const char *instance)
{
    return json_object_get(json_object_get(json_object_get(truth, "instances"), instance), "mgc");
}

/* The newest message that is in that copy. */
static int64_t newest(struct scene *scene, const char *instance)
{
    json_t *truth = campaign_world_truth(scene->campaign->world);
    const int64_t message = json_integer_value(json_object_get(mgc_of(truth, instance), "newest_message"));

    json_decref(truth);
    return message;
}

static void assert_mirrored(struct scene *scene, const char *name, const char *principal, const char *mirror)
{
    json_t *truth = campaign_world_truth(scene->campaign->world);
    const char *const instances[] = {principal, mirror}, *const roles[] = {"principal", "mirror"};

    for (size_t i = 0; i < COUNT(instances); i++) {
        const json_t *row = json_object_get(mgc_of(truth, instances[i]), "mirroring");
        const char *role = json_string_value(json_object_get(row, "role")),
                   *state = json_string_value(json_object_get(row, "state"));

        if (!role || strcmp(role, roles[i]) != 0 || !state || strcmp(state, "SYNCHRONIZED") != 0)
            fail_msg("%s: %s is %s, %s", name, instances[i], role ? role : "not mirrored",
                     state ? state : "-");
    }
    json_decref(truth);
}

/* What is written from now on arrives there within the periods of log shipping. */
static void assert_follows(struct scene *scene, const char *name, const char *from, const char *to)
{
    const int64_t now = newest(scene, from);

    campaign_advance(scene->campaign, 50LL * SCENE_MINUTE_MS);
    if (newest(scene, to) <= now)
        fail_msg("%s: %s stands at message %lld, %s was at %lld", name, to, (long long)newest(scene, to),
                 from, (long long)now);
}

static void move_to(struct scene *scene, const char *name, const char *const *copies)
{
    struct engine_result result = carry_out(scene, VERB_SWITCHOVER);

    scene_assert_ends(name, &result, ENGINE_DONE);
    assert_mirrored(scene, name, copies[0], copies[1]);
    assert_follows(scene, name, copies[0], copies[2]);
}

static void there_and_back(void **state)
{
    struct scene *scene = *state;

    campaign_advance(scene->campaign, 7LL * SCENE_MINUTE_MS);
    move_to(scene, "there", (const char *const[]){"sqldr1", "sqldr2", "sqlpri1"});
    move_to(scene, "back", (const char *const[]){"sqlpri1", "sqlmir1", "sqldr1"});
}

/* A mirror that cannot be set up keeps nobody from being served, nor logs from being shipped. */
static void without_its_share(void **state)
{
    static const char *const lost[] = {"host_down fs3", NULL};
    struct scene *scene = *state;
    struct engine_result result;

    campaign_advance(scene->campaign, 7LL * SCENE_MINUTE_MS);
    scene_say(scene, lost);
    result = carry_out(scene, VERB_SWITCHOVER);
    scene_assert_ends("there", &result, ENGINE_DONE);
    assert_follows(scene, "there", "sqldr1", "sqlpri1");
}

static void take_a_shipped_log(struct scene *scene)
{
    scene_type(scene,
               "BACKUP LOG [mgc] TO DISK = N'\\\\fs1.litwareinc.com\\pchatls\\mgc_20261123053000.trn';\n"
               "SELECT 1 AS taken");
}

/* What LSBackup takes before the mirror's set-up does must come before that on the way, too. */
static void after_a_shipped_log(void **state)
{
    struct scene *scene = *state;
    struct engine_result result;

    campaign_advance(scene->campaign, 7LL * SCENE_MINUTE_MS);
    scene->at_step = "mirror";
    scene->act = take_a_shipped_log;
    result = carry_out(scene, VERB_SWITCHOVER);
    assert_true(scene->has_acted);
    scene_assert_ends("there", &result, ENGINE_DONE);
    assert_mirrored(scene, "there", "sqldr1", "sqldr2");
    assert_follows(scene, "there", "sqldr1", "sqlpri1");
}

/* Without it logs would be shipped in vain: the run goes on once it can be read where they go. */
static void its_log_cannot_be_read(void **state)
{
    static const char *const again[] = {"!host_down fs3", NULL};
    struct scene *scene = *state;
    struct engine_result result;

    campaign_advance(scene->campaign, 7LL * SCENE_MINUTE_MS);
    scene->at_step = "mirror-log";
    scene->words = "host_down fs3";
    result = carry_out(scene, VERB_SWITCHOVER);
    assert_true(scene->has_acted);
    scene_assert_ends("there", &result, ENGINE_RESUMABLE);
    scene_say(scene, again);
    result = scene_resume(scene);
    scene_assert_ends("there, with its share back", &result, ENGINE_DONE);
    assert_mirrored(scene, "there", "sqldr1", "sqldr2");
    assert_follows(scene, "there", "sqldr1", "sqlpri1");
}

/* ---- home again ---- */

/* Is LSBackup of that instance enabled, as the runner sees it? */
static bool is_to_ship(struct scene *scene, const char *instance)
{
    const struct engine_ports *ports = &scene->runner->shop.ports;
    AUTO(look) struct look *look = ports->looker.look(ports->looker.user, false);
    const struct instance_snapshot *seen = snapshot_find(look->snapshot, instance);

    for (size_t i = 0; i < seen->job.count; i++)
        if (strcmp(seen->job.rows[i].kind, "backup") == 0)
            return seen->job.rows[i].enabled.known && seen->job.rows[i].enabled.value == 1;
    fail_msg("%s has no LSBackup", instance);
    return false;
}

struct told {
    enum entry_kind kind;
    const char *words;
    bool is_told;
};

static void look_for(void *user, const struct journal_entry *entry)
{
    struct told *told = user;

    told->is_told |= strcmp(entry->step, "ship-mirror") == 0 && entry->kind == told->kind &&
                     strstr(entry->text, told->words);
}

/* By the run, of its step ship-mirror. */
static void assert_told(struct scene *scene, enum entry_kind kind, const char *words)
{
    struct told told = {kind, words, false};
    struct err err = ERR_INIT;

    assert_int_equal(journal_entries(scene->runner->journal, 0, 0, look_for, &told, &err), 0);
    if (!told.is_told)
        fail_msg("nothing is told of it: %s", words);
}

/* The site is lost, comes back and is fenced. */
static void come_back(struct scene *scene)
{
    static const char *const lost[] = {"site_down dub", ".step_move_store", NULL},
                             *const back[] = {".old_primary_returned", NULL};
    struct engine_result result;

    scene->switchboard.is_honest = true;
    scene_say(scene, lost);
    result = carry_out(scene, VERB_FAILOVER);
    scene_assert_ends("failover", &result, ENGINE_DONE);
    assert_mirrored(scene, "failover", "sqldr1", "sqldr2");
    scene_say(scene, back);
    result = carry_out(scene, VERB_FENCE);
    scene_assert_ends("fence", &result, ENGINE_DONE);
    campaign_advance(scene->campaign, 20LL * SCENE_MINUTE_MS);
    assert_false(is_to_ship(scene, "sqlmir1"));
}

/* What the fence has stopped at the mirror runs again, too. */
static void failback(void **state)
{
    struct scene *scene = *state;
    struct engine_result result;

    come_back(scene);
    result = carry_out(scene, VERB_FAILBACK);
    scene_assert_ends("failback", &result, ENGINE_DONE);
    assert_mirrored(scene, "failback", "sqlpri1", "sqlmir1");
    assert_told(scene, ENTRY_OUTCOME, "done");
    assert_true(is_to_ship(scene, "sqlmir1"));
    assert_follows(scene, "failback", "sqlpri1", "sqldr1");
}

/* The run does not hang on the mirror. */
static void its_instance_is_gone(void **state)
{
    static const char *const again[] = {"!instance_down sqlmir1", NULL};
    struct scene *scene = *state;
    struct engine_result result;

    come_back(scene);
    scene->at_step = "ship-mirror";
    scene->words = "instance_down sqlmir1";
    result = carry_out(scene, VERB_FAILBACK);
    assert_true(scene->has_acted);
    scene_assert_ends("failback", &result, ENGINE_DONE);
    assert_told(scene, ENTRY_OUTCOME, "not done: let its mirror ship when it takes over");
    assert_follows(scene, "failback", "sqlpri1", "sqldr1");
    scene_say(scene, again);
    assert_false(is_to_ship(scene, "sqlmir1"));
}

enum { LOGIN_MS = 10, BATCH_MS = 100 };

/* From when the session there is made until its batch is answered. */
static void lose_each_session(struct scene *scene)
{
    const int64_t now_ms = campaign_now_ms(scene->campaign);

    for (int64_t ms = LOGIN_MS; ms < BATCH_MS; ms++)
        campaign_plan_kill(scene->campaign, now_ms + ms, "sqlmir1", "pchat_admin");
}

/* A session that is lost there is no loss of the pool lock, and another one is made. */
static void its_session_is_lost(void **state)
{
    struct scene *scene = *state;
    struct engine_result result;

    come_back(scene);
    scene->at_step = "ship-mirror";
    scene->act = lose_each_session;
    result = carry_out(scene, VERB_FAILBACK);
    assert_true(scene->has_acted);
    scene_assert_ends("failback", &result, ENGINE_DONE);
    assert_told(scene, ENTRY_ACT, "closed the connection");
    assert_true(is_to_ship(scene, "sqlmir1"));
    assert_follows(scene, "failback", "sqlpri1", "sqldr1");
}

/* A copy that was left restoring must not ship, whoever opens it. */
static void its_mirror_cannot_be_set_up(void **state)
{
    struct scene *scene = *state;
    struct engine_result result;

    come_back(scene);
    scene->at_step = "mirror";
    scene->words = "host_down fs3";
    result = carry_out(scene, VERB_FAILBACK);
    assert_true(scene->has_acted);
    scene_assert_ends("failback", &result, ENGINE_DONE);
    assert_told(scene, ENTRY_OUTCOME, "sqlmir1 is no mirror");
    assert_false(is_to_ship(scene, "sqlmir1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(there_and_back, scene_set_up_mirrored, scene_tear_down),
        cmocka_unit_test_setup_teardown(without_its_share, scene_set_up_mirrored, scene_tear_down),
        cmocka_unit_test_setup_teardown(after_a_shipped_log, scene_set_up_mirrored, scene_tear_down),
        cmocka_unit_test_setup_teardown(its_log_cannot_be_read, scene_set_up_mirrored, scene_tear_down),
        cmocka_unit_test_setup_teardown(failback, scene_set_up_mirrored, scene_tear_down),
        cmocka_unit_test_setup_teardown(its_instance_is_gone, scene_set_up_mirrored, scene_tear_down),
        cmocka_unit_test_setup_teardown(its_session_is_lost, scene_set_up_mirrored, scene_tear_down),
        cmocka_unit_test_setup_teardown(its_mirror_cannot_be_set_up, scene_set_up_mirrored, scene_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

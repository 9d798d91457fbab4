/*
 * A failover that people have begun by hand is gone on with from where it is; and what somebody does by hand
 * while a run is under way is noticed, told, and nothing more is sent.
 */
#include "unit/campaign/scene.h"

#include "act/judge/guard.h"
#include "unit/cmocka_unit.h"

#include <string.h>

/* ---- what must be true at the end ---- */

static void assert_served(const struct scene *scene, const char *name)
{
    json_t *truth = campaign_world_truth(scene->campaign->world), *writable;
    int64_t written = json_integer_value(json_object_get(truth, "messages_written"));

    writable = json_object_get(truth, "writable");
    if (json_array_size(writable) != 1 ||
        strcmp(json_string_value(json_array_get(writable, 0)), "sqldr1") != 0)
        fail_msg("%s: the copy on sqldr1 is not the one that is open", name);
    if (json_number_value(json_object_get(truth, "writer_overlap_s")) > 0)
        fail_msg("%s: two copies were written", name);
    json_decref(truth);
    campaign_advance(scene->campaign, SCENE_MINUTE_MS);
    truth = campaign_world_truth(scene->campaign->world);
    if (json_integer_value(json_object_get(truth, "messages_written")) <= written)
        fail_msg("%s: nobody chats", name);
    json_decref(truth);
}

/* Each text that opens a copy was let pass by the guard: its verdicts are in the journal. */
struct verdicts {
    size_t passed;
};

static void count_verdict(void *user, const struct journal_entry *entry)
{
    struct verdicts *verdicts = user;

    verdicts->passed += entry->kind == ENTRY_GUARD && strcmp(entry->text, "lets pass") == 0;
}

static void assert_guarded(const struct scene *scene, const char *name)
{
    struct verdicts verdicts = {0};
    struct err err = ERR_INIT;
    size_t opened = 0;

    for (size_t i = 0; i < scene->kept_count; i++)
        opened += guard_is_needed(scene->kept[i].text);
    assert_int_equal(journal_entries(scene->runner->shop.ports.journal, 0, 0, count_verdict, &verdicts, &err),
                     0);
    if (opened != verdicts.passed)
        fail_msg("%s: %zu texts that open a copy, %zu let pass", name, opened, verdicts.passed);
}

static bool was_received(const struct scene *scene, const struct sending *sending)
{
    for (size_t i = 0; i < scene->kept_count; i++) {
        const struct kept *kept = &scene->kept[i];
        const char *found =
            strcmp(kept->where, sending->target) == 0 ? strstr(kept->text, sending->text) : NULL;

        if (found && (sending->kind == SENDING_PS || (found == kept->text && !found[strlen(sending->text)])))
            return true;
    }
    return false;
}

/* What the plan prints for a step that was needed is what came in, byte for byte. */
static void assert_sent_as_planned(const struct scene *scene, const struct plan *plan, const char *name)
{
    static const bool is_sent[SENDING_KIND_COUNT] = {
        [SENDING_SQL] = true, [SENDING_LEDGER] = true, [SENDING_PS] = true};

    for (size_t i = 0; i < plan->step_count; i++) {
        const struct plan_step *step = &plan->steps[i];

        for (size_t s = 0; step->state == STEP_NEEDED && !step->step->best_effort && s < step->sending_count;
             s++)
            if (is_sent[step->sendings[s].kind] && !was_received(scene, &step->sendings[s]))
                fail_msg("%s: %s %s was not received as planned", name, step->step->id,
                         step->sendings[s].subject);
    }
}

/* ---- begun by hand ---- */

#define LOST "site_down dub", ".step_move_store"

/* How often the servers receive what changes them. */
struct sent {
    size_t remove, scene_apply, recover, state, active;
};

static const struct start {
    const char *name;
    const char *words[SCENE_WORDS_MOST];
    struct sent sent;
    bool applies; /* some log backups */
} starts[] = {
    {"nothing is done", {LOST}, {1, 0, 1, 1, 1}, false},
    {"7: the standby was recovered while the principal serves",
     {".recover_secondary", LOST},
     {1, 0, 0, 1, 1},
     false},
    {"18: log shipping is removed", {LOST, ".step_remove_log_shipping"}, {0, 0, 1, 1, 1}, false},
    {"18: the same, with log backups that were only copied",
     {"restore_job sqldr1 how=stopped", ".write_messages n=5", ".run_job sqlpri1 name=LSBackup_mgc",
      ".run_job sqldr1 name=LSCopy_sqlpri1_mgc", LOST, ".step_remove_log_shipping"},
     {0, 0, 1, 1, 1},
     true},
    {"18: the same, and applied by hand",
     {"restore_job sqldr1 how=stopped", ".write_messages n=5", ".run_job sqlpri1 name=LSBackup_mgc",
      ".run_job sqldr1 name=LSCopy_sqlpri1_mgc", LOST, ".step_remove_log_shipping", ".step_apply_logs"},
     {0, 0, 1, 1, 1},
     false},
    {"19: recovered, the pool state is Normal",
     {LOST, ".step_remove_log_shipping", ".step_recover"},
     {0, 0, 0, 1, 1},
     false},
    {"20: the pool state is ahead of the database", {LOST, ".step_set_failed_over"}, {1, 0, 1, 0, 1}, false},
    {"21: the active list names the lost site",
     {LOST, ".step_remove_log_shipping", ".step_recover", ".step_set_failed_over"},
     {0, 0, 0, 0, 1},
     false},
    {"21: the active list is empty",
     {LOST, ".step_remove_log_shipping", ".step_recover", ".step_set_failed_over", ".step_clear_active_list"},
     {0, 0, 0, 0, 1},
     false},
    {"22: all is done but backups and mirror",
     {LOST, ".step_remove_log_shipping", ".step_recover", ".step_set_failed_over", ".step_activate_backup"},
     {0, 0, 0, 0, 0},
     false},
};

static void assert_count(const char *name, const char *what, size_t got, size_t wanted)
{
    if (got != wanted)
        fail_msg("%s: %s was sent %zu times, expected %zu", name, what, got, wanted);
}

static void assert_sent(const struct scene *scene, const struct start *start)
{
    const size_t applied = scene_times_received(scene, "RESTORE LOG [mgc] FROM DISK");

    assert_count(start->name, "remove",
                 scene_times_received(scene, "sp_delete_log_shipping_secondary_database"),
                 start->sent.remove);
    assert_count(start->name, "recover", scene_times_received(scene, "RESTORE DATABASE [mgc] WITH RECOVERY"),
                 start->sent.recover);
    assert_count(start->name, "state", scene_times_received(scene, "Set-CsPersistentChatState"),
                 start->sent.state);
    assert_count(start->name, "active", scene_times_received(scene, "function Test-Active"),
                 start->sent.active);
    if (start->applies != (applied > 0))
        fail_msg("%s: %zu log backups were restored", start->name, applied);
}

static void go_on_from(const struct start *start)
{
    struct scene *scene;
    struct engine_result result;
    AUTO(plan) struct plan *plan = NULL;

    scene_set_up((void **)&scene);
    scene_say(scene, start->words);
    plan = scene_plan(scene);
    result = scene_apply(scene, plan);
    scene_assert_ends(start->name, &result, ENGINE_DONE);
    assert_served(scene, start->name);
    assert_sent(scene, start);
    assert_guarded(scene, start->name);
    assert_sent_as_planned(scene, plan, start->name);
    scene_tear_down((void **)&scene);
}

static void a_failover_goes_on_from_what_was_done_by_hand(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(starts); i++)
        go_on_from(&starts[i]);
}

/* Row 7 itself: while the principal serves there is nothing to fail over, and it is said what to do. */
static void two_open_copies_are_no_start(void **state)
{
    static const char *const words[] = {".recover_secondary", NULL};
    struct scene *scene = *state;
    const struct job_request request = {
        .origin = ORIGIN_PERSON, .person = "dba", .approves = true, .hard = true};
    struct err err = ERR_INIT;

    scene_say(scene, words);
    assert_null(job_plan(&scene->runner->shop, &request, &err));
    assert_non_null(strstr(err.text, "both sites have an open copy"));
    assert_non_null(strstr(err.text, "keep everybody out"));
}

/* ---- somebody acts at the same time ---- */

static const struct meanwhile {
    const char *name, *at_step;
    int64_t later_ms; /* after the look at that step; 0: before anything of it is sent */
    const char *words;
    const char *says;   /* of the difference */
    const char *unsent; /* nothing of the kind is sent any more, before it is gone on with */
} meanwhiles[] = {
    {"logs are restored", "apply", 0, ".step_apply_logs",
     "restore the log backups is done, and not by this run", "RESTORE DATABASE [mgc] WITH RECOVERY"},
    {"the jobs are enabled again", "apply", 0,
     "EXEC msdb.dbo.sp_update_job @job_name = N'LSRestore_sqlpri1_mgc', @enabled = 1; SELECT 1 AS done",
     "stop LSCopy and LSRestore was done, and is undone", "RESTORE DATABASE [mgc] WITH RECOVERY"},
    {"log shipping is removed", "quiesce", 0, ".step_remove_log_shipping",
     "end log shipping is done, and not by this run", "RESTORE DATABASE [mgc] WITH RECOVERY"},
    {"the standby is recovered", "remove", 0, ".recover_secondary",
     "bring the chat database online is done, and not by this run", "Set-CsPersistentChatState"},
    {"the pool state is set", "recover", 20LL * SCENE_SECOND_MS, ".step_set_failed_over",
     "set the pool state is done, and not by this run", "function Test-Active"},
    {"the pool state is set back", "active", 0, ".step_set_normal from=fe-red1",
     "set the pool state was done, and is undone: the management store says Normal", "BACKUP DATABASE"},
    {"the servers are activated", "state", 0, ".step_activate_backup",
     "activate the standby site's chat servers is done, and not by this run", "BACKUP DATABASE"},
    {"other servers are activated", "start", 0, ".step_activate_backup servers=pc5",
     "activate the standby site's chat servers was done, and is undone: the active servers are pc5",
     "BACKUP DATABASE"},
};

static void somebody_acts(const struct meanwhile *meanwhile)
{
    static const char *const lost[] = {"recovery_slow sqldr1 seconds=30",
                                       "restore_job sqldr1 how=stopped",
                                       ".write_messages n=5",
                                       ".run_job sqlpri1 name=LSBackup_mgc",
                                       ".run_job sqldr1 name=LSCopy_sqlpri1_mgc",
                                       ".write_messages n=5",
                                       ".run_job sqlpri1 name=LSBackup_mgc",
                                       ".run_job sqldr1 name=LSCopy_sqlpri1_mgc",
                                       LOST,
                                       NULL};
    struct scene *scene;
    struct engine_result result;
    AUTO(plan) struct plan *plan = NULL;

    scene_set_up((void **)&scene);
    scene_say(scene, lost);
    plan = scene_plan(scene);
    scene->at_step = meanwhile->at_step;
    scene->later_ms = meanwhile->later_ms;
    scene->words = meanwhile->words;
    result = scene_apply(scene, plan);
    scene_assert_ends(meanwhile->name, &result, ENGINE_CHANGED);
    if (!strstr(result.why, "the world changed") || !strstr(result.why, meanwhile->says))
        fail_msg("%s: says %s", meanwhile->name, result.why);
    assert_count(meanwhile->name, meanwhile->unsent, scene_times_received(scene, meanwhile->unsent), 0);
    result = scene_resume(scene);
    scene_assert_ends(meanwhile->name, &result, ENGINE_DONE);
    assert_served(scene, meanwhile->name);
    assert_guarded(scene, meanwhile->name);
    scene_tear_down((void **)&scene);
}

static void what_somebody_does_meanwhile_stops_the_run(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(meanwhiles); i++)
        somebody_acts(&meanwhiles[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failover_goes_on_from_what_was_done_by_hand),
        cmocka_unit_test_setup_teardown(two_open_copies_are_no_start, scene_set_up, scene_tear_down),
        cmocka_unit_test(what_somebody_does_meanwhile_stops_the_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A failover from site loss to messages flowing again, in one process under one virtual time. */
#include "unit/cmocka_unit.h"

#include "campaign/runner_seat.h"

#include <stdlib.h>
#include <string.h>

enum { MINUTE_MS = 60 * 1000 };

static void tell(const struct engine_result *result)
{
    print_message("%s at %s: %s\n", engine_end_name(result->end), result->step,
                  result->why ? result->why : "");
}

static void print_entry(void *user, const struct journal_entry *entry)
{
    (void)user;
    if (entry->kind != ENTRY_LOOK)
        print_message("%lld %s %s %s %s: %.600s\n", (long long)entry->mono_ms, entry_kind_name(entry->kind),
                      entry->step, entry->target, entry->subject, entry->text);
}

static json_int_t truth(struct campaign *campaign, const char *key)
{
    json_t *all = campaign_world_truth(campaign->world);
    json_int_t value = json_integer_value(json_object_get(all, key));

    if (getenv("PCHAT_TRUTH"))
        print_message("%s\n", json_dumps(all, JSON_INDENT(1)));
    json_decref(all);
    return value;
}

static void a_lost_site_is_failed_over(void **state)
{
    static const char *const overrides[] = {"logins"};
    char journal_path[] = "/tmp/pchat_campaign_XXXXXX";
    int journal_fd = mkstemp(journal_path);
    struct err err = ERR_INIT;
    AUTO(campaign) struct campaign *campaign = campaign_new(NULL, &err);
    struct switchboard switchboard = {.campaign = campaign, .is_off = true};
    AUTO(runner_seat) struct runner_seat *runner = NULL;
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(plan) struct plan *plan = NULL;
    struct job_request request = {.origin = ORIGIN_PERSON,
                                  .person = "dba",
                                  .approves = true,
                                  .hard = true,
                                  .accept_loss = "60",
                                  .overrides = overrides,
                                  .override_count = COUNT(overrides)};
    struct engine_result result;
    AUTO_FREE char *text = NULL;

    (void)state;
    assert_non_null(campaign);
    runner = runner_seat_new(campaign, "runner1", journal_path, &switchboard, &err);
    assert_non_null(runner);
    campaign_plan(campaign, MINUTE_MS, "site_down dub");
    campaign_plan(campaign, MINUTE_MS + 10000, ".step_move_store");
    campaign_advance(campaign, 2 * MINUTE_MS);
    if (getenv("PCHAT_LOOK")) {
        AUTO(look) struct look *look = runner->shop.ports.looker.look(runner->shop.ports.looker.user, true);
        AUTO_FREE char *json = look_to_json(look);

        FILE *file = fopen(getenv("PCHAT_LOOK"), "w");

        fputs(json, file);
        fclose(file);
    }
    plan = job_plan(&runner->shop, &request, &err);
    if (!plan)
        print_message("%s\n", err.text);
    assert_non_null(plan);
    text = plan_to_text(plan, getenv("PCHAT_SCRIPTS") != NULL);
    fputs(text, stderr);
    result = job_apply(&runner->shop, plan->id, &request, arena);
    tell(&result);
    if (result.end != ENGINE_DONE || getenv("PCHAT_JOURNAL"))
        journal_entries(runner->journal, 0, 0, print_entry, NULL, &err);
    assert_int_equal(result.end, ENGINE_DONE);
    campaign_advance(campaign, 2 * MINUTE_MS);
    truth(campaign, "messages");
    close(journal_fd);
    unlink(journal_path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_lost_site_is_failed_over)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The product's own passes over the lab's world, in one process and under one virtual time: they find what
 * the world is, the same way every time.
 */
#include "assess/assess.h"
#include "campaign/campaign.h"
#include "model/condition.h"
#include "observe/sql/fact_query.h"
#include "unit/cmocka_unit.h"

#include <string.h>
#include <time.h>

enum { PASS_MS = 15000, PASSES = 8, WORDS_MAX = 10 };

static const struct campaign_config quick = {.history_s = 7200};
static const struct assess_options options = {.unreachable = SEVERITY_UNKNOWN};

static struct campaign *new_campaign(const struct campaign_config *config)
{
    struct err err = ERR_INIT;
    struct campaign *campaign = campaign_new(config, &err);

    if (!campaign)
        fail_msg("%s", err.text);
    return campaign;
}

static struct seat *monitor_of(struct campaign *campaign)
{
    return seat_new(campaign, &(struct seat_config){0});
}

static struct snapshot *look(struct seat *seat)
{
    return seat_observe(seat, FACT_SET_POOL, PASS_MS);
}

/* ---- what is found ---- */

#define LOST      "site_down dub"
#define RECOVERED LOST, ".step_remove_log_shipping", ".step_copy_logs", ".step_apply_logs", ".step_recover"

/* What is said to the world, and after how long what the two assessments lead with; NULL: all is well. */
static const struct found {
    const char *words[WORDS_MAX];
    int64_t after_s;
    const char *pool, *replication;
} cases[] = {
    {{NULL}, 60, NULL, NULL},
    {{LOST}, 60, "site_loss", "primary_site_unseen"},
    {{"link_cut monitor->dub"}, 60, "monitor_isolated", "primary_site_unseen"},
    {{"link_cut monitor->dub", "link_cut monitor->red", "link_cut monitor->oob1"},
     60,
     "monitor_isolated",
     "monitor_isolated"},
    {{LOST, ".step_remove_log_shipping"}, 60, "failover_step1_3", "primary_site_unseen"},
    {{RECOVERED}, 60, "failover_step4_done", "dr_active"},
    {{RECOVERED, ".step_move_store fe-red1", ".step_set_failed_over"},
     120,
     "failover_step7_pending",
     "dr_active"},
    {{RECOVERED, ".step_move_store fe-red1", ".step_set_failed_over", ".step_activate_backup"},
     120,
     "dr_active_no_ha",
     "dr_active"},
    {{"both_copies_written"}, 60, "split_brain", "split_brain"},
    {{"sip pc1 how=silent"}, 60, NULL, NULL},
};

static const char *lead_of(const struct report *report)
{
    return report->finding_count ? condition_info(report->findings[0].condition)->name : "";
}

static void assert_leads(const struct found *one, const struct report *report, const char *expected)
{
    const char *lead = lead_of(report);

    if (strcmp(lead, expected ? expected : "") != 0 || (!expected && report->severity != SEVERITY_OK))
        fail_msg("%s after \"%s\": %s %s (%s), expected %s", report->title,
                 one->words[0] ? one->words[0] : "nothing", severity_name(report->severity), lead,
                 report->finding_count ? report->findings[0].message : "", expected ? expected : "OK");
}

static void check(const struct found *one)
{
    AUTO(campaign) struct campaign *campaign = new_campaign(&quick);
    struct seat *monitor = monitor_of(campaign);

    for (size_t i = 0; i < WORDS_MAX && one->words[i]; i++)
        campaign_plan(campaign, 1000, one->words[i]);
    campaign_advance(campaign, one->after_s * 1000);
    if (campaign->failure.kind != ERR_NONE)
        fail_msg("%s", campaign->failure.text);

    AUTO(snapshot) struct snapshot *snapshot = look(monitor);
    AUTO(report) struct report *pool = assess_pool(snapshot, &options);
    AUTO(report) struct report *replication = assess_replication(snapshot, &options);
    assert_leads(one, pool, one->pool);
    assert_leads(one, replication, one->replication);
}

static void a_pass_finds_what_the_world_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        check(&cases[i]);
}

/* ---- the same every time ---- */

/* Three passes while a site is lost, the second of them in the middle of it. */
static char *story_of(uint64_t seed)
{
    AUTO(campaign)
    struct campaign *campaign = new_campaign(&(struct campaign_config){.seed = seed, .history_s = 7200});
    struct seat *monitor = monitor_of(campaign);
    AUTO(strbuf) struct strbuf story = STRBUF_INIT;

    campaign_plan(campaign, 30010, "site_down dub");
    campaign_plan(campaign, 90000, ".failover_by_hand");
    for (int i = 0; i < 3; i++) {
        campaign_advance(campaign, (i + 1) * 30000LL - campaign_now_ms(campaign));
        AUTO(snapshot) struct snapshot *snapshot = look(monitor);
        AUTO_FREE char *json = snapshot_to_json(snapshot);
        strbuf_add(&story, json);
    }
    return strbuf_take(&story);
}

static void the_same_seed_gives_the_same_campaign(void **state)
{
    AUTO_FREE char *first = story_of(7), *second = story_of(7), *other = story_of(8);

    (void)state;
    assert_string_equal(first, second);
    assert_string_not_equal(first, other);
}

/* ---- time ---- */

static void a_pass_against_a_dead_site_costs_one_timeout(void **state)
{
    AUTO(campaign) struct campaign *campaign = new_campaign(&quick);
    struct seat *monitor = monitor_of(campaign);
    int64_t began_ms;

    (void)state;
    campaign_plan(campaign, 0, "site_down dub");
    campaign_advance(campaign, 10000);
    began_ms = campaign_now_ms(campaign);
    snapshot_free(look(monitor));
    assert_in_range(campaign_now_ms(campaign) - began_ms, 5000, PASS_MS);
}

static double ms_of(clockid_t id)
{
    struct timespec now;

    clock_gettime(id, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Printed, not asserted. */
static void a_pass_takes_little_real_time(void **state)
{
    AUTO(campaign) struct campaign *campaign = new_campaign(&quick);
    struct seat *monitor = monitor_of(campaign);
    double began_ms = ms_of(CLOCK_MONOTONIC), used_ms = ms_of(CLOCK_PROCESS_CPUTIME_ID);

    (void)state;
    for (int i = 0; i < PASSES; i++)
        snapshot_free(look(monitor));
    print_message("a pass takes %.1f ms, %.1f of them on a CPU, for %.1f s of virtual time\n",
                  (ms_of(CLOCK_MONOTONIC) - began_ms) / PASSES,
                  (ms_of(CLOCK_PROCESS_CPUTIME_ID) - used_ms) / PASSES,
                  (double)campaign_now_ms(campaign) / 1000 / PASSES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pass_finds_what_the_world_is),
        cmocka_unit_test(the_same_seed_gives_the_same_campaign),
        cmocka_unit_test(a_pass_against_a_dead_site_costs_one_timeout),
        cmocka_unit_test(a_pass_takes_little_real_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

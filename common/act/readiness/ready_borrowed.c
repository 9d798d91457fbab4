/*
 * What the other checks find and a failover would stumble over, under the same names.
 */
#include "act/readiness/readiness_work.h"

#include "assess/assess.h"
#include "assess/words.h"

/* How a finding of another report counts here. */
enum counts { AS_THERE, REFUSES };

static const struct {
    enum condition condition;
    enum counts counts;
} of_replication[] = {
    /* sight */
    {CONDITION_instance_unseen, AS_THERE},
    {CONDITION_instance_refuses_monitor, AS_THERE},
    {CONDITION_right_missing, AS_THERE},
    {CONDITION_facts_missing, AS_THERE},
    /* copies */
    {CONDITION_two_principals, AS_THERE},
    {CONDITION_quorum_lost, AS_THERE},
    {CONDITION_secondary_recovered, AS_THERE},
    {CONDITION_database_not_open, AS_THERE},
    /* what would be lost, and how long it would take */
    {CONDITION_exposure_high, AS_THERE},
    {CONDITION_log_backup_late, AS_THERE},
    {CONDITION_log_copy_late, AS_THERE},
    {CONDITION_log_restore_late, AS_THERE},
    {CONDITION_backlog_high, AS_THERE},
    {CONDITION_log_backup_failing, AS_THERE},
    {CONDITION_log_copy_failing, AS_THERE},
    {CONDITION_log_restore_failing, AS_THERE},
    {CONDITION_log_job_disabled, AS_THERE},
    {CONDITION_agent_stopped, AS_THERE},
    {CONDITION_log_shipping_missing, AS_THERE},
    {CONDITION_log_shipping_missing_mirror, AS_THERE},
    {CONDITION_log_shipping_differs, AS_THERE},
    {CONDITION_share_on_partner, AS_THERE},
    {CONDITION_secondary_standby, AS_THERE},
    {CONDITION_never_restored, AS_THERE},
    {CONDITION_log_chain_broken, REFUSES},
    {CONDITION_log_chain_unproven, AS_THERE},
    {CONDITION_secondary_diverged, REFUSES},
    {CONDITION_recovery_model_wrong, AS_THERE},
    {CONDITION_log_filling, AS_THERE},
    {CONDITION_clock_skew, AS_THERE},
};

static const struct {
    enum condition condition;
    enum counts counts;
} of_pool[] = {
    {CONDITION_monitor_isolated, AS_THERE},
    {CONDITION_primary_site_unseen, AS_THERE},
    {CONDITION_site_loss, AS_THERE},
    {CONDITION_writable_copy_unseen, AS_THERE},
    {CONDITION_split_brain, REFUSES},
    {CONDITION_two_online_copies, REFUSES},
    {CONDITION_database_down, AS_THERE},
    {CONDITION_dr_unavailable, REFUSES},
    /* a verb that is half done: finish it first */
    {CONDITION_dr_active, REFUSES},
    {CONDITION_dr_active_no_ha, REFUSES},
    {CONDITION_state_mismatch, REFUSES},
    {CONDITION_old_primary_returned, REFUSES},
    {CONDITION_state_ahead_of_database, REFUSES},
    {CONDITION_failover_step1_3, REFUSES},
    {CONDITION_failover_step4_done, REFUSES},
    {CONDITION_failover_step7_pending, REFUSES},
    {CONDITION_failback_step1, REFUSES},
    {CONDITION_failback_step4_done, REFUSES},
    {CONDITION_failback_order_hazard, REFUSES},
    {CONDITION_failback_ls_pending, REFUSES},
    {CONDITION_inconsistent, AS_THERE},
    /* configuration and what stands around */
    {CONDITION_cms_unreachable, REFUSES},
    {CONDITION_store_two_masters, REFUSES},
    {CONDITION_store_unread, AS_THERE},
    {CONDITION_file_store_down, AS_THERE},
    {CONDITION_host_unseen, AS_THERE},
    {CONDITION_vantage_silent, AS_THERE},
};

/* What is only out of sight may be well. */
static enum severity severity_of(const struct readiness *r, const struct finding *from, enum counts counts)
{
    if (from->condition == CONDITION_dr_unavailable && ready_is_unseen(ready_copy(r, PART_B)))
        return SEVERITY_UNKNOWN;
    return counts == REFUSES && from->severity != SEVERITY_UNKNOWN ? SEVERITY_CRITICAL : from->severity;
}

static void borrow(struct readiness *r, const struct finding *from, enum counts counts)
{
    struct finding *to = report_add(r->report, from->condition, from->object, "%s", from->message);

    to->severity = severity_of(r, from, counts);
    to->action = arena_text(r->report->arena, from->action);
    to->since_utc_ms = from->since_utc_ms;
}

/* Of the site that would be lost only what is said of its databases matters. */
static bool concerns(const struct readiness *r, const struct finding *finding)
{
    return finding->condition != CONDITION_host_unseen ||
           !words_equal(finding->object, r->cast->serving->name);
}

static void take_lines(struct readiness *r, const struct report *from)
{
    for (size_t i = 0; i < from->line_count; i++) {
        const struct object_line *line = &from->lines[i];
        struct object_line *to;

        if (!line->site || !words_equal(line->site, site_role_name(r->cast->standby->role)))
            continue;
        to = report_line(r->report, line->site, line->object);
        to->text = arena_text(r->report->arena, line->text);
        to->aside = arena_text(r->report->arena, line->aside);
    }
}

void ready_borrow(struct readiness *r)
{
    const struct assess_options options = {.unreachable = SEVERITY_UNKNOWN,
                                           .expect = r->cast->serving->role == SITE_BACKUP ? EXPECT_BACKUP
                                                                                           : EXPECT_PRIMARY};
    AUTO(report) struct report *replication = assess_replication(r->look->snapshot, &options);
    AUTO(report) struct report *pool = assess_pool(r->look->snapshot, &options);

    for (size_t i = 0; i < pool->finding_count; i++)
        for (size_t k = 0; k < COUNT(of_pool); k++)
            if (pool->findings[i].condition == of_pool[k].condition && concerns(r, &pool->findings[i]))
                borrow(r, &pool->findings[i], of_pool[k].counts);
    for (size_t i = 0; i < replication->finding_count; i++)
        for (size_t k = 0; k < COUNT(of_replication); k++)
            if (replication->findings[i].condition == of_replication[k].condition)
                borrow(r, &replication->findings[i], of_replication[k].counts);
    take_lines(r, replication);
}

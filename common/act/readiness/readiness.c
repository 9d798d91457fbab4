#include "act/readiness/readiness_work.h"

#include "assess/copies.h"
#include "assess/server_time.h"
#include "assess/sight.h"
#include "assess/words.h"

#include <string.h>

const char *ready_name(const struct readiness *r, enum part part)
{
    return r->cast->parts[part] ? r->cast->parts[part]->name : part_name(part);
}

const struct instance_snapshot *ready_copy(const struct readiness *r, enum part part)
{
    return cast_instance(r->cast, part, r->look->snapshot);
}

bool ready_is_down(const struct instance_snapshot *instance)
{
    return instance && instance->reach.sight == SIGHT_REFUSED;
}

bool ready_is_unseen(const struct instance_snapshot *instance)
{
    return !instance_seen(instance) && !ready_is_down(instance);
}

bool ready_says(const struct readiness *r, enum condition condition)
{
    for (size_t i = 0; i < r->report->finding_count; i++)
        if (r->report->findings[i].condition == condition)
            return true;
    return false;
}

/* ---- the plan ---- */

/* The last moment of the site is now: the standby's clock is the ruler. */
static struct last_writable last_of(const struct readiness *r)
{
    return (struct last_writable){.seen_utc_ms = server_now(ready_copy(r, PART_B)),
                                  .partition_excluded = true};
}

static struct plan *plan_of(const struct readiness *r, struct err *err)
{
    const struct topology_pool *pool = r->question->pool;
    const struct plan_request request = {
        .pool = pool,
        .topology_sha256 = r->question->topology_sha256 ? r->question->topology_sha256 : "",
        .verb = VERB_FAILOVER,
        .origin = ORIGIN_PERSON,
        .look = r->lost,
        .override_dir = pool->acting ? pool->acting->runbooks : NULL,
        .gates = {.hard = true,
                  .holder = "",
                  .loss_accepted_s = -1,
                  .since_last_run_s = -1,
                  .now = r->lost->ended},
        .last = last_of(r),
    };

    return plan_new(&request, err);
}

/* ---- what is told when all is well ---- */

static const char *ago(const struct readiness *r, struct fact_num age_s, const char *never)
{
    return age_s.known
               ? arena_format(r->report->arena, "%s ago", words_duration(r->report->arena, age_s.value))
               : never;
}

static const char *about(const struct readiness *r, struct fact_num value_s)
{
    return value_s.known
               ? arena_format(r->report->arena, "about %s", words_duration(r->report->arena, value_s.value))
               : "unknown";
}

static const char *summary(const struct readiness *r)
{
    return arena_format(r->report->arena,
                        "ready to fail over to %s: RPO %s, RTO %s; last drill %s; write paths proven %s",
                        ready_name(r, PART_B), about(r, r->rpo_s), about(r, r->rto_s),
                        ago(r, r->drill_age_s, "never"), ago(r, r->doctor_age_s, "never"));
}

static void add_plan_line(struct readiness *r)
{
    struct object_line *line;

    if (!r->plan)
        return;
    line = report_line(r->report, "", "plan");
    line->text = arena_format(r->report->arena, "%s, %zu steps, %zu log backup%s to restore", r->plan->id,
                              r->plan->step_count, r->plan->chain.file_count,
                              r->plan->chain.file_count == 1 ? "" : "s");
    line->aside = arena_format(r->report->arena, "RPO %s, RTO %s", about(r, r->rpo_s), about(r, r->rto_s));
}

/* The master would have to be moved first: by design, and said before it is needed. */
static void add_store_line(struct readiness *r)
{
    for (size_t i = 0; i < r->look->snapshot->host_count; i++) {
        const struct host_snapshot *host = &r->look->snapshot->hosts[i];
        struct object_line *line;

        if (host->kind != HOST_MANAGEMENT || host->site != r->cast->standby->role ||
            host->store.sighting.sight != SIGHT_SEEN || !host->store.count)
            continue;
        line = report_line(r->report, site_role_name(host->site), host->name);
        line->text =
            arena_format(r->report->arena, "management store: active master %s",
                         host->store.rows[0].active_master ? host->store.rows[0].active_master : "unknown");
        return;
    }
}

static void add_metrics(struct readiness *r)
{
    static const struct {
        enum severity severity;
        enum metric_id id;
    } counts[] = {{SEVERITY_CRITICAL, METRIC_findings_critical},
                  {SEVERITY_WARNING, METRIC_findings_warning},
                  {SEVERITY_UNKNOWN, METRIC_findings_unknown}};

    report_metric(r->report, METRIC_rpo_s, "", r->rpo_s);
    report_metric(r->report, METRIC_rto_s, "", r->rto_s);
    report_metric(r->report, METRIC_drill_age_s, "", r->drill_age_s);
    report_metric(r->report, METRIC_doctor_age_s, "", r->doctor_age_s);
    for (size_t i = 0; i < COUNT(counts); i++) {
        struct fact_num count = {true, 0};

        for (size_t k = 0; k < r->report->finding_count; k++)
            count.value += r->report->findings[k].severity == counts[i].severity;
        report_metric(r->report, counts[i].id, "", count);
    }
}

/* ---- all of it ---- */

static void judge_all(struct readiness *r, const char *why_no_plan)
{
    ready_judge_gates(r);
    ready_judge_proofs(r);
    ready_judge_servers(r);
    ready_judge_plan(r, why_no_plan);
    ready_estimate(r);
    add_plan_line(r);
    add_store_line(r);
}

static void judge(struct readiness *r)
{
    struct err err = ERR_INIT;
    AUTO(look) struct look *lost = lost_site(r->look, true, &err);
    AUTO(look) struct look *unproven = lost_site(r->look, false, &err);
    AUTO(plan) struct plan *plan = NULL;

    if (!lost || !unproven) {
        report_add(r->report, CONDITION_plan_impossible, r->report->pool, "%s", err.text);
        return;
    }
    r->lost = lost;
    r->unproven = unproven;
    plan = plan_of(r, &err);
    r->plan = plan;
    ready_borrow(r);
    /* Who is cut off says no more. */
    if (!ready_says(r, CONDITION_monitor_isolated))
        judge_all(r, err.text);
    r->plan = NULL;
    r->lost = r->unproven = NULL;
}

struct report *readiness_report(const struct readiness_question *question)
{
    const struct look *look = question->look;
    struct readiness r = {.question = question,
                          .look = look,
                          .cast = &look->cast,
                          .report =
                              report_new("PCHAT READINESS", question->pool->fqdn, &look->snapshot->limits),
                          .ledger = ledger_view_of(look)};

    if (r.cast->serving && r.cast->standby)
        judge(&r);
    else
        report_add(r.report, CONDITION_plan_impossible, r.report->pool,
                   "the pool has no other site to fail over to");
    report_merge_findings(r.report);
    add_metrics(&r);
    r.report->summary = summary(&r);
    report_judge(r.report);
    return r.report;
}

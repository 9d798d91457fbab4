/*
 * The plan that a failover would follow, and what it says of loss and time.
 */
#include "act/readiness/readiness_work.h"

#include "assess/metrics.h"

#include <string.h>

/* Behind it chat is served: what comes later protects it. */
static const char last_step[] = "pings";

void ready_judge_plan(struct readiness *r, const char *why_no_plan)
{
    if (!r->plan) {
        report_add(r->report, CONDITION_plan_impossible, r->report->pool, "%s", why_no_plan)->severity =
            ready_is_unseen(ready_copy(r, PART_B)) ? SEVERITY_UNKNOWN : SEVERITY_CRITICAL;
        return;
    }
    for (size_t i = 0; i < r->plan->step_count; i++) {
        const struct plan_step *step = &r->plan->steps[i];

        if (step->state == STEP_IMPOSSIBLE && !step->step->best_effort)
            report_add(r->report, CONDITION_plan_impossible, r->report->pool, "step %zu, %s: %s", i + 1,
                       step->step->title, step->why ? step->why : "it cannot be done");
    }
    for (size_t i = 0; i < r->plan->step_count; i++)
        for (size_t k = 0; k < r->plan->steps[i].sending_count; k++)
            if (r->plan->steps[i].sendings[k].overridden && !ready_says(r, CONDITION_script_overridden))
                report_add(r->report, CONDITION_script_overridden, r->report->pool,
                           "step %zu, %s, follows the site's own %s", i + 1, r->plan->steps[i].step->title,
                           r->plan->steps[i].sendings[k].script);
}

/* ---- price ---- */

/* As it was measured, else as it usually is: one that goes to several at once takes as long as one of them.
 */
static int64_t step_s(const struct readiness *r, const struct plan_step *step)
{
    const struct readiness_question *question = r->question;

    for (size_t i = 0; step->estimate_s > 0 && i < question->time_count; i++)
        if (strcmp(question->times[i].step, step->step->id) == 0)
            return question->times[i].took_s;
    return step->step->together && step->estimate_s > step->step->usual_s ? step->step->usual_s
                                                                          : step->estimate_s;
}

static int64_t until_served_s(const struct readiness *r)
{
    const struct plan *plan = r->plan;
    int64_t sum_s = 0;

    for (size_t i = 0; i < plan->step_count; i++) {
        sum_s += step_s(r, &plan->steps[i]);
        if (strcmp(plan->steps[i].step->id, last_step) == 0)
            break;
    }
    return sum_s;
}

void ready_estimate(struct readiness *r)
{
    enum severity severity;

    if (!r->plan)
        return;
    r->rto_s = (struct fact_num){true, until_served_s(r)};
    if (r->plan->loss.known)
        r->rpo_s = (struct fact_num){true, (r->plan->loss.bound_ms + 999) / 1000};
    severity = metric_severity(&r->report->limits, METRIC_rto_s, r->rto_s);
    if (severity != SEVERITY_OK)
        report_add(r->report, CONDITION_rto_high, r->report->pool, "a failover would take about %s",
                   metric_beside_limit(r->report, METRIC_rto_s, r->rto_s.value))
            ->severity = severity;
}

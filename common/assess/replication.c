#include "assess/replication.h"

#include "assess/copies.h"
#include "assess/metrics.h"
#include "assess/sight.h"

#include <string.h>

static const struct assess_options default_options = {.unreachable = SEVERITY_UNKNOWN};

bool replication_speaks_of(const struct replication *r, const struct instance_snapshot *instance)
{
    return instance && (!r->options->only_instance || strcmp(instance->name, r->options->only_instance) == 0);
}

/* A recovered copy restores nothing any more: that, and not its lateness, is then the finding. */
bool replication_ships(const struct replication *r)
{
    return r->roles.standby && !copy_is_writable(r->roles.standby);
}

/* Conclusions from several instances need the others; asked for one alone, they were not looked at. */
static bool sees_both_ends(const struct replication *r)
{
    return !r->options->only_instance || instance_seen(r->roles.principal);
}

/* ---- -H: one instance alone ---- */

static void keep_findings(struct report *report, const char *object)
{
    size_t kept = 0;

    for (size_t i = 0; i < report->finding_count; i++)
        if (strcmp(report->findings[i].object, object) == 0)
            report->findings[kept++] = report->findings[i];
    report->finding_count = kept;
}

static void keep_metrics(struct report *report, const char *object)
{
    size_t kept = 0;

    for (size_t i = 0; i < report->metric_count; i++)
        if (strcmp(report->metrics[i].object, object) == 0)
            report->metrics[kept++] = report->metrics[i];
    report->metric_count = kept;
}

static void keep_lines(struct report *report, const char *object)
{
    size_t kept = 0;

    for (size_t i = 0; i < report->line_count; i++)
        if (strcmp(report->lines[i].object, object) == 0)
            report->lines[kept++] = report->lines[i];
    report->line_count = kept;
}

static void keep_only(struct replication *r, const char *object)
{
    keep_findings(r->report, object);
    keep_metrics(r->report, object);
    keep_lines(r->report, object);
    if (!snapshot_find(r->snapshot, object))
        report_add(r->report, CONDITION_instance_unseen, object, "%s is not in this snapshot", object);
}

/* ---- the whole ---- */

/*
 * While the whole primary site is unseen, what stands still at the standby stands still because of it: the
 * cause is said first, and is as bad as what follows from it.
 */
static void lead_with_site(struct replication *r)
{
    struct finding *site = NULL;

    for (size_t i = 0; i < r->report->finding_count && !r->roles.exchanged; i++) {
        struct finding *finding = &r->report->findings[i];

        if (finding->condition == CONDITION_primary_site_unseen)
            site = finding;
        else if (site && r->roles.standby && strcmp(finding->object, r->roles.standby->name) == 0)
            site->severity = severity_worse(site->severity, finding->severity);
    }
}

static bool has_metric(const struct report *report, enum metric_id id)
{
    for (size_t i = 0; i < report->metric_count; i++)
        if (report->metrics[i].id == id)
            return true;
    return false;
}

/* Every metric of this check appears in every report: who reads them by name finds "unknown", not nothing. */
static void complete_metrics(struct report *report)
{
    for (int id = 0; id < METRIC_rpo_s; id++)
        if (!has_metric(report, (enum metric_id)id))
            report_metric(report, (enum metric_id)id, "", (struct fact_num){0});
}

/* There is one of each in a pool, and its name must survive a change of roles: so they are the pool's. */
static void give_metrics_to_pool(struct report *report)
{
    for (size_t i = 0; i < report->metric_count; i++) {
        struct metric moved = report->metrics[i];
        size_t at = i;

        moved.object = "";
        for (; at > 0 && report->metrics[at - 1].id > moved.id; at--)
            report->metrics[at] = report->metrics[at - 1];
        report->metrics[at] = moved;
    }
}

/* can I see? which copies are writable? mirroring, log shipping - causes first -, hygiene */
static void assess_all(struct replication *r)
{
    assess_sight(r);
    assess_copies(r);
    assess_mirroring(r);
    assess_setup(r);
    assess_jobs(r);
    if (sees_both_ends(r))
        assess_chain(r);
    assess_shipping(r);
    assess_exposure(r);
    assess_metrics(r);
    assess_skew(r);
    assess_lines(r);
}

struct report *assess_replication(const struct snapshot *snapshot, const struct assess_options *options)
{
    struct replication r = {.snapshot = snapshot, .options = options ? options : &default_options};

    r.report = report_new("PCHAT REPLICATION", snapshot->pool ? snapshot->pool : "", &snapshot->limits);
    r.roles = roles_find(snapshot);
    r.shipped = shipped_find(snapshot, &r.roles);
    metrics_allow_delay(&r.report->limits, r.roles.standby);
    assess_all(&r);
    if (r.options->only_instance)
        keep_only(&r, r.options->only_instance);
    else
        complete_metrics(r.report);
    give_metrics_to_pool(r.report);
    if (!snapshot->instance_count)
        report_add(r.report, CONDITION_monitor_isolated, r.report->pool, "this snapshot holds no instance");
    lead_with_site(&r);
    report_merge_findings(r.report);
    report_judge(r.report);
    r.report->summary = replication_summary(&r);
    return r.report;
}

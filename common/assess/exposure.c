#include "assess/exposure.h"

#include "assess/copies.h"
#include "assess/metrics.h"
#include "assess/replication.h"
#include "assess/server_time.h"
#include "assess/sight.h"
#include "assess/words.h"

static const struct instance_snapshot *judge_of_time(const struct replication *r)
{
    return server_now(r->roles.principal).known ? r->roles.principal : r->roles.standby;
}

/* What a recovered copy has not restored it never will; behind a broken chain nothing that was copied can be.
 */
static const struct log_point *newest_arrived(const struct replication *r)
{
    bool copies_are_of_no_use = copy_is_writable(r->roles.standby) || r->chain.blocks;

    return copies_are_of_no_use ? &r->shipped.restored : &r->shipped.copied;
}

static struct fact_num since_s(const struct instance_snapshot *judge, const struct log_point *point)
{
    if (!point->known)
        return (struct fact_num){0};
    return server_age_s(judge, (struct fact_num){true, log_point_on(judge, point)});
}

/*
 * No log can be younger than the moment it was copied: that holds also where the principal's clock was set
 * back after the backup, and its time says less than it should.
 */
struct fact_num exposure_s(const struct replication *r)
{
    struct fact_num exposed_s = since_s(judge_of_time(r), newest_arrived(r));
    struct fact_num copied_s = r->shipped.copy_age_s;

    if (exposed_s.known && r->shipped.arrived_by_copy && newest_arrived(r) == &r->shipped.copied &&
        copied_s.known && copied_s.value > exposed_s.value)
        return copied_s;
    return exposed_s;
}

/* With the share all that was taken is kept; known only while its taker is seen. */
static struct fact_num exposure_share_s(const struct replication *r)
{
    if (!r->roles.principal)
        return (struct fact_num){0};
    return since_s(r->roles.principal, &r->shipped.taken);
}

static struct fact_num backlog_s(const struct replication *r)
{
    const struct log_point *copied = &r->shipped.copied, *restored = &r->shipped.restored;

    if (lsn_known(&copied->last_lsn) && lsn_known(&restored->last_lsn) &&
        lsn_compare(&copied->last_lsn, &restored->last_lsn) <= 0)
        return (struct fact_num){true, 0};
    return log_point_between_s(restored, copied);
}

static void judge(struct replication *r, enum metric_id id, enum condition condition, struct fact_num value,
                  const char *words, enum stage_id last)
{
    enum severity severity = metric_severity(&r->report->limits, id, value);
    const char *standby = r->roles.standby->name;
    struct finding *finding;

    report_metric(r->report, id, standby, value);
    if (severity == SEVERITY_OK)
        return;
    shipping_raise_cause(r, last, severity);
    finding = report_add(r->report, condition, standby, "%s %s%s", words,
                         metric_beside_limit(r->report, id, value.value), shipping_because(r, last));
    finding->severity = severity;
    if (shipping_remedy(r, last))
        finding->action = shipping_remedy(r, last);
    else if (id == METRIC_exposure_s && r->chain.blocks)
        finding->action = "repair the log chain first; the jobs then catch up by themselves";
}

/* Something was copied, but it says no time: the exposure is unknown, and that must be said. */
static void report_untold(struct replication *r)
{
    const struct ls_secondary_fact *secondary = FACT(r->roles.standby, ls_secondary);
    const char *standby;

    if (!secondary || newest_arrived(r)->known ||
        (!secondary->last_copied_file && !secondary->last_copied_utc_ms.known))
        return;
    standby = r->roles.standby->name;
    report_add(
        r->report, CONDITION_facts_missing, standby,
        "the exposure of %s cannot be told: its last copied file \"%s\" is in no backup history and carries "
        "no time",
        standby, words_clip(r->report->arena, secondary->last_copied_file))
        ->action = "look why log shipping copies such a file";
}

static const char *exposure_words(const struct replication *r)
{
    const char *standby = r->roles.standby->name;

    if (r->chain.blocks)
        return arena_format(r->report->arena,
                            "chat that %s could not restore, the log chain being broken:", standby);
    if (judge_of_time(r) != r->roles.standby)
        return arena_format(r->report->arena, "chat that has not reached %s:", standby);
    return arena_format(r->report->arena, "chat that has not reached %s, as seen from there:", standby);
}

void assess_exposure(struct replication *r)
{
    const char *standby;

    if (!r->roles.standby)
        return;
    standby = r->roles.standby->name;
    report_untold(r);
    judge(r, METRIC_exposure_s, CONDITION_exposure_high, exposure_s(r), exposure_words(r), STAGE_COPY);
    judge(r, METRIC_exposure_share_s, CONDITION_exposure_high, exposure_share_s(r),
          "chat that is not even in the share:", STAGE_BACKUP);
    if (replication_ships(r))
        judge(r, METRIC_backlog_s, CONDITION_backlog_high, backlog_s(r),
              arena_format(r->report->arena, "%s has copied and not restored log of", standby),
              STAGE_RESTORE);
}

#include "assess/metrics.h"

#include "assess/replication.h"
#include "assess/sight.h"
#include "assess/words.h"
#include "base/duration.h"

#include <math.h>
#include <string.h>

enum severity metric_severity(const struct limits *limits, enum metric_id id, struct fact_num value)
{
    if (!value.known)
        return SEVERITY_OK;
    if (range_alerts(&limits->critical[id], (double)value.value))
        return SEVERITY_CRITICAL;
    return range_alerts(&limits->warning[id], (double)value.value) ? SEVERITY_WARNING : SEVERITY_OK;
}

static bool has_unit(enum metric_id id, const char *unit)
{
    return strcmp(metric_info(id)->unit, unit) == 0;
}

const char *metric_text(struct arena *arena, enum metric_id id, int64_t value)
{
    char text[DURATION_TEXT_BYTES];
    const char *unit = metric_info(id)->unit;

    if (has_unit(id, "s"))
        return arena_text(arena, duration_format(value, text));
    if (has_unit(id, "B"))
        return arena_text(arena, bytes_format(value, text));
    return arena_format(arena, "%lld%s%s", (long long)value, *unit ? " " : "", unit);
}

/* The end of the range that the value passed; false where the range is not so simple. */
static bool passed_end(const struct range *range, int64_t value, int64_t *ret_end)
{
    double end = (double)value > range->high ? range->high : range->low;

    *ret_end = isfinite(end) && fabs(end) < 9e15 ? (int64_t)end : 0;
    return !range->alert_inside && isfinite(end);
}

const char *metric_beside_limit(const struct report *report, enum metric_id id, int64_t value)
{
    bool critical = range_alerts(&report->limits.critical[id], (double)value);
    const struct range *range = critical ? &report->limits.critical[id] : &report->limits.warning[id];
    const char *text = metric_text(report->arena, id, value), *limit;
    char exact[2][DURATION_TEXT_BYTES], raw[RANGE_TEXT_BYTES];
    int64_t end;

    if (!passed_end(range, value, &end))
        return arena_format(report->arena, "%s (limit %s)", text, range_format(range, raw));
    limit = metric_text(report->arena, id, end);
    if (has_unit(id, "s") && strcmp(text, limit) == 0) {
        text = duration_format_exact(value, exact[0]);
        limit = duration_format_exact(end, exact[1]);
    }
    return arena_format(report->arena, "%s (limit %s%s)", text, value < end ? "at least " : "", limit);
}

static void allow_more(struct range *range, double more)
{
    if (!range->set)
        return;
    range->high += more;
    if (range->alert_inside || range->low > 0)
        range->low += more;
}

void metrics_allow_delay(struct limits *limits, const struct instance_snapshot *standby)
{
    static const enum metric_id delayed[] = {METRIC_restore_age_s, METRIC_backlog_s};
    const struct ls_secondary_fact *secondary = FACT(standby, ls_secondary);

    if (!secondary || !secondary->restore_delay_min.known || secondary->restore_delay_min.value <= 0)
        return;
    for (size_t i = 0; i < COUNT(delayed); i++) {
        allow_more(&limits->warning[delayed[i]], (double)secondary->restore_delay_min.value * 60);
        allow_more(&limits->critical[delayed[i]], (double)secondary->restore_delay_min.value * 60);
    }
}

/* ---- metrics that need no story ---- */

static struct fact_num kb_to_bytes(struct fact_num kb)
{
    bool fits = kb.known && kb.value >= 0 && kb.value < INT64_MAX / 1024;

    return (struct fact_num){fits, fits ? kb.value * 1024 : 0};
}

static struct fact_num send_queue_bytes(const struct replication *r)
{
    const struct counter_fact *counter = FACT(r->roles.principal, counter);

    return counter ? kb_to_bytes(counter->send_queue_kb) : (struct fact_num){0};
}

/* The mirror's own counter; the principal is told of it too. */
static struct fact_num redo_queue_bytes(const struct replication *r)
{
    const struct counter_fact *own = FACT(roles_partner_of(&r->roles, r->roles.principal), counter);
    const struct counter_fact *told = FACT(r->roles.principal, counter);

    if (own && own->redo_queue_kb.known)
        return kb_to_bytes(own->redo_queue_kb);
    return told ? kb_to_bytes(told->redo_queue_kb) : (struct fact_num){0};
}

static struct fact_num log_used_percent(const struct replication *r)
{
    const struct counter_fact *counter = FACT(r->roles.principal, counter);

    return counter ? counter->log_used_percent : (struct fact_num){0};
}

static struct fact_num backlog_files(const struct replication *r)
{
    return r->chain.backlog_files;
}

static struct fact_num backlog_bytes(const struct replication *r)
{
    return r->chain.backlog_bytes;
}

static const struct instance_snapshot *principal(const struct replication *r)
{
    return r->roles.principal;
}

static const struct instance_snapshot *mirror(const struct replication *r)
{
    return roles_partner_of(&r->roles, r->roles.principal);
}

static const struct instance_snapshot *standby(const struct replication *r)
{
    return r->roles.standby;
}

static const char *no_suffix(const struct replication *r)
{
    (void)r;
    return "";
}

static const char *because_of_shipping(const struct replication *r)
{
    return shipping_because(r, STAGE_RESTORE);
}

static const char *because_of_reuse_wait(const struct replication *r)
{
    const struct database_fact *database = FACT(r->roles.principal, database);

    if (!database || !database->log_reuse_wait)
        return "";
    return arena_format(r->report->arena, "; log_reuse_wait says %s",
                        words_clip(r->report->arena, database->log_reuse_wait));
}

static const struct plain_metric {
    enum metric_id id;
    enum condition condition;
    struct fact_num (*value)(const struct replication *r);
    const struct instance_snapshot *(*instance)(const struct replication *r);
    const char *words; /* after the instance's name */
    const char *(*suffix)(const struct replication *r);
} plain_metrics[] = {
    {METRIC_backlog_files, CONDITION_backlog_high, backlog_files, standby,
     "has log backups to restore:", because_of_shipping},
    {METRIC_backlog_bytes, CONDITION_backlog_high, backlog_bytes, standby,
     "has log backups to restore:", because_of_shipping},
    {METRIC_send_queue_bytes, CONDITION_send_queue_high, send_queue_bytes, principal,
     "has log not yet sent to the mirror:", no_suffix},
    {METRIC_redo_queue_bytes, CONDITION_redo_queue_high, redo_queue_bytes, mirror,
     "has log to redo:", no_suffix},
    {METRIC_log_used_percent, CONDITION_log_filling, log_used_percent, principal,
     "has used the log of the chat database:", because_of_reuse_wait},
};

static void assess_plain(struct replication *r, const struct plain_metric *plain)
{
    const struct instance_snapshot *instance = plain->instance(r);
    struct fact_num value = plain->value(r);
    enum severity severity = metric_severity(&r->report->limits, plain->id, value);

    if (!instance)
        return;
    report_metric(r->report, plain->id, instance->name, value);
    if (severity != SEVERITY_OK)
        report_add(r->report, plain->condition, instance->name, "%s %s %s%s", instance->name, plain->words,
                   metric_beside_limit(r->report, plain->id, value.value), plain->suffix(r))
            ->severity = severity;
}

void assess_metrics(struct replication *r)
{
    for (size_t i = 0; i < COUNT(plain_metrics); i++)
        assess_plain(r, &plain_metrics[i]);
}

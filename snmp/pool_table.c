#include "base/arena.h"
#include "snmp/look.h"
#include "snmp/terms.h"

#include <math.h>

#define ROW_COLUMNS(TEXT, NUM)                                                                               \
    TEXT(4, pchatPoolName, name)                                                                             \
    NUM(5, pchatPoolSeverity, ENUM, severity)                                                                \
    TEXT(6, pchatPoolSummary, summary)                                                                       \
    NUM(7, pchatPoolServing, ENUM, serving)                                                                  \
    TEXT(8, pchatPoolServingInstance, serving_instance)                                                      \
    NUM(9, pchatPoolState, ENUM, pool_state)                                                                 \
    NUM(10, pchatPoolConditions, GAUGE, conditions)                                                          \
    NUM(11, pchatPoolExposure, GAUGE, exposure_s)                                                            \
    NUM(12, pchatPoolExposureShare, GAUGE, exposure_share_s)                                                 \
    NUM(13, pchatPoolBackupAge, GAUGE, backup_age_s)                                                         \
    NUM(14, pchatPoolCopyAge, GAUGE, copy_age_s)                                                             \
    NUM(15, pchatPoolRestoreAge, GAUGE, restore_age_s)                                                       \
    NUM(16, pchatPoolBacklog, GAUGE, backlog_s)                                                              \
    NUM(17, pchatPoolBacklogFiles, GAUGE, backlog_files)                                                     \
    NUM(18, pchatPoolBacklogSize, GAUGE, backlog_kb)                                                         \
    NUM(19, pchatPoolClockSkew, GAUGE, clock_skew_s)                                                         \
    NUM(20, pchatPoolInterval, GAUGE, interval_s)                                                            \
    NUM(21, pchatPoolPass, COUNTER, pass)                                                                    \
    NUM(22, pchatPoolPassesFailed, COUNTER, failed)                                                          \
    NUM(23, pchatPoolPassDuration, GAUGE, duration_ms)                                                       \
    TEXT(24, pchatPoolFailureReason, failure)                                                                \
    NUM(25, pchatPoolFailureAge, AGE, failure_at)                                                            \
    NUM(26, pchatPoolSightLost, TRUTH, sight_lost)                                                           \
    NUM(27, pchatPoolSequence, COUNTER, sequence)                                                            \
    NUM(28, pchatPoolAge, AGE, seen)

ROW_STRUCT(pool_row, ROW_COLUMNS);
#define ROW struct pool_row

/* ---- what the reports say ---- */

static struct fact_num metric_of(const struct look *look, enum metric_id id)
{
    const struct report *report = look->reports[1];

    for (size_t i = 0; report && i < report->metric_count; i++)
        if (report->metrics[i].id == id && report->metrics[i].known &&
            fabs(report->metrics[i].value) < (double)INT64_MAX)
            return known((int64_t)report->metrics[i].value);
    return (struct fact_num){0};
}

static void fill_metrics(const struct look *look, struct pool_row *row)
{
    const struct fact_num backlog_bytes = metric_of(look, METRIC_backlog_bytes);

    row->exposure_s = metric_of(look, METRIC_exposure_s);
    row->exposure_share_s = metric_of(look, METRIC_exposure_share_s);
    row->backup_age_s = metric_of(look, METRIC_backup_age_s);
    row->copy_age_s = metric_of(look, METRIC_copy_age_s);
    row->restore_age_s = metric_of(look, METRIC_restore_age_s);
    row->backlog_s = metric_of(look, METRIC_backlog_s);
    row->backlog_files = metric_of(look, METRIC_backlog_files);
    row->backlog_kb = (struct fact_num){backlog_bytes.known, backlog_bytes.value / 1024};
    row->clock_skew_s = metric_of(look, METRIC_clock_skew_s);
}

/* The store's own word, from the first management host that brought it. */
static struct fact_num pool_state(const struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->host_count; i++) {
        const struct store_facts *store = &snapshot->hosts[i].store;

        if (store->sighting.sight == SIGHT_SEEN && store->count && store->rows[0].pool_state)
            return term_of(&pool_state_terms, store->rows[0].pool_state);
    }
    return (struct fact_num){0};
}

static const char *summary_of(const struct look *look)
{
    const struct report *report = look->reports[0];
    const struct finding *worst = report && report->finding_count ? &report->findings[0] : NULL;

    if (!report)
        return NULL;
    if (!worst)
        return arena_format(look->arena, "OK - %s", report->summary ? report->summary : "");
    return arena_format(look->arena, "%s - %s: %s", severity_name(report->severity),
                        condition_info(worst->condition)->name, worst->message);
}

static void fill_assessed(const struct look *look, struct pool_row *row)
{
    enum severity worst = SEVERITY_OK;

    for (size_t r = 0; r < COUNT(look->reports); r++)
        worst = look->reports[r] ? severity_worse(worst, look->reports[r]->severity) : worst;
    row->severity = known(worst);
    row->summary = summary_of(look);
    row->serving = look->serving;
    row->serving_instance = look->serving_instance;
    row->pool_state = pool_state(look->snapshot);
    row->conditions = known((int64_t)look->condition_count);
    fill_metrics(look, row);
}

/* ---- what the observer says ---- */

static void fill_passes(const struct feed_pool *feed, struct pool_row *row)
{
    row->interval_s = known(feed->interval_ms / 1000);
    row->pass = known(feed->pass);
    row->failed = known(feed->failed);
    row->duration_ms = feed->duration_ms;
    row->failure = feed->failure_why;
    if (feed->failure_pass)
        row->failure_at = known(feed->failure_at.ms);
}

static void fill(const struct look *look, struct rows *rows)
{
    struct pool_row *row = rows_push(rows, look->pool, 0, 0);

    row->name = look->feed->name;
    if (look->snapshot)
        fill_assessed(look, row);
    fill_passes(look->feed, row);
    row->sight_lost = known(look->sight_lost);
    row->sequence = known(look->sequence);
    row->seen = look_seen(look);
}

TABLE(pchatPoolTable, 2, PART_PASS, 1, ROW_COLUMNS, fill)

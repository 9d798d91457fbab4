/*
 * Clocks: how far apart the SQL Servers are, and times that lie in their own server's future.
 */
#include "assess/metrics.h"
#include "assess/replication.h"
#include "assess/server_time.h"
#include "assess/sight.h"
#include "assess/words.h"

struct skew {
    const struct instance_snapshot *ahead, *behind;
    struct fact_num skew_s;
};

static bool has_clock(const struct instance_snapshot *instance)
{
    return instance_seen(instance) && server_clock_offset_ms(instance).known &&
           fact_within(instance->round_trip_ms, 0, INT32_MAX).known;
}

/* What is certain: each offset is true within half of its round trip. */
static int64_t certain_ms(const struct instance_snapshot *ahead, const struct instance_snapshot *behind)
{
    int64_t uncertain_ms = ahead->round_trip_ms.value / 2 + behind->round_trip_ms.value / 2;
    int64_t ms = ahead->clock_offset_ms.value - behind->clock_offset_ms.value - uncertain_ms;

    return ms > 0 ? ms : 0;
}

static struct skew find_skew(const struct snapshot *snapshot)
{
    struct skew worst = {0};

    for (size_t i = 0; i < snapshot->instance_count; i++) {
        for (size_t j = 0; j < snapshot->instance_count; j++) {
            const struct instance_snapshot *ahead = &snapshot->instances[i],
                                           *behind = &snapshot->instances[j];
            int64_t skew_s;

            if (i == j || !has_clock(ahead) || !has_clock(behind))
                continue;
            skew_s = certain_ms(ahead, behind) / 1000;
            if (!worst.skew_s.known || skew_s > worst.skew_s.value)
                worst = (struct skew){ahead, behind, {true, skew_s}};
        }
    }
    return worst;
}

static void report_skew(struct replication *r)
{
    struct skew skew = find_skew(r->snapshot);
    enum severity severity = metric_severity(&r->report->limits, METRIC_clock_skew_s, skew.skew_s);

    report_metric(r->report, METRIC_clock_skew_s, "", skew.skew_s);
    if (severity != SEVERITY_OK && skew.ahead)
        report_add(r->report, CONDITION_clock_skew, r->snapshot->pool, "the clock of %s is ahead of %s by %s",
                   skew.ahead->name, skew.behind->name,
                   metric_beside_limit(r->report, METRIC_clock_skew_s, skew.skew_s.value))
            ->severity = severity;
}

static void report_future(struct replication *r, const struct instance_snapshot *instance,
                          struct fact_num utc_ms, const char *what)
{
    int64_t ahead_s;

    if (!server_time_is_future(instance, utc_ms))
        return;
    ahead_s = (utc_ms.value - server_now(instance).value) / 1000;
    report_add(r->report, CONDITION_clock_skew, instance->name,
               "the last %s on %s is dated %s ahead of its own clock: its age is unknown", what,
               instance->name, words_duration(r->report->arena, ahead_s));
}

static void report_arrived_in_future(struct replication *r)
{
    const struct log_point *copied = &r->shipped.copied;
    const struct instance_snapshot *judge =
        server_now(r->roles.principal).known ? r->roles.principal : r->roles.standby;
    struct fact_num arrived = {copied->known, copied->known ? log_point_on(judge, copied) : 0};

    if (server_time_is_future(judge, arrived) && !server_time_is_future(judge, r->shipped.backup_utc_ms))
        report_future(r, judge, arrived, "log backup that reached the standby, seen");
}

void assess_skew(struct replication *r)
{
    report_skew(r);
    report_future(r, r->roles.principal, r->shipped.backup_utc_ms, "log backup");
    report_future(r, r->roles.standby, r->shipped.copy_utc_ms, "copy");
    report_future(r, r->roles.standby, r->shipped.restore_utc_ms, "restore");
    if (r->roles.standby)
        report_arrived_in_future(r);
}

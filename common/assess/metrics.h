/*
 * Values beside their limits.
 */
#ifndef PCHAT_ASSESS_METRICS_H
#define PCHAT_ASSESS_METRICS_H

#include "model/report.h"
#include "model/snapshot.h"

struct replication;

/* OK also where the value or the limit is unknown. */
enum severity metric_severity(const struct limits *limits, enum metric_id id, struct fact_num value);
/* "47 min (limit 30 min)": the value and the limit that it passed, in the metric's unit. */
const char *metric_beside_limit(const struct report *report, enum metric_id id, int64_t value);
/* "47 min", "16 MB", "97 %". */
const char *metric_text(struct arena *arena, enum metric_id id, int64_t value);
/* What delays restores on purpose is no lateness: the limits of restore age and backlog grow by it. */
void metrics_allow_delay(struct limits *limits, const struct instance_snapshot *standby);
/* The metrics that need no story: value, and a finding when it passes its limit. */
void assess_metrics(struct replication *replication);

#endif

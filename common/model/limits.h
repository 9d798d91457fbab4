/*
 * Metrics and their limits: the vocabulary of thresholds.  Pure data, thread-safe.
 */
#ifndef PCHAT_MODEL_LIMITS_H
#define PCHAT_MODEL_LIMITS_H

#include "base/range.h"

#include <stdint.h>

enum metric_id {
#define METRIC(name, unit, warning, critical, meaning) METRIC_##name,
#include "model/metrics.def"
#undef METRIC
    METRIC_COUNT
};

struct metric_info {
    const char *name, *unit, *warning, *critical, *meaning;
};

struct limits {
    struct range warning[METRIC_COUNT], critical[METRIC_COUNT];
    /* How often the three log-shipping jobs are meant to run; 0 where the topology does not say. */
    int64_t backup_period_s, copy_period_s, restore_period_s;
};

const struct metric_info *metric_info(enum metric_id id);
/* METRIC_COUNT when there is no such metric. */
enum metric_id metric_find(const char *name);
/* metrics.def's ranges; periods 0. */
struct limits limits_default(void);

#endif

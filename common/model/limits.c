#include "model/limits.h"

#include <string.h>

static const struct metric_info metrics[METRIC_COUNT] = {
#define METRIC(name, unit, warning, critical, meaning) {#name, unit, warning, critical, meaning},
#include "model/metrics.def"
#undef METRIC
};

const struct metric_info *metric_info(enum metric_id id)
{
    return &metrics[id];
}

enum metric_id metric_find(const char *name)
{
    int id = 0;

    while (id < METRIC_COUNT && strcmp(metrics[id].name, name) != 0)
        id++;
    return (enum metric_id)id;
}

/* metrics.def holds valid ranges (a unit test reads them all); a wrong one would leave no limit. */
static struct range range_or_none(const char *text)
{
    struct range range = {0};

    if (*text)
        (void)range_parse(text, &range, NULL);
    return range;
}

struct limits limits_default(void)
{
    struct limits limits = {0};

    for (int id = 0; id < METRIC_COUNT; id++) {
        limits.warning[id] = range_or_none(metrics[id].warning);
        limits.critical[id] = range_or_none(metrics[id].critical);
    }
    return limits;
}

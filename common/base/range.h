/*
 * Threshold ranges as the Monitoring Plugins guidelines define them: "10", "10:", "~:10", "10:20", "@10:20".
 * A range says what is fine; a value outside alerts (inside, with "@").  Pure, thread-safe.
 */
#ifndef PCHAT_BASE_RANGE_H
#define PCHAT_BASE_RANGE_H

#include "base/err.h"

#include <stdbool.h>

enum { RANGE_TEXT_BYTES = 72 };

struct range {
    bool set;          /* false: no limit; nothing alerts */
    double low, high;  /* either end may be infinite */
    bool alert_inside; /* "@" */
};

/* The whole text must be a range; ERR_USAGE otherwise, with what was expected.  low > high is refused. */
int range_parse(const char *text, struct range *ret_range, struct err *err);
/* NaN alerts never: an unknown value is not a bad one. */
bool range_alerts(const struct range *range, double value);
/* The shortest text that range_parse reads back to the same range; "" when not set. */
const char *range_format(const struct range *range, char out[RANGE_TEXT_BYTES]);

#endif

/*
 * Conditions and severities: the vocabulary of the whole product, from one table (conditions.def).  Pure,
 * thread-safe.
 */
#ifndef PCHAT_MODEL_CONDITION_H
#define PCHAT_MODEL_CONDITION_H

#include <stdbool.h>

/* The exit codes of the Monitoring Plugins guidelines. */
enum severity {
    SEVERITY_OK = 0,
    SEVERITY_WARNING = 1,
    SEVERITY_CRITICAL = 2,
    SEVERITY_UNKNOWN = 3,
    SEVERITY_COUNT
};

enum condition {
#define CONDITION(number, name, severity, meaning, action) CONDITION_##name = (number),
#include "model/conditions.def"
#undef CONDITION
};

struct condition_info {
    int number; /* never reused */
    const char *name;
    enum severity severity; /* by default; an assessment may find it milder or worse */
    const char *meaning;    /* one line */
    const char *action;     /* what the operator does next */
};

/* All conditions in the order of conditions.def; the array ends with number 0. */
const struct condition_info *conditions(void);
const struct condition_info *condition_info(enum condition condition);
/* NULL when there is none of that name. */
const struct condition_info *condition_find(const char *name);

/* "OK", "WARNING", "CRITICAL", "UNKNOWN" */
const char *severity_name(enum severity severity);
bool severity_parse(const char *name, enum severity *ret_severity); /* case-insensitive */
/* The worse of two: CRITICAL, WARNING, UNKNOWN, OK. */
enum severity severity_worse(enum severity a, enum severity b);

#endif

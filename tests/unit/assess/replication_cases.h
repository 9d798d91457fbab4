/*
 * Situations of a pool, each as a change to a healthy snapshot and what must be concluded from it: the unit
 * tests compare, the goldens are written from them.
 */
#ifndef PCHAT_TESTS_REPLICATION_CASES_H
#define PCHAT_TESTS_REPLICATION_CASES_H

#include "assess/assess.h"

struct replication_case {
    const char *name;
    void (*change)(struct snapshot *snapshot);
    /* All findings in the order of the report, "SEVERITY condition object" joined with "; ". */
    const char *findings;
    const char *metrics; /* some of them, "exposure_s=180 backlog_s=U"; NULL: not looked at */
};

extern const struct replication_case replication_cases[];
extern const size_t replication_case_count;

/* The healthy snapshot, changed; the caller frees it. */
struct snapshot *replication_case_snapshot(const struct replication_case *row);

#endif

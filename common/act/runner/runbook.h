/*
 * The runbook's report: what check_pchat_runbook says of what the runner shows.  Pure, thread-safe.
 */
#ifndef PCHAT_ACT_RUNNER_RUNBOOK_H
#define PCHAT_ACT_RUNNER_RUNBOOK_H

#include "act/runner/runs_file.h"
#include "model/report.h"

struct runbook_question {
    const char *pool;             /* NULL: the only one that the file has */
    const struct runs_file *file; /* NULL: it could not be read, and why_not says why */
    const char *why_not;
    int64_t now_utc_ms;           /* host's clock: of pauses, and of how old the file is */
    int64_t file_age_most_s;      /* older than that, while something is open, it is unknown */
    size_t episodes_waiting;      /* files in the spool that nobody took yet, older than a minute */
    bool pool_is_hard_critical;   /* as the monitoring system says of check_pchat_pool */
    int64_t reprotect_critical_s; /* after a failover, until WARNING becomes CRITICAL */
};

struct report *runbook_report(const struct runbook_question *question);

#endif

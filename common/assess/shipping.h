/*
 * Log shipping as three stages in a row: backup, copy, restore.  When one stands still those behind it
 * starve: a copy or restore run that finds nothing succeeds and refreshes no time.  So the earliest broken
 * stage is the cause, said first, and the late ones behind it are its consequences, said with "because".
 * Source: "About Log Shipping", log_shipping_monitor_secondary.
 */
#ifndef PCHAT_ASSESS_SHIPPING_H
#define PCHAT_ASSESS_SHIPPING_H

#include "assess/jobs.h"

enum stage_id { STAGE_BACKUP, STAGE_COPY, STAGE_RESTORE, STAGE_COUNT };

struct stage {
    const struct instance_snapshot *instance; /* where it works; NULL: not known */
    struct fact_num age_s, since_utc_ms;
    enum severity late; /* SEVERITY_OK: in time, or not known */
    bool idle;          /* seen that there is nothing for it to do */
    struct trouble trouble;
    bool broken;
    const struct stage *cause; /* of its being late: itself or one before it; NULL unless late */
};

struct replication;

void assess_shipping(struct replication *replication);
/* ", because LSCopy_x on sqldr1 is disabled" from the first broken stage up to `last`, or "". */
const char *shipping_because(const struct replication *replication, enum stage_id last);
/* What to do then; NULL where no stage is broken. */
const char *shipping_remedy(const struct replication *replication, enum stage_id last);
/* Consequences are never worse than their cause: raises what was said of that stage. */
void shipping_raise_cause(struct replication *replication, enum stage_id last, enum severity severity);

#endif

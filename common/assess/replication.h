/*
 * What the parts of the replication assessment share.  Inside assess only.
 *
 * Each part reads the snapshot and the roles, adds findings and metrics, and may leave something for the
 * parts after it: the order stands in replication.c.
 */
#ifndef PCHAT_ASSESS_REPLICATION_H
#define PCHAT_ASSESS_REPLICATION_H

#include "assess/assess.h"
#include "assess/chain.h"
#include "assess/roles.h"
#include "assess/shipped.h"
#include "assess/shipping.h"

struct replication {
    const struct snapshot *snapshot;
    const struct assess_options *options;
    struct report *report;
    struct roles roles;
    struct shipped shipped;           /* from shipped_find */
    struct chain chain;               /* from assess_chain */
    struct stage stages[STAGE_COUNT]; /* from assess_shipping */
};

/* May it be spoken of: is no other instance asked for alone? */
bool replication_speaks_of(const struct replication *replication, const struct instance_snapshot *instance);
/* Is log shipping from the principal to the standby to be judged: is there a standby that is one? */
bool replication_ships(const struct replication *replication);

void assess_copies(struct replication *replication);
void assess_mirroring(struct replication *replication);
void assess_setup(struct replication *replication);
void assess_jobs(struct replication *replication);
void assess_chain(struct replication *replication);
void assess_exposure(struct replication *replication);
void assess_skew(struct replication *replication);
void assess_lines(struct replication *replication);
/* The first line's text when all is well. */
const char *replication_summary(const struct replication *replication);

#endif

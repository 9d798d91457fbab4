/*
 * How long steps took, by the journal of the runner's host: of the newest failover, or switchover, that was
 * carried out to its end.
 */
#ifndef PCHAT_ACT_READINESS_STEP_TIMES_H
#define PCHAT_ACT_READINESS_STEP_TIMES_H

#include "act/memory/journal.h"
#include "act/readiness/readiness.h"

/* In the arena; none where there was no such run, or the journal cannot be read. */
struct step_time *step_times_read(struct journal *journal, struct arena *arena, size_t *ret_count);

#endif

/*
 * What the files of plan share.  Inside act/plan and act/engine only.
 */
#ifndef PCHAT_ACT_PLAN_PLAN_PARTS_H
#define PCHAT_ACT_PLAN_PLAN_PARTS_H

#include "act/plan/plan.h"

/* Empty, with its arena. */
struct plan *plan_blank(void);
/* Sets hash and id from all else. */
void plan_hash(struct plan *plan);
/* How a copy is compared: its state in words, or "not seen". */
const char *plan_copy_state(struct arena *arena, const struct instance_snapshot *instance);
/* Looks at each of its sendings again: its state is that of the first which is not done. */
void plan_step_observe(const struct step_scope *scope, struct plan_step *step);

#endif

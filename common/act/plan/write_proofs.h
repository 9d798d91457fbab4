/*
 * What proves beforehand that acting can write: the scripts of a failover and a fence, byte for byte, told to
 * go all the way but the last (what_if).  pchatctl doctor --act.
 */
#ifndef PCHAT_ACT_PLAN_WRITE_PROOFS_H
#define PCHAT_ACT_PLAN_WRITE_PROOFS_H

#include "act/plan/step.h"

/* scope: with what_if.  A sending that is overridden must not be sent: what a site's own script does with
 * what_if nobody knows.  0, or -1 with *scope->err. */
int write_proofs(const struct step_scope *scope, struct sending **sendings, size_t *count);

#endif

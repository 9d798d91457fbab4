/*
 * What the parts of readiness share.  Inside readiness only.
 */
#ifndef PCHAT_ACT_READINESS_READINESS_WORK_H
#define PCHAT_ACT_READINESS_READINESS_WORK_H

#include "act/judge/ledger_view.h"
#include "act/plan/plan.h"
#include "act/readiness/readiness.h"

struct readiness {
    const struct readiness_question *question;
    const struct look *look;     /* as it is */
    const struct look *lost;     /* without the serving site, everything of it switched off */
    const struct look *unproven; /* the same, nothing switched off */
    const struct cast *cast;
    struct report *report;
    struct ledger_view ledger;
    const struct plan *plan; /* NULL: none could be made */
    struct fact_num rpo_s, rto_s, drill_age_s, doctor_age_s;
};

/* "sqldr1"; "B" where the pool has none. */
const char *ready_name(const struct readiness *r, enum part part);
const struct instance_snapshot *ready_copy(const struct readiness *r, enum part part);
/* Unseen is not down: its port refuses, or nobody can tell. */
bool ready_is_down(const struct instance_snapshot *instance);
bool ready_is_unseen(const struct instance_snapshot *instance); /* and not down */
bool ready_says(const struct readiness *r, enum condition condition);

/* The look as it would be.  fenced: what now answers the site's program would be off.  NULL with *err. */
struct look *lost_site(const struct look *look, bool fenced, struct err *err);

/* Each adds its findings. */
void ready_borrow(struct readiness *r);
void ready_judge_gates(struct readiness *r);
void ready_judge_proofs(struct readiness *r);
void ready_judge_servers(struct readiness *r);
void ready_judge_plan(struct readiness *r, const char *why_no_plan);
void ready_estimate(struct readiness *r);

#endif

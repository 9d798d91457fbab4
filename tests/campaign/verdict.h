/*
 * What must be true of a schedule that was played (failover safety, "What the campaigns prove"), judged by
 * ground truth and by the runners' journals.
 */
#ifndef PCHAT_TESTS_CAMPAIGN_VERDICT_H
#define PCHAT_TESTS_CAMPAIGN_VERDICT_H

#include "base/strbuf.h"
#include "campaign/stage.h"

enum outcome { OUTCOME_FINISHED, OUTCOME_REFUSED, OUTCOME_RESUMABLE, OUTCOME_COUNT };
const char *outcome_name(enum outcome outcome);

struct verdict {
    enum outcome outcome;
    enum verb verb;           /* that finished last, fence aside; VERB_NONE: none */
    enum verb put_back;       /* of a run after it, that was put back; VERB_NONE: none */
    enum place served;        /* where finished runs have left the pool */
    int64_t ended_utc_ms;     /* when that was */
    double overlap_s;         /* two copies with writers */
    struct strbuf violations; /* one sentence each, "; " between; empty: none */
};

/* By a stage that was played; lets some more time pass. */
struct verdict verdict_of(struct stage *stage);
void verdict_done(struct verdict *verdict);
AUTO_DEFINE_DONE(verdict, struct verdict)

#endif

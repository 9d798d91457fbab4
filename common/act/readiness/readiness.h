/*
 * Readiness: could one fail over right now?  The gates of a failover are asked over the same look with the
 * serving site taken out of it, as it would be lost; beside them what no gate knows: how old the proofs are,
 * what would be lost together with the site, whether there is a way back.
 *
 * CRITICAL: a failover would be refused, or lose its way.  WARNING: it would want an override or a person's
 * word, or its proof is stale.  UNKNOWN: it could not be seen.  Pure, thread-safe.
 */
#ifndef PCHAT_ACT_READINESS_READINESS_H
#define PCHAT_ACT_READINESS_READINESS_H

#include "act/judge/gate.h"
#include "model/report.h"

/* How long a step took when it was last carried out, looks after it included. */
struct step_time {
    const char *step; /* its id */
    int64_t took_s;
};

struct readiness_question {
    const struct topology_pool *pool;
    const struct look *look; /* with the monitoring login, or with the acting one; log files are not needed */
    const char *paused;      /* "until ... by ...: why"; NULL: not paused, or not known */
    const char *topology_sha256; /* for the plan's hash; "": none */
    const struct step_time *times;
    size_t time_count; /* 0: steps count by what they usually take */
};

/* Metrics: rpo_s, rto_s, drill_age_s, doctor_age_s, counts of findings.  The caller frees the report. */
struct report *readiness_report(const struct readiness_question *question);

/* What becomes of a gate that binds a failover which a person asks for. */
enum ready_world {
    READY_NOT_ASKED, /* only the hour itself, or a person, can answer */
    READY_AS_IS,     /* by what is seen */
    READY_EACH,      /* likewise, of each server that would be active */
    READY_LOST,      /* as it would be without the serving site */
    READY_OWN        /* judged here, as nobody's automatic is at stake: proofs, who approves, the plan */
};
enum ready_world ready_world_of(enum gate gate);

#endif

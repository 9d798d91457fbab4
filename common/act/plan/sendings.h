/*
 * How steps add their sendings to a plan.  Inside act/plan only.  All return 0, or -1 with the scope's err.
 */
#ifndef PCHAT_ACT_PLAN_SENDINGS_H
#define PCHAT_ACT_PLAN_SENDINGS_H

#include "act/plan/step.h"

struct making {
    const struct step_scope *scope;
    struct sending **sendings;
    size_t *count;
};

/* One batch.  Its script gets $(lock), $(server) and $(database) beside the values that are given. */
struct sql_sending {
    enum sending_kind kind; /* SENDING_SQL or SENDING_LEDGER */
    enum part part;
    const char *script, *subject;
    const struct script_value *values;
    size_t value_count;
    const struct script_value *expects; /* what observe must know later: become the parameters */
    size_t expect_count;
    bool makes_writable;
};
int sending_sql(const struct making *making, const struct sql_sending *what);

/*
 * One script on one host: pool, run, epoch and limit_ms are given beside the values.  through_task: what it
 * does is written to the management store or another second host, and the registered task does it where the
 * topology names one.
 */
struct ps_sending {
    const struct topology_host *host;
    const char *script, *subject;
    const char *action; /* the task's word for it; NULL: never through the task */
    int64_t limit_s;    /* as the step's timeout_s */
    const struct script_value *values;
    size_t value_count;
};
int sending_ps(const struct making *making, const struct ps_sending *what);

/* A program of the site is run on this host, without a shell, with these arguments. */
void sending_program(const struct making *making, const char *path, const char *target,
                     const char *const *args, size_t arg_count);

/* Nothing is sent: it is waited for. */
int sending_wait(const struct making *making, const char *target, const char *subject,
                 const struct script_value *expects, size_t expect_count);

/* JSON array of texts, for a value. */
const char *json_list(const struct step_scope *scope, const char *const *texts, size_t count);

#endif

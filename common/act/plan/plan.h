/*
 * A plan: verb, steps and every byte that will be sent, gates, price and identity.  Made from a look, with
 * ports that cannot write.
 *
 * The hash covers verb, pool, topology file, script bytes, sendings, steps needed, role, state and fork of
 * each copy, the log files by BackupSetGUID, active list, pool state, and gate verdicts except those of
 * fence, approval and management store.  Ages, durations and loss are shown and bounded, not hashed.  The id
 * is its first 12 hex digits.
 */
#ifndef PCHAT_ACT_PLAN_PLAN_H
#define PCHAT_ACT_PLAN_PLAN_H

#include "act/plan/step.h"

enum { PLAN_SCHEMA = 1, PLAN_ID_BYTES = 13, PLAN_HASH_BYTES = 65, PLAN_VALID_S = 15 * 60 };

struct plan_step {
    const struct step *step;
    struct sending *sendings;
    size_t sending_count;
    enum step_state state; /* when planned */
    const char *why;
    int64_t estimate_s;
};

/* What each copy must look like while the run has not changed it: compared at every step. */
struct plan_copy {
    const char *instance;
    const char *state; /* words of copy_words; "not seen" */
    const char *fork;
};

struct plan {
    struct arena *arena;
    char id[PLAN_ID_BYTES], hash[PLAN_HASH_BYTES];
    const char *pool, *database;
    enum verb verb;
    enum origin origin;
    const char *from_site, *to_site;
    int64_t run, epoch;  /* that it will have if nobody comes between */
    int64_t made_utc_ms; /* by the ledger's server; 0: ledger unseen */
    const char *topology_sha256;
    struct loss loss;
    struct chain_plan chain; /* files are those of the look that it was made from */
    enum rescue rescue;
    const char *why; /* the verb table's sentence */
    struct plan_step *steps;
    size_t step_count;
    struct gate_verdict *gates; /* prepare, cut and commit as far as they bind */
    size_t gate_count;
    struct plan_copy *copies;
    size_t copy_count;
    const char *pool_state, *active_list; /* as seen; NULL: unknown */
    bool unproven;                        /* a script is overridden */
    int64_t estimate_s;
};

struct plan_request {
    const struct topology_pool *pool;
    const char *topology_sha256;
    enum verb verb; /* VERB_NONE: the verb table decides */
    enum origin origin;
    const struct look *look; /* kept by the caller as long as the plan */
    const char *override_dir;
    struct gate_question gates; /* what is known of episode and persons; look, loss and chain are filled in */
    struct last_writable last;
};

/* NULL with *err: no verb (its text is the table's advice), or a script that cannot be rendered. */
struct plan *plan_new(const struct plan_request *request, struct err *err);
void plan_free(struct plan *plan);
/* Is that gate's verdict part of what a plan is?  Another one makes another plan then. */
bool plan_counts_gate(enum gate gate);
/* Through the session that holds the pool lock there as long as the run lasts; what is sent aside is not. */
bool plan_sends_sql(const struct plan *plan, const char *instance);
AUTO_DEFINE_FREE(plan, struct plan)

char *plan_to_json(const struct plan *plan);
/* Carries everything that carrying out needs; the chain's files become their names alone. */
struct plan *plan_from_json(const char *text, size_t length, struct err *err);
/* Made anew from the world, it finds the point of no return behind it. */
bool plan_is_committed(const struct plan *plan);
/* As faces.md shows it; scripts: every sending in full. */
char *plan_to_text(const struct plan *plan, bool scripts);

#endif

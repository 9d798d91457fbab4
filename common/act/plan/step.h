/*
 * Steps: what a verb does, as data.  A step makes sendings - one batch to one instance, one script to one
 * host - and says of each, from a look, whether it is done.  What act sends is written when the plan is made,
 * byte for byte; verify is observe again.
 */
#ifndef PCHAT_ACT_PLAN_STEP_H
#define PCHAT_ACT_PLAN_STEP_H

#include "act/judge/gate.h"
#include "act/judge/verb_table.h"
#include "act/plan/script.h"

enum step_state {
    STEP_UNKNOWN, /* cannot be told: before the guard a stop, after it asked again */
    STEP_NEEDED,
    STEP_IN_PROGRESS, /* RECOVERING, a RESTORE in dm_exec_requests, KILLED/ROLLBACK, a replica pending */
    STEP_DONE,
    STEP_IMPOSSIBLE,
    STEP_OUTDATED, /* something must come before it that the plan does not know: it is made anew */
    STEP_STATE_COUNT
};
const char *step_state_name(enum step_state state);

enum sending_kind {
    SENDING_NONE,    /* nothing is sent: it is waited for */
    SENDING_SQL,     /* through the session that holds the pool lock on that instance */
    SENDING_PS,      /* to that host */
    SENDING_PROGRAM, /* a program of the site, on this host: fence_off OBJECT */
    SENDING_LEDGER,  /* the export: a note of the ledger, and of the journal */
    SENDING_KIND_COUNT
};

struct sending {
    enum sending_kind kind;
    const char *target; /* instance or host by its name in the topology; an object of the fence */
    const char *script; /* "failover/05-apply.sql"; "" */
    const char *text;   /* SQL: the batch.  PS: the script.  PROGRAM: its path */
    /* PS: JSON.  PROGRAM: JSON array of arguments.  Else JSON of what observe must know, which is not sent;
     * NULL: nothing. */
    const char *parameters;
    const char *subject; /* what it is about: a file, a server; "" */
    bool makes_writable; /* goes through the guard */
    bool was_done;       /* when planned */
    bool overridden;     /* its script is the site's own */
};

/* What a step plans from, and what it is judged with later. */
struct step_scope {
    const struct topology_pool *pool;
    struct cast cast;
    enum verb verb;
    const struct look *look;        /* when planned: the plan's; when observed: the new one */
    const struct chain_plan *chain; /* when planned */
    int64_t run, epoch;             /* that the run will have */
    const char *override_dir;       /* of runbooks; NULL: none */
    const char *lock;               /* resource of the pool lock */
    enum rescue rescue;
    bool what_if; /* scripts go all the way but the last */
    struct arena *arena;
    struct err *err; /* of make */
};

struct step {
    const char *id;        /* "export" */
    const char *title;     /* "export log shipping of sqldr1" without the name */
    const char *microsoft; /* "failover 1": the step of Microsoft's procedure that it is; NULL: ours */
    const char *effect;    /* what changes for users: "nothing changes for users" */
    enum phase phase;
    int64_t timeout_s; /* for each sending, verification included; RESTOREs: from the last progress */
    int64_t usual_s;   /* estimate for one sending without history */
    bool best_effort;  /* a sending's failure is recorded, and does not stop the run (rescue) */
    /* A sending that answers that it is done counts as done, whatever can be seen of it: the other side reads
     * back what it wrote.  Not seen done before, it is sent again: that changes nothing. */
    bool asserted;
    unsigned sends_most; /* how often one sending is tried; 0: as usual */
    bool together; /* timeout_s is for all sendings of the step: one that does not come about keeps none back
                    */
    bool may_be_long; /* progress is told */
    /* The run does not hang on the instance that its T-SQL goes to: the pool lock is taken there for each
     * sending alone, and without it that one has failed.  Of best_effort only. */
    bool aside;
    /* Once it has begun nobody but this run does the like: what was needed then, and is done unsent, somebody
     * else did. */
    bool alone;
    /* Adds sendings to the plan.  0, or -1 with *scope->err. */
    int (*make)(const struct step_scope *scope, struct sending **sendings, size_t *count);
    /* *ret_why: what was seen, in the scope's arena. */
    enum step_state (*observe)(const struct step_scope *scope, const struct sending *sending,
                               const char **ret_why);
    /* Is it seen that what it brought about is there no longer?  Nobody does that by mistake: the run stops.
     * NULL: it may pass. */
    bool (*undone)(const struct step_scope *scope, const struct sending *sending, const char **ret_why);
    /* Sendings that undo it while nothing was recovered; NULL: nothing to undo, or nothing can. */
    int (*undo)(const struct step_scope *scope, struct sending **sendings, size_t *count);
};

struct step_list {
    const struct step *const *steps;
    size_t count;
};
/* In the order in which they are carried out: PREPARE and CUT before COMMIT before AFTER. */
struct step_list steps_of(enum verb verb);
const struct step *step_find(enum verb verb, const char *id);

#endif

/*
 * Gates: what must be true before something is done.  Each is one row of gates.def with a function that reads
 * a look and says what it saw; which of them bind is the matrix verb x origin x phase.  Pure, thread-safe.
 *
 * Unknown never opens a gate.
 */
#ifndef PCHAT_ACT_JUDGE_GATE_H
#define PCHAT_ACT_JUDGE_GATE_H

#include "act/judge/look.h"
#include "act/judge/loss.h"
#include "act/judge/verb.h"

enum gate {
#define GATE(name, title) GATE_##name,
#include "act/judge/gates.def"
#undef GATE
    GATE_COUNT
};

enum gate_state {
    GATE_OPEN, /* satisfied not yet, may still be: asks somebody or waits */
    GATE_OK,
    GATE_REFUSES, /* contradicts: no time will cure it */
    GATE_STATE_COUNT
};

struct gate_verdict {
    enum gate gate;
    enum gate_state state;
    const char *observed; /* one line for people, with the limit */
    const char *source;   /* where it was seen: instance, host, ledger, program */
    int64_t age_ms;       /* of what it rests on; -1: not a matter of time */
    const char *remedy;   /* what a person does about it; NULL when ok */
    bool overridden;      /* a person named it */
};

/* What is judged besides the world: how the call came, what persons have said. */
struct gate_question {
    enum verb verb;
    enum origin origin;
    enum phase phase;
    const struct look *look;
    struct loss loss;
    const struct chain_plan
        *chain;       /* what must be restored; NULL: not worked out (verbs that restore nothing) */
    const char *plan; /* id that approvals must name; NULL: none yet */
    bool approved;    /* by a listed person, within its time, by the ledger's clock */
    const char *approved_by;
    bool loss_accepted_unknown;
    int64_t loss_accepted_s;     /* -1: nothing accepted */
    bool hard, downtime, paused; /* of the episode; a person: as if hard and none */
    int64_t since_last_run_s;    /* by the ledger's clock; -1: none */
    bool automatic;              /* carried out without a person */
    bool scripts_overridden;
    bool without_secondary; /* mirror verbs, B unseen: the person's own flag */
    bool rescue_forces;     /* failover: the rescue will force service on the mirror */
    bool rescue_takes_tail; /* failover: the rescue will back up the tail of the principal's log */
    /* without_secondary: the ledger, as last journaled on this host, says that B was never recovered and that
     * no run was open. */
    bool secondary_never_recovered;
    int64_t run, epoch; /* that the run has in the ledger; 0: it has none yet */
    /* This run has sent something: what called it may be gone by its own effect. */
    bool has_acted;
    bool locked;                   /* this run holds the pool lock wherever it sends to */
    unsigned long long overridden; /* gates that a person overrides, as bits 1 << enum gate */
    const char *holder;            /* host of the runner that asks; NULL: none */
    struct mono_ms now;
};

/* Does the topology let that verb go without a person?  acting NULL: no. */
bool topology_lets(const struct topology_acting *acting, enum verb verb);

const char *gate_name(enum gate gate);
const char *gate_title(enum gate gate);
bool gate_parse(const char *name, enum gate *ret_gate);
/* "open", "ok", "refuses" */
const char *gate_state_name(enum gate_state state);
/* Does the matrix bind it there? */
bool gate_binds(enum gate gate, enum verb verb, enum origin origin, enum phase phase);
/* May a person override it by name?  Never those that protect against a second writable copy, or a pool that
 * is left half-way. */
bool gate_may_be_overridden(enum gate gate);
/* Texts in the arena. */
struct gate_verdict gate_judge(enum gate gate, const struct gate_question *question, struct arena *arena);
/* All that bind, in the order of gates.def; *ret_count of them.  True: each is OK or overridden.  Nothing is
 * overridden where it goes by itself. */
bool gates_judge(const struct gate_question *question, struct arena *arena,
                 struct gate_verdict **ret_verdicts, size_t *ret_count);

#endif

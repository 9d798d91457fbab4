/*
 * The engine: carries a plan out, from wherever the world is.  Starting and resuming are the same: every
 * sending is observed first, and only what is needed is sent.
 *
 * For each sending: look - judge gates of its phase - intent (journal) - send through the locked session, the
 * host or the program - look again until it is done or its time is up - outcome (journal).  Whatever makes a
 * copy writable goes through the guard.  Before the point of no return an unknown stops the run; after it,
 * unknown and in-progress are looked at again with back-off until the step's time is up.
 *
 * One thread, one run.  Ports are the caller's.
 */
#ifndef PCHAT_ACT_ENGINE_ENGINE_H
#define PCHAT_ACT_ENGINE_ENGINE_H

#include "act/engine/look_port.h"
#include "act/engine/pool_lock.h"
#include "act/memory/journal.h"
#include "act/plan/plan.h"
#include "observe/winrm/winrm_port.h"

/* Runs a program of the site; the fence's status is part of a look. */
struct engine_ports {
    struct clock *clock;
    struct looker looker;
    const struct sql_opener *sql;     /* with the acting login */
    const struct winrm_opener *winrm; /* with the acting account */
    struct journal *journal;
    /* Progress for people: step, subject, words; may be NULL. */
    void (*progress)(void *user, const struct plan_step *step, const struct sending *sending,
                     const char *words);
    void *user;
    /* Asked between sendings: true stops the run, resumable (SIGTERM, a person). */
    bool (*stop)(void *user);
};

enum engine_end {
    ENGINE_DONE,
    ENGINE_REFUSED,   /* by a gate or the guard, nothing undone; journal and *ret_why say which */
    ENGINE_RESUMABLE, /* stopped: lock lost, time up, world unknown, stop() */
    ENGINE_CHANGED,   /* the world is not as the plan says, and not by us: the difference */
    ENGINE_RETURNED,  /* the old primary came back: fence is carried out next */
    ENGINE_WAITS,     /* for approval, fence or management store: prepared as far as possible */
    ENGINE_END_COUNT
};

struct engine_run {
    const struct topology_pool *pool;
    const struct plan *plan;
    const char *approved_plan; /* id that approvals name: plan's, or that of the plan which it grew from */
    const char *holder;        /* this host's name */
    bool resumes;              /* an earlier process, or another host, may have sent some of it */
    bool within;               /* fence, in the midst of an open run: under its number, and it stays open */
    /* What the episode and the command line have said; approvals, accepted loss and words are read from the
     * ledger; look, loss and chain are filled in. */
    struct gate_question said;
    struct last_writable last;
    struct pool_lock *lock; /* the caller's: it may hold it already, and holds it afterwards */
    const char *override_dir;
};

struct engine_result {
    enum engine_end end;
    const char *step; /* where it ended; "" */
    const char *why;  /* for people, with the remedy; in the arena */
    bool plan_anew;   /* RESUMABLE: the plan lacks what was not there when it was made, and another has it */
};

struct engine_result engine_carry_out(const struct engine_ports *ports, const struct engine_run *run,
                                      struct arena *arena);
/* Undoes what was prepared and cut, newest first; refused once a copy was recovered. */
struct engine_result engine_put_back(const struct engine_ports *ports, const struct engine_run *run,
                                     struct arena *arena);
const char *engine_end_name(enum engine_end end);

#endif

/*
 * Jobs: what a runner does for a pool, one at a time - plan, carry out, put back, write a person's word into
 * the ledger.  Pure of processes and sockets: the runner runs them in children, a campaign in one process.
 *
 * Each returns what to tell; nothing of it is printed here.  One thread.
 */
#ifndef PCHAT_ACT_RUNNER_JOBS_H
#define PCHAT_ACT_RUNNER_JOBS_H

#include "act/engine/engine.h"
#include "act/memory/ledger.h"
#include "base/strbuf.h"

/* What jobs of one pool work with. */
struct workshop {
    const struct topology_pool *pool; /* with its acting */
    const char *topology_sha256;
    const char *holder; /* this host's name */
    struct engine_ports ports;
};

/* Who asks for what. */
struct job_request {
    enum verb verb; /* VERB_NONE: the verb table decides */
    enum origin origin;
    const char *person;          /* NULL: nobody */
    bool approves;               /* that person is listed as one who may */
    bool hard, downtime, paused; /* of the episode */
    bool failback;               /* an episode of a failback is open: its plan is looked out for */
    bool automatic;
    bool drills; /* one of ours is under way: its side database is nobody's leftover */
    bool without_secondary;
    const char *accept_loss;      /* minutes, "unknown", or NULL */
    const char *const *overrides; /* names of gates */
    size_t override_count;
};

/* A new plan, kept in the journal; NULL with *err where there is none to make. */
struct plan *job_plan(const struct workshop *shop, const struct job_request *request, struct err *err);
/* The same of a look at hand, which must outlive it. */
struct plan *job_plan_from(const struct workshop *shop, const struct job_request *request,
                           const struct look *look, struct last_writable *ret_last, struct err *err);
/* Carries out what was just planned from that look. */
struct engine_result job_carry(const struct workshop *shop, const struct plan *plan,
                               const struct job_request *request, const struct look *look,
                               struct last_writable last, struct arena *arena);
/*
 * Carries the plan of that id out, or goes on with the run that it has begun.  A person who approves and
 * names the plan has approved it.  Refuses a plan that is too old or that the world has left.
 */
struct engine_result job_apply(const struct workshop *shop, const char *plan,
                               const struct job_request *request, struct arena *arena);
/* Goes on with the open run of the ledger, whoever began it, from ledger and world alone. */
struct engine_result job_resume(const struct workshop *shop, const struct job_request *request,
                                struct arena *arena);
/* The same by a look at hand, with its log files. */
struct engine_result job_resume_from(const struct workshop *shop, const struct job_request *request,
                                     const struct look *look, struct arena *arena);
struct engine_result job_put_back(const struct workshop *shop, const struct job_request *request,
                                  struct arena *arena);
/* The run ends as it is; what it left stays CRITICAL until the pool is protected again. */
struct engine_result job_leave(const struct workshop *shop, const struct job_request *request,
                               struct arena *arena);
/* Tells who holds the pool lock; once confirmed ends that session, waits for its rollback, and goes on with
 * the run under a higher epoch. */
struct engine_result job_take_over(const struct workshop *shop, bool confirmed,
                                   const struct job_request *request, struct arena *arena);

/* What a look by itself leads to: goes on with an open run, prepares or fences by an episode, or only looks.
 */
struct watch_outcome {
    struct engine_result result; /* of what was carried out, or why nothing was */
    const char *plan;            /* id of the plan that waits; NULL: none */
    const char *plan_text;       /* as people read it */
    enum verb verb;
    int64_t open_run;       /* 0: none */
    bool failed_over;       /* the ledger says that the other site serves */
    bool at_home;           /* the ledger says that no failover waits for its failback; false: or not seen */
    bool sees_nothing;      /* neither ledger nor copies were seen: everything of this is unknown */
    const char *fence_lost; /* objects that were off and no longer are; NULL: none */
    const char *drill_left; /* a drill's side database that could not be dropped yet, and why; NULL: none */
};
/* episode: one of a failover is open, and is what request is about; else nothing but fence is begun.  A
 * failback is planned at most: a person begins it. */
struct watch_outcome job_watch(const struct workshop *shop, const struct job_request *request, bool episode,
                               struct arena *arena);
/* doctor --act: tries every way to write, without effect; a line for each into *out. */
struct engine_result job_prove(const struct workshop *shop, const struct job_request *request,
                               struct arena *arena, struct strbuf *out);
/* Writes into the ledger what a person says, under the pool lock. */
int job_say(const struct workshop *shop, const struct ledger_note *note, struct err *err);

#endif

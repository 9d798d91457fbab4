/*
 * The recover guard: the one way to a statement that makes a copy writable.
 *
 * guard_judge() is pure: it refuses unless every other copy (A, A', B, B'), seen less than 10 s ago, is
 * provably not writable or covered by a valid fence, and all gates of PHASE_COMMIT that still apply hold. The
 * 10 s count from when the look began: whoever takes it for the guard gives it a shorter deadline.  A fence
 * covers what does not answer; an instance that does is judged by what it says.
 * The engine takes the look, judges and sends (drive_send.c); no other code of the product may send RESTORE
 * ... WITH RECOVERY, SET PARTNER FAILOVER, FORCE_SERVICE_ALLOW_DATA_LOSS, SET ONLINE, READ_WRITE, MULTI_USER
 * or Invoke-CsDatabaseFailover (tests/unit/act/test_one_guard reads the sources).
 */
#ifndef PCHAT_ACT_JUDGE_GUARD_H
#define PCHAT_ACT_JUDGE_GUARD_H

#include "act/judge/fenced.h"
#include "act/judge/gate.h"

enum guard_entry {
    GUARD_MAIN,
    GUARD_RESCUE,   /* force on A' with A and the chat servers fenced; chain, loss, management store not asked
                     */
    GUARD_PUT_BACK, /* A again, which this run has closed: what else a verb needs is not asked */
    GUARD_SIDE_DATABASE, /* pchat_drill_<run>: its own database, never mgc or mgccomp */
    GUARD_ENTRY_COUNT
};

struct guard_question {
    enum guard_entry entry;
    enum part target;       /* the copy that will become writable */
    bool unforced_failover; /* SET PARTNER FAILOVER: SQL Server demotes the principal itself */
    /* GUARD_SIDE_DATABASE: its name, and that it was seen absent before, that every file is MOVEd into a
     * folder of its own, that gates.run is creating it. */
    const char *side_database;
    bool side_was_absent, side_files_moved, side_made_by_run;
    struct gate_question gates; /* with the look that was just taken */
};

struct guard_verdict {
    bool allows;
    const char *reason; /* why not, with the copy, what was seen and how long ago; NULL when it allows */
    const char *remedy;
};

/* Is this copy proof of nothing to fear?  *ret_why: what was seen. */
bool guard_copy_is_safe(const struct look *look, enum part part, const struct guard_question *question,
                        struct arena *arena, const char **ret_why);
struct guard_verdict guard_judge(const struct guard_question *question, struct arena *arena);
/* Does this text need the guard?  Over what is to be sent, whatever its script: T-SQL in any spelling, in
 * strings that are executed too, or PowerShell.  In doubt it does. */
bool guard_is_needed(const char *text);

enum { GUARD_LOOK_MOST_AGE_MS = 10000, GUARD_FENCE_MOST_AGE_MS = FENCE_MOST_AGE_MS };

#endif

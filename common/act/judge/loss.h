/*
 * The loss bound: (last moment A could have accepted a message) - (newest restorable log; for mirror force
 * the last moment at which the mirror was SYNCHRONIZED).
 *
 * The last moment is the latest sighting of a writable copy, newest ping row or message known.  While a
 * partition is not excluded, that proves no end: then it is the fence's time, or now where nobody is fenced.
 * It does not grow while nobody can write.  All of it by servers' clocks; B's clock is the ruler (the
 * mirror's, where B is not seen).  Pure, thread-safe.
 */
#ifndef PCHAT_ACT_JUDGE_LOSS_H
#define PCHAT_ACT_JUDGE_LOSS_H

#include "act/judge/look.h"

/* Which log backups B must restore, in this order, and whether that is all there is. */
enum chain_state {
    CHAIN_COMPLETE,
    CHAIN_HAS_GAP,
    CHAIN_UNREADABLE,
    CHAIN_FORKED,
    CHAIN_UNSEEN,
    CHAIN_STATE_COUNT
};
struct chain_plan {
    enum chain_state state;
    const struct log_file_fact **files; /* to restore, in order */
    size_t file_count;
    struct lsn from, to;          /* where B stands; where it will stand */
    struct fact_num until_utc_ms; /* end of the newest file: what B will hold */
    const char *why;              /* for states but COMPLETE: LSNs and names around the fault */
};
const char *chain_state_name(enum chain_state state); /* "complete", "has_gap", ... */
/* From B's redo_start_lsn and fork through its log_file facts: 4326 skip, copy-only only to bridge, gaps,
 * forks, unreadable files that another folder has readable.  A B that is recovered needs nothing.  In the
 * arena. */
struct chain_plan chain_plan_of(const struct look *look, struct arena *arena);

/* Where a database stands that is restored from a full backup, and that no look shows. */
struct chain_start {
    const char *database, *instance; /* as the backups call it; where it is restored */
    const char *name;                /* of the file that brought it there, for people */
    struct lsn from;                 /* the full backup's LastLSN */
    const char *fork;                /* its RecoveryForkID; NULL: unknown */
    struct fact_num reached_utc_ms;  /* before that nothing can be needed; not known: anything may be */
};
/* The same from there. */
struct chain_plan chain_plan_after(const struct chain_start *start, const struct log_file_facts *files,
                                   struct arena *arena);

/* What earlier looks and the ledger know of A's last moment. */
struct last_writable {
    struct fact_num seen_utc_ms;   /* latest sighting of a writable copy of the serving site, on B's ruler */
    struct fact_num fenced_utc_ms; /* complete fence, as recorded; not known: not fenced */
    bool partition_excluded;       /* evidence from two domains */
    struct fact_num synchronized_utc_ms; /* the mirror was last seen SYNCHRONIZED; for mirror force */
};

struct loss {
    bool known; /* false: "unknown", and may be anything */
    int64_t bound_ms;
    struct fact_num last_writable_utc_ms, restorable_utc_ms;
    const char
        *words; /* "at most 6 min 12 s of chat (last writable sighting ..., newest restorable log ...)" */
};
/* chain NULL: of mirror force, where nothing is restored. */
struct loss loss_bound(const struct look *look, const struct last_writable *last,
                       const struct chain_plan *chain, struct arena *arena);

#endif

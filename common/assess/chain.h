/*
 * The log chain as arithmetic: from the LSN at which the standby stands, which log backups must it restore,
 * and do they reach the present?  A backup can be restored when first_lsn <= position < last_lsn; the
 * position is then its last_lsn (exclusive).  Backups that only copy the log (COPY_ONLY) are used to bridge
 * alone.
 *
 * A forced service starts a recovery fork: what its abandoned branch holds beyond the fork point leads
 * nowhere, and who stands there must be re-seeded.  Source: backupset, sys.master_files,
 * sys.database_recovery_status, "Recovery Paths". Pure; chain_walk marks links as used.
 */
#ifndef PCHAT_ASSESS_CHAIN_H
#define PCHAT_ASSESS_CHAIN_H

#include "model/snapshot.h"

enum chain_verdict {
    CHAIN_NOT_JUDGED, /* nothing to prove: no standby that restores */
    CHAIN_PROVEN,
    CHAIN_UNPROVEN, /* what was seen does not suffice */
    CHAIN_GAP,      /* the next log backup exists nowhere, or log shipping began anew behind it */
    CHAIN_FOREIGN,  /* the next log backup went where log shipping does not look */
    CHAIN_EXPIRED,  /* the next log backup is older than the share keeps files */
    CHAIN_LOST,     /* the next log backup was shipped, but the restore job does not find it */
    CHAIN_DIVERGED  /* the standby is on an abandoned fork */
};

struct chain_link {
    const struct backup_fact *set; /* its LSNs and forks */
    const struct instance_snapshot *producer;
    bool shipped; /* log shipping made it and finds it */
    bool used;    /* set by chain_walk: the standby needs it */
};

struct chain_walk {
    /* In */
    struct lsn start;       /* where the standby stands */
    const char *start_fork; /* NULL: unknown */
    struct lsn next_lsn;    /* where the principal's next log backup will begin; unknown: none seen */
    const char *fork;       /* the principal's; NULL: unknown */
    struct lsn fork_point;  /* where that fork began; unknown: none */
    bool history_complete;  /* both partners' histories were seen */
    struct chain_link *links;
    size_t link_count;
    /* Out */
    enum chain_verdict verdict;
    struct lsn end;                 /* how far it is unbroken */
    const struct chain_link *last;  /* used last; NULL: none was needed */
    const struct chain_link *fault; /* the foreign link, or the first one behind a gap */
    const char *why;                /* for CHAIN_UNPROVEN */
};

/* Fills start and start_fork: where this copy stands. */
void chain_find_start(const struct instance_snapshot *standby, struct chain_walk *walk);
void chain_walk(struct chain_walk *walk);

/* What assess_chain leaves for others. */
struct chain {
    enum chain_verdict verdict;
    bool blocks;                  /* nothing at all can be restored */
    struct fact_num until_utc_ms; /* end of the unbroken chain, by the clock of the backup's producer */
    struct fact_num backlog_files, backlog_bytes;
};

#endif

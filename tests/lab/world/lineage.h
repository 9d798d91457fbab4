/*
 * Lineage: which chat messages a copy of mgc holds.
 *
 * Recovery paths form a tree.  Every recovery of a copy that was not the continuing principal (forced
 * service, RESTORE WITH RECOVERY) starts a fork at the LSN where that copy stood.  A copy is (fork, end_lsn):
 * it holds a message when the message's fork is on the copy's chain of forks, below the point where the chain
 * left that fork, and below end_lsn.
 */
#ifndef PCHAT_LAB_WORLD_LINEAGE_H
#define PCHAT_LAB_WORLD_LINEAGE_H

#include "lab/world/kinds.h"

enum { FORK_NONE = -1 };

struct fork {
    struct guid guid;           /* recovery_fork_guid */
    struct guid config_pool_id; /* of a root: written into tblConfig when the database was created */
    int parent;                 /* index, FORK_NONE for the root */
    lsn_t point_lsn; /* where it left its parent; records of the parent below it belong to this path too */
    int64_t since_utc_ms;
};

struct chat_message {
    int64_t n; /* 1, 2, 3 ... in order of writing */
    int64_t written_utc_ms;
    int fork;
    lsn_t lsn;
    int instance; /* index of the instance that took it */
};

struct lineage {
    LIST(struct fork) forks;
    LIST(struct chat_message) messages;
};

/* A place on the tree: all log records below end_lsn (exclusive) on the path that ends in fork. */
struct lineage_place {
    int fork;
    lsn_t end_lsn;
};

int lineage_fork(struct lineage *lineage, int parent, lsn_t point_lsn, const struct guid *guid,
                 int64_t utc_ms);
/* Is ancestor on the chain of fork (itself included), and up to which LSN does the chain follow it? */
bool lineage_on_chain(const struct lineage *lineage, int fork, int ancestor, lsn_t *ret_until_lsn);
bool lineage_contains(const struct lineage *lineage, struct lineage_place place,
                      const struct chat_message *message);
int64_t lineage_count(const struct lineage *lineage, struct lineage_place place);
/* Newest message held, NULL when none. */
const struct chat_message *lineage_newest(const struct lineage *lineage, struct lineage_place place);
/* The fork that holds lsn on the path to `fork`: what a backup that starts there says as FirstRecoveryForkID.
 */
int lineage_fork_at(const struct lineage *lineage, int fork, lsn_t lsn);

#endif

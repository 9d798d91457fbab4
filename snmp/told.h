/*
 * What was told of a pool: which conditions a manager has heard of, who served, which runs; and the notices
 * that snmpd has not taken yet.  From it and a new look follow the next notices: edges of the assessed state,
 * each once.
 *
 * Hysteresis: a condition is raised, and cleared, after CONFIRM_PASSES passes in a row that agree; a flicker
 * of one pass is never told.  It is cleared only by passes that see its object: while that is out of sight,
 * what was told of it stands.  Runs are facts of a journal and are told at once.
 *
 * Never twice, never lost: an edge and its notice, with the pool's next sequence number, are written to the
 * file in one go, before the notice is sent; it leaves the file once snmpd has answered.  Killed before the
 * writing, the edge is found anew; after it, the notice is sent from the file; between snmpd's answer and the
 * next writing, it is sent a second time with the same number, by which a manager knows it.
 *
 * One thread per object.
 */
#ifndef PCHAT_SNMP_TOLD_H
#define PCHAT_SNMP_TOLD_H

#include "snmp/look.h"
#include "snmp/notice.h"

enum {
    CONFIRM_PASSES = 2,
    FAILED_PASSES = 3,   /* in a row: then the pool is out of sight */
    PENDING_MOST = 1000, /* notices of one pool; more drop the oldest */
    FEED_LOST_S = 60
};

struct told;

/* From its file, where there is one: NULL with ERR_INPUT for one that is damaged, or another pool's. */
struct told *told_read(const char *folder, uint32_t pool, const char *name, struct err *err);
void told_free(struct told *told);
AUTO_DEFINE_FREE(told, struct told)

/* Compares with a look at the pool, and tells the look what was told of its conditions. */
void told_look(struct told *told, struct look *look, int64_t now_utc_ms);
/* What runners show of the pool; nothing where nothing is known. */
void told_runs(struct told *told, const struct runs_pool *runs, int64_t now_utc_ms);
/* No pass ends any more, for so long: the pool is out of sight. */
void told_silence(struct told *told, const char *reason, int64_t now_utc_ms);
/* Pool 0: was anything of the observer heard within FEED_LOST_S? */
void told_feed(struct told *told, bool heard, int64_t now_utc_ms);

bool told_changed(const struct told *told);
int told_save(struct told *told, struct err *err);

/* Waiting for snmpd. */
size_t told_pending_count(const struct told *told);
/* The oldest, once; NULL: none waits, or it was handed out and has no answer yet.  One after the other, each
 * after what snmpd took was written down: so a kill doubles one at most. */
const struct notice *told_next(struct told *told);
/* snmpd has taken it. */
void told_answered(struct told *told, int64_t sequence);
/* How many were dropped since the start. */
int64_t told_dropped(const struct told *told);

#endif

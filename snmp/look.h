/*
 * A look: what is known of one pool, or of the subagent itself, at one moment: all that a branch of the tree
 * and the notifications are made from.  Made by one thread; points into what it was made from.
 */
#ifndef PCHAT_SNMP_LOOK_H
#define PCHAT_SNMP_LOOK_H

#include "assess/assess.h"
#include "feed/feed.h"
#include "snmp/indexes.h"
#include "snmp/table.h"

/* One condition that is present, of one object; the reports' findings, each once. */
struct present_condition {
    const struct finding *finding;
    enum severity severity; /* the worst that any report has it */
    uint32_t object;        /* its number */
    struct fact_num first_seen_utc_ms;
    bool told;
};

/* Of the subagent. */
struct agent_state {
    bool connected;
    struct fact_num heard; /* from the observer, monotonic ms */
    const struct feed_observer *observer;
    const struct feed_runs *runs;
    int64_t pools, passes, passes_failed, sent, waiting, dropped;
    struct fact_num longest_pass_ms;
};

struct look {
    uint32_t pool; /* 0: of the subagent */
    struct arena *arena;
    struct indexes *indexes;
    const struct agent_state *agent; /* of pool 0 alone */

    const struct feed_pool *feed;
    const struct snapshot *snapshot; /* NULL: none yet */
    struct report *reports[3];       /* pool first; NULL without a snapshot */
    struct present_condition *conditions;
    size_t condition_count;
    struct fact_num serving; /* of PchatServingTC */
    const char *serving_instance;
    const struct runs_pool *runs; /* NULL: nothing is known */
    struct fact_num runs_seen;    /* when they were written, monotonic ms */
    /* As the notifications have told. */
    bool sight_lost;
    int64_t sequence;
};

/* Assesses the snapshot.  `look` has pool, arena, indexes, feed; the rest is filled in but for runs and what
 * was told. */
void look_assess(struct look *look);
void look_done(struct look *look);
AUTO_DEFINE_DONE(look, struct look)

/* When the pass began that the snapshot is of; not known without one. */
struct fact_num look_seen(const struct look *look);
/* The worst condition present of that object; OK where there is none. */
enum severity look_severity_of(const struct look *look, const char *object);
/* Does nothing of the pool answer? */
bool look_sees_nothing(const struct look *look);
bool host_is_seen(const struct host_snapshot *host);

#endif

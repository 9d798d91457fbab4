/* What told.c and told_file.c share: the state that is kept. */
#ifndef PCHAT_SNMP_TOLD_STATE_H
#define PCHAT_SNMP_TOLD_STATE_H

#include "snmp/told.h"

struct told_condition {
    int64_t condition, object_index, first_seen_utc_ms;
    char *object;
    bool told;
    unsigned agreeing; /* passes in a row that speak against what was told; not kept */
    bool present;      /* in the look at hand */
};

struct told_run {
    int64_t run, steps; /* steps: so many of the first were told, or will have no outcome */
    bool finished;
};

struct told {
    uint32_t pool;
    char *name, *path;
    int64_t sequence; /* of the newest notice */
    struct fact_num serving;
    bool sight_lost, feed_lost;
    struct told_condition *conditions;
    size_t condition_count;
    bool runs_known;
    int64_t runs_last; /* runs up to this one are told, or history */
    struct told_run *runs;
    size_t run_count;
    struct notice **pending;
    size_t pending_count;

    /* Not kept. */
    bool changed;
    size_t sent; /* 1: the oldest was handed out */
    int64_t dropped;
    struct fact_num generation, begun_ms; /* of the last look */
    struct fact_num candidate;            /* who serves, as the last look says */
    unsigned candidate_agreeing, dark_agreeing, bright_agreeing;
};

struct told_condition *told_condition_add(struct told *told, int64_t condition, int64_t object_index,
                                          const char *object);
struct told_run *told_run_add(struct told *told, int64_t run);
void told_pending_add(struct told *told, struct notice *notice);

#endif

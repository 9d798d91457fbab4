/*
 * A schedule on the stage: the campaign with its operators, what was seen of ground truth on the way, and
 * when it is over.
 */
#ifndef PCHAT_TESTS_CAMPAIGN_STAGE_H
#define PCHAT_TESTS_CAMPAIGN_STAGE_H

#include "campaign/operator.h"

enum { SPANS_MOST = 256, STAGE_LOOK_MS = 5000 };

/* When a copy of the side that was left could be written, after it came back. */
struct span {
    int64_t from_ms, to_ms; /* to: -1 while it lasts */
};

struct stage {
    struct schedule *schedule;
    struct campaign *campaign;
    struct agenda agenda;
    struct switchboard switchboard;
    struct operator* operators; /* newest first */
    unsigned operator_count;
    struct event_turn *turns;
    struct span spans[SPANS_MOST];
    size_t span_count;
    int64_t returned_ms;       /* what was left came back; -1: not yet */
    int64_t recovered_ms;      /* the other site's copy was first seen open; -1: never */
    int64_t unshipped, lost;   /* messages: before that, and when it was */
    int64_t written_unshipped; /* messages written when unshipped was counted */
    int64_t written_recovered;
    /* When the left copy was closed and a planned move back came next: what was lost, and how long two copies
     * had been open by then.  -1: not known. */
    int64_t forgiven;
    double overlap_s;
    bool is_dark;        /* a host of the left copies, when it was last looked */
    const char *failure; /* NULL: none */
    bool verbose;
};

/* Until it is over.  False: it could not even begin; *err. */
bool stage_play(struct stage *stage, struct err *err);
/* Every STAGE_LOOK_MS, while it is played. */
void stage_look(struct stage *stage);
void stage_done(struct stage *stage);

#endif

/*
 * The printed runbook's words: what belongs to each step of each verb, for who does it by hand.  Pure,
 * thread-safe.
 */
#ifndef PCHAT_ACT_TELL_MANUALS_H
#define PCHAT_ACT_TELL_MANUALS_H

#include "act/judge/cast.h"
#include "act/judge/verb.h"

enum { MANUAL_SCRIPTS_MOST = 5 };

struct manual {
    enum verb verb;
    const char *step, *where; /* where: for people */
    enum part part;           /* whose name is filled in; PART_COUNT: none */
    const char *scripts[MANUAL_SCRIPTS_MOST];
    const char *undo[MANUAL_SCRIPTS_MOST];
    const char *words; /* what else to do, and how to see that it is done */
};

/* NULL: the verb has no such step. */
const struct manual *manual_of(enum verb verb, const char *step);

#endif

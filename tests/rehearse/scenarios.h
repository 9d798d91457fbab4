/*
 * What can be rehearsed: what befalls the pool, and what is set out with it.
 */
#ifndef PCHAT_REHEARSE_SCENARIOS_H
#define PCHAT_REHEARSE_SCENARIOS_H

#include "rehearse/play.h"

struct scenario {
    const char *name, *summary;
    void (*run)(struct play *play);
};

/* In the order of --list; the array ends with a NULL name. */
const struct scenario *scenarios(void);
/* NULL with *err: there is none of that name. */
const struct scenario *scenario_named(const char *name, struct err *err);

#endif

/*
 * Homecoming: whether the site that was failed over from is well, look after look, and since when without a
 * break.  Kept in the journal, so that it outlives workers and runners.
 *
 * Well is what the gates of a failback say that ask about that site, or about our own sight: unknown is not
 * well.  One look that does not find it so starts the time over, and so does a time in which nobody looked.
 */
#ifndef PCHAT_ACT_RUNNER_HOMECOMING_H
#define PCHAT_ACT_RUNNER_HOMECOMING_H

#include "act/memory/journal.h"
#include "act/plan/plan.h"

struct homecoming {
    const char *why_not;       /* what is not well, and its remedy; NULL: it is well */
    int64_t well_since_utc_ms; /* by this host's clock; 0: it is not well */
    int64_t well_s;            /* so long */
};

/* By a plan of a failback that was just made; texts in the arena. */
struct homecoming homecoming_see(struct journal *journal, const struct plan *plan, int64_t now_utc_ms,
                                 struct arena *arena);
/* It was not looked for, or not seen. */
void homecoming_forget(struct journal *journal, const char *pool);

#endif

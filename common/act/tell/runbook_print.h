/*
 * What every step does, for whoever must do it by hand: the scripts that are compiled in, in the order of the
 * verb, with what to look at before and after.  Nothing is asked: journal, pool and network may be gone.
 *
 * With a pool its names are filled in; without one, and for what only the servers know, variables stand as
 * <NAME> and are explained.  Pure, thread-safe.
 */
#ifndef PCHAT_ACT_TELL_RUNBOOK_PRINT_H
#define PCHAT_ACT_TELL_RUNBOOK_PRINT_H

#include "act/judge/verb.h"
#include "base/strbuf.h"
#include "topology/topology.h"

/* pool NULL: none; serving_site NULL: by design.  VERB_NONE: every verb. */
void runbook_print(struct strbuf *out, enum verb verb, const struct topology_pool *pool,
                   const char *serving_site);

/* Every script that is printed for a step of that verb, undoing included; for tests.  NULL: no more. */
const char *runbook_script(enum verb verb, const char *step, size_t index);

#endif

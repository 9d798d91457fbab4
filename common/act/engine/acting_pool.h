/*
 * The pool as who acts sees it: each SQL instance asked with the acting credential, each Windows host asked
 * as it is told to do something.  Texts and everything else are the original's, which must outlive it.
 */
#ifndef PCHAT_ACT_ENGINE_ACTING_POOL_H
#define PCHAT_ACT_ENGINE_ACTING_POOL_H

#include "base/arena.h"
#include "topology/topology.h"

/* In the arena; without an acting section, an equal pool. */
const struct topology_pool *acting_pool(struct arena *arena, const struct topology_pool *pool);

#endif

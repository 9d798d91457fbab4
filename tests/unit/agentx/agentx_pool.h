/* Pools as the feed tells them, for tests of the tree and of notifications. */
#ifndef PCHAT_TESTS_AGENTX_POOL_H
#define PCHAT_TESTS_AGENTX_POOL_H

#include "snmp/look.h"
#include "snmp/tree.h"

enum { TEST_NOW_MS = 100000000 };
static const struct mono_ms test_now = {TEST_NOW_MS};

/* A healthy pool of SQL Servers, hosts, and two runs. */
struct snapshot *agentx_snapshot(void);
const struct runs_pool *agentx_runs(void);
/* Of that snapshot, whose pass began 7 s ago. */
struct feed_pool agentx_feed(struct snapshot *snapshot);
/* Puts the branch of the pool of that name; NULL runs: nothing known. */
void agentx_put(struct mib_tree *tree, struct indexes *indexes, const char *name, struct snapshot *snapshot,
                const struct runs_pool *runs);
/* The subagent's own. */
void agentx_put_own(struct mib_tree *tree);

#endif

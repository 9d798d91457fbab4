/*
 * One pass over a pool in a child process: everything that any check asks for, as a snapshot in one line.  A
 * driver that crashes on an endpoint costs a second child without it, one that hangs ends with its child.
 * One thread; nothing here waits.
 */
#ifndef PCHAT_OBSERVER_PASS_H
#define PCHAT_OBSERVER_PASS_H

#include "base/child.h"
#include "base/err.h"
#include "observe/core/suspects.h"
#include "topology/topology.h"

struct observer_pass {
    struct child child; /* none while nothing is under way */
    struct suspects *suspects;
    struct mono_ms begun;
    const struct topology_pool *pool; /* read by each child when it begins */
};

#define OBSERVER_PASS_INIT                                                                                   \
    {                                                                                                        \
        .child = CHILD_INIT                                                                                  \
    }

enum observer_pass_end { PASS_GOES_ON, PASS_DONE, PASS_FAILED };

static inline bool observer_pass_runs(const struct observer_pass *pass)
{
    return pass->child.pid != 0;
}

/* 0, or -1 with *err: it has failed. */
int observer_pass_start(struct observer_pass *pass, const struct topology_pool *pool, struct err *err);
/* How it stands; DONE appends the snapshot to *snapshot, FAILED says why in one sentence. */
enum observer_pass_end observer_pass_hear(struct observer_pass *pass, struct strbuf *snapshot,
                                          struct err *err);
/* Its time is over now: it is killed as soon as it is heard. */
void observer_pass_abort(struct observer_pass *pass);

#endif

/*
 * Taking a look, in the process that may be lost with it: the pass, the inquiries, the fences.
 */
#ifndef PCHAT_ACT_ENGINE_LOOK_TAKE_H
#define PCHAT_ACT_ENGINE_LOOK_TAKE_H

#include "act/engine/looker.h"
#include "observe/core/suspects.h"

struct taking {
    const struct looker_setup *setup;
    const struct topology_pool *pool; /* acting_pool() of the setup's */
    const char *lock;                 /* pool_lock_resource() */
    bool wants_files;
    struct deadline pass, inquiries, files; /* until when each of them may last */
    struct suspects *suspects;              /* of a child; NULL: none */
};

/* Never NULL.  *ret_hung: a driver holds threads; leave by _exit() without freeing anything. */
struct look *look_take(const struct taking *taking, bool *ret_hung);
/* The look of whoever could not look, and why. */
struct look *look_blank(const struct taking *taking, const char *reason);

#endif

/*
 * How the engine looks: observe_pool() with the acting login, the queries of act, the fence's status.
 * looker.h is one way to fill it; a table of looks is another.
 */
#ifndef PCHAT_ACT_ENGINE_LOOK_PORT_H
#define PCHAT_ACT_ENGINE_LOOK_PORT_H

#include "act/judge/look.h"

struct looker {
    /* wants_files: also the headers of all log backups that B can read.  Never NULL: what was not seen says
     * so. */
    struct look *(*look)(void *user, bool wants_files);
    void *user;
};

#endif

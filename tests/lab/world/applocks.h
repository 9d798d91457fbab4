/*
 * Application locks of an instance (sp_getapplock with @LockOwner = 'Session'): held by a session in the lock
 * space of a database, nested by count, gone with the session.
 */
#ifndef PCHAT_LAB_WORLD_APPLOCKS_H
#define PCHAT_LAB_WORLD_APPLOCKS_H

#include "lab/world/kinds.h"

struct instance;

enum { APPLOCK_NAME_BYTES = 256 * 3 };
enum applock_mode { APPLOCK_NONE, APPLOCK_SHARED, APPLOCK_EXCLUSIVE };

struct applock {
    char database[WORLD_NAME_BYTES];
    char resource[APPLOCK_NAME_BYTES]; /* compared byte by byte */
    enum applock_mode mode;
    int session_id;
    int count; /* times acquired */
};

/* Grants it, or says who holds what stands against it: 0, or that session's id. */
int applock_take(struct instance *instance, const char *database, const char *resource,
                 enum applock_mode mode, int session_id);
/* One release for one acquisition; false: this session does not hold it. */
bool applock_release(struct instance *instance, const char *database, const char *resource, int session_id);
enum applock_mode applock_held(const struct instance *instance, const char *database, const char *resource,
                               int session_id);
/* The session has ended. */
void applocks_end(struct instance *instance, int session_id);

#endif

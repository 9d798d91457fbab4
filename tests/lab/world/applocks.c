#include "lab/world/applocks.h"

#include "lab/world/instance.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool is_about(const struct applock *lock, const char *database, const char *resource)
{
    return strcasecmp(lock->database, database) == 0 && strcmp(lock->resource, resource) == 0;
}

static struct applock *find(const struct instance *instance, const char *database, const char *resource,
                            int session_id)
{
    for (size_t i = 0; i < instance->applocks.count; i++) {
        struct applock *lock = &instance->applocks.rows[i];
        if (lock->session_id == session_id && is_about(lock, database, resource))
            return lock;
    }
    return NULL;
}

static int holder_against(const struct instance *instance, const char *database, const char *resource,
                          enum applock_mode mode, int session_id)
{
    for (size_t i = 0; i < instance->applocks.count; i++) {
        const struct applock *lock = &instance->applocks.rows[i];
        if (lock->session_id != session_id && is_about(lock, database, resource) &&
            (mode == APPLOCK_EXCLUSIVE || lock->mode == APPLOCK_EXCLUSIVE))
            return lock->session_id;
    }
    return 0;
}

int applock_take(struct instance *instance, const char *database, const char *resource,
                 enum applock_mode mode, int session_id)
{
    int holder = holder_against(instance, database, resource, mode, session_id);
    struct applock *own;

    if (holder != 0)
        return holder;
    own = find(instance, database, resource, session_id);
    if (!own) {
        own = LIST_ADD(&instance->applocks);
        own->session_id = session_id;
        snprintf(own->database, sizeof own->database, "%s", database);
        snprintf(own->resource, sizeof own->resource, "%s", resource);
    }
    own->count++;
    if (mode > own->mode)
        own->mode = mode;
    return 0;
}

bool applock_release(struct instance *instance, const char *database, const char *resource, int session_id)
{
    struct applock *own = find(instance, database, resource, session_id);

    if (!own)
        return false;
    if (--own->count == 0)
        LIST_REMOVE(&instance->applocks, (size_t)(own - instance->applocks.rows));
    return true;
}

enum applock_mode applock_held(const struct instance *instance, const char *database, const char *resource,
                               int session_id)
{
    const struct applock *own = find(instance, database, resource, session_id);

    return own ? own->mode : APPLOCK_NONE;
}

void applocks_end(struct instance *instance, int session_id)
{
    for (size_t i = instance->applocks.count; i-- > 0;)
        if (instance->applocks.rows[i].session_id == session_id)
            LIST_REMOVE(&instance->applocks, i);
}

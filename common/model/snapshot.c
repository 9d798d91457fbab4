#include "model/snapshot.h"

#include <string.h>

struct snapshot *snapshot_new(void)
{
    struct arena *arena = arena_new();
    struct snapshot *snapshot = arena_alloc(arena, sizeof(*snapshot));

    snapshot->arena = arena;
    snapshot->limits = limits_default();
    return snapshot;
}

void snapshot_free(struct snapshot *snapshot)
{
    if (snapshot)
        arena_free(snapshot->arena);
}

const struct instance_snapshot *snapshot_find(const struct snapshot *snapshot, const char *name)
{
    for (size_t i = 0; i < snapshot->instance_count; i++)
        if (snapshot->instances[i].name && strcmp(snapshot->instances[i].name, name) == 0)
            return &snapshot->instances[i];
    return NULL;
}

#include "model/snapshot.h"

#include <string.h>

struct snapshot *snapshot_new(void)
{
    struct arena *arena = arena_new();
    struct snapshot *snapshot = arena_alloc(arena, sizeof(*snapshot));

    snapshot->arena = arena;
    snapshot->limits = limits_default();
    snapshot->settings = settings_default();
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

const struct host_snapshot *snapshot_find_host(const struct snapshot *snapshot, enum host_kind kind,
                                               const char *name)
{
    for (size_t i = 0; i < snapshot->host_count; i++) {
        const struct host_snapshot *host = &snapshot->hosts[i];

        if (host->kind == kind && host->name && strcmp(host->name, name) == 0)
            return host;
    }
    return NULL;
}

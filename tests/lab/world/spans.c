#include "lab/world/spans.h"

#include "lab/world/world.h"

static struct writable_span *open_span(struct world *world, int instance)
{
    for (size_t i = world->writable_spans.count; i-- > 0;) {
        struct writable_span *span = &world->writable_spans.rows[i];
        if (span->instance == instance && span->to_utc_ms < 0)
            return span;
    }
    return NULL;
}

static bool is_writable(struct world *world, struct instance *instance)
{
    const struct database *database = database_find(instance, "mgc");

    return database && !instance->down && !world_host_of(world, instance)->down &&
           database_is_writable(database);
}

void spans_note(struct world *world)
{
    for (int i = 0; i < (int)world->instance_count; i++) {
        struct writable_span *span = open_span(world, i);
        bool writable = is_writable(world, &world->instances[i]);

        if (span && !writable)
            span->to_utc_ms = world->now_utc_ms;
        if (!span && writable)
            *LIST_ADD(&world->writable_spans) = (struct writable_span){i, world->now_utc_ms, -1};
    }
}

#include "lab/world/spans.h"

#include "lab/world/world.h"

static struct copy_span *open_span(struct copy_spans *spans, int instance)
{
    for (size_t i = spans->count; i-- > 0;) {
        struct copy_span *span = &spans->rows[i];
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

static bool has_writers(const struct world *world, const struct instance *instance)
{
    for (size_t i = 0; i < world->host_count; i++)
        if (chat_is_active(&world->hosts[i]) && world->hosts[i].chat.home == instance->index)
            return true;
    return false;
}

static void note(const struct world *world, struct copy_spans *spans, int instance, bool is_so)
{
    struct copy_span *span = open_span(spans, instance);

    if (span && !is_so)
        span->to_utc_ms = world->now_utc_ms;
    if (!span && is_so)
        *LIST_ADD(spans) = (struct copy_span){instance, world->now_utc_ms, -1};
}

void spans_note(struct world *world)
{
    for (int i = 0; i < (int)world->instance_count; i++) {
        bool writable = is_writable(world, &world->instances[i]);

        note(world, &world->writable_spans, i, writable);
        note(world, &world->writer_spans, i, writable && has_writers(world, &world->instances[i]));
    }
}

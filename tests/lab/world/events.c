#include "lab/world/world.h"

#include "lab/world/carried_rights.h"
#include "lab/world/mirroring.h"
#include "lab/world/spans.h"
#include "lab/world/users.h"

enum { TICK_MS = 1000 };

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t next_event(const struct world *world)
{
    int64_t next = sooner(world->next_tick_utc_ms, world->next_write_utc_ms);

    next = sooner(next, later_next_utc_ms(world));
    for (size_t i = 0; i < world->instance_count; i++)
        next = sooner(next, jobs_next_utc_ms(world, &world->instances[i]));
    return next;
}

/* Services change, replicas learn, chat servers follow, in that order. */
static void tick_hosts(struct world *world)
{
    windows_follow_instances(world);
    for (size_t i = 0; i < world->host_count; i++)
        windows_tick(world, &world->hosts[i]);
    store_tick(world);
    chat_tick(world);
    carried_rights_follow(world);
}

/* Everything that is due at this instant, in one fixed order: the network first, then users, then what was
 * late, then jobs. */
static void run_due(struct world *world)
{
    if (world->next_tick_utc_ms <= world->now_utc_ms) {
        sessions_tick(world);
        databases_tick(world);
        mirroring_tick(world);
        tick_hosts(world);
        world->next_tick_utc_ms = world->now_utc_ms + TICK_MS;
    }
    if (world->next_write_utc_ms <= world->now_utc_ms) {
        users_write(world);
        world->next_write_utc_ms = world->now_utc_ms + world->config.write_interval_ms;
    }
    later_run_due(world);
    for (size_t i = 0; i < world->instance_count; i++)
        jobs_run_due(world, &world->instances[i]);
    spans_note(world);
}

void world_advance(struct world *world, int64_t ms)
{
    int64_t until = world->now_utc_ms + ms;
    int64_t next;

    while ((next = next_event(world)) <= until) {
        if (next > world->now_utc_ms)
            world->now_utc_ms = next;
        run_due(world);
    }
    world->now_utc_ms = until;
}

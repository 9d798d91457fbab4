#include "lab/world/later.h"

#include "lab/world/world.h"

#include <stdlib.h>

void later_add(struct world *world, const struct later *later)
{
    *LIST_ADD(&world->laters) = *later;
}

void later_cancel(struct world *world, int64_t tag)
{
    for (size_t i = world->laters.count; i-- > 0 && tag != 0;)
        if (world->laters.rows[i].tag == tag) {
            free(world->laters.rows[i].owner);
            LIST_REMOVE(&world->laters, i);
        }
}

/* Index of the earliest; of two at the same instant the one that was added first. */
static size_t earliest(const struct world *world)
{
    size_t found = 0;

    for (size_t i = 1; i < world->laters.count; i++)
        if (world->laters.rows[i].due_utc_ms < world->laters.rows[found].due_utc_ms)
            found = i;
    return found;
}

int64_t later_next_utc_ms(const struct world *world)
{
    return world->laters.count > 0 ? world->laters.rows[earliest(world)].due_utc_ms : INT64_MAX;
}

void later_run_due(struct world *world)
{
    while (later_next_utc_ms(world) <= world->now_utc_ms) {
        size_t index = earliest(world);
        struct later later = world->laters.rows[index];

        LIST_REMOVE(&world->laters, index);
        later.act(world, later.owner);
        free(later.owner);
    }
}

int64_t later_new_tag(struct world *world)
{
    return ++world->last_later_tag;
}

void later_done(struct world *world)
{
    for (size_t i = 0; i < world->laters.count; i++)
        free(world->laters.rows[i].owner);
    free(world->laters.rows);
}

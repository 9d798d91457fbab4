/*
 * What will happen at a later instant of the world, whoever asked for it and whatever has become of him.
 */
#ifndef PCHAT_LAB_WORLD_LATER_H
#define PCHAT_LAB_WORLD_LATER_H

#include <stdint.h>

struct world;

struct later {
    int64_t due_utc_ms;
    int64_t tag; /* of the process that does it; 0 = of none that can be ended */
    void (*act)(struct world *world, void *owner);
    void *owner; /* one block of memory, freed afterwards */
};

/* Takes the owner. */
void later_add(struct world *world, const struct later *later);
/* The process has been ended: what it has not done yet never happens. */
void later_cancel(struct world *world, int64_t tag);
/* Does what is due; the next instant at which something will be, INT64_MAX = never. */
void later_run_due(struct world *world);
int64_t later_next_utc_ms(const struct world *world);
/* A tag that nobody else has. */
int64_t later_new_tag(struct world *world);
void later_done(struct world *world);

#endif

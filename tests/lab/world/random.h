/*
 * The world's only source of chance: a generator of its own, so that one seed gives one world.
 */
#ifndef PCHAT_LAB_WORLD_RANDOM_H
#define PCHAT_LAB_WORLD_RANDOM_H

#include "lab/world/kinds.h"

struct world;

uint64_t world_random(struct world *world);
int64_t world_random_below(struct world *world, int64_t bound); /* 0 .. bound - 1 */
struct guid world_new_guid(struct world *world);

#endif

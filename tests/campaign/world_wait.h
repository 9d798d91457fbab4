/*
 * How long things take on the network of the world.
 */
#ifndef PCHAT_TESTS_CAMPAIGN_WORLD_WAIT_H
#define PCHAT_TESTS_CAMPAIGN_WORLD_WAIT_H

#include "base/clock.h"

#include <stdbool.h>

/* Lets that much time pass; false where the deadline comes first, which is then reached. */
bool world_wait(struct deadline deadline, int64_t ms);
/* Nobody answers: until the deadline. */
void world_wait_out(struct deadline deadline);

#endif

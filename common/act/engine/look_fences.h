/*
 * The fence's status of every object that may be fenced - SQL copies and chat servers - as the site's program
 * says: `fence_status OBJECT` prints off or on as its first word and exits 0.  Whatever else it does, and
 * silence, is unknown.
 */
#ifndef PCHAT_ACT_ENGINE_LOOK_FENCES_H
#define PCHAT_ACT_ENGINE_LOOK_FENCES_H

#include "act/engine/looker.h"

struct fence_round;

/* Starts asking; a program for each object at once.  setup->fence instead is asked here and now. */
struct fence_round *fence_round_start(const struct looker_setup *setup, struct deadline deadline);
/* Waits for all of it, into the look; frees the round. */
void fence_round_end(struct fence_round *round, struct look *look);

/* What the program's output means.  *ret_detail: its words, in the arena. */
enum fence_status fence_status_of(const char *output, struct arena *arena, const char **ret_detail);

#endif

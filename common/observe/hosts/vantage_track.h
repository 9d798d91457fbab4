/*
 * A vantage point, as one track; and the opinions of instances of the pool, which follow from facts that are
 * there once all have been asked.
 */
#ifndef PCHAT_OBSERVE_VANTAGE_TRACK_H
#define PCHAT_OBSERVE_VANTAGE_TRACK_H

#include "observe/core/track.h"

void vantage_track_run(struct track *track, struct host_snapshot *draft, struct arena *arena);
void vantage_conclude(const struct topology_pool *pool, struct snapshot *snapshot);

#endif

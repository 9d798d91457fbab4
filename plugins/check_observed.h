/*
 * A check's snapshot from the observer: no login, no credential, no topology.
 */
#ifndef PCHAT_PLUGINS_CHECK_OBSERVED_H
#define PCHAT_PLUGINS_CHECK_OBSERVED_H

#include "base/clock.h"
#include "model/snapshot.h"

/*
 * The newest that the observer has of the pool (NULL: its only one), the caller's; *ret_age_s is how long ago
 * its pass began.  Older than max_age_s (0: three of the observer's intervals, and its pass) is no answer:
 * NULL with *err, which says what is wrong with the observer.  socket "": the usual one.
 */
struct snapshot *observed_snapshot(const char *socket, const char *pool, int64_t max_age_s,
                                   struct deadline deadline, int64_t *ret_age_s, struct err *err);

#endif

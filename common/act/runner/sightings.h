/*
 * Sightings: since when the serving side is proven dead, kept in the journal from look to look, so that the
 * loss bound does not grow while nobody can write.  All by the standby server's clock.
 *
 * Nobody need have watched before the site was lost: the first look that proves it from two failure domains
 * bounds the last moment in which it can have accepted a message.
 */
#ifndef PCHAT_ACT_RUNNER_SIGHTINGS_H
#define PCHAT_ACT_RUNNER_SIGHTINGS_H

#include "act/judge/loss.h"
#include "act/memory/journal.h"

/* What earlier looks and this one know; remembers it.  A journal that cannot be written costs the memory
 * alone. */
struct last_writable sightings_update(struct journal *journal, const struct look *look, struct mono_ms now);

/*
 * What the ledger said when it was last seen from this host: that the standby was never recovered, and that
 * no run was open.  A mirror verb without the standby rests on it.
 */
bool sightings_secondary_never_recovered(struct journal *journal, const struct look *look);

#endif

/*
 * Exposure: how much chat would be lost if the serving site burned now.  Kept apart from backlog (what the
 * standby must still restore) and from SQL Server's last_restored_latency (frozen at the last restore).
 */
#ifndef PCHAT_ASSESS_EXPOSURE_H
#define PCHAT_ASSESS_EXPOSURE_H

#include "model/facts.h"

struct replication;

/*
 * Seconds from the newest log that reached the standby to the principal's now - or, while the principal is
 * not seen, to the standby's now: exposure grows whoever looks.  Without the share.
 */
struct fact_num exposure_s(const struct replication *replication);

#endif

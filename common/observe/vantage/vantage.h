/*
 * Vantage points: other places from which the pool is looked at, and what each says of every object.
 *
 * What is not seen from here proves nothing; what is not seen from a second place that fails neither with us
 * nor with the backup site may.  So a vote errs towards none: each row is "seen", "not_seen" or "unknown",
 * with the time and the age by the vantage point's own clock.  No vote ("unknown") is whatever
 * - the vantage point did not say, said twice or did not date;
 * - is dated in its own future;
 * - is a "not seen" of one that cannot look: it sees nothing of the pool, or not its reference.
 * How old a vote may be is the assessment's matter.
 *
 * Kinds: winrm (a Windows host elsewhere runs scripts/vantage.ps1), command (a program of the site), snmp (a
 * device's own objects), sql (the opinion of an instance of the pool, from facts that are there anyway).
 */
#ifndef PCHAT_OBSERVE_VANTAGE_H
#define PCHAT_OBSERVE_VANTAGE_H

#include "base/clock.h"
#include "model/snapshot.h"
#include "observe/winrm/winrm_port.h"
#include "topology/topology.h"

/*
 * Asks one vantage point and returns by the deadline, whatever it does.  Fills seen->vote, the way in which
 * it was asked, and where the vantage point has a clock, its offset; memory in the arena.  The topology must
 * live as long.  Vantage points of kind sql are left alone; those of kind winrm are reached by the opener.
 * May run in a thread of its own.
 */
void vantage_ask(const struct topology_pool *pool, const struct topology_vantage *vantage,
                 const struct winrm_opener *winrm, struct clock *clock, struct deadline deadline,
                 struct arena *arena, struct host_snapshot *seen);

/*
 * The opinion of kind sql, once the SQL facts are in; *seen may be one of the snapshot's own hosts, memory in
 * the snapshot's arena.  Proofs, sources: sys.database_mirroring, log_shipping_monitor_history_detail.
 * - A mirroring session that is synchronized or synchronizing is a connection to the partner: seen.
 * - DISCONNECTED is one that is gone: not seen, if the witness is still connected; without it, this partner
 *   may be the one that is cut off.
 * - The last run of the copy job, if it succeeded, read the share: seen is the host of the share, then.
 * - The witness keeps what the partners told it last, without a date: nothing.
 */
void vantage_from_instance(const struct snapshot *snapshot, const struct topology_vantage *vantage,
                           struct host_snapshot *seen);

#endif

/*
 * A host's SNMP agent, as one track: its services, where WS-Management may not be used.
 */
#ifndef PCHAT_OBSERVE_SNMP_TRACK_H
#define PCHAT_OBSERVE_SNMP_TRACK_H

#include "observe/core/track.h"

/* Only where the host is not asked over WS-Management, which tells more. */
bool snmp_track_is_set_up(const struct track_subject *subject);
void snmp_track_run(struct track *track, struct host_snapshot *draft, struct arena *arena);

#endif

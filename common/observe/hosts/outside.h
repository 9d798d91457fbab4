/*
 * What can be seen of a host's ports without a login: each of these is the work of one track.
 */
#ifndef PCHAT_OBSERVE_OUTSIDE_H
#define PCHAT_OBSERVE_OUTSIDE_H

#include "observe/core/track.h"
#include "observe/sip/probe.h"

/* Where that port of the host is, whom its certificate must be for, and what to show it. */
struct probe_target outside_target(const struct track_subject *subject, enum host_port purpose);

void outside_sip(struct track *track, struct host_snapshot *draft, struct arena *arena);
void outside_wcf(struct track *track, struct host_snapshot *draft, struct arena *arena);
void outside_smb(struct track *track, struct host_snapshot *draft, struct arena *arena);
void outside_web(struct track *track, struct host_snapshot *draft, struct arena *arena);
void outside_web_external(struct track *track, struct host_snapshot *draft, struct arena *arena);

#endif

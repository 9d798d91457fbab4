/*
 * What can be seen of a host's ports without a login: each of these is the work of one track.
 */
#ifndef PCHAT_OBSERVE_OUTSIDE_H
#define PCHAT_OBSERVE_OUTSIDE_H

#include "observe/core/track.h"

void outside_sip(struct track *track, struct host_snapshot *draft, struct arena *arena);
void outside_wcf(struct track *track, struct host_snapshot *draft, struct arena *arena);
void outside_smb(struct track *track, struct host_snapshot *draft, struct arena *arena);
void outside_web(struct track *track, struct host_snapshot *draft, struct arena *arena);
void outside_web_external(struct track *track, struct host_snapshot *draft, struct arena *arena);

#endif

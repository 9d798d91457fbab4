/*
 * Rights: what the monitoring login may not see on an instance, by name, and the statements that would let
 * it.
 */
#ifndef PCHAT_ASSESS_RIGHTS_H
#define PCHAT_ASSESS_RIGHTS_H

#include "assess/replication.h"

/* Of an instance that is seen. */
void assess_rights(struct replication *replication, const struct instance_snapshot *instance);

#endif

/*
 * From a server's error to the operator's next step.  Source: error pages of SQL Server, system error codes
 * of Windows.
 */
#ifndef PCHAT_ASSESS_REMEDY_H
#define PCHAT_ASSESS_REMEDY_H

#include "base/arena.h"
#include "model/snapshot.h"

/* NULL when the error is not known here. */
const char *remedy_for(struct arena *arena, const struct snapshot *snapshot,
                       const struct instance_snapshot *instance, const char *error);

#endif

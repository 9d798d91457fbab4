/*
 * Cmdlets that take effect late (fault cmdlet_slow): the script goes on as if the cmdlet had worked for that
 * long, and the world changes only then - even if the script's shell has lost its client.
 */
#ifndef PCHAT_LAB_POWERSHELL_LATE_H
#define PCHAT_LAB_POWERSHELL_LATE_H

#include "lab/powershell/cmdlet.h"

/* Does this call change something beyond the script, here and now? Neither a WhatIf nor one that will ask. */
bool ps_call_changes(const struct ps_call *call);
/* True: it will be done later, with the arguments as they are now. */
bool ps_postpone(struct ps_call *call, const struct ps_bounds *bounds);

#endif

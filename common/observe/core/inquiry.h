/*
 * An inquiry: what the thread of one endpoint does.  It logs in, asks every query that is meant for the
 * endpoint's role, and settles group after group on the pass's sheet as the answers come.
 */
#ifndef PCHAT_OBSERVE_INQUIRY_H
#define PCHAT_OBSERVE_INQUIRY_H

#include "observe/core/pass.h"

void inquiry_run(struct pass_endpoint *endpoint);

#endif

/*
 * What persons have said of a plan, from the ledger's notes.  Pure, thread-safe.
 */
#ifndef PCHAT_ACT_ENGINE_SAID_H
#define PCHAT_ACT_ENGINE_SAID_H

#include "act/judge/gate.h"

/* Approvals, accepted loss and overrides of that plan, judged by the clock of the server that keeps them. */
void said_by_persons(const struct look *look, const char *plan, struct gate_question *question);

#endif

/*
 * One value of a host's answer, as text, into the member of a record.  Pure, thread-safe.
 */
#ifndef PCHAT_OBSERVE_WINRM_FACT_VALUE_H
#define PCHAT_OBSERVE_WINRM_FACT_VALUE_H

#include "model/facts.h"

/* Texts become one line of at most ONE_LINE_MAX_BYTES, in the arena.  False for a text that is no value of
 * the kind. */
bool fact_value_read(struct arena *arena, enum fact_kind kind, const char *text, void *member);
/* What to say of such a text. */
const char *fact_value_refusal(struct arena *arena, const char *name, const char *text);

#endif

/*
 * What goes before the first batch of a session: it makes answers the same whatever the login's and the
 * server's settings.  Pure, thread-safe.
 */
#ifndef PCHAT_OBSERVE_SQL_PROLOGUE_H
#define PCHAT_OBSERVE_SQL_PROLOGUE_H

#include "base/clock.h"
#include "base/strbuf.h"

/* The deadline is that of all the session asks: what one locked table may take of it follows. */
void prologue_add(struct strbuf *batch, struct deadline deadline);

#endif

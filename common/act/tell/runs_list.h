/*
 * The runs of a journal, one line each, newest first: for `pchatctl runs`.  Pure, thread-safe.
 */
#ifndef PCHAT_ACT_TELL_RUNS_LIST_H
#define PCHAT_ACT_TELL_RUNS_LIST_H

#include "act/memory/journal.h"

/* malloc'ed; NULL with *err.  pool NULL: of every pool. */
char *runs_list(struct journal *journal, const char *pool, struct err *err);

#endif

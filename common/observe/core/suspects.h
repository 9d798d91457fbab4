/*
 * Suspects: in whose thread a driver crashed.  A pass that runs in a child process (base/child.h) notes it in
 * memory that it shares with its parent, and the parent lets it run once more without that endpoint.
 *
 * The driver's own memory is not to be trusted after a crash; this is all that is taken from it: one number,
 * and names that were written before anything was asked.
 */
#ifndef PCHAT_OBSERVE_SUSPECTS_H
#define PCHAT_OBSERVE_SUSPECTS_H

#include "base/cleanup.h"

#include <stdbool.h>
#include <stddef.h>

struct suspects;

/* NULL where there is no shared memory: then crashes stay unexplained.  All other functions take NULL. */
struct suspects *suspects_new(void);
void suspects_free(struct suspects *suspects);
AUTO_DEFINE_FREE(suspects, struct suspects)

/* ---- in the child ---- */

/* Fatal signals are noted from here on, then do what they always do. */
void suspects_watch(struct suspects *suspects);
/* This thread asks that endpoint. */
void suspects_enter(struct suspects *suspects, size_t endpoint, const char *name);
/* Its answers crashed an earlier pass: it is not to be asked. */
bool suspects_convicted(const struct suspects *suspects, size_t endpoint);

/* ---- in the parent, after a crash ---- */

/* True when there is a suspect; it is convicted. */
bool suspects_convict(struct suspects *suspects);
/* The endpoint convicted last; NULL: none. */
const char *suspects_last_name(const struct suspects *suspects);

#endif

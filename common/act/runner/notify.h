/*
 * notify: the site's own program, told when something changed that a person should know.  It gets the pool
 * and one word of what it is about as arguments, and the text on stdin.  What it does is its own business:
 * its failure costs a line in the runner's log.
 */
#ifndef PCHAT_ACT_RUNNER_NOTIFY_H
#define PCHAT_ACT_RUNNER_NOTIFY_H

#include "act/runner/errand.h"

/* Tells these news, unless they read as *told does (malloc'ed, replaced). */
void notify_news(const struct topology_pool *pool, const struct watch_news *news, char **told);

#endif

/*
 * The names that a text may be: those of the pool's instances and hosts, or of a site's.  Lives in an arena.
 * One thread.
 */
#ifndef PCHAT_TOPOLOGY_NAMES_H
#define PCHAT_TOPOLOGY_NAMES_H

#include "base/arena.h"
#include "base/err.h"

struct node;

struct names {
    const char **items;
    size_t count;
};

void names_add(struct names *names, struct arena *arena, const char *name);
/* 0 when the node's text is one of them; else -1 with `"pc9" is no WHAT; did you mean pc1?`. */
int names_check(const struct names *names, const struct node *node, const char *what, struct err *err);

#endif

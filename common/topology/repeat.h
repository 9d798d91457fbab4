/*
 * Finding what stands twice where it may stand once.  Pure, thread-safe.
 */
#ifndef PCHAT_TOPOLOGY_REPEAT_H
#define PCHAT_TOPOLOGY_REPEAT_H

#include <stdbool.h>
#include <stddef.h>

struct node;

/* A name and the node that bears it. */
struct named {
    const char *name;
    const struct node *node;
};

struct repeat {
    const struct node *first, *again;
};

/* The earliest that repeats one before it; names may differ in case and still be the same, if so asked. */
bool find_repeat(const struct named *list, size_t count, bool ignore_case, struct repeat *ret_repeat);

#endif

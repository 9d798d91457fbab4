/*
 * The lines under the first: one per object, columns aligned, each followed by what it is found to have and
 * what to do. Private to this room.
 */
#ifndef PCHAT_PRESENT_OBJECT_TABLE_H
#define PCHAT_PRESENT_OBJECT_TABLE_H

#include "base/arena.h"
#include "model/report.h"

struct text_lines {
    const char **items; /* without newline, harmless for Nagios; in the arena */
    size_t count;
};

/*
 * Worst objects first.  The first `said` findings have their message on the output's first line already. What
 * no object line speaks of - the pool, a share - gets a line of its own.
 */
struct text_lines object_table(const struct report *report, size_t said, unsigned verbosity,
                               struct arena *arena);

#endif

/*
 * Who there is in a deployment: which machines, where, and what for.  It knows neither the world's words nor
 * those of the product, so that either side may write one.
 *
 * What a world can do without: mirror, witness, secondary mirror, and machines that stand anywhere else.  It
 * needs a principal, a secondary, a front end in either site (the management store lives there), a file
 * server for each share, and the monitor.
 */
#ifndef PCHAT_LAB_WORLD_SHAPE_H
#define PCHAT_LAB_WORLD_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

enum shape_place { PLACED_ELSEWHERE, PLACED_IN_PRIMARY, PLACED_IN_BACKUP };

enum shape_part {
    PART_OF_PRINCIPAL,
    PART_OF_MIRROR,
    PART_OF_WITNESS,
    PART_OF_SECONDARY,
    PART_OF_SECONDARY_MIRROR,
    PART_OF_LOG_SHARE,
    PART_OF_FILE_STORE,
    PART_OF_MIRROR_SHARE, /* for those who set mirrors up; there may be none */
    PART_OF_FILE_SERVER,  /* with no share that the pool needs */
    PART_OF_MONITOR,
    PART_OF_CHAT_SERVER,
    PART_OF_FRONT_END,
    PART_OF_NOTHING, /* a Windows host from which one can look */
    SHAPE_PARTS
};

struct shape_host {
    const char *name; /* as a Windows host may be called */
    enum shape_place place;
    enum shape_part part;
    bool stands_by; /* a chat server that is not to be active when its site serves */
};

struct world_shape {
    const char *domain; /* of all of them */
    const struct shape_host *hosts;
    size_t host_count;
};

#endif

/*
 * What comes in from outside to be carried out: batches and scripts, as they were before anybody read them.
 */
#ifndef PCHAT_LAB_WORLD_RECEIVED_H
#define PCHAT_LAB_WORLD_RECEIVED_H

#include <stdint.h>

struct received {
    const char *way;           /* "sql" or "powershell" */
    const char *where;         /* instance or host by its name in the world */
    const char *who, *program; /* login or account; "" for a script's program */
    const char *text;          /* UTF-8 */
    int64_t at_utc_ms;         /* true time of the world */
};

/* Who is told of each; take NULL: nobody. */
struct receiver {
    void (*take)(void *user, const struct received *received);
    void *user;
};

#endif

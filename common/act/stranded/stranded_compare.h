/*
 * Which messages one copy holds and another does not.  Room and number do not tell: after a fork both copies
 * go on counting, and the same number is another message.  Room, number and time together do.  Pure,
 * thread-safe.
 */
#ifndef PCHAT_ACT_STRANDED_COMPARE_H
#define PCHAT_ACT_STRANDED_COMPARE_H

#include "base/arena.h"

#include <stdint.h>

struct chat_message {
    int64_t room, number, author;
    int64_t ticks; /* 100 ns since the year 1: tblChat.chatDate */
    const char *content;
};

struct stranded_room {
    int64_t room;
    size_t messages, authors;
    int64_t first_utc_ms, last_utc_ms;
};

struct stranded {
    struct chat_message *rows; /* by room, then time; of the old copy's */
    size_t count;
    struct stranded_room *rooms;
    size_t room_count;
    size_t authors; /* of all rooms, each once */
    int64_t first_utc_ms, last_utc_ms;
};

/* Sorts both. */
struct stranded stranded_compare(struct chat_message *old, size_t old_count, struct chat_message *serving,
                                 size_t serving_count, struct arena *arena);

#endif

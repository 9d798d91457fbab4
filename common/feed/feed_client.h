/*
 * One reader, as the server has it: requests in, documents out, nothing waited for.  Its memory is bounded by
 * one line and one document.  Inside the room.
 */
#ifndef PCHAT_FEED_CLIENT_H
#define PCHAT_FEED_CLIENT_H

#include "feed/feed.h"
#include "feed/feed_board.h"

#include <poll.h>

struct feed_client {
    int fd; /* -1: free */
    char asked[FEED_REQUEST_MAX_BYTES];
    size_t asked_length;
    struct strbuf out;
    size_t sent;
    bool follows, ends, heard_all; /* ends: with what is in out; heard_all: it will ask no more */
    int64_t knows, knows_observer; /* a follower: up to where in the board's sequence */
    struct mono_ms moved;          /* when it last asked or took something */
};

#define FEED_CLIENT_INIT                                                                                     \
    {                                                                                                        \
        .fd = -1                                                                                             \
    }

void feed_client_start(struct feed_client *client, int fd, struct clock *clock);
void feed_client_done(struct feed_client *client);
struct pollfd feed_client_poll(const struct feed_client *client, const struct feed_board *board);
/* Does what can be done at once, and a bounded amount of it; false: it is done with.  may_follow: there are
 * not too many followers yet. */
bool feed_client_attend(struct feed_client *client, const struct feed_board *board, bool may_follow);

#endif

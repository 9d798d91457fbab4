/*
 * The server: tells the board to whoever connects.  Never waits for a reader: one that takes nothing is cut
 * off, and while there are too many, the next ones wait in the socket's own queue.  One thread.
 */
#ifndef PCHAT_FEED_SERVER_H
#define PCHAT_FEED_SERVER_H

#include "feed/feed_board.h"

#include <poll.h>

enum { FEED_CLIENTS_MAX = 64, FEED_FOLLOWERS_MAX = 16, FEED_POLL_MAX = FEED_CLIENTS_MAX + 1 };

struct feed_server;

/* listen_fd, non-blocking, and the board stay the caller's. */
struct feed_server *feed_server_new(int listen_fd, const struct feed_board *board);
void feed_server_free(struct feed_server *server);
AUTO_DEFINE_FREE(feed_server, struct feed_server)

/* What to wait for; how many. */
size_t feed_server_poll(const struct feed_server *server, struct pollfd fds[FEED_POLL_MAX]);
/* Does what can be done at once; also now and then while nothing happens, as the patience with readers ends.
 */
void feed_server_attend(struct feed_server *server);

#endif

/*
 * One client: a socket, its session, and what the wire does to it - nothing read (hung), packets that wait
 * (slow), a cut after so many bytes, silence (frozen).
 */
#ifndef PCHAT_LAB_TDS_CONNECTION_H
#define PCHAT_LAB_TDS_CONNECTION_H

#include "lab/tds/session.h"

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

/* The wire of a new connection; it keeps it for its life. */
struct connection_wire {
    bool hung;
    int64_t slow_ms;         /* before each packet sent; 0 = none */
    int64_t cut_after_bytes; /* sent by the server; -1 = never */
};

struct connection;

struct connection_owner {
    void *user;
    void (*input)(void *user);                           /* about to handle what a client sent */
    void (*closed)(void *user, struct connection *gone); /* forget it; it frees itself */
};

/* Takes fd and session. */
struct connection *connection_new(struct event_base *base, int fd, struct tds_session *session,
                                  const struct connection_wire *wire, const struct connection_owner *owner);
void connection_free(struct connection *connection); /* closes; does not call closed() */

/* Nothing goes in or out until thawed. */
void connection_set_frozen(struct connection *connection, bool frozen);
/* The world changed: a request that waits goes on, and a session that was ended from elsewhere closes,
 * through closed(). */
void connection_review(struct connection *connection);

#endif

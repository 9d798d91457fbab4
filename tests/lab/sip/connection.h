/*
 * One client of a SIP port: a socket and its session, and the time that a slow answer takes.
 */
#ifndef PCHAT_LAB_SIP_CONNECTION_H
#define PCHAT_LAB_SIP_CONNECTION_H

#include "lab/sip/session.h"

#include <event2/event.h>

struct sip_connection;

struct sip_connection_owner {
    void *user;
    void (*input)(void *user);                               /* about to handle what a client sent */
    void (*closed)(void *user, struct sip_connection *gone); /* forget it; it frees itself */
};

/* Takes fd and session. */
struct sip_connection *sip_connection_new(struct event_base *base, int fd, struct sip_session *session,
                                          int64_t slow_ms, const struct sip_connection_owner *owner);
void sip_connection_free(struct sip_connection *connection); /* closes; does not call closed() */
/* Nothing goes in or out until thawed. */
void sip_connection_set_frozen(struct sip_connection *connection, bool frozen);

#endif

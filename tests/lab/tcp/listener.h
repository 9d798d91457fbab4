/*
 * A TCP port of a host whose protocol the lab does not speak, on a port of 127.0.0.1: WCF net.tcp of chat
 * servers (8011), SMB of file servers (445).  It accepts, reads and forgets, as both protocols wait for their
 * client to begin; a probe without credentials can say no more than "listening".
 *
 * A port that closes ends its connections, one that packets cannot reach falls silent.  One thread only.
 */
#ifndef PCHAT_LAB_TCP_LISTENER_H
#define PCHAT_LAB_TCP_LISTENER_H

#include "base/err.h"
#include "lab/world/world.h"

#include <event2/event.h>

struct tcp_listener;

/* port: PORT_WCF or PORT_SMB.  The host must outlive it.  NULL with *err set. */
struct tcp_listener *tcp_listener_new(struct event_base *base, struct world *world, const struct host *host,
                                      int port, struct err *err);
void tcp_listener_free(struct tcp_listener *listener);
uint16_t tcp_listener_port(const struct tcp_listener *listener);
/* The world changed: opens or closes the door. */
int tcp_listener_refresh(struct tcp_listener *listener, struct err *err);

#endif

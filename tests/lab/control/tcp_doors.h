/*
 * The ports of the lab that only accept: WCF of chat servers, SMB of file servers and of SQL Servers, to one
 * of which the log-shipping share may move.
 */
#ifndef PCHAT_LAB_CONTROL_TCP_DOORS_H
#define PCHAT_LAB_CONTROL_TCP_DOORS_H

#include "lab/control/host_ports.h"
#include "lab/tcp/listener.h"

struct tcp_doors {
    struct tcp_listener *listeners[WORLD_HOSTS_MAX]; /* NULL: a host without one */
};

int tcp_doors_open(struct tcp_doors *doors, struct event_base *base, struct world *world, struct err *err);
int tcp_doors_refresh(struct tcp_doors *doors, struct err *err);
void tcp_doors_done(struct tcp_doors *doors);
void tcp_doors_tell(const struct tcp_doors *doors, const struct world *world, struct host_ports *ports);

#endif

/*
 * System.Net.Sockets.TcpClient, as far as a probe uses it: what a port of another host looks like from here.
 */
#ifndef PCHAT_LAB_POWERSHELL_TCP_CLIENT_H
#define PCHAT_LAB_POWERSHELL_TCP_CLIENT_H

#include "lab/powershell/run.h"
#include "lab/world/windows.h"

#define PS_TCP_CLIENT "System.Net.Sockets.TcpClient"
#define PS_TCP_ATTEMPT                                                                                       \
    "System.Net.Sockets.ConnectAttempt" /* IAsyncResult, its wait handle, and the Task, in one */

struct ps_value ps_tcp_client(struct ps *ps);
/* Connect: waits until it is decided. */
int ps_tcp_connect(struct ps *ps, const struct ps_expr *at, struct ps_value client, const char *name,
                   int64_t port, struct ps_value *ret_value);
/* BeginConnect, ConnectAsync. */
int ps_tcp_begin(struct ps *ps, struct ps_value client, const char *name, int64_t port,
                 struct ps_value *ret_value);
/* WaitOne, Wait: true when it was decided within that time; negative waits as long as it takes. */
int ps_tcp_wait(struct ps *ps, struct ps_value attempt, int64_t timeout_ms, struct ps_value *ret_value);
int ps_tcp_end(struct ps *ps, const struct ps_expr *at, struct ps_value client, struct ps_value *ret_value);
/* The port as seen from the host where the script runs; false: no such name. */
bool ps_tcp_look(struct ps *ps, const char *name, int64_t port, enum port_state *ret_state);

#endif

/*
 * System.Net.Sockets.TcpClient and its stream, and System.Net.Dns, as far as a probe uses them: what a port
 * of another host looks like from here, and whether a SQL Server answers there.
 *
 * Every Begin... gives an attempt that is decided at some moment of the script's own time; waiting lets that
 * time pass, so that attempts that were begun together are waited for together.
 */
#ifndef PCHAT_LAB_POWERSHELL_TCP_CLIENT_H
#define PCHAT_LAB_POWERSHELL_TCP_CLIENT_H

#include "lab/powershell/run.h"
#include "lab/world/windows.h"

#define PS_TCP_CLIENT "System.Net.Sockets.TcpClient"
#define PS_TCP_STREAM "System.Net.Sockets.NetworkStream"
#define PS_TCP_ATTEMPT                                                                                       \
    "System.Net.Sockets.ConnectAttempt" /* IAsyncResult, its wait handle, and the Task, in one */
#define PS_ADDRESS_FAMILY "System.Net.Sockets.AddressFamily"
#define PS_STOPWATCH      "System.Diagnostics.Stopwatch"

struct ps_value ps_tcp_client(struct ps *ps);
/* Connect: waits until it is decided. */
int ps_tcp_connect(struct ps *ps, const struct ps_expr *at, struct ps_value client, const char *name,
                   int64_t port, struct ps_value *ret_value);
/* BeginConnect, ConnectAsync; name: also an IPAddress, shown. */
int ps_tcp_begin(struct ps *ps, struct ps_value client, const char *name, int64_t port,
                 struct ps_value *ret_value);
/* WaitOne, Wait, of any attempt: true when it was decided within that time; negative waits as long as it
 * takes. */
int ps_tcp_wait(struct ps *ps, struct ps_value attempt, int64_t timeout_ms, struct ps_value *ret_value);
int ps_tcp_end(struct ps *ps, const struct ps_expr *at, struct ps_value client, struct ps_value *ret_value);
/* The port as seen from the host where the script runs; false: no such name. */
bool ps_tcp_look(struct ps *ps, const char *name, int64_t port, enum port_state *ret_state);

/* GetStream; Write is kept as "Sent". */
int ps_stream_of(struct ps *ps, const struct ps_expr *at, struct ps_value client, struct ps_value *ret_value);
struct ps_value ps_stream_begin_read(struct ps *ps, struct ps_value stream, struct ps_value buffer,
                                     int64_t offset, int64_t count);
/* Fills the buffer, returns how many bytes; 0: the other side closed. */
struct ps_value ps_stream_end_read(struct ps *ps, struct ps_value attempt);

/* Hosts have the addresses 10.20.4.1 and so on, in the world's order. */
struct ps_value ps_dns_begin(struct ps *ps, const char *name);
int ps_dns_end(struct ps *ps, const struct ps_expr *at, struct ps_value attempt, struct ps_value *ret_value);

#endif

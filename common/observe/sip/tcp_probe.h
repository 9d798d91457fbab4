/*
 * Does anything listen?  A TCP connection, nothing sent.  Thread-safe.
 */
#ifndef PCHAT_OBSERVE_SIP_TCP_PROBE_H
#define PCHAT_OBSERVE_SIP_TCP_PROBE_H

#include "base/arena.h"
#include "base/clock.h"
#include "observe/sip/probe.h"

/* Ends by the deadline.  Names and certificates of the target are not looked at. */
void tcp_probe(const struct probe_target *target, struct deadline deadline, struct arena *arena,
               struct probe_result *ret_result);

#endif

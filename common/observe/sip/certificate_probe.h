/*
 * The certificate of a TLS port: its chain, names and dates.  Nothing is sent after the handshake.  A server
 * that cuts the handshake because it wants a client certificate has shown its own: that counts as seen, with
 * the evidence of a listener.  Thread-safe.
 */
#ifndef PCHAT_OBSERVE_SIP_CERTIFICATE_PROBE_H
#define PCHAT_OBSERVE_SIP_CERTIFICATE_PROBE_H

#include "base/arena.h"
#include "base/clock.h"
#include "observe/sip/probe.h"

/*
 * Ends by the deadline.  SIGHT_SEEN: a certificate came and nothing is wrong with it.  SIGHT_TLS_FAILED with
 * ret_result->certificate: that one is bad, its `problem` says how.
 */
void certificate_probe(const struct probe_target *target, struct deadline deadline, struct arena *arena,
                       struct probe_result *ret_result);

#endif

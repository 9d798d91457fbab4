/*
 * Why a login over TLS failed: the connection done once more by ourselves, layer by layer, since FreeTDS says
 * nothing but "failed". TCP, PRELOGIN, TLS handshake inside TDS packets, certificate against the CA file and
 * the host's name; no login. Sources: [MS-TDS] 2.2.6.5 PRELOGIN and 3.2.5.2 (TLS inside PRELOGIN packets).
 * Thread-safe.
 */
#ifndef PCHAT_OBSERVE_SQL_TLS_PROBE_H
#define PCHAT_OBSERVE_SQL_TLS_PROBE_H

#include "observe/sql/sql_port.h"
#include "topology/topology.h"

/* Fills *ret_failure with the first layer that fails; sight SIGHT_SEEN when all of them work.  Ends by the
 * deadline, except for the name lookup. The endpoint must have a port. */
void tls_probe(const struct topology_sql *endpoint, struct deadline deadline, struct arena *arena,
               struct sql_failure *ret_failure);

#endif

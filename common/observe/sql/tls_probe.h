/*
 * Why a login over TLS failed: the connection done once more by ourselves, layer by layer, since FreeTDS says
 * nothing but "failed". TCP, PRELOGIN, TLS handshake inside TDS packets, certificate against the CA file and
 * the host's name; no login. Sources: [MS-TDS] 2.2.6.5 PRELOGIN and 3.2.5.2 (TLS inside PRELOGIN packets).
 * Thread-safe.
 */
#ifndef PCHAT_OBSERVE_SQL_TLS_PROBE_H
#define PCHAT_OBSERVE_SQL_TLS_PROBE_H

#include "observe/sql/prelogin.h"
#include "observe/sql/sql_port.h"
#include "observe/tls/certificate.h"
#include "topology/topology.h"

/* How far it came: a layer that is not yet good is where it stopped. */
enum tls_probe_layer { PROBE_NAME, PROBE_TCP, PROBE_PRELOGIN, PROBE_TLS, PROBE_ALL_GOOD };

enum tls_probe_trouble {
    TROUBLE_NONE,
    TROUBLE_SILENT,  /* nothing came in time */
    TROUBLE_CLOSED,  /* by the server */
    TROUBLE_SYSTEM,  /* a system call failed: system_error */
    TROUBLE_FOREIGN, /* what answers there does not speak TDS */
    TROUBLE_NAME,
    TROUBLE_NO_ENCRYPTION, /* the server has none, the topology wants it */
    TROUBLE_NO_VERSION,    /* of TLS in common */
    TROUBLE_NO_CIPHER,
    TROUBLE_HANDSHAKE,   /* failed otherwise */
    TROUBLE_CERTIFICATE, /* certificate->problem, or there is none */
    TROUBLE_OWN          /* here: the CA file, memory */
};

/* What each layer showed; texts are in the arena or static. */
struct tls_probe_seen {
    enum tls_probe_layer layer;
    enum tls_probe_trouble trouble;
    int system_error;
    int64_t tcp_ms, prelogin_ms, tls_ms; /* of layers that are good */
    struct prelogin_answer prelogin;
    const char *tls_version;                    /* "TLSv1.2"; NULL: no session */
    const struct certificate_view *certificate; /* NULL: none came; without a CA file nobody verified it */
};

/* Fills *ret_failure with the first layer that fails; sight SIGHT_SEEN when all of them work.  Ends by the
 * deadline, except for the name lookup. The endpoint must have a port. */
void tls_probe(const struct topology_sql *endpoint, struct deadline deadline, struct arena *arena,
               struct sql_failure *ret_failure);
/* The same, telling also what was seen on the way. */
void tls_probe_look(const struct topology_sql *endpoint, struct deadline deadline, struct arena *arena,
                    struct tls_probe_seen *ret_seen, struct sql_failure *ret_failure);

#endif

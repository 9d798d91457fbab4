/*
 * What every probe from outside is told and tells: where to, how far it came, how long each phase took, and
 * the certificate that it met on the way - also when the certificate is what stopped it.
 */
#ifndef PCHAT_OBSERVE_SIP_PROBE_H
#define PCHAT_OBSERVE_SIP_PROBE_H

#include "model/sight.h"
#include "observe/sip/evidence.h"
#include "observe/tls/certificate.h"

#include <stdbool.h>
#include <stdint.h>

struct probe_target {
    const char *host; /* a DNS name or an address to connect to */
    int port;
    const char *name; /* whom the certificate must be for, also asked for by SNI; NULL: host */
    const char *ca;   /* the CA file; NULL: those that this machine trusts */
    /* PEM files, for ports that want mutual TLS; NULL: none to show. */
    const char *client_certificate, *client_key;
};

enum { PHASE_NOT_REACHED = -1 };
struct probe_phases { /* durations, not sums; PHASE_NOT_REACHED */
    int64_t dns_ms, tcp_ms, tls_ms, first_byte_ms;
};

struct probe_result {
    struct sighting sighting; /* SIGHT_SEEN: what this probe asks for was there; its detail is in the arena */
    enum evidence evidence;   /* how far it came, whatever the sighting */
    struct probe_phases phases;
    const struct certificate_view *certificate; /* NULL: none came */
    const char *tls_version;                    /* "TLSv1.2"; NULL: none was agreed on */
    bool client_certificate_wanted; /* the server asked for one; it may do without, or cut the connection */
    int system_error;               /* errno of a connection that failed; 0: none is known */
};

/* Whom the certificate must be for. */
static inline const char *probe_target_name(const struct probe_target *target)
{
    return target->name ? target->name : target->host;
}

/* Whether it can be a host or a user, and stand in a request: letters, digits and "-._:", at most 253 of
 * them. */
bool probe_name_valid(const char *name);

#endif

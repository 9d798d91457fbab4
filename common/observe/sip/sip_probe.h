/*
 * Does SIP answer?  OPTIONS over TLS or mutual TLS, and what the answer says.  Every valid response means a
 * living SIP stack; sip_status.h says what more.  Sources: RFC 3261 11; Lync's Mediation Server takes any
 * answer to its own OPTIONS as "alive".  Thread-safe.
 */
#ifndef PCHAT_OBSERVE_SIP_PROBE_SIP_H
#define PCHAT_OBSERVE_SIP_PROBE_SIP_H

#include "base/arena.h"
#include "base/clock.h"
#include "observe/sip/probe.h"
#include "observe/sip/sip_status.h"

struct sip_question {
    const char *user; /* of the Request-URI; NULL: none */
    const char
        *host; /* of the Request-URI: the server, its pool or the SIP domain; NULL: the target's name */
    const char *domain; /* the SIP domain that the request comes from; NULL: the host's */
    /* Before a proxy: the first element answers by itself (Max-Forwards 0); one that only complains of the
     * number is asked again with the usual 70. */
    bool first_hop_only;
};

struct sip_result {
    struct probe_result probe; /* SIGHT_SEEN: a final response to our request came */
    int status;                /* 200..699; 0: none came */
    enum sip_class class;
    const char *reason;      /* "OK", "Service Unavailable"; "" for none */
    const char *server;      /* the Server header; this and the next two NULL where there is none */
    const char *diagnostics; /* ms-diagnostics: its `source` names who answered */
    const char *challenges;  /* "NTLM, Kerberos, TLS-DSK" */
    bool closed;             /* after the handshake, without an answer: no finding on ports of mutual TLS */
};

/* Ends by the deadline.  All texts live in the arena. */
void sip_probe(const struct probe_target *target, const struct sip_question *question,
               struct deadline deadline, struct arena *arena, struct sip_result *ret_result);

#endif

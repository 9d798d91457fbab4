/*
 * One connection to a SIP server of the lab, as a state machine: bytes in, bytes out.  TLS or mutual TLS,
 * then requests, each answered as the world's policy says.  Knows no socket and no clock: who carries it lets
 * the time of a slow answer pass. Not thread-safe.
 */
#ifndef PCHAT_LAB_SIP_SESSION_H
#define PCHAT_LAB_SIP_SESSION_H

#include "base/strbuf.h"
#include "lab/world/windows.h"

#include <openssl/ssl.h>

struct sip_session;

/* The context is referenced, fqdn must outlive the session; NULL only without memory. */
struct sip_session *sip_session_new(SSL_CTX *context, const struct sip_policy *policy, const char *fqdn);
void sip_session_free(struct sip_session *session);

void sip_session_receive(struct sip_session *session, const void *bytes, size_t length);
/* A request waits for its answer; sip_session_answer() gives it, to all that wait. */
bool sip_session_asked(const struct sip_session *session);
void sip_session_answer(struct sip_session *session);

/* Bytes to be sent; whoever sends them removes them. */
struct strbuf *sip_session_output(struct sip_session *session);

enum sip_session_state {
    SIP_SESSION_OPEN,
    SIP_SESSION_HALF_CLOSED, /* once the output is sent, nothing more will be; what comes is read and
                                forgotten */
    SIP_SESSION_ENDED        /* to be closed once the output is sent */
};
enum sip_session_state sip_session_state(const struct sip_session *session);

#endif

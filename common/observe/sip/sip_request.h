/*
 * An OPTIONS request as text.  Source: RFC 3261 8.1.1 (what a request must have), 11 (OPTIONS), 18 (Via and
 * Content-Length on a stream).  Pure, thread-safe.
 */
#ifndef PCHAT_OBSERVE_SIP_REQUEST_H
#define PCHAT_OBSERVE_SIP_REQUEST_H

#include "base/strbuf.h"

#include <stdbool.h>

/* Random, so that answers to others, or to ourselves before, do not match. */
enum { SIP_TOKEN_BYTES = 33, SIP_EPID_BYTES = 11 };
struct sip_dialog {
    char call_id[SIP_TOKEN_BYTES], branch[SIP_TOKEN_BYTES], tag[SIP_TOKEN_BYTES];
    char epid[SIP_EPID_BYTES]; /* Microsoft's endpoint identifier; others ignore it */
};

struct sip_request {
    const char *user;      /* of the Request-URI; NULL: none */
    const char *host;      /* of the Request-URI: a DNS name or an address */
    int port;              /* of the Request-URI */
    const char *domain;    /* the SIP domain we come from */
    const char *from_host; /* this machine */
    unsigned max_forwards; /* 0: the first SIP element answers by itself */
    unsigned sequence;     /* CSeq */
};

/* Fails only where the machine has no random numbers. */
bool sip_dialog_new(struct sip_dialog *ret_dialog);
/* The value of the Call-ID header. */
void sip_call_id(struct strbuf *out, const struct sip_request *request, const struct sip_dialog *dialog);
void sip_request_text(struct strbuf *out, const struct sip_request *request, const struct sip_dialog *dialog);

#endif

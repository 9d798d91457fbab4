/*
 * What a server of the product answers to a request from a stranger.  Which code it really is, nobody has
 * published: the world says it.  Sources: RFC 3261 21 (reasons); traces of Lync (Server, challenges,
 * ms-diagnostics).  Pure, thread-safe.
 */
#ifndef PCHAT_LAB_SIP_ANSWER_H
#define PCHAT_LAB_SIP_ANSWER_H

#include "base/strbuf.h"
#include "lab/sip/incoming.h"

/* fqdn: of the server that answers. */
void sip_answer_put(struct strbuf *out, const struct sip_incoming *request, int code, const char *fqdn);
/* What is no SIP at all. */
void sip_garbage_put(struct strbuf *out);

#endif

/*
 * A request that reached a SIP server of the lab: as much of it as an answer repeats.  Source: RFC 3261
 * 7, 8.2.6.2 (what a response copies), 18.3 (framing on a stream).  Pure, thread-safe.
 */
#ifndef PCHAT_LAB_SIP_INCOMING_H
#define PCHAT_LAB_SIP_INCOMING_H

#include "base/strbuf.h"

#include <stdbool.h>

enum { SIP_INCOMING_MAX_BYTES = 64 * 1024 };

enum sip_incoming_read { SIP_INCOMING_MORE, SIP_INCOMING_WHOLE, SIP_INCOMING_BROKEN };

struct sip_incoming {
    char method[16];
    struct strbuf copied; /* lines of Via, From, To, Call-ID and CSeq as they came, a tag added to To */
    bool complete;        /* all five were there */
};

void sip_incoming_done(struct sip_incoming *incoming);
AUTO_DEFINE_DONE(sip_incoming, struct sip_incoming)

/* The first request of the bytes; *ret_used: what it took.  `tag` is what this server calls itself in To. */
enum sip_incoming_read sip_incoming_read(const char *bytes, size_t length, const char *tag,
                                         struct sip_incoming *ret_incoming, size_t *ret_used);

#endif

/*
 * What the code of a SIP response to an unauthenticated OPTIONS says of who sent it.  Sources: RFC 3261 21;
 * what Lync really answers to strangers is published nowhere, so that any answer means a living SIP stack and
 * only these classes mean more.  Pure, thread-safe.
 */
#ifndef PCHAT_OBSERVE_SIP_STATUS_H
#define PCHAT_OBSERVE_SIP_STATUS_H

enum sip_class {
    SIP_CLASS_NONE,       /* no answer */
    SIP_CLASS_HEALTHY,    /* 200 */
    SIP_CLASS_CHALLENGED, /* healthy, wants credentials */
    SIP_CLASS_REFUSED,    /* a healthy stack that refuses the request */
    SIP_CLASS_DEGRADED,   /* answered, but not well */
    SIP_CLASS_OVERLOADED, /* 503: throttling; an outage when it lasts */
    SIP_CLASS_NEXT_HOP,   /* 504: cannot reach the server behind it */
    SIP_CLASS_UNLISTED,   /* a living stack; what the code means here is not known */
    SIP_CLASS_COUNT
};

/* Of a final response, 200..699. */
enum sip_class sip_class_of(int status);
/* "healthy", "wants credentials", ... */
const char *sip_class_words(enum sip_class class);

#endif

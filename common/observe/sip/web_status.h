/*
 * What the code of an HTTP response to an unauthenticated GET says of a web component of the pool, such as
 * room management (/PersistentChat/RM/) and file transfer (/PersistentChat/MGCWebService.asmx).  Sources:
 * "IIS requirements for Front End pools"; which of 200, 302 and 401 a healthy component gives is published
 * nowhere, so all are accepted.  Pure, thread-safe.
 */
#ifndef PCHAT_OBSERVE_SIP_WEB_STATUS_H
#define PCHAT_OBSERVE_SIP_WEB_STATUS_H

enum web_class {
    WEB_CLASS_NONE,          /* no answer */
    WEB_CLASS_ALIVE,         /* a page, a redirect, a challenge */
    WEB_CLASS_REFUSED,       /* a living web server that refuses the request */
    WEB_CLASS_NOT_INSTALLED, /* 404: the component is not on that server */
    WEB_CLASS_FAILING,       /* 500: the component itself fails */
    WEB_CLASS_STOPPED,       /* 503: its application pool is stopped */
    WEB_CLASS_BEHIND_PROXY,  /* 502, 504: a reverse proxy that cannot reach it */
    WEB_CLASS_UNLISTED,      /* a living web server; what the code means here is not known */
    WEB_CLASS_COUNT
};

enum web_class web_class_of(int status);
const char *web_class_words(enum web_class class);

#endif

/*
 * wsman_transport: how an envelope gets to one host and its answer back.  libcurl (winrm_curl.h) is one way
 * to fill it; a scripted host is another.
 */
#ifndef PCHAT_OBSERVE_WINRM_WSMAN_TRANSPORT_H
#define PCHAT_OBSERVE_WINRM_WSMAN_TRANSPORT_H

#include "base/strbuf.h"
#include "observe/winrm/winrm_port.h"

#include <stdbool.h>

/* A true answer keeps to the MaxEnvelopeSize of the request, 150 KiB; more than this is not received. */
enum { WSMAN_ANSWER_MAX_BYTES = 512 * 1024 };

struct wsman_post {
    bool anonymous; /* Identify: without credentials, with the header WSMANIDENTIFY: unauthenticated */
    const char *envelope;
    size_t length_bytes;
    struct deadline deadline;
};

struct wsman_reply {
    int status;              /* of HTTP */
    struct strbuf body;      /* made and released by the caller */
    const char *login_words; /* why a 401, in the arena; NULL: nothing known */
    const char *login_hint;
};

struct wsman_transport {
    const struct wsman_transport_ops *ops;
};

struct wsman_transport_ops {
    /*
     * Posts once.  0: the host answered, whatever it said.  -1 with *ret_failure: no answer, and it is
     * unknown whether the host got the envelope; it is not sent again, not even on a new connection.
     */
    int (*post)(struct wsman_transport *transport, const struct wsman_post *post, struct arena *arena,
                struct wsman_reply *ret_reply, struct winrm_failure *ret_failure);
    void (*close)(struct wsman_transport *transport);
};

#endif

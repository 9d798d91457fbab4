/*
 * An HTTPS server in a thread, with a key of its own, that does what a script says: for what libcurl does
 * when a host answers, cuts the connection or says nothing.
 */
#ifndef PCHAT_TESTS_TLS_PEER_H
#define PCHAT_TESTS_TLS_PEER_H

#include "base/cleanup.h"

#include <stddef.h>

enum tls_peer_act {
    PEER_ANSWER,         /* the text, connection kept */
    PEER_ANSWER_AND_CUT, /* the text, then the connection is closed */
    PEER_CUT,            /* reads the request, answers nothing, closes */
    PEER_SILENCE /* reads the request, answers nothing, keeps the connection until it is closed there */
};

struct tls_peer_line {
    enum tls_peer_act act;
    const char *answer; /* header and body, whole */
};

struct tls_peer;

/* Serves the lines, one a request, on whatever connections they come; then it closes. */
struct tls_peer *tls_peer_new(const struct tls_peer_line *lines, size_t count);
/* No more connections; waits until those that were are gone.  Close the port that is asked first. */
void tls_peer_stop(struct tls_peer *peer);
void tls_peer_free(struct tls_peer *peer);
AUTO_DEFINE_FREE(tls_peer, struct tls_peer)

int tls_peer_port(const struct tls_peer *peer);
const char *tls_peer_pin(const struct tls_peer *peer); /* "sha256//..." of its key */
/* After tls_peer_stop: how many requests with a body came, and the text of the newest request. */
size_t tls_peer_bodies(const struct tls_peer *peer);
const char *tls_peer_request(const struct tls_peer *peer);

#endif

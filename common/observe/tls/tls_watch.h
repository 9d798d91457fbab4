/*
 * What a TLS handshake showed, also one that failed: the server's certificate and what its chain's
 * verification said, whether a client certificate was demanded, the alert that ended it.  A server that cuts
 * a client without certificate has shown its own before.  Sources: RFC 5246 7.4, RFC 8446 4.4 (order of the
 * messages), OpenSSL SSL_CTX_set_msg_callback(3).  One thread at a time.
 */
#ifndef PCHAT_OBSERVE_TLS_WATCH_H
#define PCHAT_OBSERVE_TLS_WATCH_H

#include "base/cleanup.h"

#include <openssl/ssl.h>
#include <stdbool.h>

enum { TLS_NO_ALERT = -1 };

struct tls_watch {
    X509 *certificate;   /* the server's own; NULL: none came */
    long verify_error;   /* X509_V_ERR_ of the chain; X509_V_OK: none */
    const char *version; /* "TLSv1.2"; NULL: no certificate came under any */
    bool client_certificate_wanted;
    int alert; /* the last one that the server sent, but close_notify; or TLS_NO_ALERT */
};

#define TLS_WATCH_INIT                                                                                       \
    {                                                                                                        \
        NULL, X509_V_OK, NULL, false, TLS_NO_ALERT                                                           \
    }

/* Sessions made from the context afterwards are watched: one of them at a time, and no longer than *watch
 * lives. */
void tls_watch_start(struct tls_watch *watch, SSL_CTX *context);
void tls_watch_done(struct tls_watch *watch);
AUTO_DEFINE_DONE(tls_watch, struct tls_watch)

/* "handshake failure", "certificate required", ... as OpenSSL says it. */
const char *tls_alert_words(int alert);

#endif

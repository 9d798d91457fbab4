/*
 * Who makes the certificates of the lab's HTTPS servers.
 */
#ifndef PCHAT_LAB_HTTP_CERTIFICATE_ISSUER_H
#define PCHAT_LAB_HTTP_CERTIFICATE_ISSUER_H

#include "base/err.h"
#include "lab/world/world.h"

#include <openssl/ssl.h>

/* Makes the certificate that the host shows now, taken by the caller; NULL with *err set. */
struct certificate_issuer {
    void *user;
    SSL_CTX *(*issue)(void *user, const struct host *host, struct err *err);
};

#endif

/*
 * The lab's certificate authority: made anew for each run, in memory; its key never becomes a
 * file.
 */
#ifndef PCHAT_LAB_CONTROL_PKI_H
#define PCHAT_LAB_CONTROL_PKI_H

#include "base/cleanup.h"
#include "base/err.h"
#include "base/strbuf.h"

#include <openssl/ssl.h>

struct pki {
    X509 *certificate;
    EVP_PKEY *key;
};

struct pki_leaf {
    const char *common_name;
    const char *names; /* subjectAltName as OpenSSL writes it: "DNS:a,IP:127.0.0.1" */
    long from_s, to_s; /* validity, in seconds from now; negative: past */
};

int pki_new(struct pki *pki, struct err *err);
void pki_done(struct pki *pki);
AUTO_DEFINE_DONE(pki, struct pki)

/* A TLS server context with a fresh key and certificate; the caller frees it.  NULL with *err set. */
SSL_CTX *pki_issue(const struct pki *pki, const struct pki_leaf *leaf, struct err *err);

/* Certificate and key of a client as PEM, one behind the other. */
int pki_issue_pem(const struct pki *pki, const struct pki_leaf *leaf, struct strbuf *ret_pem,
                  struct err *err);

/* The authority's certificate as PEM. */
int pki_write_pem(const struct pki *pki, struct strbuf *ret_pem, struct err *err);

#endif

/*
 * A server's certificate: for whom, until when, and what is wrong with it in words an administrator can act
 * on.  Pure, thread-safe.
 */
#ifndef PCHAT_OBSERVE_TLS_CERTIFICATE_H
#define PCHAT_OBSERVE_TLS_CERTIFICATE_H

#include "base/arena.h"

#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>

struct certificate_view {
    const char *names;  /* whom it is for, "a.example.com, b.example.com" */
    const char *issuer; /* the common name of who signed it, or what there is of one */
    int64_t not_before_utc_ms, not_after_utc_ms; /* CERTIFICATE_NO_DATE where it cannot be read */
    bool trusted;                                /* the chain verifies, today included */
    bool for_host;                               /* one of its names is the host's */
    long verify_error;                           /* X509_V_ERR_ of the chain; X509_V_OK: none */
    const char *problem;                         /* NULL: none; as certificate_problem() */
};

#define CERTIFICATE_NO_DATE INT64_MIN

/*
 * NULL when nothing is wrong.  verify_error is the first X509_V_ERR_ of the chain's verification (X509_V_OK:
 * none); the name is compared with host, a DNS name or an address.
 */
const char *certificate_problem(struct arena *arena, X509 *certificate, long verify_error, const char *host);

/* All of it, in the arena; arguments as above. */
const struct certificate_view *certificate_view(struct arena *arena, X509 *certificate, long verify_error,
                                                const char *host);
/* Whole days until it expires, rounded down: 0 on its last day, negative when it has.  now_utc_ms is the
 * host's clock.  Needs a date. */
int64_t certificate_days_left(const struct certificate_view *facts, int64_t now_utc_ms);

#endif

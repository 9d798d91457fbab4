/*
 * What is wrong with a server's certificate, in words an administrator can act on.  Pure apart from reading
 * nothing; thread-safe.
 */
#ifndef PCHAT_OBSERVE_SQL_CERTIFICATE_H
#define PCHAT_OBSERVE_SQL_CERTIFICATE_H

#include "base/arena.h"

#include <openssl/x509.h>

/*
 * NULL when nothing is wrong.  verify_error is the first X509_V_ERR_ of the chain's verification (X509_V_OK:
 * none); the name is compared with host, a DNS name or an address.
 */
const char *certificate_problem(struct arena *arena, X509 *certificate, long verify_error, const char *host);

#endif

/*
 * The certificates of the Windows hosts, as the world has them now: valid, expired, of another name, of an
 * authority that nobody trusts.
 */
#ifndef PCHAT_LAB_CONTROL_HOST_CERTIFICATE_H
#define PCHAT_LAB_CONTROL_HOST_CERTIFICATE_H

#include "lab/control/pki.h"
#include "lab/world/world.h"

/* The caller frees it; NULL with *err set. */
SSL_CTX *host_certificate(const struct pki *authority, const struct pki *stranger, const struct host *host,
                          enum certificate_use use, struct err *err);

#endif

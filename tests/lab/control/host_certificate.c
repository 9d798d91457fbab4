#include "lab/control/host_certificate.h"

#include <stdio.h>

enum { DAY_S = 86400 };

SSL_CTX *host_certificate(const struct pki *authority, const struct pki *stranger, const struct host *host,
                          enum certificate_use use, struct err *err)
{
    const struct windows_certificate *state = &host->windows.certificates[use];
    char names[320];

    if (state->wrong_name)
        snprintf(names, sizeof names, "DNS:decommissioned.invalid");
    else
        snprintf(names, sizeof names, "DNS:localhost,IP:127.0.0.1,DNS:%s", host->fqdn);
    const struct pki_leaf leaf = {
        .common_name = state->wrong_name ? "decommissioned.invalid" : "localhost",
        .names = names,
        .from_s = state->expired ? -60L * DAY_S : -DAY_S,
        .to_s = state->expired ? -DAY_S : (long)state->expires_in_days * DAY_S,
    };
    return pki_issue(state->untrusted ? stranger : authority, &leaf, err);
}

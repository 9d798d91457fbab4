/*
 * PRELOGIN: versions and the bargain over encryption, before anything secret is sent.
 * Source: [MS-TDS] 2.2.6.5 "PRELOGIN" and its table of encryption outcomes.
 */
#ifndef PCHAT_LAB_TDS_PRELOGIN_H
#define PCHAT_LAB_TDS_PRELOGIN_H

#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tds_encryption {
    TDS_ENCRYPT_OFF = 0,     /* available, used for the login packet only */
    TDS_ENCRYPT_ON = 1,      /* available and wanted */
    TDS_ENCRYPT_NOT_SUP = 2, /* not available */
    TDS_ENCRYPT_REQ = 3      /* required */
};

enum tds_coverage { TDS_CLEAR, TDS_LOGIN_ENCRYPTED, TDS_ALL_ENCRYPTED, TDS_NO_AGREEMENT };

struct tds_product_version {
    uint8_t major, minor;
    uint16_t build;
};

struct tds_prelogin {
    enum tds_encryption encryption;
};

/* False when the message is no PRELOGIN.  A client that does not speak of encryption does not support it. */
bool tds_prelogin_parse(const void *message, size_t length, struct tds_prelogin *ret_prelogin);

/* What a server that always has a certificate answers, and what both then do. */
enum tds_encryption tds_prelogin_answer(enum tds_encryption client, bool force_encryption);
enum tds_coverage tds_prelogin_coverage(enum tds_encryption client, bool force_encryption);

void tds_prelogin_put(struct strbuf *out, struct tds_product_version version, enum tds_encryption encryption);

#endif

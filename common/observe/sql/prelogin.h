/*
 * PRELOGIN, the first word of TDS: what each side can do, encryption above all.  Source: [MS-TDS] 2.2.6.5
 * PRELOGIN. Pure, thread-safe.
 */
#ifndef PCHAT_OBSERVE_SQL_PRELOGIN_H
#define PCHAT_OBSERVE_SQL_PRELOGIN_H

#include <stdbool.h>
#include <stddef.h>

enum prelogin_encryption {
    PRELOGIN_ENCRYPT_OFF = 0,     /* available, the login packet alone */
    PRELOGIN_ENCRYPT_ON = 1,      /* available, the whole session */
    PRELOGIN_ENCRYPT_NOT_SUP = 2, /* not available */
    PRELOGIN_ENCRYPT_REQ = 3      /* demanded */
};

struct prelogin_answer {
    int version_major, version_minor, version_build; /* of SQL Server; 0 when not told */
    enum prelogin_encryption encryption;
};

/* The message of a client that wants the session encrypted; returns its length. */
enum { PRELOGIN_REQUEST_BYTES = 64 };
size_t prelogin_request(unsigned char out[PRELOGIN_REQUEST_BYTES]);
/* False when the bytes are no answer to it. */
bool prelogin_parse(const unsigned char *bytes, size_t length, struct prelogin_answer *ret_answer);

#endif

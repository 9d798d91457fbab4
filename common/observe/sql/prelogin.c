#include "observe/sql/prelogin.h"

#include <stdint.h>
#include <string.h>

/* Tokens of the option list: token, offset (2 bytes, big-endian), length (2); the list ends with 0xFF. */
enum { TOKEN_VERSION = 0, TOKEN_ENCRYPTION = 1, TOKEN_TERMINATOR = 0xFF, OPTION_BYTES = 5 };

static unsigned big_endian(const unsigned char *bytes)
{
    return (unsigned)bytes[0] << 8 | bytes[1];
}

size_t prelogin_request(unsigned char out[PRELOGIN_REQUEST_BYTES])
{
    static const unsigned char request[] = {
        TOKEN_VERSION,
        0,
        11,
        0,
        6,
        TOKEN_ENCRYPTION,
        0,
        17,
        0,
        1,
        TOKEN_TERMINATOR,
        0,
        0,
        0,
        0,
        0,
        0, /* version of the client: none */
        PRELOGIN_ENCRYPT_ON,
    };

    _Static_assert(sizeof(request) <= PRELOGIN_REQUEST_BYTES, "room for the request");
    memcpy(out, request, sizeof(request));
    return sizeof(request);
}

static bool take_option(unsigned token, const unsigned char *value, size_t length,
                        struct prelogin_answer *answer)
{
    if (token == TOKEN_VERSION && length >= 6) {
        answer->version_major = value[0];
        answer->version_minor = value[1];
        answer->version_build = (int)big_endian(value + 2);
    }
    if (token != TOKEN_ENCRYPTION)
        return true;
    if (length < 1 || value[0] > PRELOGIN_ENCRYPT_REQ)
        return false;
    answer->encryption = (enum prelogin_encryption)value[0];
    return true;
}

bool prelogin_parse(const unsigned char *bytes, size_t length, struct prelogin_answer *ret_answer)
{
    struct prelogin_answer answer = {.encryption = PRELOGIN_ENCRYPT_NOT_SUP};

    for (size_t at = 0; at < length; at += OPTION_BYTES) {
        size_t offset, size;

        if (bytes[at] == TOKEN_TERMINATOR) {
            *ret_answer = answer;
            return true;
        }
        if (length - at < OPTION_BYTES)
            return false;
        offset = big_endian(bytes + at + 1);
        size = big_endian(bytes + at + 3);
        if (offset > length || size > length - offset ||
            !take_option(bytes[at], bytes + offset, size, &answer))
            return false;
    }
    return false;
}

#include "lab/winrm/base64.h"

#include "base/mem.h"

#include <limits.h>
#include <openssl/evp.h>
#include <string.h>

void base64_encode(struct strbuf *out, const void *bytes, size_t length)
{
    AUTO_FREE unsigned char *text = mem_alloc((length + 2) / 3 * 4 + 1);

    EVP_EncodeBlock(text, bytes, (int)length);
    strbuf_add(out, (const char *)text);
}

static bool well_formed(const char *text, size_t length, size_t padding)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    return length % 4 == 0 && length < INT_MAX && padding <= 2 && strspn(text, alphabet) == length - padding;
}

bool base64_decode(struct strbuf *out, const char *text)
{
    size_t length = strlen(text);
    const char *padding_start = strchr(text, '=');
    size_t padding = padding_start ? strlen(padding_start) : 0;

    if (!well_formed(text, length, padding) || (padding && strspn(padding_start, "=") != padding))
        return false;
    AUTO_FREE unsigned char *bytes = mem_alloc(length / 4 * 3 + 1);
    int decoded = EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)length);
    if (decoded < 0 || (size_t)decoded < padding)
        return false;
    strbuf_add_n(out, (const char *)bytes, (size_t)decoded - padding);
    return true;
}

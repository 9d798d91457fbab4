#include "base/base64.h"

#include <stdint.h>
#include <string.h>

enum { BITS = 6, VALUES = 1 << BITS };

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_add(struct strbuf *out, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;

    for (; length > 0; at += 3) {
        size_t taken = length < 3 ? length : 3;
        uint32_t group = 0;
        char four[] = {'=', '=', '=', '='};

        for (size_t i = 0; i < 3; i++)
            group = group << 8 | (i < taken ? at[i] : 0);
        for (size_t i = 0; i <= taken; i++)
            four[i] = digits[group >> (18 - BITS * i) & 0x3F];
        strbuf_add_n(out, four, sizeof four);
        length -= taken;
    }
}

/* VALUES: no digit. */
static uint32_t value_of(char digit)
{
    if (digit >= 'A' && digit <= 'Z')
        return (uint32_t)(digit - 'A');
    if (digit >= 'a' && digit <= 'z')
        return (uint32_t)(digit - 'a') + 26;
    if (digit >= '0' && digit <= '9')
        return (uint32_t)(digit - '0') + 52;
    if (digit == '+')
        return 62;
    return digit == '/' ? 63 : VALUES;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " \t\r\n");
}

/* Only padding may follow, and as much as makes the digits groups of four. */
static bool ends_well(const char *text, size_t digit_count)
{
    size_t padding = 0;

    for (text = skip_blanks(text); *text == '='; text = skip_blanks(text + 1))
        padding++;
    return !*text && digit_count % 4 != 1 && (digit_count + padding) % 4 == 0 && padding <= 2;
}

bool base64_add_decoded(struct strbuf *out, const char *text)
{
    size_t start = out->length, count = 0;
    uint32_t group = 0;

    for (; is_blank(*text) || value_of(*text) < VALUES; text++) {
        if (is_blank(*text))
            continue;
        group = group << BITS | value_of(*text);
        if (count++ % 4)
            strbuf_add_char(out, (char)(unsigned char)(group >> (6 - 2 * ((count - 1) % 4)) & 0xFF));
    }
    if (ends_well(text, count))
        return true;
    strbuf_truncate(out, start);
    return false;
}

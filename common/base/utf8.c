#include "base/utf8.h"

#include <string.h>

/* Below it a code point is its own byte, and nearly all of them are. */
enum { LEAST_OF_SEVERAL = 0x80 };

/* What a first byte promises: how many bytes follow, its own bits, and the smallest code point that may need
 * them. */
struct lead {
    unsigned char mask, mark;
    int following;
    uint32_t smallest;
};

static const struct lead leads[] = {
    {0x80, 0x00, 0, 0x0},
    {0xE0, 0xC0, 1, 0x80},
    {0xF0, 0xE0, 2, 0x800},
    {0xF8, 0xF0, 3, 0x10000},
};

static const struct lead *lead_of(unsigned char byte)
{
    for (size_t i = 0; i < COUNT(leads); i++)
        if ((byte & leads[i].mask) == leads[i].mark)
            return &leads[i];
    return NULL;
}

static bool is_code_point(uint32_t code)
{
    return code <= 0x10FFFF && !(code >= 0xD800 && code <= 0xDFFF);
}

static uint32_t next_of_several(const char **at, const char *end)
{
    const unsigned char *byte = (const unsigned char *)*at;
    const struct lead *lead = lead_of(byte[0]);
    uint32_t code;

    (*at)++;
    if (!lead || end - (const char *)byte <= lead->following)
        return UTF8_REPLACEMENT;
    code = byte[0] & (uint32_t)(0xFF & ~lead->mask);
    for (int i = 1; i <= lead->following; i++) {
        if ((byte[i] & 0xC0) != 0x80)
            return UTF8_REPLACEMENT;
        code = code << 6 | (byte[i] & 0x3F);
    }
    if (code < lead->smallest || !is_code_point(code))
        return UTF8_REPLACEMENT;
    *at += lead->following;
    return code;
}

uint32_t utf8_next(const char **at, const char *end)
{
    return (unsigned char)**at < LEAST_OF_SEVERAL ? (unsigned char)*(*at)++ : next_of_several(at, end);
}

static void add_several(struct strbuf *out, uint32_t code)
{
    char bytes[4];
    size_t lead = 0;

    if (!is_code_point(code))
        code = UTF8_REPLACEMENT;
    while (lead + 1 < COUNT(leads) && code >= leads[lead + 1].smallest)
        lead++;
    for (size_t i = lead; i > 0; i--, code >>= 6)
        bytes[i] = (char)(0x80 | (code & 0x3F));
    bytes[0] = (char)(leads[lead].mark | code);
    strbuf_add_n(out, bytes, lead + 1);
}

void utf8_add(struct strbuf *out, uint32_t code)
{
    if (code < LEAST_OF_SEVERAL)
        strbuf_add_char(out, (char)code);
    else
        add_several(out, code);
}

void utf8_add_text(struct strbuf *out, const char *text)
{
    const char *end = text + strlen(text);

    while (text < end)
        utf8_add(out, utf8_next(&text, end));
}

bool utf8_valid(const char *text)
{
    const char *end = text + strlen(text);

    while (text < end) {
        const char *start = text;

        /* A genuine U+FFFD is three bytes; a replaced byte is one. */
        if (utf8_next(&text, end) == UTF8_REPLACEMENT && text - start == 1)
            return false;
    }
    return true;
}

size_t utf8_columns(const char *text)
{
    const char *end = text + strlen(text);
    size_t columns = 0;

    for (; text < end; columns++)
        utf8_next(&text, end);
    return columns;
}

size_t utf8_cut(const char *text, size_t length, size_t max_bytes)
{
    if (length <= max_bytes)
        return length;
    while (max_bytes > 0 && ((unsigned char)text[max_bytes] & 0xC0) == 0x80)
        max_bytes--;
    return max_bytes;
}

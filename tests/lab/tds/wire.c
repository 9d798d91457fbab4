#include "lab/tds/wire.h"

#include "base/utf8.h"

#include <string.h>

struct wire_reader wire_reader_of(const void *bytes, size_t length)
{
    return (struct wire_reader){bytes, length, false};
}

struct wire_reader wire_slice(const void *whole, size_t whole_length, size_t offset, size_t length)
{
    if (offset > whole_length || length > whole_length - offset)
        return (struct wire_reader){whole, 0, true};
    return wire_reader_of((const uint8_t *)whole + offset, length);
}

const uint8_t *wire_get_bytes(struct wire_reader *in, size_t length)
{
    if (in->past_end || length > in->left) {
        in->past_end = true;
        in->left = 0;
        return NULL;
    }
    const uint8_t *bytes = in->at;
    in->at += length;
    in->left -= length;
    return bytes;
}

uint64_t wire_get_be(struct wire_reader *in, size_t width_bytes)
{
    const uint8_t *bytes = wire_get_bytes(in, width_bytes);
    uint64_t value = 0;

    for (size_t i = 0; bytes && i < width_bytes; i++)
        value = value << 8 | bytes[i];
    return value;
}

uint64_t wire_get_le(struct wire_reader *in, size_t width_bytes)
{
    const uint8_t *bytes = wire_get_bytes(in, width_bytes);
    uint64_t value = 0;

    for (size_t i = width_bytes; bytes && i > 0; i--)
        value = value << 8 | bytes[i - 1];
    return value;
}

void wire_put_bytes(struct strbuf *out, const void *bytes, size_t length)
{
    strbuf_add_n(out, bytes, length);
}

void wire_put_le(struct strbuf *out, uint64_t value, size_t width_bytes)
{
    for (size_t i = 0; i < width_bytes; i++)
        strbuf_add_char(out, (char)(value >> (8 * i) & 0xFF));
}

void wire_put_be(struct strbuf *out, uint64_t value, size_t width_bytes)
{
    for (size_t i = width_bytes; i > 0; i--)
        strbuf_add_char(out, (char)(value >> (8 * (i - 1)) & 0xFF));
}

void wire_patch_le(struct strbuf *out, size_t offset, uint64_t value, size_t width_bytes)
{
    for (size_t i = 0; i < width_bytes; i++)
        out->text[offset + i] = (char)(value >> (8 * i) & 0xFF);
}

static void put_varchar(struct strbuf *out, const char *utf8, size_t count_width, size_t maximum_units)
{
    AUTO(strbuf) struct strbuf units = STRBUF_INIT;

    wire_utf16_from_utf8(&units, utf8, strlen(utf8));
    if (units.length / 2 > maximum_units)
        strbuf_truncate(&units, 2 * maximum_units);
    wire_put_le(out, units.length / 2, count_width);
    wire_put_bytes(out, strbuf_text(&units), units.length);
}

void wire_put_b_varchar(struct strbuf *out, const char *utf8)
{
    put_varchar(out, utf8, 1, 255);
}

/* SQL Server's own messages end at 2,047 characters; tokens that hold them have two-byte lengths. */
void wire_put_us_varchar(struct strbuf *out, const char *utf8)
{
    put_varchar(out, utf8, 2, 2047);
}

void wire_utf16_from_utf8(struct strbuf *out, const char *utf8, size_t length_bytes)
{
    const char *end = utf8 + length_bytes;

    while (utf8 < end) {
        uint32_t code = utf8_next(&utf8, end);

        if (code < 0x10000) {
            wire_put_le(out, code, 2);
        } else {
            wire_put_le(out, 0xD800 + ((code - 0x10000) >> 10), 2);
            wire_put_le(out, 0xDC00 + ((code - 0x10000) & 0x3FF), 2);
        }
    }
}

static uint32_t unit_at(const uint8_t *at, const uint8_t *end)
{
    return at < end ? (uint32_t)(at[0] | at[1] << 8) : 0;
}

/* Half a pair reads as U+FFFD. */
void wire_utf8_from_utf16(struct strbuf *out, const uint8_t *utf16, size_t length_bytes)
{
    const uint8_t *end = utf16 + (length_bytes & ~(size_t)1);

    for (const uint8_t *at = utf16; at < end; at += 2) {
        uint32_t code = unit_at(at, end), low = unit_at(at + 2, end);

        if (code >= 0xD800 && code < 0xDC00 && low >= 0xDC00 && low < 0xE000) {
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            at += 2;
        }
        utf8_add(out, code ? code : UTF8_REPLACEMENT);
    }
}

/* Code points of bytes 0x80-0x9F; 0 where code page 1252 has none.  Elsewhere byte and code point are equal.
 */
static const uint16_t cp1252_high[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

static char cp1252_of(uint32_t code)
{
    if (code < 0x80 || (code >= 0xA0 && code < 0x100))
        return (char)code;
    for (size_t i = 0; i < COUNT(cp1252_high); i++)
        if (cp1252_high[i] == code)
            return (char)(0x80 + i);
    return '?';
}

void wire_cp1252_from_utf8(struct strbuf *out, const char *utf8, size_t length_bytes)
{
    const char *end = utf8 + length_bytes;

    while (utf8 < end)
        strbuf_add_char(out, cp1252_of(utf8_next(&utf8, end)));
}

void wire_utf8_from_cp1252(struct strbuf *out, const uint8_t *cp1252, size_t length_bytes)
{
    for (size_t i = 0; i < length_bytes; i++) {
        uint32_t code = cp1252[i];
        if (code >= 0x80 && code < 0xA0)
            code = cp1252_high[code - 0x80];
        utf8_add(out, code ? code : UTF8_REPLACEMENT);
    }
}

/*
 * Little pieces of TDS on the wire: bounds-checked reading, appending, and the two character sets of SQL
 * Server (UTF-16LE for nvarchar, code page 1252 for varchar under SQL_Latin1_General_CP1_CI_AS).
 *
 * A reader remembers that it ran past its end; callers read a whole structure and ask once.  Output goes to a
 * strbuf, which here holds bytes, not text.  Pure; not thread-safe per object. Source: [MS-TDS] 2.2.5
 * "Grammar Definition for Token Description".
 */
#ifndef PCHAT_LAB_TDS_WIRE_H
#define PCHAT_LAB_TDS_WIRE_H

#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wire_reader {
    const uint8_t *at;
    size_t left;
    bool past_end; /* set by the first read beyond the end, which then yields zeros */
};

struct wire_reader wire_reader_of(const void *bytes, size_t length);
/* Bytes offset..offset+length of `whole`, or an already failed reader. */
struct wire_reader wire_slice(const void *whole, size_t whole_length, size_t offset, size_t length);

uint64_t wire_get_le(struct wire_reader *in, size_t width_bytes); /* width 1..8 */
uint64_t wire_get_be(struct wire_reader *in, size_t width_bytes);
/* The next length bytes, or NULL if there are not so many. */
const uint8_t *wire_get_bytes(struct wire_reader *in, size_t length);

void wire_put_le(struct strbuf *out, uint64_t value, size_t width_bytes);
void wire_put_be(struct strbuf *out, uint64_t value, size_t width_bytes);
void wire_put_bytes(struct strbuf *out, const void *bytes, size_t length);
/* Overwrites width_bytes at `offset` (a length that is known only afterwards). */
void wire_patch_le(struct strbuf *out, size_t offset, uint64_t value, size_t width_bytes);

/* Length-prefixed Unicode text: B_VARCHAR counts characters in one byte, US_VARCHAR in two.  Longer text is
 * cut. */
void wire_put_b_varchar(struct strbuf *out, const char *utf8);
void wire_put_us_varchar(struct strbuf *out, const char *utf8);

/* What has no counterpart becomes U+FFFD (or '?' in code page 1252).  NUL becomes U+FFFD: our text is C text.
 */
void wire_utf16_from_utf8(struct strbuf *out, const char *utf8, size_t length_bytes);
void wire_utf8_from_utf16(struct strbuf *out, const uint8_t *utf16, size_t length_bytes);
void wire_cp1252_from_utf8(struct strbuf *out, const char *utf8, size_t length_bytes);
void wire_utf8_from_cp1252(struct strbuf *out, const uint8_t *cp1252, size_t length_bytes);

#endif

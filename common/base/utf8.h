/*
 * UTF-8 that comes from elsewhere: it may be broken, and nothing downstream may break with it.  Ill-formed
 * bytes (also overlong forms, surrogates, beyond U+10FFFF) read as U+FFFD, one for each byte.  Source: RFC
 * 3629.  Pure, thread-safe.
 */
#ifndef PCHAT_BASE_UTF8_H
#define PCHAT_BASE_UTF8_H

#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UTF8_REPLACEMENT = 0xFFFD };

/* The code point at *at, which moves behind it; *at < end.  UTF8_REPLACEMENT for a byte that begins nothing.
 */
uint32_t utf8_next(const char **at, const char *end);
/* Appends one code point; what cannot be one (surrogates, too large) becomes U+FFFD. */
void utf8_add(struct strbuf *out, uint32_t code);
/* Appends the text, ill-formed bytes replaced. */
void utf8_add_text(struct strbuf *out, const char *text);
bool utf8_valid(const char *text);

/* How many code points: the width of a text in columns for nearly all names that occur. */
size_t utf8_columns(const char *text);
/* The most bytes, at most max_bytes, that can be kept of a well-formed text without cutting a character. */
size_t utf8_cut(const char *text, size_t length, size_t max_bytes);

#endif

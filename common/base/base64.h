/*
 * Base64 (RFC 4648, section 4).  Pure, thread-safe.
 */
#ifndef PCHAT_BASE_BASE64_H
#define PCHAT_BASE_BASE64_H

#include "base/strbuf.h"

#include <stdbool.h>

void base64_add(struct strbuf *out, const void *bytes, size_t length);
/* Appends what the text stands for; blanks and line ends in it are skipped, as XML Schema's base64Binary
 * allows.  False, with `out` as it was, when it is none. */
bool base64_add_decoded(struct strbuf *out, const char *text);

#endif

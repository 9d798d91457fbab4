/*
 * Base64 of RFC 4648, with padding, strict.  Pure, thread-safe.
 */
#ifndef PCHAT_LAB_WINRM_BASE64_H
#define PCHAT_LAB_WINRM_BASE64_H

#include "base/strbuf.h"

#include <stdbool.h>

void base64_encode(struct strbuf *out, const void *bytes, size_t length);
/* Appends the bytes; false, appending nothing, when the text is not base64. */
bool base64_decode(struct strbuf *out, const char *text);

#endif

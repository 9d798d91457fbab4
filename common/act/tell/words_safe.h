/*
 * Texts that came from elsewhere - servers, programs, persons - as a terminal or a page may show them: what
 * is no UTF-8 becomes U+FFFD, control characters become their pictures (U+2400...), and marks that would turn
 * the direction of a line become U+FFFD.  Pure, thread-safe.
 */
#ifndef PCHAT_ACT_TELL_WORDS_SAFE_H
#define PCHAT_ACT_TELL_WORDS_SAFE_H

#include "base/strbuf.h"

#include <stdint.h>

enum { TELL_COLUMNS = 80 };

/* One line: line breaks and tabs become blanks. */
void safe_line(struct strbuf *out, const char *text);
/* Every line of it behind that indent; a carriage return before a line feed is left out.  Ends with a line
 * feed, unless it is empty. */
void safe_block(struct strbuf *out, const char *indent, const char *text);
/* One line, broken at blanks before column 80; the cursor stands at `column`, further lines begin there. Ends
 * with a line feed. */
void safe_wrapped(struct strbuf *out, size_t column, const char *text);
/* For HTML, as text or inside a double-quoted attribute; line feeds stay. */
void safe_html(struct strbuf *out, const char *text);

#endif

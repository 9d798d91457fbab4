/*
 * Findings for readers: as text, as JSON, and as the site profile that topology.yaml includes.  Pure,
 * thread-safe.
 */
#ifndef PCHAT_DISCOVER_TELL_H
#define PCHAT_DISCOVER_TELL_H

#include "base/strbuf.h"
#include "discover/questions.h"

enum tell_format { TELL_TEXT, TELL_JSON, TELL_YAML, TELL_FORMAT_COUNT };
extern const char *const tell_format_names[TELL_FORMAT_COUNT + 1]; /* "text", ...; NULL-terminated */

void tell(enum tell_format format, const struct survey *survey, const struct findings *findings,
          struct strbuf *out);

/* How many keys the profile has. */
size_t profile_key_count(const struct findings *findings);
/* Do two profiles settle the same?  Comments, which say when something was seen, are left out. */
bool profile_same(const char *left, const char *right);

#endif

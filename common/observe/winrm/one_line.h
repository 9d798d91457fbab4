/*
 * A host's words as one line for people.  Thread-safe.
 */
#ifndef PCHAT_OBSERVE_WINRM_ONE_LINE_H
#define PCHAT_OBSERVE_WINRM_ONE_LINE_H

#include "base/arena.h"

enum { ONE_LINE_MAX_BYTES = 400 };

/* Blanks, line ends and control characters in a row become one blank, ill-formed bytes U+FFFD; cut with "…"
 * where it is longer than ONE_LINE_MAX_BYTES. */
const char *one_line(struct arena *arena, const char *text);

#endif

/*
 * What others said, made harmless for one kind of reader each.  Input may be any bytes; output is well-formed
 * UTF-8. Thread-safe.
 */
#ifndef PCHAT_PRESENT_ESCAPE_H
#define PCHAT_PRESENT_ESCAPE_H

#include "base/strbuf.h"

/*
 * Part of one line for people, on a terminal or behind Nagios: control characters, line separators and the
 * characters that reorder a line become blanks, and "|", which begins perfdata, becomes a broken bar.
 */
void escape_line(struct strbuf *out, const char *text);

/*
 * A perfdata label in quotes, inner quotes doubled; "=" becomes "_", which the guidelines ask for.
 * Source: Monitoring Plugins Development Guidelines, "Performance data".
 */
void escape_perfdata_label(struct strbuf *out, const char *label);

/* A label value of Prometheus' text format, without its quotes. */
void escape_prometheus(struct strbuf *out, const char *text);

#endif

/*
 * Present: a report in the reader's format.  Pure: text out, the exit code is the report's severity.  Every
 * format escapes what foreign servers said (names with quotes, pipes, newlines, any UTF-8).  Thread-safe.
 */
#ifndef PCHAT_PRESENT_H
#define PCHAT_PRESENT_H

#include "base/err.h"
#include "base/strbuf.h"
#include "model/report.h"

enum present_format { PRESENT_NAGIOS, PRESENT_JSON, PRESENT_PROMETHEUS, PRESENT_FORMAT_COUNT };

/* Longest text of PRESENT_NAGIOS, as Nagios reads it; what does not fit is counted ("12 more"). */
enum { PRESENT_NAGIOS_MAX_BYTES = 8192 };

extern const char
    *const present_format_names[]; /* "nagios", "json", "prometheus", NULL: for an option table */

/* verbosity 0 is the default text of faces.md; 1 adds every metric's meaning, 2 and more the facts behind. */
void present_report(const struct report *report, enum present_format format, unsigned verbosity,
                    struct strbuf *out);

/* What every program prints instead of a report when it could not start: "PCHAT REPLICATION UNKNOWN - text"
 * and the like. */
void present_error(const char *title, enum present_format format, const struct err *err, struct strbuf *out);

#endif

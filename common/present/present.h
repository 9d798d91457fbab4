/*
 * Present: a report in the reader's format.  Pure: text out, the exit code is the report's severity.  Every
 * format escapes what foreign servers said (names with quotes, pipes, newlines, any UTF-8).  Thread-safe.
 */
#ifndef PCHAT_PRESENT_H
#define PCHAT_PRESENT_H

#include "base/err.h"
#include "base/strbuf.h"
#include "model/report.h"

/*
 * PRESENT_NAGIOS: "TITLE STATE - worst condition: message; ..." and perfdata on the first line, then a line
 * per object, worst first, each with its findings' next actions.  A metric's perfdata label is its name, or
 * "metric:object" where it belongs to one object.
 *
 * PRESENT_JSON: schema, title, pool, state, conditions[{name, severity, object, message, action, since}],
 * metrics[{name, object, value, unit, warn, crit}], objects[{site, object, severity, text, aside}],
 * snapshot_age_s; after an error also error{kind, message, hint}.  Every key is always there; unknown is
 * null.
 *
 * PRESENT_PROMETHEUS: pchat_METRIC{pool, object} in base units (seconds, bytes, ratios), known values only;
 * pchat_condition{pool, object, condition, severity} 1; pchat_check_state{pool, check} 0 to 3.
 */
enum present_format { PRESENT_NAGIOS, PRESENT_JSON, PRESENT_PROMETHEUS, PRESENT_FORMAT_COUNT };

/*
 * PRESENT_NAGIOS stays below this, as Nagios Core reads it: lines that do not fit are counted ("… 12 more
 * lines").  Perfdata is never cut; only where it alone is longer does the output exceed the bound.
 */
enum { PRESENT_NAGIOS_MAX_BYTES = 8192 };

/* The formats' names in the order of the enum, then NULL: for an option table. */
extern const char *const present_format_names[];

/* verbosity 0 is the usual text; 1 adds each metric's limits and meaning, 2 each condition's meaning and
 * time. */
void present_report(const struct report *report, enum present_format format, unsigned verbosity,
                    struct strbuf *out);

/* What every program prints instead of a report when it could not start: "PCHAT REPLICATION UNKNOWN - text"
 * and the like. */
void present_error(const char *title, enum present_format format, const struct err *err, struct strbuf *out);

#endif

/*
 * The formats, one file each, behind present_report and present_error.  Private to this room.
 */
#ifndef PCHAT_PRESENT_FORMATS_H
#define PCHAT_PRESENT_FORMATS_H

#include "present/present.h"

void nagios_report(const struct report *report, unsigned verbosity, struct strbuf *out);
void nagios_error(const char *title, const struct err *err, struct strbuf *out);
void json_report(const struct report *report, unsigned verbosity, struct strbuf *out);
void json_error(const char *title, const struct err *err, struct strbuf *out);
void prometheus_report(const struct report *report, unsigned verbosity, struct strbuf *out);
void prometheus_error(const char *title, const struct err *err, struct strbuf *out);

#endif

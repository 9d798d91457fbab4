/*
 * How text gets into a WQL query: the only way.  Pure, thread-safe.
 */
#ifndef PCHAT_OBSERVE_WINRM_WQL_H
#define PCHAT_OBSERVE_WINRM_WQL_H

#include "base/strbuf.h"

/* Appends '...' with \ and ' escaped by \; ill-formed UTF-8 becomes U+FFFD.  Source: "WQL (SQL for WMI)",
 * string literals. % _ [ ] keep their meaning after LIKE. */
void wql_quote(struct strbuf *out, const char *text);
/* Appends '%...%' for LIKE: what contains the text, whose % _ [ stand for themselves. */
void wql_quote_within(struct strbuf *out, const char *text);

#endif

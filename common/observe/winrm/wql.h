/*
 * How text gets into a WQL query: the only way.  Pure, thread-safe.
 */
#ifndef PCHAT_OBSERVE_WINRM_WQL_H
#define PCHAT_OBSERVE_WINRM_WQL_H

#include "base/strbuf.h"

/* Appends '...' with \ and ' escaped by \; ill-formed UTF-8 becomes U+FFFD.  Source: "WQL (SQL for WMI)",
 * string literals. % _ [ ] keep their meaning after LIKE. */
void wql_quote(struct strbuf *out, const char *text);

#endif

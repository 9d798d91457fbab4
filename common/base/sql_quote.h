/*
 * How names get into T-SQL: the only two ways.  Names come from the topology and from servers, so they may
 * hold anything; ill-formed UTF-8 becomes U+FFFD.  Source: "QUOTENAME" and "Constants" (Transact-SQL
 * reference).  Pure, thread-safe.
 */
#ifndef PCHAT_BASE_SQL_QUOTE_H
#define PCHAT_BASE_SQL_QUOTE_H

#include "base/strbuf.h"

/* Appends N'...' with every ' doubled: a Unicode literal, so that no code page can turn another quote into '.
 */
void sql_quote_literal(struct strbuf *out, const char *text);
/* Appends [...] with every ] doubled. */
void sql_quote_name(struct strbuf *out, const char *name);

#endif

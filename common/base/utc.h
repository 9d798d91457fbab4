/*
 * UTC times as text: ISO 8601, always with Z.  Milliseconds since 1970, int64_t named *_utc_ms.  Pure,
 * thread-safe.
 */
#ifndef PCHAT_BASE_UTC_H
#define PCHAT_BASE_UTC_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { UTC_TEXT_BYTES = 32 };

/* "2026-11-23T05:15:40.123Z"; the fraction is left out where it is zero. */
const char *utc_format(int64_t utc_ms, char out[UTC_TEXT_BYTES]);
/* "05:15:40Z", as people read it in a line. */
const char *utc_format_time(int64_t utc_ms, char out[UTC_TEXT_BYTES]);

/*
 * Reads "yyyy-mm-ddThh:mm:ss[.f…][Z]" (T or blank; SQL Server's style 126 writes no Z and drops a zero
 * fraction). The whole text must match; years 1753-9999, as SQL Server's datetime.  Returns false and leaves
 * *ret alone otherwise.
 */
bool utc_parse(const char *text, int64_t *ret_utc_ms);

/* The 14 digits of a log-backup file name, "20261123051500" (UTC by the producer's clock). */
bool utc_parse_stamp(const char *digits, int64_t *ret_utc_ms);

/* Ticks of .NET, 100 ns since the year 1, in which Persistent Chat dates its messages ("tblChat"). */
int64_t utc_ticks_of_ms(int64_t utc_ms);
int64_t utc_ms_of_ticks(int64_t ticks);

#endif

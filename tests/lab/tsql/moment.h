/*
 * datetime arithmetic: DATEDIFF, DATEADD, DATEPART and the styles of CONVERT.  A moment is milliseconds since
 * 1970-01-01 of whatever zone it is in.
 */
#ifndef PCHAT_LAB_TSQL_MOMENT_H
#define PCHAT_LAB_TSQL_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

enum datepart {
    DATEPART_MILLISECOND,
    DATEPART_SECOND,
    DATEPART_MINUTE,
    DATEPART_HOUR,
    DATEPART_DAY,
    DATEPART_WEEK,
    DATEPART_MONTH,
    DATEPART_QUARTER,
    DATEPART_YEAR,
    DATEPART_WEEKDAY,
    DATEPART_DAYOFYEAR
};

enum { MOMENT_TEXT_BYTES = 32 };

/* "ss", "minute", ...; false: not a datepart. */
bool datepart_from_name(const char *name, enum datepart *ret);

/* Boundaries crossed from one to the other; may exceed an int (535 is the caller's). */
int64_t moment_difference(enum datepart part, int64_t from_ms, int64_t to_ms);
/* False: outside 1753-9999 (517). */
bool moment_add(enum datepart part, int64_t count, int64_t moment_ms, int64_t *ret_ms);
int64_t moment_part(enum datepart part, int64_t moment_ms);

/* CONVERT(varchar, datetime, style); false: no such style (281). */
bool moment_format(int64_t moment_ms, int style, char out[MOMENT_TEXT_BYTES]);
/* "yyyymmdd", "yyyy-mm-dd", with "[T ]hh:mm[:ss[.fff]]" behind it; false: 241. */
bool moment_parse(const char *text, int64_t *ret_ms);

/* datetime counts days from 1900-01-01. */
int64_t moment_from_days(double days);

#endif

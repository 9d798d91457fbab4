/*
 * Times as WMI writes and reads them.  Sources: "CIM_DATETIME" (WMI); DSP0227, "Representation of datetime".
 * Pure, thread-safe.
 */
#ifndef PCHAT_OBSERVE_WINRM_CIM_DATETIME_H
#define PCHAT_OBSERVE_WINRM_CIM_DATETIME_H

#include <stdbool.h>
#include <stdint.h>

enum { CIM_DATETIME_BYTES = 32 };

/*
 * ISO 8601 with its zone ("2026-11-23T06:15:00.5+01:00", "…Z"), as answers have it, or the form of queries,
 * "20261123061500.500000+060": local time, and minutes east of UTC.  False, leaving *ret alone, for a time
 * without zone, which could be any hour, and for what is no time.
 */
bool cim_datetime_parse(const char *text, int64_t *ret_utc_ms);
/* The form of queries, in UTC. */
const char *cim_datetime_format(int64_t utc_ms, char out[CIM_DATETIME_BYTES]);

#endif

/*
 * Calendar fields of a datetime column, for the integers and stamps that SQL Server keeps.
 */
#ifndef PCHAT_LAB_WORLD_CIVIL_H
#define PCHAT_LAB_WORLD_CIVIL_H

#include <stdint.h>

enum { STAMP_BYTES = 24 };

int civil_date(int64_t ms);                                 /* yyyymmdd */
int civil_time(int64_t ms);                                 /* hhmmss */
int civil_duration(int64_t ms);                             /* hhmmss, hours may have more digits */
const char *civil_stamp(int64_t ms, char out[STAMP_BYTES]); /* "20261123051500" */

#endif

#include "lab/world/civil.h"

#include <stdio.h>
#include <time.h>

static struct tm fields(int64_t ms)
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm tm;

    gmtime_r(&seconds, &tm);
    return tm;
}

int civil_date(int64_t ms)
{
    struct tm tm = fields(ms);

    return (tm.tm_year + 1900) * 10000 + (tm.tm_mon + 1) * 100 + tm.tm_mday;
}

int civil_time(int64_t ms)
{
    struct tm tm = fields(ms);

    return tm.tm_hour * 10000 + tm.tm_min * 100 + tm.tm_sec;
}

int civil_duration(int64_t ms)
{
    int64_t s = ms / 1000;

    return (int)(s / 3600 * 10000 + s / 60 % 60 * 100 + s % 60);
}

const char *civil_stamp(int64_t ms, char out[STAMP_BYTES])
{
    snprintf(out, STAMP_BYTES, "%08d%06d", civil_date(ms) % 100000000, civil_time(ms) % 1000000);
    return out;
}

#include "base/duration.h"

#include "base/cleanup.h"

enum { MINUTE_S = 60, HOUR_S = 3600, DAY_S = 86400 };

static int64_t magnitude(int64_t value)
{
    return value == INT64_MIN ? INT64_MAX : value < 0 ? -value : value;
}

const char *duration_format(int64_t duration_s, char out[DURATION_TEXT_BYTES])
{
    const char *sign = duration_s < 0 ? "-" : "";
    long long rest = magnitude(duration_s);

    if (rest < MINUTE_S)
        snprintf(out, DURATION_TEXT_BYTES, "%s%lld s", sign, rest);
    else if (rest < HOUR_S)
        snprintf(out, DURATION_TEXT_BYTES, "%s%lld min", sign, rest / MINUTE_S);
    else if (rest < INT64_C(2) * DAY_S)
        snprintf(out, DURATION_TEXT_BYTES, "%s%lld h %02lld min", sign, rest / HOUR_S,
                 rest % HOUR_S / MINUTE_S);
    else
        snprintf(out, DURATION_TEXT_BYTES, "%s%lld d %02lld h", sign, rest / DAY_S, rest % DAY_S / HOUR_S);
    return out;
}

const char *duration_format_exact(int64_t duration_s, char out[DURATION_TEXT_BYTES])
{
    const char *sign = duration_s < 0 ? "-" : "";
    long long rest = magnitude(duration_s);

    if (rest < MINUTE_S)
        snprintf(out, DURATION_TEXT_BYTES, "%s%lld s", sign, rest);
    else if (rest < HOUR_S)
        snprintf(out, DURATION_TEXT_BYTES, "%s%lld min %02lld s", sign, rest / MINUTE_S, rest % MINUTE_S);
    else
        snprintf(out, DURATION_TEXT_BYTES, "%s%lld h %02lld min %02lld s", sign, rest / HOUR_S,
                 rest % HOUR_S / MINUTE_S, rest % MINUTE_S);
    return out;
}

const char *bytes_format(int64_t bytes, char out[DURATION_TEXT_BYTES])
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    double value = (double)bytes;
    size_t unit = 0;

    for (; (value >= 1024 || value <= -1024) && unit + 1 < COUNT(units); unit++)
        value /= 1024;
    snprintf(out, DURATION_TEXT_BYTES, "%.*f %s", unit && value < 10 && value > -10 ? 1 : 0, value,
             units[unit]);
    return out;
}

#include "base/utc.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* With less, timegm() would make 1969 of a far future without a word. */
_Static_assert(sizeof(time_t) >= 8, "on 32 bits build with -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64");

static void split(int64_t utc_ms, struct tm *tm, int *ms)
{
    int64_t rest = utc_ms % 1000;
    time_t seconds = (time_t)(utc_ms / 1000);

    if (rest < 0) {
        rest += 1000;
        seconds--;
    }
    gmtime_r(&seconds, tm);
    *ms = (int)rest;
}

const char *utc_format(int64_t utc_ms, char out[UTC_TEXT_BYTES])
{
    struct tm tm = {0};
    size_t used;
    int ms;

    split(utc_ms, &tm, &ms);
    used = strftime(out, UTC_TEXT_BYTES, "%Y-%m-%dT%H:%M:%S", &tm);
    if (ms)
        used += (size_t)snprintf(out + used, UTC_TEXT_BYTES - used, ".%03d", ms);
    snprintf(out + used, UTC_TEXT_BYTES - used, "Z");
    return out;
}

const char *utc_format_time(int64_t utc_ms, char out[UTC_TEXT_BYTES])
{
    struct tm tm = {0};
    int ms;

    split(utc_ms, &tm, &ms);
    strftime(out, UTC_TEXT_BYTES, "%H:%M:%SZ", &tm);
    return out;
}

/* Reads exactly `digits` decimal digits and moves *at behind them. */
static bool take_number(const char **at, int digits, int *ret)
{
    int value = 0;

    for (int i = 0; i < digits; i++, (*at)++) {
        if (**at < '0' || **at > '9')
            return false;
        value = value * 10 + (**at - '0');
    }
    *ret = value;
    return true;
}

static bool take_char(const char **at, const char *allowed)
{
    if (**at == '\0' || !strchr(allowed, **at))
        return false;
    (*at)++;
    return true;
}

/* Up to nine digits; what is beyond milliseconds is cut off. */
static bool take_fraction(const char **at, int *ret_ms)
{
    int digits = 0, ms = 0;

    for (; **at >= '0' && **at <= '9'; (*at)++, digits++)
        if (digits < 3)
            ms = ms * 10 + (**at - '0');
    for (int i = digits; i < 3; i++)
        ms *= 10;
    *ret_ms = ms;
    return digits > 0 && digits <= 9;
}

static bool compose(const int part[6], int ms, int64_t *ret_utc_ms)
{
    struct tm tm = {.tm_year = part[0] - 1900,
                    .tm_mon = part[1] - 1,
                    .tm_mday = part[2],
                    .tm_hour = part[3],
                    .tm_min = part[4],
                    .tm_sec = part[5]};
    struct tm wanted = tm;
    time_t seconds = timegm(&tm);

    /* timegm normalises 31 February into March: what comes back differs from what was asked. */
    if (part[0] < 1753 || tm.tm_year != wanted.tm_year || tm.tm_mon != wanted.tm_mon ||
        tm.tm_mday != wanted.tm_mday || tm.tm_hour != wanted.tm_hour || tm.tm_min != wanted.tm_min ||
        tm.tm_sec != wanted.tm_sec)
        return false;
    *ret_utc_ms = (int64_t)seconds * 1000 + ms;
    return true;
}

bool utc_parse(const char *text, int64_t *ret_utc_ms)
{
    const char *at = text;
    int part[6], ms = 0;

    if (!take_number(&at, 4, &part[0]) || !take_char(&at, "-") || !take_number(&at, 2, &part[1]) ||
        !take_char(&at, "-") || !take_number(&at, 2, &part[2]) || !take_char(&at, "T ") ||
        !take_number(&at, 2, &part[3]) || !take_char(&at, ":") || !take_number(&at, 2, &part[4]) ||
        !take_char(&at, ":") || !take_number(&at, 2, &part[5]))
        return false;
    if (*at == '.' && (at++, !take_fraction(&at, &ms)))
        return false;
    if (*at == 'Z')
        at++;
    return *at == '\0' && compose(part, ms, ret_utc_ms);
}

bool utc_parse_stamp(const char *digits, int64_t *ret_utc_ms)
{
    static const int widths[6] = {4, 2, 2, 2, 2, 2};
    const char *at = digits;
    int part[6];

    for (int i = 0; i < 6; i++)
        if (!take_number(&at, widths[i], &part[i]))
            return false;
    return compose(part, 0, ret_utc_ms);
}

/* ---- ticks ---- */

#define TICKS_EPOCH_MS INT64_C(62135596800000) /* from the year 1 to 1970 */
#define TICKS_PER_MS   10000

int64_t utc_ticks_of_ms(int64_t utc_ms)
{
    return (utc_ms + TICKS_EPOCH_MS) * TICKS_PER_MS;
}

int64_t utc_ms_of_ticks(int64_t ticks)
{
    return ticks / TICKS_PER_MS - TICKS_EPOCH_MS;
}

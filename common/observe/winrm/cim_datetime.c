#include "observe/winrm/cim_datetime.h"

#include "base/utc.h"

#include <stdio.h>
#include <string.h>

enum { MINUTE_MS = 60000, ZONE_MAX_MINUTES = 14 * 60, DMTF_BYTES = 25, DMTF_SIGN = 21 };

static bool digits(const char *text, size_t count, int *ret)
{
    *ret = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *ret = *ret * 10 + (text[i] - '0');
    }
    return true;
}

static bool to_utc(const char *local, int sign, int minutes, int64_t *ret_utc_ms)
{
    int64_t local_ms;

    if (minutes > ZONE_MAX_MINUTES || !utc_parse(local, &local_ms))
        return false;
    *ret_utc_ms = local_ms - (int64_t)sign * minutes * MINUTE_MS;
    return true;
}

/* "…Z", or "…+01:00" */
static bool parse_iso(const char *text, int64_t *ret_utc_ms)
{
    char local[UTC_TEXT_BYTES + 8];
    size_t length = strlen(text);
    const char *zone;
    int hours, minutes;

    if (length <= strlen("+01:00") || length >= sizeof(local))
        return false;
    if (text[length - 1] == 'Z')
        return utc_parse(text, ret_utc_ms);
    zone = text + length - 6;
    if ((*zone != '+' && *zone != '-') || zone[3] != ':' || !digits(zone + 1, 2, &hours) ||
        !digits(zone + 4, 2, &minutes) || minutes > 59)
        return false;
    snprintf(local, sizeof(local), "%.*s", (int)(zone - text), text);
    return local[strlen(local) - 1] != 'Z' &&
           to_utc(local, *zone == '-' ? -1 : 1, hours * 60 + minutes, ret_utc_ms);
}

/* "20261123061500.500000+060" */
static bool parse_dmtf(const char *text, int64_t *ret_utc_ms)
{
    char local[UTC_TEXT_BYTES];
    int minutes, ignored;

    if (strlen(text) != DMTF_BYTES || text[14] != '.' || !digits(text, 8, &ignored) ||
        (text[DMTF_SIGN] != '+' && text[DMTF_SIGN] != '-') || !digits(text + DMTF_SIGN + 1, 3, &minutes))
        return false;
    snprintf(local, sizeof(local), "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s.%.6s", text, text + 4, text + 6, text + 8,
             text + 10, text + 12, text + 15);
    return to_utc(local, text[DMTF_SIGN] == '-' ? -1 : 1, minutes, ret_utc_ms);
}

bool cim_datetime_parse(const char *text, int64_t *ret_utc_ms)
{
    return parse_iso(text, ret_utc_ms) || parse_dmtf(text, ret_utc_ms);
}

const char *cim_datetime_format(int64_t utc_ms, char out[CIM_DATETIME_BYTES])
{
    char iso[UTC_TEXT_BYTES];
    int ms = (int)(utc_ms % 1000);

    utc_format(utc_ms - ms, iso);
    snprintf(out, CIM_DATETIME_BYTES, "%.4s%.2s%.2s%.2s%.2s%.2s.%03d000+000", iso, iso + 5, iso + 8, iso + 11,
             iso + 14, iso + 17, ms);
    return out;
}

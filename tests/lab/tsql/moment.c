#include "lab/tsql/moment.h"

#include "base/cleanup.h"
#include "base/utc.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static const int64_t day_ms = 86400000;
static const int64_t first_moment_ms = -6847804800000; /* 1753-01-01 */
static const int64_t last_moment_ms = 253402300799999; /* 9999-12-31 23:59:59.999 */

static const struct datepart_name {
    const char *name;
    enum datepart part;
} datepart_names[] = {
    {"year", DATEPART_YEAR},
    {"yy", DATEPART_YEAR},
    {"yyyy", DATEPART_YEAR},
    {"quarter", DATEPART_QUARTER},
    {"qq", DATEPART_QUARTER},
    {"q", DATEPART_QUARTER},
    {"month", DATEPART_MONTH},
    {"mm", DATEPART_MONTH},
    {"m", DATEPART_MONTH},
    {"day", DATEPART_DAY},
    {"dd", DATEPART_DAY},
    {"d", DATEPART_DAY},
    {"week", DATEPART_WEEK},
    {"wk", DATEPART_WEEK},
    {"ww", DATEPART_WEEK},
    {"weekday", DATEPART_WEEKDAY},
    {"dw", DATEPART_WEEKDAY},
    {"dayofyear", DATEPART_DAYOFYEAR},
    {"dy", DATEPART_DAYOFYEAR},
    {"y", DATEPART_DAYOFYEAR},
    {"hour", DATEPART_HOUR},
    {"hh", DATEPART_HOUR},
    {"minute", DATEPART_MINUTE},
    {"mi", DATEPART_MINUTE},
    {"n", DATEPART_MINUTE},
    {"second", DATEPART_SECOND},
    {"ss", DATEPART_SECOND},
    {"s", DATEPART_SECOND},
    {"millisecond", DATEPART_MILLISECOND},
    {"ms", DATEPART_MILLISECOND},
};

bool datepart_from_name(const char *name, enum datepart *ret)
{
    for (size_t i = 0; i < COUNT(datepart_names); i++) {
        if (strcasecmp(name, datepart_names[i].name) != 0)
            continue;
        *ret = datepart_names[i].part;
        return true;
    }
    return false;
}

/* Length of the parts that have a fixed one. */
static int64_t unit_ms(enum datepart part)
{
    static const int64_t units[] = {
        [DATEPART_MILLISECOND] = 1,    [DATEPART_SECOND] = 1000,        [DATEPART_MINUTE] = 60000,
        [DATEPART_HOUR] = 3600000,     [DATEPART_DAY] = 86400000,       [DATEPART_WEEK] = 604800000,
        [DATEPART_WEEKDAY] = 86400000, [DATEPART_DAYOFYEAR] = 86400000,
    };

    return part == DATEPART_MONTH || part == DATEPART_QUARTER || part == DATEPART_YEAR ? 0 : units[part];
}

static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static struct tm broken_down(int64_t moment_ms)
{
    time_t seconds = (time_t)floor_divide(moment_ms, 1000);
    struct tm tm = {0};

    gmtime_r(&seconds, &tm);
    return tm;
}

static int months_of(enum datepart part)
{
    return part == DATEPART_MONTH ? 1 : part == DATEPART_QUARTER ? 3 : 12;
}

static int64_t month_number(int64_t moment_ms)
{
    struct tm tm = broken_down(moment_ms);

    return ((int64_t)tm.tm_year + 1900) * 12 + tm.tm_mon;
}

int64_t moment_difference(enum datepart part, int64_t from_ms, int64_t to_ms)
{
    int64_t unit = unit_ms(part);
    int64_t offset =
        part == DATEPART_WEEK ? 4 * day_ms : 0; /* weeks start on Sunday; 1970-01-01 was a Thursday */

    if (unit)
        return floor_divide(to_ms + offset, unit) - floor_divide(from_ms + offset, unit);
    return floor_divide(month_number(to_ms), months_of(part)) -
           floor_divide(month_number(from_ms), months_of(part));
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month] + (month == 1 && leap);
}

static int64_t add_months(int64_t months, int64_t moment_ms)
{
    struct tm tm = broken_down(moment_ms);
    int64_t number = month_number(moment_ms) + months;
    int year = (int)floor_divide(number, 12), month = (int)(number - (int64_t)year * 12);
    int last = days_in_month(year, month);

    tm.tm_year = year - 1900;
    tm.tm_mon = month;
    if (tm.tm_mday > last)
        tm.tm_mday = last;
    return (int64_t)timegm(&tm) * 1000 + (moment_ms - floor_divide(moment_ms, 1000) * 1000);
}

bool moment_add(enum datepart part, int64_t count, int64_t moment_ms, int64_t *ret_ms)
{
    const int64_t months_max = 119988; /* 9999 years */
    int64_t unit = unit_ms(part), moment = 0, months;

    if (unit) {
        if (__builtin_mul_overflow(count, unit, &moment) ||
            __builtin_add_overflow(moment, moment_ms, &moment))
            return false;
    } else {
        months = count * months_of(part);
        if (months > months_max || months < -months_max)
            return false;
        moment = add_months(months, moment_ms);
    }
    *ret_ms = moment;
    return moment >= first_moment_ms && moment <= last_moment_ms;
}

int64_t moment_part(enum datepart part, int64_t moment_ms)
{
    struct tm tm = broken_down(moment_ms);
    const int64_t parts[] = {
        [DATEPART_MILLISECOND] = moment_ms - floor_divide(moment_ms, 1000) * 1000,
        [DATEPART_SECOND] = tm.tm_sec,
        [DATEPART_MINUTE] = tm.tm_min,
        [DATEPART_HOUR] = tm.tm_hour,
        [DATEPART_DAY] = tm.tm_mday,
        [DATEPART_WEEK] = (tm.tm_yday + (7 - tm.tm_wday + tm.tm_yday) % 7) / 7 + 1,
        [DATEPART_MONTH] = tm.tm_mon + 1,
        [DATEPART_QUARTER] = tm.tm_mon / 3 + 1,
        [DATEPART_YEAR] = (int64_t)tm.tm_year + 1900,
        [DATEPART_WEEKDAY] = tm.tm_wday + 1,
        [DATEPART_DAYOFYEAR] = tm.tm_yday + 1,
    };

    return parts[part];
}

/* Patterns: Y m d H M S f(raction) F(raction if any) b(month's name) e(day, blank-padded) I(hour of 12) p. */
static const struct style {
    int style;
    const char *pattern;
} styles[] = {
    {0, "b e Y I:Mp"},      {100, "b e Y I:Mp"},   {101, "m/d/Y"},        {103, "d/m/Y"},
    {104, "d.m.Y"},         {108, "H:M:S"},        {111, "Y/m/d"},        {112, "Ymd"},
    {114, "H:M:S:f"},       {20, "Y-m-d H:M:S"},   {120, "Y-m-d H:M:S"},  {21, "Y-m-d H:M:S.f"},
    {121, "Y-m-d H:M:S.f"}, {126, "Y-m-dTH:M:SF"}, {127, "Y-m-dTH:M:SF"}, {23, "Y-m-d"},
};

static const char *style_pattern(int style)
{
    for (size_t i = 0; i < COUNT(styles); i++)
        if (styles[i].style == style)
            return styles[i].pattern;
    return NULL;
}

static int format_fraction(char *out, size_t size, bool optional, int fraction_ms)
{
    if (optional && fraction_ms == 0)
        return 0;
    return snprintf(out, size, optional ? ".%03d" : "%03d", fraction_ms);
}

static int format_part(char *out, size_t size, char part, const struct tm *tm, int fraction_ms)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

    switch (part) {
    case 'Y':
        return snprintf(out, size, "%04d", tm->tm_year + 1900);
    case 'm':
        return snprintf(out, size, "%02d", tm->tm_mon + 1);
    case 'd':
        return snprintf(out, size, "%02d", tm->tm_mday);
    case 'e':
        return snprintf(out, size, "%2d", tm->tm_mday);
    case 'H':
        return snprintf(out, size, "%02d", tm->tm_hour);
    case 'I':
        return snprintf(out, size, "%2d", (tm->tm_hour + 11) % 12 + 1);
    case 'M':
        return snprintf(out, size, "%02d", tm->tm_min);
    case 'S':
        return snprintf(out, size, "%02d", tm->tm_sec);
    case 'b':
        return snprintf(out, size, "%s", months[tm->tm_mon]);
    case 'p':
        return snprintf(out, size, "%s", tm->tm_hour < 12 ? "AM" : "PM");
    case 'f':
    case 'F':
        return format_fraction(out, size, part == 'F', fraction_ms);
    default:
        return snprintf(out, size, "%c", part);
    }
}

bool moment_format(int64_t moment_ms, int style, char out[MOMENT_TEXT_BYTES])
{
    const char *pattern = style_pattern(style);
    struct tm tm = broken_down(moment_ms);
    int fraction_ms = (int)(moment_ms - floor_divide(moment_ms, 1000) * 1000);
    size_t used = 0;

    if (!pattern)
        return false;
    out[0] = '\0';
    for (; *pattern && used + 1 < MOMENT_TEXT_BYTES; pattern++)
        used += (size_t)format_part(out + used, MOMENT_TEXT_BYTES - used, *pattern, &tm, fraction_ms);
    return used < MOMENT_TEXT_BYTES;
}

/* Brings the accepted forms to the one that utc_parse reads. */
static bool normalize(const char *text, char *out, size_t size)
{
    int length = (int)strlen(text), days = (int)strcspn(text, "T ");
    const char *time = text[days] ? text + days + 1 : "00:00:00";
    const char *seconds = strlen(time) == 5 ? ":00" : "";

    if (length == 0)
        time = "00:00:00"; /* '' is 1900-01-01 */
    if (days == 8 && strspn(text, "0123456789") == 8)
        return snprintf(out, size, "%.4s-%.2s-%.2sT%s%s", text, text + 4, text + 6, time, seconds) <
               (int)size;
    if (length == 0)
        return snprintf(out, size, "1900-01-01T00:00:00") < (int)size;
    return snprintf(out, size, "%.*sT%s%s", days, text, time, seconds) < (int)size;
}

bool moment_parse(const char *text, int64_t *ret_ms)
{
    char trimmed[64], normal[96];
    size_t length;

    text += strspn(text, " ");
    length = strlen(text);
    while (length && text[length - 1] == ' ')
        length--;
    if (length >= sizeof(trimmed))
        return false;
    memcpy(trimmed, text, length);
    trimmed[length] = '\0';
    return normalize(trimmed, normal, sizeof(normal)) && utc_parse(normal, ret_ms);
}

int64_t moment_from_days(double days)
{
    const int64_t epoch_1900_ms = -2208988800000;

    return epoch_1900_ms + (int64_t)llround(days * (double)day_ms);
}

/* Values as text, and texts as numbers: .NET's conversions in the invariant culture, which "$x" uses. */
#include "lab/powershell/value.h"

#include "lab/powershell/run.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static void show_into(struct ps *ps, const struct ps_value *value, struct strbuf *text, int depth);

static struct tm broken_down(int64_t ms)
{
    time_t seconds = (time_t)(ms >= 0 ? ms / 1000 : -((-ms + 999) / 1000));
    struct tm parts;

    gmtime_r(&seconds, &parts);
    return parts;
}

/* What the clock on that date's wall shows, as milliseconds. */
static int64_t wall_ms(const struct ps *ps, const struct ps_value *date)
{
    return date->is_utc ? date->ms : date->ms + (int64_t)ps->host->utc_offset_minutes * 60000;
}

static void show_date(const struct ps *ps, const struct ps_value *date, struct strbuf *text)
{
    struct tm parts = broken_down(wall_ms(ps, date));

    strbuf_format(text, "%02d/%02d/%04d %02d:%02d:%02d", parts.tm_mon + 1, parts.tm_mday,
                  parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

static void show_span(int64_t ms, struct strbuf *text)
{
    int64_t rest = ms < 0 ? -ms : ms;

    strbuf_add(text, ms < 0 ? "-" : "");
    if (rest >= 86400000)
        strbuf_format(text, "%lld.", (long long)(rest / 86400000));
    strbuf_format(text, "%02lld:%02lld:%02lld", (long long)(rest / 3600000 % 24),
                  (long long)(rest / 60000 % 60), (long long)(rest / 1000 % 60));
    if (rest % 1000)
        strbuf_format(text, ".%03lld0000", (long long)(rest % 1000));
}

static void show_real(double real, struct strbuf *text)
{
    if (isnan(real))
        strbuf_add(text, "NaN");
    else if (isinf(real))
        strbuf_add(text, real < 0 ? "-Infinity" : "Infinity");
    else
        strbuf_format(text, "%.15g", real);
}

static void show_array(struct ps *ps, const struct ps_list *list, struct strbuf *text, int depth)
{
    for (size_t i = 0; i < list->count && text->length < PS_TEXT_MAX; i++) {
        strbuf_add(text, i ? " " : "");
        show_into(ps, &list->items[i], text, depth + 1);
    }
}

/* @{a=1; b=2}, as a custom object shows itself. */
static void show_properties(struct ps *ps, const struct ps_object *object, struct strbuf *text, int depth)
{
    strbuf_add(text, "@{");
    for (size_t i = 0; i < object->count && text->length < PS_TEXT_MAX; i++) {
        strbuf_format(text, "%s%s=", i ? "; " : "", object->properties[i].name);
        show_into(ps, &object->properties[i].value, text, depth + 1);
    }
    strbuf_add(text, "}");
}

static void show_object(struct ps *ps, const struct ps_object *object, struct strbuf *text, int depth)
{
    if (object->shown)
        strbuf_add(text, object->shown);
    else if (depth < 3 && ps_same_type(object->type, "pscustomobject"))
        show_properties(ps, object, text, depth);
    else
        strbuf_add(text, object->type);
}

static void show_into(struct ps *ps, const struct ps_value *value, struct strbuf *text, int depth)
{
    switch (value->kind) {
    case PS_BOOL:
        strbuf_add(text, value->boolean ? "True" : "False");
        break;
    case PS_INT:
        strbuf_format(text, "%lld", (long long)value->integer);
        break;
    case PS_REAL:
        show_real(value->real, text);
        break;
    case PS_TEXT:
    case PS_TYPE:
        strbuf_add(text, value->text);
        break;
    case PS_DATE:
        show_date(ps, value, text);
        break;
    case PS_SPAN:
        show_span(value->ms, text);
        break;
    case PS_ENUM:
        strbuf_add(text, value->member->name);
        break;
    case PS_ARRAY:
        if (depth < 2)
            show_array(ps, value->array, text, depth);
        else
            strbuf_add(text, "System.Object[]");
        break;
    case PS_TABLE:
    case PS_OBJECT:
        show_object(ps, value->object, text, depth);
        break;
    case PS_BLOCK:
        strbuf_add(text, value->block->text);
        break;
    case PS_NULL:
    case PS_KIND_COUNT:
        break;
    }
}

const char *ps_show(struct ps *ps, const struct ps_value *value)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    if (value->kind == PS_TEXT)
        return value->text;
    show_into(ps, value, &text, 0);
    return ps_keep(ps, strbuf_text(&text), text.length);
}

static bool text_number(const char *text, struct ps_value *ret_number)
{
    char *end = NULL;
    double real;

    text += strspn(text, " \t\r\n");
    if (!*text) {
        *ret_number = ps_int(0);
        return true;
    }
    if (!isdigit((unsigned char)*text) && !strchr("+-.", *text))
        return false;
    real = strtod(text, &end);
    if (end == text || end[strspn(end, " \t\r\n")] || !isfinite(real))
        return false;
    *ret_number = memchr(text, '.', (size_t)(end - text)) || fabs(real) >= 9e18
                      ? ps_real(real)
                      : ps_int(strtoll(text, NULL, 0));
    return true;
}

bool ps_number(const struct ps_value *value, struct ps_value *ret_number)
{
    switch (value->kind) {
    case PS_NULL:
        *ret_number = ps_int(0);
        return true;
    case PS_BOOL:
        *ret_number = ps_int(value->boolean);
        return true;
    case PS_INT:
    case PS_REAL:
        *ret_number = *value;
        return true;
    case PS_ENUM:
        *ret_number = ps_int(value->member->number);
        return true;
    case PS_TEXT:
        return text_number(value->text, ret_number);
    case PS_DATE:
    case PS_SPAN:
    case PS_ARRAY:
    case PS_TABLE:
    case PS_OBJECT:
    case PS_BLOCK:
    case PS_TYPE:
    case PS_KIND_COUNT:
        break;
    }
    return false;
}

double ps_as_real(const struct ps_value *number)
{
    return number->kind == PS_REAL ? number->real : (double)number->integer;
}

int64_t ps_as_integer(const struct ps_value *value)
{
    struct ps_value number = ps_int(0);

    if (!ps_number(value, &number))
        return 0;
    if (number.kind == PS_INT)
        return number.integer;
    return fabs(number.real) < 9e18 ? (int64_t)nearbyint(number.real) : 0;
}

/* The custom date patterns that scripts use; a letter's run is one field. */
static void date_field(const struct tm *parts, int64_t ms, char letter, int width, struct strbuf *text)
{
    switch (letter) {
    case 'y':
        strbuf_format(text, "%0*d", width, width > 2 ? parts->tm_year + 1900 : parts->tm_year % 100);
        break;
    case 'M':
        strbuf_format(text, "%0*d", width > 2 ? 2 : width, parts->tm_mon + 1);
        break;
    case 'd':
        strbuf_format(text, "%0*d", width > 2 ? 2 : width, parts->tm_mday);
        break;
    case 'H':
        strbuf_format(text, "%0*d", width > 2 ? 2 : width, parts->tm_hour);
        break;
    case 'm':
        strbuf_format(text, "%0*d", width > 2 ? 2 : width, parts->tm_min);
        break;
    case 's':
        strbuf_format(text, "%0*d", width > 2 ? 2 : width, parts->tm_sec);
        break;
    case 'f': {
        char digits[16];

        snprintf(digits, sizeof digits, "%03d0000", (int)((ms % 1000 + 1000) % 1000));
        strbuf_add_n(text, digits, (size_t)(width > 7 ? 7 : width));
        break;
    }
    default:
        for (int i = 0; i < width; i++)
            strbuf_add_char(text, letter);
    }
}

static void date_pattern(const struct tm *parts, int64_t ms, const char *pattern, struct strbuf *text)
{
    while (*pattern) {
        const char *quoted = *pattern == '\'' ? strchr(pattern + 1, '\'') : NULL;
        int width = 1;

        if (quoted) {
            strbuf_add_n(text, pattern + 1, (size_t)(quoted - pattern - 1));
            pattern = quoted + 1;
            continue;
        }
        if (*pattern == '\\' && pattern[1]) {
            strbuf_add_char(text, pattern[1]);
            pattern += 2;
            continue;
        }
        while (pattern[width] == *pattern && width < 8)
            width++;
        date_field(parts, ms, *pattern, width, text);
        pattern += width;
    }
}

/* Standard date formats ("Standard Date and Time Format Strings"). */
static const char *standard_pattern(const char *format, bool is_utc)
{
    switch (*format && !format[1] ? *format : '\0') {
    case 'o':
    case 'O':
        return is_utc ? "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fffffff";
    case 's':
        return "yyyy-MM-dd'T'HH:mm:ss";
    case 'u':
        return "yyyy-MM-dd HH:mm:ss'Z'";
    default:
        return format;
    }
}

static void show_local_offset(const struct ps *ps, struct strbuf *text)
{
    int offset = ps->host->utc_offset_minutes, size = offset < 0 ? -offset : offset;

    strbuf_format(text, "%c%02d:%02d", offset < 0 ? '-' : '+', size / 60, size % 60);
}

static void number_as(const struct ps_value *number, const char *format, struct strbuf *text)
{
    int digits = format[1] ? atoi(format + 1) : 2;

    digits = digits < 0 ? 0 : digits > 15 ? 15 : digits;
    switch (*format) {
    case 'D':
    case 'd':
        strbuf_format(text, "%0*lld", format[1] ? digits : 1, (long long)ps_as_integer(number));
        break;
    case 'X':
        strbuf_format(text, "%0*llX", format[1] ? digits : 1, (unsigned long long)ps_as_integer(number));
        break;
    case 'x':
        strbuf_format(text, "%0*llx", format[1] ? digits : 1, (unsigned long long)ps_as_integer(number));
        break;
    default: /* N, F and patterns such as 0.0 */
        if (*format == '0' || *format == '#') {
            const char *dot = strchr(format, '.');

            digits = dot ? (int)strlen(dot + 1) % 16 : 0;
        }
        strbuf_format(text, "%.*f", digits, ps_as_real(number));
    }
}

const char *ps_show_as(struct ps *ps, const struct ps_value *value, const char *format)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    if (!*format || strlen(format) > 64)
        return ps_show(ps, value);
    if (value->kind == PS_DATE) {
        struct tm parts = broken_down(wall_ms(ps, value));

        date_pattern(&parts, value->ms, standard_pattern(format, value->is_utc), &text);
        if (!value->is_utc && (*format == 'o' || *format == 'O') && !format[1])
            show_local_offset(ps, &text);
    } else if (ps_is_number(value)) {
        number_as(value, format, &text);
    } else {
        return ps_show(ps, value);
    }
    return ps_keep(ps, strbuf_text(&text), text.length);
}

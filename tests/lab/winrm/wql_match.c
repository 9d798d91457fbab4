/* Conditions of WQL over one row. */
#include "lab/winrm/wmi.h"

#include "base/cleanup.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* ---- values ---- */

/* "20151123051500.000000+060": local time and minutes east of UTC.  Source: "CIM_DATETIME". */
static bool parse_cim_datetime(const char *text, int64_t *ret_utc_ms)
{
    struct tm tm = {0};
    int micro = 0, offset_minutes = 0, end = 0;
    char sign = 0;

    if (sscanf(text, "%4d%2d%2d%2d%2d%2d.%6d%c%3d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour,
               &tm.tm_min, &tm.tm_sec, &micro, &sign, &offset_minutes, &end) != 9 ||
        text[end] || (sign != '+' && sign != '-'))
        return false;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    int64_t seconds = (int64_t)timegm(&tm) - (int64_t)(sign == '+' ? 60 : -60) * offset_minutes;
    *ret_utc_ms = seconds * 1000 + micro / 1000;
    return true;
}

static bool literal_number(const struct wql_literal *literal, enum wmi_type type, int64_t *ret)
{
    if (type == WMI_DATETIME)
        return literal->kind == WQL_TEXT && parse_cim_datetime(literal->text, ret);
    *ret = literal->number;
    return literal->kind == WQL_NUMBER || literal->kind == WQL_BOOLEAN;
}

/* ---- does it fit? ---- */

static bool literal_fits(const struct wql_condition *compare, enum wmi_type type)
{
    int64_t number = 0;

    if (compare->literal.kind == WQL_NULL)
        return true;
    if (type == WMI_STRING)
        return compare->literal.kind == WQL_TEXT;
    return compare->operator!= WQL_LIKE && literal_number(&compare->literal, type, &number);
}

static bool condition_fits(const struct wql_condition *condition, const struct wmi_class *wmi_class)
{
    if (!condition)
        return true;
    if (condition->kind != WQL_COMPARE)
        return condition_fits(condition->left, wmi_class) && condition_fits(condition->right, wmi_class);
    int column = wmi_column_of(wmi_class, condition->column);
    return column >= 0 && literal_fits(condition, wmi_class->columns[column].type);
}

bool wql_fits(const struct wql_query *query, const struct wmi_class *wmi_class)
{
    for (size_t i = 0; i < query->column_count; i++)
        if (wmi_column_of(wmi_class, query->columns[i]) < 0)
            return false;
    return condition_fits(query->where, wmi_class);
}

/* ---- does it match? ---- */

static int lower(char c)
{
    return tolower((unsigned char)c);
}

/* One "[a-c]" or "[^a]" at *pattern, which moves behind it. */
static bool set_holds(const char **pattern, int c)
{
    const char *at = *pattern + 1, *end = strchr(at, ']');
    bool inverted = *at == '^', held = false;

    if (!end)
        return false;
    for (at += inverted; at < end; at++) {
        bool is_range = at + 2 < end && at[1] == '-';
        held = held || (c >= lower(at[0]) && c <= (is_range ? lower(at[2]) : lower(at[0])));
        at += is_range ? 2 : 0;
    }
    *pattern = end + 1;
    return held != inverted;
}

/* % any text, _ one character, [..] one of a set; letters in any case.  Goes back to the last % only. */
static bool is_like(const char *text, const char *pattern)
{
    const char *star = NULL, *star_text = NULL;

    while (*text) {
        int c = lower(*text);
        const char *next = pattern + 1;
        bool fits = false;
        if (*pattern == '%') {
            star = ++pattern;
            star_text = text;
            continue;
        }
        if (*pattern == '[') {
            next = pattern;
            fits = set_holds(&next, c);
        } else {
            fits = *pattern == '_' || (*pattern && lower(*pattern) == c);
        }
        if (!fits && !star)
            return false;
        text = fits ? text + 1 : ++star_text;
        pattern = fits ? next : star;
    }
    return pattern[strspn(pattern, "%")] == '\0';
}

static int order_of(const struct wmi_value *value, enum wmi_type type, const struct wql_literal *literal)
{
    int64_t number = 0;

    if (type == WMI_STRING)
        return strcasecmp(value->text, literal->text);
    literal_number(literal, type, &number);
    return (value->number > number) - (value->number < number);
}

/* A NULL is neither equal to anything nor different from it; "= NULL" asks for it all the same. */
static bool null_matches(const struct wql_condition *compare, const struct wmi_value *value)
{
    bool wants_null = compare->operator== WQL_EQUAL || compare->operator== WQL_IS;
    bool wants_value = compare->operator== WQL_NOT_EQUAL || compare->operator== WQL_IS_NOT;

    return compare->literal.kind == WQL_NULL && (value->is_null ? wants_null : wants_value);
}

static bool compare_matches(const struct wql_condition *compare, const struct wmi_class *wmi_class,
                            const struct wmi_value *values)
{
    int column = wmi_column_of(wmi_class, compare->column);
    const struct wmi_value *value = &values[column];

    if (value->is_null || compare->literal.kind == WQL_NULL)
        return null_matches(compare, value);
    if (compare->operator== WQL_LIKE)
        return is_like(value->text, compare->literal.text);
    int order = order_of(value, wmi_class->columns[column].type, &compare->literal);
    const bool outcomes[] = {
        [WQL_EQUAL] = order == 0,
        [WQL_NOT_EQUAL] = order != 0,
        [WQL_LESS] = order<0, [WQL_LESS_OR_EQUAL] = order <= 0, [WQL_GREATER] = order> 0,
        [WQL_GREATER_OR_EQUAL] = order >= 0,
    };
    return outcomes[compare->operator];
}

bool wql_matches(const struct wql_condition *where, const struct wmi_class *wmi_class,
                 const struct wmi_value *values)
{
    if (!where)
        return true;
    switch (where->kind) {
    case WQL_AND:
        return wql_matches(where->left, wmi_class, values) && wql_matches(where->right, wmi_class, values);
    case WQL_OR:
        return wql_matches(where->left, wmi_class, values) || wql_matches(where->right, wmi_class, values);
    case WQL_NOT:
        return !wql_matches(where->left, wmi_class, values);
    case WQL_COMPARE:
        break;
    }
    return compare_matches(where, wmi_class, values);
}

#include "lab/winrm/period.h"

#include <stddef.h>
#include <string.h>

enum { DIGITS_MAX = 9 };

/* Digits up to something else; false when there are none or too many. */
static bool read_digits(const char **at, int64_t *ret)
{
    size_t count = strspn(*at, "0123456789");

    if (count == 0 || count > DIGITS_MAX)
        return false;
    *ret = 0;
    for (size_t i = 0; i < count; i++)
        *ret = *ret * 10 + ((*at)[i] - '0');
    *at += count;
    return true;
}

/* ".25" is 250 ms; what is finer is dropped. */
static bool read_fraction(const char **at, int64_t *ret_ms)
{
    int64_t weight_ms = 100;

    *ret_ms = 0;
    if (**at != '.')
        return true;
    (*at)++;
    if (strspn(*at, "0123456789") == 0)
        return false;
    for (; **at >= '0' && **at <= '9'; (*at)++, weight_ms /= 10)
        *ret_ms += weight_ms * (**at - '0');
    return true;
}

/* One "20S" of the designators left, which come in order. */
static bool read_part(const char **at, const char **designators, int64_t *total_ms)
{
    static const struct {
        char designator;
        int64_t ms;
    } units[] = {{'D', 86400000}, {'H', 3600000}, {'M', 60000}, {'S', 1000}};
    int64_t number = 0, fraction_ms = 0;

    if (!read_digits(at, &number) || !read_fraction(at, &fraction_ms) || **at == '\0')
        return false;
    const char *found = strchr(*designators, **at);
    if (!found || (fraction_ms > 0 && **at != 'S'))
        return false;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (units[i].designator == **at)
            *total_ms += number * units[i].ms + fraction_ms;
    *designators = found + 1;
    (*at)++;
    return true;
}

bool period_parse(const char *text, int64_t *ret_ms)
{
    const char *at = text, *designators = "D";
    int64_t total_ms = 0;
    bool any = false;

    if (*at++ != 'P')
        return false;
    for (bool in_time = false; *at; any = true) {
        if (*at == 'T' && !in_time) {
            in_time = true;
            designators = "HMS";
            at++;
        }
        if (!read_part(&at, &designators, &total_ms))
            return false;
    }
    if (any)
        *ret_ms = total_ms;
    return any;
}

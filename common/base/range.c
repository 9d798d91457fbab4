#include "base/range.h"

#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/*
 * A decimal of at most 15 digits is the quotient of two whole numbers that a double holds exactly, so one
 * division reads it correctly rounded and 15 digits always read back to the same double - without strtod and
 * its locale.
 */
enum { NUMBER_MAX_DIGITS = 15, NUMBER_TEXT_BYTES = 32 };

static const double power_of_ten[NUMBER_MAX_DIGITS + 1] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                           1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

/* Takes digits while the number still has room; one too many stays behind and is what the caller stumbles
 * over. */
static int take_digits(const char **at, int room, int64_t *value)
{
    int count = 0;

    for (; **at >= '0' && **at <= '9' && count < room; (*at)++, count++)
        *value = *value * 10 + (**at - '0');
    return count;
}

static bool skip_zeros(const char **at)
{
    const char *start = *at;

    *at += strspn(*at, "0");
    return *at > start;
}

/* [-]digits[.digits]; moves *at behind it. */
static bool take_number(const char **at, double *ret)
{
    bool negative = **at == '-', has_zeros;
    int64_t digits = 0;
    int whole, decimals = 0;

    *at += negative;
    has_zeros = skip_zeros(at); /* they take no room */
    whole = take_digits(at, NUMBER_MAX_DIGITS, &digits);
    if (**at == '.') {
        (*at)++;
        decimals = take_digits(at, NUMBER_MAX_DIGITS - whole, &digits);
        if (decimals == 0)
            return false;
    }
    if (!has_zeros && whole + decimals == 0)
        return false;
    *ret = (double)(negative ? -digits : digits) / power_of_ten[decimals];
    return true;
}

/* What stands after the "@": "end", "start:" or "start:end", where start may be "~" or left out for 0. */
static bool take_ends(const char **at, struct range *range)
{
    if (**at == '~') {
        (*at)++;
        range->low = -INFINITY;
    } else if (**at == ':' && (*at)[1] != '\0') {
        range->low = 0;
    } else if (!take_number(at, &range->low)) {
        return false;
    } else if (**at == '\0') {
        range->high = range->low;
        range->low = 0;
        return true;
    }
    if (**at != ':')
        return false;
    (*at)++;
    range->high = INFINITY;
    return **at == '\0' || take_number(at, &range->high);
}

int range_parse(const char *text, struct range *ret_range, struct err *err)
{
    struct range range = {.set = true, .alert_inside = *text == '@'};
    const char *at = text + range.alert_inside;

    if (!take_ends(&at, &range) || *at != '\0')
        return err_set(err, ERR_USAGE,
                       "\"%s\" is not a range; expected N, N:, ~:N, N:M or @N:M with plain decimal numbers",
                       text);
    if (range.low > range.high)
        return err_set(err, ERR_USAGE, "\"%s\" is not a range; expected the lower end first", text);
    *ret_range = range;
    return 0;
}

bool range_alerts(const struct range *range, double value)
{
    bool inside;

    if (!range->set || isnan(value))
        return false;
    inside = value >= range->low && value <= range->high;
    return inside == range->alert_inside;
}

/* The fewest decimals that read back to the same value; what no text can say (see above) is cut to what one
 * can. */
static const char *format_number(double value, char out[NUMBER_TEXT_BYTES])
{
    double magnitude = fmin(fabs(value), 999999999999999);
    int decimals = 0;
    int length;

    while (decimals < NUMBER_MAX_DIGITS && magnitude * power_of_ten[decimals + 1] < 1e15 &&
           rint(magnitude * power_of_ten[decimals]) / power_of_ten[decimals] != magnitude)
        decimals++;
    length = snprintf(out, NUMBER_TEXT_BYTES, "%s%0*" PRId64, value < 0 ? "-" : "", decimals + 1,
                      (int64_t)rint(magnitude * power_of_ten[decimals]));
    if (decimals > 0) {
        char *point = out + length - decimals;

        memmove(point + 1, point, (size_t)decimals + 1);
        *point = '.';
    }
    return out;
}

const char *range_format(const struct range *range, char out[RANGE_TEXT_BYTES])
{
    char low[NUMBER_TEXT_BYTES], high[NUMBER_TEXT_BYTES];
    bool open = isinf(range->high);
    bool bare = range->low == 0 && !open;

    out[0] = '\0';
    if (!range->set)
        return out;
    snprintf(out, RANGE_TEXT_BYTES, "%s%s%s%s", range->alert_inside ? "@" : "",
             bare ? "" : (isinf(range->low) ? "~" : format_number(range->low, low)), bare ? "" : ":",
             open ? "" : format_number(range->high, high));
    return out;
}

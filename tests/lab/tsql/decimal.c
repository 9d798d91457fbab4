#include "lab/tsql/decimal.h"

#include <ctype.h>
#include <string.h>

static bool power_of_ten(unsigned exponent, decimal_int *ret)
{
    *ret = 1;
    if (exponent > DECIMAL_DIGITS_MAX)
        return false;
    while (exponent--)
        *ret *= 10;
    return true;
}

static bool add_digit(struct decimal *decimal, char digit)
{
    return !__builtin_mul_overflow(decimal->value, 10, &decimal->value) &&
           !__builtin_add_overflow(decimal->value, digit - '0', &decimal->value);
}

bool decimal_parse(const char *text, struct decimal *ret)
{
    struct decimal decimal = {0, 0};
    bool negative, point = false, digits = false;

    text += strspn(text, " \t\r\n");
    negative = *text == '-';
    text += *text == '-' || *text == '+';
    for (; isdigit((unsigned char)*text) || (*text == '.' && !point); text++) {
        if (*text == '.') {
            point = true;
            continue;
        }
        digits = true;
        decimal.scale += point;
        if (!add_digit(&decimal, *text))
            return false;
    }
    text += strspn(text, " \t\r\n");
    if (*text || !digits || decimal.scale > DECIMAL_DIGITS_MAX)
        return false;
    *ret = (struct decimal){negative ? -decimal.value : decimal.value, decimal.scale};
    return true;
}

const char *decimal_format(struct decimal decimal, char out[DECIMAL_TEXT_BYTES])
{
    bool negative = decimal.value < 0;
    decimal_int rest = negative ? -decimal.value : decimal.value;
    char *at = out + DECIMAL_TEXT_BYTES - 1;

    *at = '\0';
    for (unsigned digits = 0; rest || digits <= decimal.scale; digits++) {
        if (decimal.scale && digits == decimal.scale)
            *--at = '.';
        *--at = (char)('0' + (int)(rest % 10));
        rest /= 10;
    }
    if (negative)
        *--at = '-';
    return memmove(out, at, (size_t)(out + DECIMAL_TEXT_BYTES - at));
}

bool decimal_rescale(struct decimal decimal, unsigned scale, struct decimal *ret)
{
    decimal_int factor, half;

    *ret = (struct decimal){decimal.value, scale};
    if (scale >= decimal.scale)
        return power_of_ten(scale - decimal.scale, &factor) &&
               !__builtin_mul_overflow(decimal.value, factor, &ret->value);
    if (!power_of_ten(decimal.scale - scale, &factor))
        return false;
    half = decimal.value < 0 ? -factor / 2 : factor / 2;
    ret->value = (decimal.value + half) / factor;
    return true;
}

bool decimal_fits(struct decimal decimal, unsigned precision)
{
    decimal_int limit;

    return power_of_ten(precision, &limit) && decimal.value < limit && decimal.value > -limit;
}

static bool divide(struct decimal a, struct decimal b, unsigned scale, struct decimal *ret)
{
    /* One digit more than asked for, then round. */
    if (b.value == 0 || !decimal_rescale(a, b.scale + scale + 1, &a))
        return false;
    return decimal_rescale((struct decimal){a.value / b.value, scale + 1}, scale, ret);
}

bool decimal_compute(char op, struct decimal a, struct decimal b, unsigned scale, struct decimal *ret)
{
    unsigned common = a.scale > b.scale ? a.scale : b.scale;
    struct decimal result = {0, common};
    bool overflow;

    if (op == '/')
        return divide(a, b, scale, ret);
    if (op == '*')
        result.scale = a.scale + b.scale;
    else if (!decimal_rescale(a, common, &a) || !decimal_rescale(b, common, &b))
        return false;
    if (op == '%' && b.value == 0)
        return false;
    switch (op) {
    case '+':
        overflow = __builtin_add_overflow(a.value, b.value, &result.value);
        break;
    case '-':
        overflow = __builtin_sub_overflow(a.value, b.value, &result.value);
        break;
    case '*':
        overflow = __builtin_mul_overflow(a.value, b.value, &result.value);
        break;
    default:
        overflow = false;
        result.value = a.value % b.value;
    }
    return !overflow && decimal_rescale(result, scale, ret);
}

int decimal_compare(struct decimal a, struct decimal b)
{
    unsigned common = a.scale > b.scale ? a.scale : b.scale;

    if (decimal_rescale(a, common, &a) && decimal_rescale(b, common, &b))
        return (a.value > b.value) - (a.value < b.value);
    return (a.value > 0) - (a.value < 0); /* one of them is out of reach of the other's scale */
}

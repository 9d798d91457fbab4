#include "base/number.h"

bool number_parse(const char *text, int64_t *ret)
{
    bool negative = *text == '-';
    const char *digit = text + negative;
    int64_t value = 0;

    if (*digit == '\0' || (digit[0] == '0' && (digit[1] != '\0' || negative)))
        return false;
    for (; *digit; digit++) {
        if (*digit < '0' || *digit > '9' || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, *digit - '0',
                                   &value)) /* downwards: INT64_MIN has no positive twin */
            return false;
    }
    if (!negative && value == INT64_MIN)
        return false;
    *ret = negative ? value : -value;
    return true;
}

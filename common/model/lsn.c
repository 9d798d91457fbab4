#include "model/lsn.h"

#include <string.h>

bool lsn_parse(const char *text, struct lsn *ret_lsn)
{
    size_t length = strspn(text, "0123456789");

    if (length < 1 || length > LSN_DIGITS || text[length] != '\0')
        return false;
    memset(ret_lsn->digits, '0', LSN_DIGITS - length);
    memcpy(ret_lsn->digits + LSN_DIGITS - length, text, length);
    ret_lsn->digits[LSN_DIGITS] = '\0';
    return true;
}

bool lsn_known(const struct lsn *lsn)
{
    return lsn->digits[0] != '\0';
}

int lsn_compare(const struct lsn *a, const struct lsn *b)
{
    return strcmp(a->digits, b->digits);
}

const char *lsn_text(const struct lsn *lsn)
{
    size_t zeros = strspn(lsn->digits, "0");

    if (!lsn_known(lsn))
        return "unknown";
    return lsn->digits + (zeros < LSN_DIGITS ? zeros : LSN_DIGITS - 1);
}

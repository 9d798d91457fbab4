/*
 * Numbers as every format prints them: no exponent, whole numbers exact, otherwise the fewest decimals (at
 * most nine) that read back to the value.  Thread-safe.
 */
#ifndef PCHAT_PRESENT_DECIMAL_H
#define PCHAT_PRESENT_DECIMAL_H

#include "base/strbuf.h"

/* value must be finite. */
void decimal_add(struct strbuf *out, double value);

#endif

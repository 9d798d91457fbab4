#include "present/decimal.h"

#include <math.h>
#include <stdio.h>

enum { MOST_DECIMALS = 9, TEXT_BYTES = 400 };

void decimal_add(struct strbuf *out, double value)
{
    char text[TEXT_BYTES];
    int decimals = 0;

    if (value == 0)
        value = 0; /* no "-0" */
    do
        snprintf(text, sizeof(text), "%.*f", decimals, value);
    while (strtod(text, NULL) != value && decimals++ < MOST_DECIMALS);
    strbuf_add(out, text);
}

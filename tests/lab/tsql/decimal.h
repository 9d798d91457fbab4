/*
 * numeric(p, s) as text: exact decimal arithmetic up to 38 digits ("Precision, scale, and length").
 */
#ifndef PCHAT_LAB_TSQL_DECIMAL_H
#define PCHAT_LAB_TSQL_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>

__extension__ typedef __int128 decimal_int;

enum { DECIMAL_TEXT_BYTES = 48, DECIMAL_DIGITS_MAX = 38 };

/* value * 10^-scale */
struct decimal {
    decimal_int value;
    unsigned scale;
};

/* "[blanks][-+]digits[.digits][blanks]"; false when it is anything else or has more than 38 digits. */
bool decimal_parse(const char *text, struct decimal *ret);
const char *decimal_format(struct decimal decimal, char out[DECIMAL_TEXT_BYTES]);
/* Rounds half away from zero, or adds zeros; false on overflow. */
bool decimal_rescale(struct decimal decimal, unsigned scale, struct decimal *ret);
/* Does it fit into that many digits? */
bool decimal_fits(struct decimal decimal, unsigned precision);
/* op: + - * / %; the result is rounded to `scale`.  False on overflow; dividing by zero is the caller's to
 * refuse. */
bool decimal_compute(char op, struct decimal a, struct decimal b, unsigned scale, struct decimal *ret);
/* < 0, 0, > 0 */
int decimal_compare(struct decimal a, struct decimal b);

#endif

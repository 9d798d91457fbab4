/*
 * Whole numbers that people write in options and files: plain decimal, the whole text, nothing around it.
 * "010", "+5", "0x10", "1e3", "10x", " 7" and "" are no numbers here, so that none is read as something else.
 * Pure, thread-safe, independent of the locale.
 */
#ifndef PCHAT_BASE_NUMBER_H
#define PCHAT_BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* False, leaving *ret alone, when the text is no such number or does not fit. */
bool number_parse(const char *text, int64_t *ret);

#endif

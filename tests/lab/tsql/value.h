/*
 * Values and their conversions: CAST and CONVERT ("CAST and CONVERT", conversion table).
 */
#ifndef PCHAT_LAB_TSQL_VALUE_H
#define PCHAT_LAB_TSQL_VALUE_H

#include "lab/tsql/run.h"

/* May values of one type become the other, without being asked (implicit) or with CAST? */
bool type_converts(struct type from, struct type to, bool implicit);

/*
 * *out = the value as operation->to; texts live in the run's arena or are the old ones.  style is CONVERT's
 * third argument, 0 without.  -1: the problem is added (245, 8115, 241 ...).
 */
int value_convert(struct run *run, const struct operation *operation, const struct tsql_value *in, int style,
                  struct tsql_value *out);
/* a op b, both already of operation->to (or datetime and days). */
int value_compute(struct run *run, const struct operation *operation, const struct tsql_value *a,
                  const struct tsql_value *b, struct tsql_value *out);

struct tsql_value value_null(void);
struct tsql_value value_integer(int64_t integer);
struct tsql_value value_text(const char *text);
/* "0x0105..." or hex digits alone; the bytes live in the arena. */
struct tsql_value value_from_hex(struct arena *arena, const char *digits);

#endif

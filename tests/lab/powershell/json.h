/*
 * JSON as Windows PowerShell writes and reads it: enumerations as numbers, dates as "\/Date(ms)\/", its own
 * indentation.
 */
#ifndef PCHAT_LAB_POWERSHELL_JSON_H
#define PCHAT_LAB_POWERSHELL_JSON_H

#include "lab/powershell/run.h"

/* What lies deeper than `depth` is written as its text. */
void ps_json_write(struct ps *ps, const struct ps_value *value, int depth, bool compress,
                   struct strbuf *json);
/* 0, or -1 for a text that is no JSON. */
int ps_json_read(struct ps *ps, const char *text, struct ps_value *ret_value);

#endif

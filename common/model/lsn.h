/*
 * Log sequence numbers: numeric(25,0) - VLF sequence number, 10 digits of block offset, 5 of slot.  They do
 * not fit in 64 bits, so they are kept as 25 digits with leading zeros, whose text order is their order.
 * Source: sys.master_files, backupset (SQL Server documentation).  Pure, thread-safe.
 */
#ifndef PCHAT_MODEL_LSN_H
#define PCHAT_MODEL_LSN_H

#include <stdbool.h>

enum { LSN_DIGITS = 25 };

struct lsn {
    char digits[LSN_DIGITS + 1]; /* "" is unknown */
};

/* 1 to 25 decimal digits and nothing else; false leaves *ret_lsn alone. */
bool lsn_parse(const char *text, struct lsn *ret_lsn);
bool lsn_known(const struct lsn *lsn);
/* <0, 0, >0; both must be known. */
int lsn_compare(const struct lsn *a, const struct lsn *b);
/* Without leading zeros, as SQL Server prints it; "unknown" when unknown. */
const char *lsn_text(const struct lsn *lsn);

#endif

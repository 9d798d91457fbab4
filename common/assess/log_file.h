/*
 * Names of log backup files as log shipping makes them: DATABASE_yyyymmddhhmmss.trn, the time in UTC by the
 * clock of the server that took the backup (universally observed, nowhere promised; so times from backupset
 * are preferred).  Rows may hold bare names or whole paths.  Source: "About Log Shipping".  Pure,
 * thread-safe.
 */
#ifndef PCHAT_ASSESS_LOG_FILE_H
#define PCHAT_ASSESS_LOG_FILE_H

#include <stdbool.h>
#include <stdint.h>

/* What follows the last \ or /. */
const char *log_file_name(const char *path);
/* False for NULL, another database, .wrk, a wrong count of digits, or no date. */
bool log_file_stamp(const char *path, const char *database, int64_t *ret_utc_ms);
/* Same file name, whatever folder, in any case; false when either is NULL. */
bool log_file_equal(const char *a, const char *b);
/* Is the path inside the folder?  Any case, \ or /; false when either is NULL or empty. */
bool log_file_in_folder(const char *path, const char *folder);

#endif

/*
 * Durations and amounts of bytes as people read them: "35 s", "47 min", "2 h 05 min", "3 d 04 h"; "16 MB".
 * Pure, thread-safe.
 */
#ifndef PCHAT_BASE_DURATION_H
#define PCHAT_BASE_DURATION_H

#include <stdint.h>

enum { DURATION_TEXT_BYTES = 48 };

/* Rounded down to the unit shown, so that a limit just passed is not exaggerated; negative ones with "-". */
const char *duration_format(int64_t duration_s, char out[DURATION_TEXT_BYTES]);
/* To the second, "30 min 20 s": for values beside a limit that would read the same. */
const char *duration_format_exact(int64_t duration_s, char out[DURATION_TEXT_BYTES]);
/* Powers of 1024, one decimal below ten: "512 B", "1.5 MB", "16 MB". */
const char *bytes_format(int64_t bytes, char out[DURATION_TEXT_BYTES]);

#endif

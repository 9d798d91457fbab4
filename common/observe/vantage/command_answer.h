/*
 * What a program of the site answers, line by line:
 *
 *     now TIME                       what the clock shows from which the other times were read
 *     NAME seen|not_seen|unknown TIME
 *     * seen|not_seen|unknown TIME   the reference
 *
 * Words are parted by blanks or tabs; TIME is RFC 3339 in UTC: 2026-11-23T05:15:40Z.  Names are those of the
 * objects, in any case.  A line that is none of these, or of an object that was not asked about, is passed
 * over and counted: its bytes go nowhere.  Pure, thread-safe.
 */
#ifndef PCHAT_OBSERVE_VANTAGE_COMMAND_ANSWER_H
#define PCHAT_OBSERVE_VANTAGE_COMMAND_ANSWER_H

#include "observe/vantage/verdicts.h"

/* Returns how many lines were passed over. */
size_t command_answer_read(const char *text, size_t length, struct verdicts *verdicts);

#endif

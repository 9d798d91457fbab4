/*
 * Small pieces of sentences.  Results live in the arena that is given.
 */
#ifndef PCHAT_ASSESS_WORDS_H
#define PCHAT_ASSESS_WORDS_H

#include "base/arena.h"
#include "model/facts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The first line of what a server said, at most 160 bytes of it; "" for NULL. */
const char *words_clip(struct arena *arena, const char *text);
/* "READ_ONLY" -> "read-only": a state of SQL Server as it reads in a sentence; "unknown" for NULL. */
const char *words_lower(struct arena *arena, const char *state);
/* "47 min". */
const char *words_duration(struct arena *arena, int64_t duration_s);
/* "05:10:02Z", with the date when it is a day or more from `now`; "at an unknown time". */
const char *words_time(struct arena *arena, struct fact_num utc_ms, int64_t now_utc_ms);
/* Case-insensitive, as SQL Server's own words; false for NULL. */
bool words_equal(const char *a, const char *b);
/* Does the text hold the word: case-insensitive, and a number not inside a longer one? */
bool words_contain(const char *text, const char *word);

#endif

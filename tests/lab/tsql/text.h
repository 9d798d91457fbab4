/*
 * UTF-8 text as SQL Server counts and compares it: characters, blanks at the end, case.
 */
#ifndef PCHAT_LAB_TSQL_TEXT_H
#define PCHAT_LAB_TSQL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

size_t text_characters(const char *text);
/* Bytes of the first `characters` characters (fewer when the text ends before). */
size_t text_prefix_bytes(const char *text, size_t characters);
/* Bytes of the longest prefix that takes at most that many bytes as UTF-16. */
size_t text_prefix_utf16(const char *text, size_t utf16_bytes);
size_t text_utf16_bytes(const char *text);
/* Bytes without blanks at the end. */
size_t text_trimmed_bytes(const char *text, size_t length_bytes);
/* As collation ..._CI_AS compares two texts of given lengths in bytes; blanks at the end do not count. */
int text_compare(const char *a, size_t a_bytes, const char *b, size_t b_bytes);
/* LIKE: % _ [a-z] [^a-z]; escape 0 = none. */
bool text_like(const char *text, const char *pattern, uint32_t escape);
/* The character at *text, which moves behind it; 0 at the end. */
uint32_t text_next(const char **text);
/* Writes the character; returns its bytes (0 for what is no character). */
size_t text_put(uint32_t character, char out[4]);

#endif

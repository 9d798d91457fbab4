/*
 * The two kinds of patterns: wildcards (-like) and regular expressions (-match, -replace, -split).  The
 * latter are POSIX extended ones with \d, which is what the expressions of scripts like ours have in common
 * with .NET's; others are refused.  Bounded in size, because patterns come from scripts that tests make up.
 */
#ifndef PCHAT_LAB_POWERSHELL_PATTERN_H
#define PCHAT_LAB_POWERSHELL_PATTERN_H

#include <regex.h>
#include <stdbool.h>

bool ps_like(const char *text, const char *pattern, bool case_sensitive);
/* 0, or -1 for an expression that is none here.  regfree() ends it. */
int ps_regex(const char *pattern, bool case_sensitive, regex_t *ret_regex);

enum { PS_GROUPS_MAX = 10 };

#endif

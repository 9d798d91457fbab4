#include "lab/powershell/pattern.h"

#include "base/strbuf.h"

#include <ctype.h>
#include <string.h>

static bool same_char(char a, char b, bool case_sensitive)
{
    return a == b || (!case_sensitive && tolower((unsigned char)a) == tolower((unsigned char)b));
}

/* Does the set behind the [ at *pattern hold c?  *pattern moves behind its ]; without one, [ is a character.
 */
static bool in_set(const char **pattern, char c, bool case_sensitive)
{
    const char *at = *pattern + 1, *end = strchr(at, ']');
    bool found = false;

    if (!end) {
        ++*pattern;
        return c == '[';
    }
    for (; at < end; at++) {
        if (at[1] == '-' && at + 2 < end) {
            found |= tolower((unsigned char)c) >= tolower((unsigned char)at[0]) &&
                     tolower((unsigned char)c) <= tolower((unsigned char)at[2]);
            at += 2;
        } else {
            found |= same_char(*at, c, case_sensitive);
        }
    }
    *pattern = end + 1;
    return found;
}

static bool one_matches(const char **pattern, char c, bool case_sensitive)
{
    if (**pattern == '[')
        return in_set(pattern, c, case_sensitive);
    ++*pattern;
    return (*pattern)[-1] == '?' || same_char((*pattern)[-1], c, case_sensitive);
}

bool ps_like(const char *text, const char *pattern, bool case_sensitive)
{
    const char *star = NULL, *retry = NULL; /* where the last * stood, and what it has not yet eaten */

    while (*text) {
        const char *next = pattern;

        if (*pattern == '*') {
            star = ++pattern;
            retry = text;
        } else if (*pattern && one_matches(&next, *text, case_sensitive)) {
            pattern = next;
            text++;
        } else if (star) {
            pattern = star;
            text = ++retry;
        } else {
            return false;
        }
    }
    return pattern[strspn(pattern, "*")] == '\0';
}

enum { PATTERN_BYTES_MAX = 200, REPEATS_MAX = 4 };

/* Is it small enough, and free of what POSIX reads differently? */
static bool acceptable(const char *pattern)
{
    int repeats = 0;

    for (const char *at = pattern; *at; at++) {
        repeats += *at == '*' || *at == '+' || *at == '{';
        if (*at == '{' && strspn(at + 1, "0123456789") > 2)
            return false;
        if (strncmp(at, "(?", 2) == 0 || strncmp(at, "*?", 2) == 0 || strncmp(at, "+?", 2) == 0)
            return false;
        if (*at == '\\' && *++at && strchr("123456789", *at))
            return false;
        if (!*at)
            return false;
    }
    return strlen(pattern) <= PATTERN_BYTES_MAX && repeats <= REPEATS_MAX;
}

int ps_regex(const char *pattern, bool case_sensitive, regex_t *ret_regex)
{
    AUTO(strbuf) struct strbuf posix = STRBUF_INIT;
    bool in_brackets = false;

    if (!acceptable(pattern))
        return -1;
    for (const char *at = pattern; *at; at++) {
        if (strncmp(at, "\\d", 2) == 0) {
            strbuf_add(&posix, in_brackets ? "0-9" : "[0-9]");
            at++;
        } else if (*at == '\\') {
            strbuf_add_n(&posix, at++, 2);
        } else {
            in_brackets = *at == '[' || (in_brackets && *at != ']');
            strbuf_add_char(&posix, *at);
        }
    }
    return regcomp(ret_regex, strbuf_text(&posix), REG_EXTENDED | (case_sensitive ? 0 : REG_ICASE)) == 0 ? 0
                                                                                                         : -1;
}

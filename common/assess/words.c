#include "assess/words.h"

#include "base/duration.h"
#include "base/utc.h"
#include "base/utf8.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { CLIP_BYTES = 160, DAY_S = 86400 };

const char *words_clip(struct arena *arena, const char *text)
{
    size_t length;

    if (!text)
        return "";
    length = strcspn(text, "\r\n");
    if (length <= CLIP_BYTES)
        return arena_text_n(arena, text, length);
    return arena_format(arena, "%.*s...", (int)utf8_cut(text, length, CLIP_BYTES), text);
}

const char *words_lower(struct arena *arena, const char *state)
{
    char *lower = arena_text(arena, state ? state : "unknown");

    for (char *at = lower; *at; at++) {
        if (*at == '_')
            *at = '-';
        else
            *at = (char)tolower((unsigned char)*at);
    }
    return lower;
}

const char *words_duration(struct arena *arena, int64_t duration_s)
{
    char text[DURATION_TEXT_BYTES];

    return arena_text(arena, duration_format(duration_s, text));
}

const char *words_time(struct arena *arena, struct fact_num utc_ms, int64_t now_utc_ms)
{
    char text[UTC_TEXT_BYTES];
    bool is_near;

    if (!utc_ms.known)
        return "at an unknown time";
    is_near = llabs(utc_ms.value / 1000 - now_utc_ms / 1000) < DAY_S;
    /* Milliseconds are noise in a sentence. */
    return arena_text(arena, is_near ? utc_format_time(utc_ms.value, text)
                                     : utc_format(utc_ms.value / 1000 * 1000, text));
}

bool words_equal(const char *a, const char *b)
{
    return a && b && strcasecmp(a, b) == 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool words_contain(const char *text, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = text; at && (at = strcasestr(at, word)); at++) {
        bool inside_number = is_digit(word[0]) && ((at > text && is_digit(at[-1])) || is_digit(at[length]));

        if (!inside_number)
            return true;
    }
    return false;
}

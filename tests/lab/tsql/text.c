#include "lab/tsql/text.h"

#include <string.h>

static size_t sequence_bytes(unsigned char lead)
{
    return lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
}

/* Length of the character here, never beyond the end of the text. */
static size_t step_bytes(const char *at)
{
    size_t wanted = sequence_bytes((unsigned char)*at), have = 1;

    while (have < wanted && ((unsigned char)at[have] & 0xc0) == 0x80)
        have++;
    return have;
}

uint32_t text_next(const char **text)
{
    static const unsigned char lead_masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    size_t bytes = **text ? step_bytes(*text) : 0;
    uint32_t character = bytes ? (unsigned char)**text & lead_masks[bytes] : 0;

    for (size_t i = 1; i < bytes; i++)
        character = character << 6 | ((unsigned char)(*text)[i] & 0x3f);
    *text += bytes;
    return character;
}

size_t text_put(uint32_t character, char out[4])
{
    if (character < 0x80) {
        out[0] = (char)character;
        return character != 0;
    }
    if (character < 0x800) {
        out[0] = (char)(0xc0 | character >> 6);
        out[1] = (char)(0x80 | (character & 0x3f));
        return 2;
    }
    if (character > 0xffff || (character >= 0xd800 && character <= 0xdfff))
        return 0;
    out[0] = (char)(0xe0 | character >> 12);
    out[1] = (char)(0x80 | (character >> 6 & 0x3f));
    out[2] = (char)(0x80 | (character & 0x3f));
    return 3;
}

size_t text_characters(const char *text)
{
    size_t count = 0;

    for (; *text; text += step_bytes(text))
        count++;
    return count;
}

size_t text_prefix_bytes(const char *text, size_t characters)
{
    const char *at = text;

    while (*at && characters--)
        at += step_bytes(at);
    return (size_t)(at - text);
}

size_t text_prefix_utf16(const char *text, size_t utf16_bytes)
{
    const char *at = text;

    while (*at) {
        size_t step = step_bytes(at), needs = step == 4 ? 4 : 2;

        if (needs > utf16_bytes)
            break;
        utf16_bytes -= needs;
        at += step;
    }
    return (size_t)(at - text);
}

size_t text_utf16_bytes(const char *text)
{
    size_t bytes = 0;

    for (; *text; text += step_bytes(text))
        bytes += step_bytes(text) == 4 ? 4 : 2;
    return bytes;
}

size_t text_trimmed_bytes(const char *text, size_t length_bytes)
{
    while (length_bytes && text[length_bytes - 1] == ' ')
        length_bytes--;
    return length_bytes;
}

static uint32_t fold(uint32_t character)
{
    return character >= 'A' && character <= 'Z' ? character + ('a' - 'A') : character;
}

int text_compare(const char *a, size_t a_bytes, const char *b, size_t b_bytes)
{
    size_t a_length = text_trimmed_bytes(a, a_bytes), b_length = text_trimmed_bytes(b, b_bytes);
    size_t shorter = a_length < b_length ? a_length : b_length;

    for (size_t i = 0; i < shorter; i++) {
        uint32_t x = fold((unsigned char)a[i]), y = fold((unsigned char)b[i]);

        if (x != y)
            return x < y ? -1 : 1;
    }
    return (a_length > b_length) - (a_length < b_length);
}

/* [abc], [a-z], [^...] at *pattern (behind the bracket), which moves behind the closing one. */
static bool in_set(const char **pattern, uint32_t character)
{
    bool negated = **pattern == '^', found = false;

    *pattern += negated;
    while (**pattern && **pattern != ']') {
        uint32_t low = fold(text_next(pattern)), high = low;

        if (**pattern == '-' && (*pattern)[1] && (*pattern)[1] != ']') {
            (*pattern)++;
            high = fold(text_next(pattern));
        }
        found = found || (character >= low && character <= high);
    }
    *pattern += **pattern == ']';
    return found != negated;
}

/* Does the one character match what stands at *pattern, which moves behind it? */
static bool one_matches(const char **pattern, uint32_t escape, uint32_t character)
{
    uint32_t wanted = text_next(pattern);

    if (escape && wanted == escape)
        return fold(text_next(pattern)) == character;
    if (wanted == '_')
        return true;
    if (wanted == '[')
        return in_set(pattern, character);
    return fold(wanted) == character;
}

bool text_like(const char *text, const char *pattern, uint32_t escape)
{
    const char *after_percent = NULL, *retry = NULL;

    for (;;) {
        if (*pattern == '%' && escape != '%') {
            after_percent = ++pattern;
            retry = text;
            continue;
        }
        if (!*text && !*pattern)
            return true;
        if (*text && *pattern && one_matches(&pattern, escape, fold(text_next(&text))))
            continue;
        if (!after_percent || !*retry)
            return false;
        text_next(&retry);
        text = retry;
        pattern = after_percent;
    }
}

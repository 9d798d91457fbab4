#include "act/tell/words_safe.h"

#include "base/utf8.h"

#include <stdbool.h>
#include <string.h>

/* U+202A-U+202E, U+2066-U+2069, U+200E, U+200F, U+061C. */
static bool turns_direction(uint32_t code)
{
    return (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0x200E ||
           code == 0x200F || code == 0x061C;
}

static bool breaks_line(uint32_t code)
{
    return code == 0x2028 || code == 0x2029;
}

/* Code points that are no characters at all are refused in HTML. */
static bool is_no_character(uint32_t code)
{
    return (code >= 0xFDD0 && code <= 0xFDEF) || (code & 0xFFFE) == 0xFFFE;
}

static uint32_t tame(uint32_t code)
{
    enum { PICTURES = 0x2400, PICTURE_OF_DELETE = 0x2421 };

    if (code < 0x20)
        return PICTURES + code;
    if (code == 0x7F)
        return PICTURE_OF_DELETE;
    if ((code >= 0x80 && code < 0xA0) || turns_direction(code) || breaks_line(code) || is_no_character(code))
        return UTF8_REPLACEMENT;
    return code;
}

void safe_line(struct strbuf *out, const char *text)
{
    const char *end = text + strlen(text);

    while (text < end) {
        uint32_t code = utf8_next(&text, end);

        if (code == '\r' && text < end && *text == '\n')
            continue;
        utf8_add(out, code == '\n' || code == '\t' ? ' ' : tame(code));
    }
}

void safe_block(struct strbuf *out, const char *indent, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        size_t shown = length && text[length - 1] == '\r' ? length - 1 : length;
        AUTO(strbuf) struct strbuf line = STRBUF_INIT;

        strbuf_add_n(&line, text, shown);
        if (shown)
            strbuf_add(out, indent);
        safe_line(out, strbuf_text(&line));
        strbuf_add(out, "\n");
        text += length + (text[length] == '\n');
    }
}

static void break_line(struct strbuf *out, size_t column)
{
    strbuf_format(out, "\n%*s", (int)column, "");
}

void safe_wrapped(struct strbuf *out, size_t column, const char *text)
{
    AUTO(strbuf) struct strbuf line = STRBUF_INIT;
    size_t at = column;

    safe_line(&line, text);
    for (char *rest = line.text, *word; rest && (word = strsep(&rest, " "));) {
        size_t width = utf8_columns(word);

        if (!width)
            continue;
        if (at > column && at + 1 + width > TELL_COLUMNS) {
            break_line(out, column);
            at = column;
        } else if (at > column) {
            strbuf_add(out, " ");
            at++;
        }
        strbuf_add(out, word);
        at += width;
    }
    strbuf_add(out, "\n");
}

static const char *entity_of(uint32_t code)
{
    switch (code) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void safe_html(struct strbuf *out, const char *text)
{
    const char *end = text + strlen(text);

    while (text < end) {
        uint32_t code = utf8_next(&text, end);
        const char *entity = entity_of(code);

        if (code == '\r' && text < end && *text == '\n')
            continue;
        if (entity)
            strbuf_add(out, entity);
        else
            utf8_add(out, code == '\n' || code == '\t' ? code : tame(code));
    }
}

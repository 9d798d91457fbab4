#include "present/escape.h"

#include "base/utf8.h"

#include <string.h>

enum { BROKEN_BAR = 0xA6 };

/* C0, DEL, C1; line and paragraph separators; the bidirectional controls and the byte order mark. */
static bool is_control(uint32_t code)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {{0x00, 0x1F},     {0x7F, 0x9F},     {0x200E, 0x200F}, {0x2028, 0x2029},
                  {0x202A, 0x202E}, {0x2066, 0x2069}, {0xFEFF, 0xFEFF}};

    for (size_t i = 0; i < COUNT(ranges); i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

static uint32_t harmless(uint32_t code)
{
    if (is_control(code))
        return ' ';
    return code == '|' ? BROKEN_BAR : code;
}

void escape_line(struct strbuf *out, const char *text)
{
    const char *end = text + strlen(text);

    while (text < end)
        utf8_add(out, harmless(utf8_next(&text, end)));
}

void escape_perfdata_label(struct strbuf *out, const char *label)
{
    const char *end = label + strlen(label);

    strbuf_add_char(out, '\'');
    while (label < end) {
        uint32_t code = harmless(utf8_next(&label, end));

        if (code == '\'')
            strbuf_add_char(out, '\'');
        utf8_add(out, code == '=' ? '_' : code);
    }
    strbuf_add_char(out, '\'');
}

void escape_prometheus(struct strbuf *out, const char *text)
{
    const char *end = text + strlen(text);

    while (text < end) {
        uint32_t code = utf8_next(&text, end);

        if (code == '\\' || code == '"')
            strbuf_add_char(out, '\\');
        if (code == '\n')
            strbuf_add(out, "\\n");
        else
            utf8_add(out, code);
    }
}

#include "observe/winrm/xml_text.h"

#include "base/utf8.h"

#include <string.h>

static const char *const references[] = {
    ['&'] = "&amp;",  ['<'] = "&lt;",  ['>'] = "&gt;",   ['"'] = "&quot;",
    ['\''] = "&#39;", ['\t'] = "&#9;", ['\n'] = "&#10;", ['\r'] = "&#13;",
};

static bool has_reference(uint32_t code)
{
    return code < COUNT(references) && references[code];
}

static bool xml_can_hold(uint32_t code)
{
    return code >= 0x20 && code != 0xFFFE && code != 0xFFFF;
}

/* It stands for itself, as nearly all of a text does. */
static bool is_plain(unsigned char byte)
{
    return byte >= 0x20 && byte < 0x80 && !has_reference(byte);
}

static size_t count_plain(const char *text)
{
    size_t count = 0;

    while (is_plain((unsigned char)text[count]))
        count++;
    return count;
}

static void add_code(struct strbuf *out, uint32_t code)
{
    if (has_reference(code))
        strbuf_add(out, references[code]);
    else
        utf8_add(out, xml_can_hold(code) ? code : UTF8_REPLACEMENT);
}

void xml_add_text(struct strbuf *out, const char *text)
{
    const char *end = text + strlen(text);

    while (text < end) {
        size_t plain = count_plain(text);

        strbuf_add_n(out, text, plain);
        text += plain;
        if (text < end)
            add_code(out, utf8_next(&text, end));
    }
}

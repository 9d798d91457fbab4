#include "observe/winrm/xml_text.h"

#include "base/utf8.h"

#include <string.h>

static const char *const references[] = {
    ['&'] = "&amp;",  ['<'] = "&lt;",  ['>'] = "&gt;",   ['"'] = "&quot;",
    ['\''] = "&#39;", ['\t'] = "&#9;", ['\n'] = "&#10;", ['\r'] = "&#13;",
};

static bool xml_can_hold(uint32_t code)
{
    return code >= 0x20 && code != 0xFFFE && code != 0xFFFF;
}

void xml_add_text(struct strbuf *out, const char *text)
{
    const char *end = text + strlen(text);

    while (text < end) {
        uint32_t code = utf8_next(&text, end);

        if (code < COUNT(references) && references[code])
            strbuf_add(out, references[code]);
        else
            utf8_add(out, xml_can_hold(code) ? code : UTF8_REPLACEMENT);
    }
}

#include "observe/winrm/wql.h"

#include "base/utf8.h"

#include <string.h>

void wql_quote(struct strbuf *out, const char *text)
{
    const char *end = text + strlen(text);

    strbuf_add_char(out, '\'');
    while (text < end) {
        uint32_t code = utf8_next(&text, end);

        if (code == '\\' || code == '\'')
            strbuf_add_char(out, '\\');
        utf8_add(out, code);
    }
    strbuf_add_char(out, '\'');
}

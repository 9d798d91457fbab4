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

/* A set of one character: "LIKE Operator" knows no escape.  A ] alone means nothing. */
void wql_quote_within(struct strbuf *out, const char *text)
{
    AUTO(strbuf) struct strbuf pattern = STRBUF_INIT;

    strbuf_add_char(&pattern, '%');
    for (; *text; text++) {
        if (strchr("%_[", *text))
            strbuf_format(&pattern, "[%c]", *text);
        else
            strbuf_add_char(&pattern, *text);
    }
    strbuf_add_char(&pattern, '%');
    wql_quote(out, strbuf_text(&pattern));
}

#include "base/sql_quote.h"

#include "base/utf8.h"

#include <string.h>

static void add_doubling(struct strbuf *out, const char *text, char doubled)
{
    const char *end = text + strlen(text);

    while (text < end) {
        uint32_t code = utf8_next(&text, end);

        utf8_add(out, code);
        if (code == (unsigned char)doubled)
            utf8_add(out, code);
    }
}

void sql_quote_literal(struct strbuf *out, const char *text)
{
    strbuf_add(out, "N'");
    add_doubling(out, text, '\'');
    strbuf_add(out, "'");
}

void sql_quote_name(struct strbuf *out, const char *name)
{
    strbuf_add(out, "[");
    add_doubling(out, name, ']');
    strbuf_add(out, "]");
}

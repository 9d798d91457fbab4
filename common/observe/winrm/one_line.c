#include "observe/winrm/one_line.h"

#include "base/utf8.h"

#include <string.h>

const char *one_line(struct arena *arena, const char *text)
{
    AUTO(strbuf) struct strbuf line = STRBUF_INIT;
    const char *end = text + strlen(text);
    bool blank = false;

    while (text < end && line.length <= ONE_LINE_MAX_BYTES) {
        uint32_t code = utf8_next(&text, end);

        if (code <= ' ' || (code >= 0x7F && code <= 0xA0)) {
            blank = line.length > 0;
            continue;
        }
        if (blank)
            strbuf_add_char(&line, ' ');
        utf8_add(&line, code);
        blank = false;
    }
    if (line.length > ONE_LINE_MAX_BYTES) {
        strbuf_truncate(&line, utf8_cut(line.text, line.length, ONE_LINE_MAX_BYTES));
        strbuf_add(&line, "…");
    }
    return arena_text(arena, strbuf_text(&line));
}

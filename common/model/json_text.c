#include "model/json_text.h"

#include "base/utf8.h"

json_t *json_text(const char *text)
{
    AUTO(strbuf) struct strbuf valid = STRBUF_INIT;

    if (!text)
        return json_null();
    utf8_add_text(&valid, text);
    return json_stringn(strbuf_text(&valid), valid.length);
}

static int add_chunk(const char *bytes, size_t length, void *out)
{
    strbuf_add_n(out, bytes, length);
    return 0;
}

/* Fifteen digits read back to every decimal that people write, without the noise of the seventeenth. */
void json_print(const json_t *root, struct strbuf *out)
{
    json_dump_callback(root, add_chunk, out, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    strbuf_add_char(out, '\n');
}

void json_print_compact(const json_t *root, struct strbuf *out)
{
    json_dump_callback(root, add_chunk, out, JSON_COMPACT | JSON_REAL_PRECISION(15));
}

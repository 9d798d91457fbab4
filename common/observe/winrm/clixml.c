#include "observe/winrm/clixml.h"

#include "base/utf8.h"
#include "observe/winrm/xml_document.h"

#include <string.h>

static const char marker[] = "#< CLIXML";
static const char start_tag[] = "<Objs";
static const char end_tag[] = "</Objs>";

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    const char *at = c ? strchr(digits, c) : NULL;
    int value = at ? (int)(at - digits) : -1;

    return value > 15 ? value - 6 : value;
}

/* The code unit of an escape "_xHHHH_" at `text`, or -1. */
static int32_t escaped_unit(const char *text)
{
    int32_t unit = 0;

    if (text[0] != '_' || text[1] != 'x')
        return -1;
    for (int i = 2; i < 6; i++) {
        int digit = hex_digit(text[i]);

        if (digit < 0)
            return -1;
        unit = unit << 4 | digit;
    }
    return text[6] == '_' ? unit : -1;
}

static bool is_high(int32_t unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low(int32_t unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

void clixml_add_decoded(struct strbuf *out, const char *text)
{
    enum { ESCAPE_BYTES = 7 };
    const char *end = text + strlen(text);

    while (text < end) {
        int32_t unit = escaped_unit(text), low;

        if (unit < 0) {
            utf8_add(out, utf8_next(&text, end));
            continue;
        }
        text += ESCAPE_BYTES;
        low = is_high(unit) ? escaped_unit(text) : -1;
        if (is_low(low)) {
            unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
            text += ESCAPE_BYTES;
        }
        utf8_add(out, unit ? (uint32_t)unit : UTF8_REPLACEMENT);
    }
}

/* Line ends as one kind, so that nothing downstream meets a \r. */
static void add_lines(struct strbuf *out, const char *at, const char *end)
{
    while (at < end) {
        uint32_t code = utf8_next(&at, end);

        if (code != '\r')
            utf8_add(out, code ? code : UTF8_REPLACEMENT);
    }
}

static void add_record(struct strbuf *out, struct arena *arena, const xmlNode *record)
{
    AUTO(strbuf) struct strbuf decoded = STRBUF_INIT;
    const char *stream = node_attribute(arena, record, "S");

    if (!node_is(record, "S") || !stream || strcmp(stream, "Error") != 0)
        return;
    for (const xmlNode *part = record->children; part; part = part->next)
        if (part->type == XML_TEXT_NODE)
            clixml_add_decoded(&decoded, (const char *)part->content);
    add_lines(out, strbuf_text(&decoded), strbuf_text(&decoded) + decoded.length);
}

static void add_objects(struct strbuf *out, const char *xml, size_t length)
{
    AUTO(arena) struct arena *arena = arena_new();
    const char *problem;
    AUTO(xml_document) xmlDoc *document = xml_document_parse(xml, length, &problem);

    if (!document) {
        strbuf_add(out, "(an error record that cannot be read)\n");
        return;
    }
    for (const xmlNode *record = xmlDocGetRootElement(document)->children; record; record = record->next)
        add_record(out, arena, record);
}

static const char *find(const char *at, const char *end, const char *what)
{
    return memmem(at, (size_t)(end - at), what, strlen(what));
}

/* Text between two pieces of CLIXML; nothing where it is only line ends. */
static void add_plain(struct strbuf *out, const char *at, const char *end)
{
    const char *word = at;

    while (word < end && (*word == ' ' || *word == '\t' || *word == '\r' || *word == '\n'))
        word++;
    if (word < end)
        add_lines(out, at, end);
}

void clixml_add_errors(struct strbuf *out, const char *bytes, size_t length)
{
    const char *at = bytes, *end = bytes + length, *start;

    while (at < end && (start = find(at, end, marker)) != NULL) {
        const char *xml = find(start, end, start_tag);
        const char *stop = xml ? find(xml, end, end_tag) : NULL;

        add_plain(out, at, start);
        /* Cut short, it is no XML: the reader says so. */
        at = stop ? stop + strlen(end_tag) : end;
        if (xml)
            add_objects(out, xml, (size_t)(at - xml));
    }
    if (at < end)
        add_plain(out, at, end);
}

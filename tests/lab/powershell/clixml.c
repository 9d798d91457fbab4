#include "lab/powershell/clixml.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>

enum { CONSOLE_COLUMNS = 79 };

/* "_x000A_" for what XML cannot hold, and for what would read as such an escape. */
static void add_escaped(struct strbuf *xml, const char *text, size_t length)
{
    static const char special[] = "&<>";
    static const char *const names[] = {"&amp;", "&lt;", "&gt;"};

    for (size_t i = 0; i < length; i++) {
        const char *found = strchr(special, text[i]);

        if (found && text[i])
            strbuf_add(xml, names[found - special]);
        else if ((unsigned char)text[i] < 0x20)
            strbuf_format(xml, "_x%04X_", (unsigned char)text[i]);
        else if (text[i] == '_' && i + 1 < length && text[i + 1] == 'x')
            strbuf_add(xml, "_x005F_");
        else
            strbuf_add_char(xml, text[i]);
    }
}

/* As much of a line as the console shows in one row: up to a blank if there is one. */
static size_t row_length(const char *line, size_t length)
{
    size_t cut = CONSOLE_COLUMNS;

    if (length <= CONSOLE_COLUMNS)
        return length;
    while (cut > 0 && line[cut - 1] != ' ')
        cut--;
    if (cut > 0)
        return cut;
    for (cut = CONSOLE_COLUMNS; cut > 1 && ((unsigned char)line[cut] & 0xC0) == 0x80;)
        cut--;
    return cut;
}

void ps_clixml_text(struct strbuf *xml, const char *stream, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\r\n"), row = row_length(text, length);

        strbuf_format(xml, "<S S=\"%s\">", stream);
        add_escaped(xml, text, row);
        strbuf_add(xml, "_x000D__x000A_</S>");
        text += row;
        if (row == length) {
            text += *text == '\r';
            text += *text == '\n';
        }
    }
}

void ps_clixml_progress(struct strbuf *xml)
{
    strbuf_add(
        xml, "<Obj S=\"progress\" RefId=\"0\"><TN RefId=\"0\">"
             "<T>System.Management.Automation.PSCustomObject</T><T>System.Object</T></TN><MS>"
             "<I64 N=\"SourceId\">1</I64><PR N=\"Record\"><AV>Preparing modules for first use.</AV><AI>0</AI>"
             "<Nil /><PI>-1</PI><PC>-1</PC><T>Completed</T><SR>-1</SR><SD> </SD></PR></MS></Obj>");
}

char *ps_clixml_document(const struct strbuf *elements)
{
    if (elements->length == 0)
        return NULL;
    return mem_format("#< CLIXML\r\n<Objs Version=\"1.1.0.1\" "
                      "xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">%s</Objs>",
                      strbuf_text(elements));
}

#include "topology/yaml_text.h"

#include "base/cleanup.h"
#include "base/utf8.h"

#include <string.h>

static bool starts_with_mark(const char *text, size_t length)
{
    static const struct {
        const char *bytes;
        size_t length;
    } marks[] = {{"\xEF\xBB\xBF", 3}, {"\xFF\xFE", 2}, {"\xFE\xFF", 2}};

    for (size_t i = 0; i < COUNT(marks); i++)
        if (length >= marks[i].length && memcmp(text, marks[i].bytes, marks[i].length) == 0)
            return true;
    return false;
}

/* Not C0, C1, DEL, line or paragraph separator, byte order mark or noncharacter. */
static bool is_printable(uint32_t code)
{
    return (code >= 0x20 && code < 0x7F) || (code >= 0xA0 && code != 0x2028 && code != 0x2029 &&
                                             code != 0xFEFF && code != 0xFFFE && code != 0xFFFF);
}

bool yaml_is_one_line(const char *text, size_t length)
{
    const char *at = text, *end = text + length;

    while (at < end)
        if (!is_printable(utf8_next(&at, end)))
            return false;
    return true;
}

static int check_character(const struct yaml_file *file, int line, const char *begin, const char *end,
                           struct err *err)
{
    const char *at = begin;
    uint32_t code = utf8_next(&at, end);

    /* A U+FFFD that the file really holds is three bytes long. */
    if (code == UTF8_REPLACEMENT && at - begin == 1)
        return err_set(err, ERR_CONFIG, "%s:%d: byte 0x%02X is not UTF-8; expected the file in UTF-8",
                       file->path, line, (unsigned char)*begin);
    if (code == 0)
        return err_set(err, ERR_CONFIG, "%s:%d: a NUL byte; expected text", file->path, line);
    if (!is_printable(code) && code != '\t' && code != '\n' && code != '\r')
        return err_set(err, ERR_CONFIG, "%s:%d: control character U+%04X; expected text", file->path, line,
                       (unsigned)code);
    return 0;
}

/* Blank lines may hold what they like: nobody sees it, and YAML does not care. */
static bool has_tab_in_indentation(const char *line, const char *end)
{
    const char *content = line;

    while (content < end && (*content == ' ' || *content == '\t'))
        content++;
    return content < end && *content != '\n' && *content != '\r' &&
           memchr(line, '\t', (size_t)(content - line));
}

int yaml_check_text(const struct yaml_file *file, const char *text, size_t length, struct err *err)
{
    const char *end = text + length;
    int line = 1;

    if (starts_with_mark(text, length))
        return err_set(err, ERR_CONFIG, "%s:1: starts with a byte order mark; expected UTF-8 without one",
                       file->path);
    for (const char *at = text; at < end; utf8_next(&at, end)) {
        if ((at == text || at[-1] == '\n') && has_tab_in_indentation(at, end))
            return err_set(err, ERR_CONFIG, "%s:%d: a tab in the indentation; expected blanks", file->path,
                           line);
        if (check_character(file, line, at, end, err) != 0)
            return -1;
        line += *at == '\n';
    }
    return 0;
}

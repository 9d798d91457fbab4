#include "lab/powershell/reader.h"

#include "lab/powershell/run.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>

int ps_reader_fail(struct ps_reader *reader, const char *id, const char *format, ...)
{
    va_list args;

    if (reader->problem.id)
        return -1;
    va_start(args, format);
    reader->problem = (struct ps_parse_problem){
        .id = id,
        .text = arena_vformat(reader->ps->arena, format, args),
        .extent = {ps_reader_offset(reader), 1},
    };
    va_end(args);
    return -1;
}

size_t ps_reader_offset(const struct ps_reader *reader)
{
    return (size_t)(reader->at - reader->start);
}

static bool skip_comment(struct ps_reader *reader)
{
    const char *end;

    if (*reader->at == '#') {
        reader->at += strcspn(reader->at, "\n");
        return true;
    }
    if (strncmp(reader->at, "<#", 2) != 0)
        return false;
    end = strstr(reader->at, "#>");
    if (!end)
        ps_reader_fail(reader, "MissingTerminatorMultiLineComment",
                       "The terminator '#>' is missing from the multiline comment.");
    reader->at = end ? end + 2 : reader->at + strlen(reader->at);
    return true;
}

static bool skip_continuation(struct ps_reader *reader)
{
    size_t length = *reader->at != '`'                        ? 0
                    : reader->at[1] == '\n'                   ? 2
                    : strncmp(reader->at + 1, "\r\n", 2) == 0 ? 3
                                                              : 0;

    reader->at += length;
    return length > 0;
}

void ps_skip_blanks(struct ps_reader *reader)
{
    for (;;) {
        size_t blanks = strspn(reader->at, " \t\r\f\v");

        reader->at += blanks;
        if (blanks == 0 && !skip_comment(reader) && !skip_continuation(reader))
            return;
    }
}

static void skip_with(struct ps_reader *reader, const char *ends)
{
    ps_skip_blanks(reader);
    while (*reader->at && strchr(ends, *reader->at)) {
        reader->at++;
        ps_skip_blanks(reader);
    }
}

void ps_skip_lines(struct ps_reader *reader)
{
    skip_with(reader, "\n");
}

void ps_skip_ends(struct ps_reader *reader)
{
    skip_with(reader, "\n;");
}

bool ps_take(struct ps_reader *reader, const char *mark)
{
    size_t length = strlen(mark);

    if (strncmp(reader->at, mark, length) != 0)
        return false;
    reader->at += length;
    return true;
}

bool ps_is_name_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

bool ps_at_word(const struct ps_reader *reader, const char *word)
{
    size_t length = strlen(word);
    char after;

    if (strncasecmp(reader->at, word, length) != 0)
        return false;
    after = reader->at[length];
    return !ps_is_name_char(after) && after != '-';
}

bool ps_take_word(struct ps_reader *reader, const char *word)
{
    if (!ps_at_word(reader, word))
        return false;
    reader->at += strlen(word);
    return true;
}

static const char *take_text(struct ps_reader *reader, size_t length)
{
    const char *text = arena_text_n(reader->ps->arena, reader->at, length);

    reader->at += length;
    return text;
}

const char *ps_read_name(struct ps_reader *reader)
{
    size_t length = 0;

    while (ps_is_name_char(reader->at[length]))
        length++;
    return length > 0 ? take_text(reader, length) : NULL;
}

const char *ps_read_variable(struct ps_reader *reader)
{
    const char *name;

    if (*reader->at == '{') {
        size_t length = strcspn(reader->at + 1, "}\n");

        if (length == 0 || reader->at[1 + length] != '}')
            return NULL;
        reader->at++;
        name = take_text(reader, length);
        reader->at++;
        return name;
    }
    if (*reader->at == '?')
        return take_text(reader, 1);
    {
        size_t length = 0;

        while (ps_is_name_char(reader->at[length]))
            length++;
        if (length > 0 && reader->at[length] == ':' && ps_is_name_char(reader->at[length + 1]))
            for (length++; ps_is_name_char(reader->at[length]);)
                length++;
        return length > 0 ? take_text(reader, length) : NULL;
    }
}

const char *ps_read_type(struct ps_reader *reader)
{
    size_t length = 0;
    const char *name;

    if (*reader->at != '[')
        return NULL;
    while (ps_is_name_char(reader->at[1 + length]) || (length > 0 && reader->at[1 + length] == '.'))
        length++;
    if (strncmp(reader->at + 1 + length, "[]", 2) == 0)
        length += 2;
    if (length == 0 || reader->at[1 + length] != ']' || isdigit((unsigned char)reader->at[1]))
        return NULL;
    reader->at++;
    name = take_text(reader, length);
    reader->at++;
    return name;
}

bool ps_at_number(const struct ps_reader *reader)
{
    const char *at = reader->at;

    return isdigit((unsigned char)*at) || (*at == '.' && isdigit((unsigned char)at[1]));
}

/* The multiplier behind a number: 1kb is 1024. */
static int64_t multiplier(struct ps_reader *reader)
{
    static const struct {
        const char *suffix;
        int64_t factor;
    } suffixes[] = {{"kb", 1LL << 10}, {"mb", 1LL << 20}, {"gb", 1LL << 30}, {"tb", 1LL << 40}};

    for (size_t i = 0; i < COUNT(suffixes); i++)
        if (ps_take_word(reader, suffixes[i].suffix))
            return suffixes[i].factor;
    return 1;
}

static struct ps_value scaled(double real, bool whole, int64_t factor)
{
    real *= (double)factor;
    return whole && real < 9e18 ? ps_int((int64_t)real) : ps_real(real);
}

int ps_read_number(struct ps_reader *reader, struct ps_value *ret_value)
{
    bool is_hex = reader->at[0] == '0' && (reader->at[1] == 'x' || reader->at[1] == 'X');
    size_t digits =
        is_hex ? 2 + strspn(reader->at + 2, "0123456789abcdefABCDEF") : strspn(reader->at, "0123456789");
    bool whole = true;
    const char *text;

    if (!is_hex && reader->at[digits] == '.' && isdigit((unsigned char)reader->at[digits + 1])) {
        whole = false;
        digits += 1 + strspn(reader->at + digits + 1, "0123456789");
    }
    if (digits > 300)
        return ps_reader_fail(reader, "BadNumericConstant", "The numeric constant is not valid.");
    text = take_text(reader, digits);
    if (whole && digits <= 18) {
        int64_t factor = multiplier(reader), number = strtoll(text, NULL, is_hex ? 16 : 10), product;

        *ret_value = __builtin_mul_overflow(number, factor, &product) ? scaled((double)number, false, factor)
                                                                      : ps_int(product);
    } else {
        *ret_value = scaled(strtod(text, NULL), false, multiplier(reader));
    }
    if (ps_is_name_char(*reader->at))
        return ps_reader_fail(reader, "BadNumericConstant", "The numeric constant %s is not valid.", text);
    return 0;
}

/* The text of a here-string, whose @' was taken: whole lines up to one that begins with '@. */
static int read_here_text(struct ps_reader *reader, const char **ret_text)
{
    const char *line = strchr(reader->at, '\n'), *end = line ? strstr(line, "\n'@") : NULL;

    if (!end)
        return ps_reader_fail(reader, "TerminatorExpectedAtEndOfString",
                              "The string is missing the terminator: '@.");
    *ret_text = end > line ? arena_text_n(reader->ps->arena, line + 1, (size_t)(end - line - 1)) : "";
    reader->at = end + 3;
    return 0;
}

int ps_read_verbatim(struct ps_reader *reader, const char **ret_text)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    if (ps_take(reader, "@'"))
        return read_here_text(reader, ret_text);
    reader->at++;
    while (*reader->at && (*reader->at != '\'' || reader->at[1] == '\'')) {
        reader->at += *reader->at == '\'';
        strbuf_add_char(&text, *reader->at++);
    }
    if (!ps_take(reader, "'"))
        return ps_reader_fail(reader, "TerminatorExpectedAtEndOfString",
                              "The string is missing the terminator: '.");
    *ret_text = arena_text(reader->ps->arena, strbuf_text(&text));
    return 0;
}

void ps_read_escape(struct ps_reader *reader, struct strbuf *text)
{
    static const char from[] = "ntr0abfv", to[] = {'\n', '\t', '\r', 0, '\a', '\b', '\f', '\v'};
    const char *known = *reader->at ? strchr(from, *reader->at) : NULL;

    if (!*reader->at)
        return;
    if (known && to[known - from])
        strbuf_add_char(text, to[known - from]);
    else if (!known)
        strbuf_add_char(text, *reader->at);
    reader->at++;
}

#include "perfdata_grammar.h"

#include <stdlib.h>
#include <string.h>

/* Every take_* moves the cursor behind what it read, or complains and returns false. */
struct cursor {
    const char *start, *at, *end;
    struct complaint *complaint;
};

static bool complain(struct cursor *cursor, const char *reason)
{
    cursor->complaint->offset = (size_t)(cursor->at - cursor->start);
    cursor->complaint->reason = reason;
    return false;
}

static char peek(const struct cursor *cursor)
{
    if (cursor->at == cursor->end)
        return '\0';
    return *cursor->at;
}

static bool take(struct cursor *cursor, char wanted)
{
    if (peek(cursor) != wanted || cursor->at == cursor->end)
        return false;
    cursor->at++;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t take_digits(struct cursor *cursor)
{
    const char *from = cursor->at;

    while (is_digit(peek(cursor)))
        cursor->at++;
    return (size_t)(cursor->at - from);
}

/* -?[0-9]+(\.[0-9]+)? : the class [-0-9.] with a meaning. */
static bool take_number(struct cursor *cursor, double *ret)
{
    const char *from = cursor->at;

    take(cursor, '-');
    if (take_digits(cursor) == 0)
        return complain(cursor, "expected a number");
    if (take(cursor, '.') && take_digits(cursor) == 0)
        return complain(cursor, "expected digits behind the point");
    *ret = strtod(from, NULL);
    return true;
}

/* [@][start:][end]; start may be ~ and end may be missing behind a colon. */
static bool take_range(struct cursor *cursor)
{
    double low = 0, high = 0;
    bool open_low;

    take(cursor, '@');
    open_low = take(cursor, '~');
    if (!open_low && !take_number(cursor, &low))
        return false;
    if (!take(cursor, ':'))
        return open_low ? complain(cursor, "expected : behind ~") : true;
    if (peek(cursor) == ';' || peek(cursor) == ' ' || peek(cursor) == '\0')
        return true;
    if (!take_number(cursor, &high))
        return false;
    return open_low || low <= high ? true : complain(cursor, "a range from high to low");
}

static bool take_quoted_label(struct cursor *cursor)
{
    const char *from = cursor->at;

    for (; cursor->at < cursor->end; cursor->at++) {
        if (*cursor->at == '=')
            return complain(cursor, "= in a label");
        if (*cursor->at != '\'')
            continue;
        if (cursor->at + 1 < cursor->end && cursor->at[1] == '\'') {
            cursor->at++; /* a doubled quote stands for one */
            continue;
        }
        if (cursor->at == from)
            return complain(cursor, "an empty label");
        cursor->at++;
        return true;
    }
    return complain(cursor, "a quoted label without end");
}

static bool take_label(struct cursor *cursor)
{
    const char *from = cursor->at;

    if (take(cursor, '\''))
        return take_quoted_label(cursor);
    while (cursor->at < cursor->end && !strchr("= ';", *cursor->at))
        cursor->at++;
    if (cursor->at == from)
        return complain(cursor, "an empty label");
    return true;
}

static bool take_unit(struct cursor *cursor)
{
    static const char *const units[] = {"us", "ms", "s", "%", "KB", "MB", "GB", "TB", "B", "c"};

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        size_t length = strlen(units[i]);

        if ((size_t)(cursor->end - cursor->at) >= length && strncmp(cursor->at, units[i], length) == 0) {
            cursor->at += length;
            break;
        }
    }
    return peek(cursor) == ';' || peek(cursor) == ' ' || cursor->at == cursor->end
               ? true
               : complain(cursor, "not a unit of measurement");
}

static bool take_bound(struct cursor *cursor)
{
    double ignored;

    return take_number(cursor, &ignored);
}

/* ;warn;crit;min;max, each possibly empty, trailing ones possibly missing. */
static bool take_limits(struct cursor *cursor)
{
    static bool (*const parts[])(struct cursor *) = {take_range, take_range, take_bound, take_bound};

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (!take(cursor, ';'))
            return true;
        if (peek(cursor) == ';' || peek(cursor) == ' ' || cursor->at == cursor->end)
            continue;
        if (!parts[i](cursor))
            return false;
    }
    return true;
}

static bool take_item(struct cursor *cursor)
{
    double value;

    if (!take_label(cursor))
        return false;
    if (!take(cursor, '='))
        return complain(cursor, "expected = behind the label");
    if (!take(cursor, 'U') && (!take_number(cursor, &value) || !take_unit(cursor)))
        return false;
    if (!take_limits(cursor))
        return false;
    return cursor->at == cursor->end || peek(cursor) == ' '
               ? true
               : complain(cursor, "expected a blank or the end behind an item");
}

static bool take_items(struct cursor *cursor, size_t *ret_count)
{
    *ret_count = 0;
    do {
        if (!take_item(cursor))
            return false;
        ++*ret_count;
    } while (take(cursor, ' '));
    return true;
}

bool perfdata_is_valid(const char *perfdata, size_t *ret_count, struct complaint *ret_complaint)
{
    struct cursor cursor = {perfdata, perfdata, perfdata + strlen(perfdata), ret_complaint};

    return take_items(&cursor, ret_count);
}

/* How many bytes the well-formed character at the cursor has (RFC 3629, section 4); 0 for none. */
static size_t character_bytes(const struct cursor *cursor)
{
    static const struct {
        unsigned char first, last, second_first, second_last;
        size_t bytes;
    } forms[] = {
        {0x00, 0x7F, 0x00, 0x00, 1}, {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
        {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
        {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
    };
    const unsigned char *byte = (const unsigned char *)cursor->at;

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (byte[0] < forms[i].first || byte[0] > forms[i].last)
            continue;
        if ((size_t)(cursor->end - cursor->at) < forms[i].bytes)
            return 0;
        if (forms[i].bytes > 1 && (byte[1] < forms[i].second_first || byte[1] > forms[i].second_last))
            return 0;
        for (size_t k = 2; k < forms[i].bytes; k++)
            if ((byte[k] & 0xC0) != 0x80)
                return 0;
        return forms[i].bytes;
    }
    return 0;
}

static bool check_characters(struct cursor *cursor)
{
    while (cursor->at < cursor->end) {
        size_t bytes = character_bytes(cursor);
        unsigned char first = (unsigned char)*cursor->at;

        if (bytes == 0)
            return complain(cursor, "not UTF-8");
        if ((first < 0x20 && first != '\n') || first == 0x7F ||
            (first == 0xC2 && (unsigned char)cursor->at[1] < 0xA0))
            return complain(cursor, "a control character");
        cursor->at += bytes;
    }
    return true;
}

/* "TITLE STATE - text": the title is in capitals, the state one of four. */
static bool check_opening(struct cursor *cursor)
{
    static const char *const states[] = {" OK - ", " WARNING - ", " CRITICAL - ", " UNKNOWN - "};
    size_t title = strspn(cursor->at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ ");

    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        const char *state = strstr(cursor->at, states[i]);

        if (state && state > cursor->at && (size_t)(state - cursor->at) < title)
            return state[strlen(states[i])] != '\n' ? true
                                                    : complain(cursor, "nothing said behind the state");
    }
    return complain(cursor, "does not begin with TITLE STATE - ");
}

static bool check_perfdata(struct cursor *cursor, const char *line_end)
{
    const char *pipe = memchr(cursor->start, '|', (size_t)(cursor->end - cursor->start));
    struct cursor perfdata = {cursor->start, pipe ? pipe + 1 : line_end, line_end, cursor->complaint};
    size_t count;

    if (!pipe)
        return true;
    cursor->at = pipe;
    if (pipe > line_end)
        return complain(cursor, "| on a later line");
    if (memchr(pipe + 1, '|', (size_t)(cursor->end - pipe - 1)))
        return complain(cursor, "a second |");
    take(&perfdata, ' ');
    if (!take_items(&perfdata, &count))
        return false;
    return perfdata.at == line_end ? true : complain(&perfdata, "something behind the perfdata");
}

bool plugin_output_is_valid(const char *output, size_t length, struct complaint *ret_complaint)
{
    struct cursor cursor = {output, output, output + length, ret_complaint};

    if (length == 0 || output[length - 1] != '\n')
        return complain(&cursor, "does not end with a newline");
    if (length > PLUGIN_OUTPUT_MOST_BYTES)
        return complain(&cursor, "longer than Nagios reads");
    if (!check_characters(&cursor))
        return false;
    cursor.at = output;
    return check_opening(&cursor) && check_perfdata(&cursor, memchr(output, '\n', length));
}

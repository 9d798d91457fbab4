/* String functions ("String Functions (Transact-SQL)"). */
#include "lab/tsql/function.h"

#include "base/arena.h"
#include "base/strbuf.h"
#include "lab/tsql/text.h"

#include <ctype.h>
#include <string.h>

enum { TEXT_BYTES_MAX = 1 << 20 };

static void return_part(sqlite3_context *context, const char *text, size_t bytes)
{
    sqlite3_result_text(context, text, (int)bytes, SQLITE_TRANSIENT);
}

/* Blanks at the end do not count. */
static void len(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const char *text = function_text(arguments[0]);
    size_t trimmed = text_trimmed_bytes(text, strlen(text));

    if (!function_any_null(context, count, arguments))
        function_return_integer(context, (int64_t)(text_characters(text) - (strlen(text) - trimmed)));
}

static bool refuse_negative(sqlite3_context *context, int64_t length)
{
    if (length >= 0)
        return false;
    PROBLEM0(&function_run(context)->problems, function_run(context)->line, 537);
    function_fail(context);
    return true;
}

static void left(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const char *text = function_text(arguments[0]);

    if (function_any_null(context, count, arguments) ||
        refuse_negative(context, sqlite3_value_int64(arguments[1])))
        return;
    return_part(context, text, text_prefix_bytes(text, (size_t)sqlite3_value_int64(arguments[1])));
}

static void right(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const char *text = function_text(arguments[0]);
    size_t characters = text_characters(text), wanted = (size_t)sqlite3_value_int64(arguments[1]);

    if (function_any_null(context, count, arguments) ||
        refuse_negative(context, sqlite3_value_int64(arguments[1])))
        return;
    text += wanted < characters ? text_prefix_bytes(text, characters - wanted) : 0;
    return_part(context, text, strlen(text));
}

static void substring(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const char *text = function_text(arguments[0]);
    int64_t start = sqlite3_value_int64(arguments[1]) - 1, length = sqlite3_value_int64(arguments[2]);

    if (function_any_null(context, count, arguments) || refuse_negative(context, length))
        return;
    if (start < 0) {
        length = length + start > 0 ? length + start : 0;
        start = 0;
    }
    text += text_prefix_bytes(text, (size_t)start);
    return_part(context, text, text_prefix_bytes(text, (size_t)length));
}

static bool starts_with(const char *text, const char *prefix)
{
    for (; *prefix; prefix++, text++)
        if (tolower((unsigned char)*text) != tolower((unsigned char)*prefix))
            return false;
    return true;
}

static const char *find(const char *text, const char *wanted)
{
    for (; *text; text++)
        if (starts_with(text, wanted))
            return text;
    return NULL;
}

static void charindex(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const char *wanted = function_text(arguments[0]), *text = function_text(arguments[1]), *found;
    int64_t start = count > 2 ? sqlite3_value_int64(arguments[2]) : 1;
    size_t skipped = start > 1 ? text_prefix_bytes(text, (size_t)start - 1) : 0;
    char *before;

    if (function_any_null(context, count, arguments))
        return;
    found = *wanted ? find(text + skipped, wanted) : NULL;
    if (!found) {
        function_return_integer(context, 0);
        return;
    }
    before = arena_text_n(function_run(context)->arena, text, (size_t)(found - text));
    function_return_integer(context, (int64_t)text_characters(before) + 1);
}

static void patindex(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const char *pattern = function_text(arguments[0]), *text = function_text(arguments[1]);
    int64_t position = 1;

    if (function_any_null(context, count, arguments))
        return;
    pattern += *pattern == '%';
    for (; *text; text_next(&text), position++) {
        if (!text_like(text, pattern, 0))
            continue;
        function_return_integer(context, position);
        return;
    }
    function_return_integer(context, 0);
}

static void replace(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    const char *text = function_text(arguments[0]), *from = function_text(arguments[1]), *found;

    if (function_any_null(context, count, arguments))
        return;
    while (*from && out.length < TEXT_BYTES_MAX && (found = find(text, from)) != NULL) {
        strbuf_add_n(&out, text, (size_t)(found - text));
        strbuf_add(&out, function_text(arguments[2]));
        text = found + strlen(from);
    }
    strbuf_add(&out, text);
    function_return_text(context, strbuf_text(&out));
}

static void reverse(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const char *text = function_text(arguments[0]);
    size_t bytes = strlen(text);
    char *out, *at;

    if (function_any_null(context, count, arguments))
        return;
    out = arena_alloc(function_run(context)->arena, bytes + 1);
    at = out + bytes;
    while (*text) {
        const char *start = text;

        text_next(&text);
        at -= text - start;
        memcpy(at, start, (size_t)(text - start));
    }
    return_part(context, out, bytes);
}

static void change_case(sqlite3_context *context, int count, sqlite3_value **arguments, int (*change)(int))
{
    char *text = arena_text(function_run(context)->arena, function_text(arguments[0]));

    for (char *c = text; *c; c++)
        if ((unsigned char)*c < 0x80)
            *c = (char)change((unsigned char)*c);
    if (!function_any_null(context, count, arguments))
        function_return_text(context, text);
}

static void upper(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    change_case(context, count, arguments, toupper);
}

static void lower(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    change_case(context, count, arguments, tolower);
}

static void trim(sqlite3_context *context, int count, sqlite3_value **arguments, bool at_start, bool at_end)
{
    const char *text = function_text(arguments[0]);

    if (function_any_null(context, count, arguments))
        return;
    text += at_start ? strspn(text, " ") : 0;
    return_part(context, text, at_end ? text_trimmed_bytes(text, strlen(text)) : strlen(text));
}

static void ltrim(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    trim(context, count, arguments, true, false);
}

static void rtrim(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    trim(context, count, arguments, false, true);
}

static void trim_both(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    trim(context, count, arguments, true, true);
}

/* STR(number, length, decimals): right-aligned; stars where it does not fit. */
static void str(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    int length = count > 1 ? sqlite3_value_int(arguments[1]) : 10;
    int decimals = count > 2 ? sqlite3_value_int(arguments[2]) : 0;
    char text[400];

    if (function_any_null(context, count, arguments) || length < 1 || length > 100 || decimals < 0 ||
        decimals > 16) {
        sqlite3_result_null(context);
        return;
    }
    snprintf(text, sizeof(text), "%*.*f", length, decimals, sqlite3_value_double(arguments[0]));
    if (strlen(text) > (size_t)length) {
        memset(text, '*', (size_t)length);
        text[length] = '\0';
    }
    function_return_text(context, text);
}

/* NULL for a name longer than a sysname, or a strange quote. */
static void quotename(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    const char *text = function_text(arguments[0]), *quote = count > 1 ? function_text(arguments[1]) : "[";
    const char *pair = *quote && strchr("[]", *quote) ? "[]"
                       : *quote == '\''               ? "''"
                       : *quote == '"'                ? "\"\""
                                                      : NULL;

    if (function_any_null(context, count, arguments))
        return;
    if (!pair || text_characters(text) > SYSNAME_LENGTH) {
        sqlite3_result_null(context);
        return;
    }
    strbuf_add_char(&out, pair[0]);
    for (; *text; text++) {
        if (*text == pair[1])
            strbuf_add_char(&out, *text);
        strbuf_add_char(&out, *text);
    }
    strbuf_add_char(&out, pair[1]);
    function_return_text(context, strbuf_text(&out));
}

static void replicate(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    int64_t times = sqlite3_value_int64(arguments[1]);

    if (function_any_null(context, count, arguments))
        return;
    if (times < 0) {
        sqlite3_result_null(context);
        return;
    }
    while (times-- && out.length < TEXT_BYTES_MAX)
        strbuf_add(&out, function_text(arguments[0]));
    function_return_text(context, strbuf_text(&out));
}

static void space(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    int length = sqlite3_value_int(arguments[0]);
    char blanks[8001];

    if (function_any_null(context, count, arguments))
        return;
    length = length < 0 ? 0 : length > 8000 ? 8000 : length;
    memset(blanks, ' ', (size_t)length);
    return_part(context, blanks, (size_t)length);
}

static void stuff(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    const char *text = function_text(arguments[0]);
    int64_t start = sqlite3_value_int64(arguments[1]), length = sqlite3_value_int64(arguments[2]);
    size_t before;

    if (start < 1 || length < 0 || (size_t)start > text_characters(text)) {
        sqlite3_result_null(context);
        return;
    }
    before = text_prefix_bytes(text, (size_t)start - 1);
    strbuf_add_n(&out, text, before);
    strbuf_add(&out, function_text(arguments[3]));
    strbuf_add(&out, text + before + text_prefix_bytes(text + before, (size_t)length));
    if (!function_any_null(context, count - 1, arguments))
        function_return_text(context, strbuf_text(&out));
}

static void character(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    char text[4];
    int64_t code = sqlite3_value_int64(arguments[0]);
    size_t bytes = code > 0 && code <= 0xffff ? text_put((uint32_t)code, text) : 0;

    if (function_any_null(context, count, arguments))
        return;
    if (bytes)
        return_part(context, text, bytes);
    else
        sqlite3_result_null(context);
}

static void unicode(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const char *text = function_text(arguments[0]);

    if (!function_any_null(context, count, arguments) && *text)
        function_return_integer(context, text_next(&text));
}

static void datalength(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const char *text = function_text(arguments[0]);

    if (function_any_null(context, count, arguments))
        return;
    if (sqlite3_value_type(arguments[0]) == SQLITE_BLOB)
        function_return_integer(context, sqlite3_value_bytes(arguments[0]));
    else
        function_return_integer(context, (int64_t)text_utf16_bytes(text));
}

/* CONCAT: NULL counts as ''. */
static void concat(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    for (int i = 0; i < count; i++)
        strbuf_add(&out, function_text(arguments[i]));
    function_return_text(context, strbuf_text(&out));
}

/* PARSENAME('a.b.c', n): the n-th part from the right. */
static void parsename(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    char *text = arena_text(function_run(context)->arena, function_text(arguments[0]));
    char *part = NULL;

    if (function_any_null(context, count, arguments))
        return;
    for (int i = sqlite3_value_int(arguments[1]); i > 0 && text; i--) {
        char *dot = strrchr(text, '.');

        part = dot ? dot + 1 : text;
        if (dot)
            *dot = '\0';
        else
            text = NULL;
        if (i > 1 && !text)
            part = NULL;
    }
    function_return_text(context, part);
}

static struct type result_wide(const struct expr *call)
{
    (void)call;
    return type_nullable(type_text(TSQL_NVARCHAR, TEXT_LENGTH_MAX), true);
}

static struct type result_quoted(const struct expr *call)
{
    (void)call;
    return type_nullable(type_text(TSQL_NVARCHAR, 258), true);
}

static struct type result_one(const struct expr *call)
{
    (void)call;
    return type_nullable(type_text(TSQL_NVARCHAR, 1), true);
}

static const struct function table[] = {
    {"CHAR", FUNCTION_SCALAR, "i", result_one, character, NULL, 0},
    {"CHARINDEX", FUNCTION_SCALAR, "tt?i", result_int, charindex, NULL, 0},
    {"CONCAT", FUNCTION_SCALAR, "tt+", result_wide, concat, NULL, 11},
    {"DATALENGTH", FUNCTION_SCALAR, "*", result_int, datalength, NULL, 0},
    {"LEFT", FUNCTION_SCALAR, "ti", result_text, left, NULL, 0},
    {"LEN", FUNCTION_SCALAR, "t", result_int, len, NULL, 0},
    {"LOWER", FUNCTION_SCALAR, "t", result_text, lower, NULL, 0},
    {"LTRIM", FUNCTION_SCALAR, "t", result_text, ltrim, NULL, 0},
    {"NCHAR", FUNCTION_SCALAR, "i", result_one, character, NULL, 0},
    {"PARSENAME", FUNCTION_SCALAR, "ti", result_sysname, parsename, NULL, 0},
    {"PATINDEX", FUNCTION_SCALAR, "tt", result_int, patindex, NULL, 0},
    {"QUOTENAME", FUNCTION_SCALAR, "t?t", result_quoted, quotename, NULL, 0},
    {"REPLACE", FUNCTION_SCALAR, "ttt", result_wide, replace, NULL, 0},
    {"REPLICATE", FUNCTION_SCALAR, "ti", result_wide, replicate, NULL, 0},
    {"REVERSE", FUNCTION_SCALAR, "t", result_text, reverse, NULL, 0},
    {"RIGHT", FUNCTION_SCALAR, "ti", result_text, right, NULL, 0},
    {"RTRIM", FUNCTION_SCALAR, "t", result_text, rtrim, NULL, 0},
    {"SPACE", FUNCTION_SCALAR, "i", result_wide, space, NULL, 0},
    {"STR", FUNCTION_SCALAR, "n?ii", result_wide, str, NULL, 0},
    {"STUFF", FUNCTION_SCALAR, "tiit", result_wide, stuff, NULL, 0},
    {"SUBSTRING", FUNCTION_SCALAR, "tii", result_text, substring, NULL, 0},
    {"TRIM", FUNCTION_SCALAR, "t", result_text, trim_both, NULL, 14},
    {"UNICODE", FUNCTION_SCALAR, "t", result_int, unicode, NULL, 0},
    {"UPPER", FUNCTION_SCALAR, "t", result_text, upper, NULL, 0},
};
const struct function_family functions_text = {table, COUNT(table)};

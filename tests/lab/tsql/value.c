#include "lab/tsql/value.h"

#include "base/arena.h"
#include "lab/tsql/decimal.h"
#include "lab/tsql/moment.h"
#include "lab/tsql/text.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct conversion {
    struct run *run;
    const struct operation *operation;
    int style;
};

struct tsql_value value_null(void)
{
    return (struct tsql_value){.is_null = true};
}

struct tsql_value value_integer(int64_t integer)
{
    return (struct tsql_value){.integer = integer};
}

struct tsql_value value_text(const char *text)
{
    return (struct tsql_value){.text = text, .is_null = text == NULL};
}

static int hex_digit(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

struct tsql_value value_from_hex(struct arena *arena, const char *digits)
{
    size_t length = strlen(digits), odd = length % 2;
    unsigned char *bytes = arena_alloc(arena, length / 2 + 1);

    for (size_t i = 0; i < length; i++)
        bytes[(i + odd) / 2] = (unsigned char)(bytes[(i + odd) / 2] << 4 | hex_digit(digits[i]));
    return (struct tsql_value){.bytes = bytes, .length_bytes = (length + odd) / 2};
}

static int overflow(struct conversion *c)
{
    if (type_family(c->operation->from) == FAMILY_TEXT)
        return PROBLEM(&c->run->problems, c->operation->line, 8115, type_name(c->operation->from),
                       type_name(c->operation->to));
    return PROBLEM(&c->run->problems, c->operation->line, 8115, "expression", type_name(c->operation->to));
}

static int failed(struct conversion *c, const char *text)
{
    return PROBLEM(&c->run->problems, c->operation->line, 245, type_name(c->operation->from), text,
                   type_name(c->operation->to));
}

static bool integer_in_range(enum tsql_type base, int64_t integer)
{
    switch (base) {
    case TSQL_TINYINT:
        return integer >= 0 && integer <= UINT8_MAX;
    case TSQL_SMALLINT:
        return integer >= INT16_MIN && integer <= INT16_MAX;
    case TSQL_INT:
        return integer >= INT32_MIN && integer <= INT32_MAX;
    default:
        return true;
    }
}

static int set_integer(struct conversion *c, int64_t integer, struct tsql_value *out)
{
    if (c->operation->to.base == TSQL_BIT)
        integer = integer != 0;
    if (!integer_in_range(c->operation->to.base, integer))
        return overflow(c);
    *out = value_integer(integer);
    return 0;
}

static int set_big_integer(struct conversion *c, decimal_int integer, struct tsql_value *out)
{
    if (integer < INT64_MIN || integer > INT64_MAX)
        return overflow(c);
    return set_integer(c, (int64_t)integer, out);
}

static int integer_from_text(struct conversion *c, const char *text, struct tsql_value *out)
{
    struct decimal decimal = {0, 0};

    if (c->operation->to.base == TSQL_BIT &&
        (strcasecmp(text, "true") == 0 || strcasecmp(text, "false") == 0))
        return set_integer(c, tolower((unsigned char)text[0]) == 't', out);
    if (text[strspn(text, " ")] && (!decimal_parse(text, &decimal) || strchr(text, '.')))
        return failed(c, text);
    return set_big_integer(c, decimal.value, out);
}

static int integer_from_decimal(struct conversion *c, const char *text, struct tsql_value *out)
{
    struct decimal decimal;

    if (!decimal_parse(text, &decimal))
        return overflow(c);
    while (decimal.scale--)
        decimal.value /= 10;
    return set_big_integer(c, decimal.value, out);
}

/* The last bytes, most significant first. */
static int64_t integer_from_bytes(const struct tsql_value *in)
{
    uint64_t integer = 0;

    for (size_t i = 0; i < in->length_bytes; i++)
        integer = integer << 8 | in->bytes[i];
    return (int64_t)integer;
}

static int to_integer(struct conversion *c, const struct tsql_value *in, struct tsql_value *out)
{
    switch (type_family(c->operation->from)) {
    case FAMILY_TEXT:
        return integer_from_text(c, in->text, out);
    case FAMILY_NUMERIC:
        return integer_from_decimal(c, in->text, out);
    case FAMILY_FLOAT:
        if (!(fabs(in->real) < 9.2e18))
            return overflow(c);
        return set_integer(c, (int64_t)in->real, out);
    case FAMILY_BINARY:
        return set_integer(c, integer_from_bytes(in), out);
    case FAMILY_DATETIME:
        return set_integer(c, (in->integer - moment_from_days(0)) / 86400000, out);
    default:
        return set_integer(c, in->integer, out);
    }
}

static int to_float(struct conversion *c, const struct tsql_value *in, struct tsql_value *out)
{
    char *end;

    *out = *in;
    switch (type_family(c->operation->from)) {
    case FAMILY_FLOAT:
        return 0;
    case FAMILY_INTEGER:
        out->real = (double)in->integer;
        return 0;
    case FAMILY_DATETIME:
        out->real = (double)(in->integer - moment_from_days(0)) / 86400000.0;
        return 0;
    default:
        out->real = strtod(in->text, &end);
        if (end[strspn(end, " ")] || !isfinite(out->real))
            return PROBLEM(&c->run->problems, c->operation->line, 8114, type_name(c->operation->from),
                           type_name(c->operation->to));
        return 0;
    }
}

static int set_decimal(struct conversion *c, struct decimal decimal, struct tsql_value *out)
{
    char text[DECIMAL_TEXT_BYTES];

    if (!decimal_rescale(decimal, c->operation->to.scale, &decimal) ||
        !decimal_fits(decimal, c->operation->to.precision))
        return overflow(c);
    *out = value_text(arena_text(c->run->arena, decimal_format(decimal, text)));
    return 0;
}

static int to_numeric(struct conversion *c, const struct tsql_value *in, struct tsql_value *out)
{
    struct decimal decimal = {in->integer, 0};

    switch (type_family(c->operation->from)) {
    case FAMILY_INTEGER:
        break;
    case FAMILY_FLOAT:
        if (!(fabs(in->real) < 1e18))
            return overflow(c);
        if (!decimal_parse(arena_format(c->run->arena, "%.9f", in->real), &decimal))
            return overflow(c);
        break;
    default:
        if (!decimal_parse(in->text, &decimal))
            return PROBLEM(&c->run->problems, c->operation->line, 8114, type_name(c->operation->from),
                           "numeric");
    }
    return set_decimal(c, decimal, out);
}

static int to_datetime(struct conversion *c, const struct tsql_value *in, struct tsql_value *out)
{
    *out = *in;
    switch (type_family(c->operation->from)) {
    case FAMILY_TEXT:
        if (moment_parse(in->text, &out->integer))
            return 0;
        return PROBLEM0(&c->run->problems, c->operation->line, 241);
    case FAMILY_INTEGER:
        if (llabs(in->integer) > 2958463)
            return overflow(c);
        out->integer = moment_from_days((double)in->integer);
        return 0;
    case FAMILY_FLOAT:
        if (!(fabs(in->real) < 2958463))
            return overflow(c);
        out->integer = moment_from_days(in->real);
        return 0;
    default:
        return 0;
    }
}

static char *guid_from_bytes(struct arena *arena, const unsigned char *b)
{
    return arena_format(arena, "%02X%02X%02X%02X-%02X%02X-%02X%02X-%02X%02X-%02X%02X%02X%02X%02X%02X", b[3],
                        b[2], b[1], b[0], b[5], b[4], b[7], b[6], b[8], b[9], b[10], b[11], b[12], b[13],
                        b[14], b[15]);
}

static bool looks_like_guid(const char *text)
{
    for (size_t i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
            return false;
    }
    return true;
}

static int to_guid(struct conversion *c, const struct tsql_value *in, struct tsql_value *out)
{
    char *text;

    *out = *in;
    if (type_family(c->operation->from) == FAMILY_GUID)
        return 0;
    if (type_family(c->operation->from) == FAMILY_BINARY) {
        unsigned char bytes[16] = {0};

        memcpy(bytes, in->bytes, in->length_bytes < 16 ? in->length_bytes : 16);
        *out = value_text(guid_from_bytes(c->run->arena, bytes));
        return 0;
    }
    text = arena_text(c->run->arena, in->text + (in->text[0] == '{'));
    if (!looks_like_guid(text))
        return PROBLEM0(&c->run->problems, c->operation->line, 8169);
    for (size_t i = 0; i < 36; i++)
        text[i] = (char)toupper((unsigned char)text[i]);
    text[36] = '\0';
    *out = value_text(text);
    return 0;
}

/* Style 1: 0x and hex digits; 2: hex digits; else the bytes themselves, as far as they are text. */
static const char *text_from_bytes(struct conversion *c, const struct tsql_value *in)
{
    char *text = arena_alloc(c->run->arena, in->length_bytes * 2 + 3), *at = text;

    if (c->style == 1)
        at = stpcpy(at, "0x");
    for (size_t i = 0; i < in->length_bytes; i++) {
        if (c->style == 1 || c->style == 2) {
            *at++ = "0123456789ABCDEF"[in->bytes[i] >> 4];
            *at++ = "0123456789ABCDEF"[in->bytes[i] & 15];
        } else if (in->bytes[i] && in->bytes[i] < 0x80) {
            *at++ = (char)in->bytes[i];
        }
    }
    return text;
}

static const char *text_from_datetime(struct conversion *c, int64_t moment_ms)
{
    char text[MOMENT_TEXT_BYTES];

    if (moment_format(moment_ms, c->style, text))
        return arena_text(c->run->arena, text);
    PROBLEM(&c->run->problems, c->operation->line, 1023, "3", "convert");
    return NULL;
}

static const char *text_of(struct conversion *c, const struct tsql_value *in)
{
    switch (type_family(c->operation->from)) {
    case FAMILY_INTEGER:
        return arena_format(c->run->arena, "%lld", (long long)in->integer);
    case FAMILY_FLOAT:
        return arena_format(c->run->arena, "%g", in->real);
    case FAMILY_DATETIME:
        return text_from_datetime(c, in->integer);
    case FAMILY_BINARY:
        return text_from_bytes(c, in);
    default:
        return in->text;
    }
}

static char *pad(struct arena *arena, const char *text, size_t bytes, size_t blanks)
{
    char *padded = arena_alloc(arena, bytes + blanks + 1);

    memcpy(padded, text, bytes);
    memset(padded + bytes, ' ', blanks);
    return padded;
}

/* A number that does not fit becomes '*' or an error; a text is cut. */
static int fit_text(struct conversion *c, const char *text, struct tsql_value *out)
{
    struct type to = c->operation->to;
    size_t length = text_characters(text);

    *out = value_text(text);
    if (to.length == 0 || (length == to.length) || (length < to.length && !to.padded))
        return 0;
    if (length < to.length) {
        out->text = pad(c->run->arena, text, strlen(text), to.length - length);
        return 0;
    }
    if (type_family(c->operation->from) == FAMILY_INTEGER)
        out->text = "*";
    else if (type_family(c->operation->from) == FAMILY_NUMERIC ||
             type_family(c->operation->from) == FAMILY_FLOAT)
        return overflow(c);
    else
        out->text = arena_text_n(c->run->arena, text, text_prefix_bytes(text, to.length));
    return 0;
}

static int to_text(struct conversion *c, const struct tsql_value *in, struct tsql_value *out)
{
    const char *text = text_of(c, in);

    return text ? fit_text(c, text, out) : -1;
}

static struct tsql_value bytes_of_integer(struct conversion *c, int64_t integer)
{
    static const size_t widths[] = {
        [TSQL_BIT] = 1, [TSQL_TINYINT] = 1, [TSQL_SMALLINT] = 2, [TSQL_INT] = 4, [TSQL_BIGINT] = 8};
    size_t width = widths[c->operation->from.base];
    unsigned char *bytes = arena_alloc(c->run->arena, 8);

    for (size_t i = 0; i < width; i++)
        bytes[i] = (unsigned char)((uint64_t)integer >> 8 * (width - 1 - i));
    return (struct tsql_value){.bytes = bytes, .length_bytes = width};
}

static struct tsql_value bytes_of_text(struct conversion *c, const char *text)
{
    bool wide = c->operation->from.base != TSQL_VARCHAR;
    unsigned char *bytes = arena_alloc(c->run->arena, strlen(text) * 2 + 1);
    size_t length = 0;

    if (c->style == 1 || c->style == 2)
        return value_from_hex(c->run->arena, text + (strncasecmp(text, "0x", 2) == 0 ? 2 : 0));
    while (*text) {
        uint32_t character = text_next(&text);

        bytes[length++] = (unsigned char)character;
        if (wide)
            bytes[length++] = (unsigned char)(character >> 8);
    }
    return (struct tsql_value){.bytes = bytes, .length_bytes = length};
}

static struct tsql_value bytes_of_guid(struct conversion *c, const char *text)
{
    static const unsigned char order[] = {6, 4, 2, 0, 11, 9, 16, 14, 19, 21, 24, 26, 28, 30, 32, 34};
    unsigned char *bytes = arena_alloc(c->run->arena, 16);

    for (size_t i = 0; i < 16; i++)
        bytes[i] = (unsigned char)(hex_digit(text[order[i]]) << 4 | hex_digit(text[order[i] + 1]));
    return (struct tsql_value){.bytes = bytes, .length_bytes = 16};
}

static bool is_hex(const char *text)
{
    text += strncasecmp(text, "0x", 2) == 0 ? 2 : 0;
    return text[strspn(text, "0123456789abcdefABCDEF")] == '\0';
}

static int to_binary(struct conversion *c, const struct tsql_value *in, struct tsql_value *out)
{
    struct type from = c->operation->from, to = c->operation->to;

    *out = *in;
    if (type_family(from) == FAMILY_TEXT && (c->style == 1 || c->style == 2) && !is_hex(in->text))
        return PROBLEM(&c->run->problems, c->operation->line, 8114, type_name(from), type_name(to));
    if (type_family(from) == FAMILY_INTEGER)
        *out = bytes_of_integer(c, in->integer);
    else if (type_family(from) == FAMILY_TEXT)
        *out = bytes_of_text(c, in->text);
    else if (type_family(from) == FAMILY_GUID)
        *out = bytes_of_guid(c, in->text);
    if (to.length && out->length_bytes > to.length)
        out->length_bytes = to.length;
    if (to.padded && out->length_bytes < to.length) {
        unsigned char *bytes = arena_alloc(c->run->arena, to.length);

        memcpy(bytes, out->bytes, out->length_bytes);
        *out = (struct tsql_value){.bytes = bytes, .length_bytes = to.length};
    }
    return 0;
}

bool type_converts(struct type from, struct type to, bool implicit)
{
    /* By family: I(nteger) F(loat) N(umeric) D(atetime) G(uid) T(ext) B(inary); lower case: CAST only. */
    static const char *const targets[] = {
        [FAMILY_INTEGER] = "IFNDTb", [FAMILY_FLOAT] = "IFNDT", [FAMILY_NUMERIC] = "IFNT",
        [FAMILY_DATETIME] = "ifDT",  [FAMILY_GUID] = "GTb",    [FAMILY_TEXT] = "IFNDGTb",
        [FAMILY_BINARY] = "IGtB",
    };
    char target = "IFNDGTB"[type_family(to)];
    const char *allowed = targets[type_family(from)];

    if (from.is_null || strchr(allowed, target))
        return true;
    return !implicit && strchr(allowed, tolower((unsigned char)target));
}

int value_convert(struct run *run, const struct operation *operation, const struct tsql_value *in, int style,
                  struct tsql_value *out)
{
    static int (*const converters[])(struct conversion *, const struct tsql_value *, struct tsql_value *) = {
        [FAMILY_INTEGER] = to_integer,   [FAMILY_FLOAT] = to_float, [FAMILY_NUMERIC] = to_numeric,
        [FAMILY_DATETIME] = to_datetime, [FAMILY_GUID] = to_guid,   [FAMILY_TEXT] = to_text,
        [FAMILY_BINARY] = to_binary,
    };
    struct conversion conversion = {run, operation, style};
    size_t problems = run->problems.count;

    *out = value_null();
    if (in->is_null || converters[type_family(operation->to)](&conversion, in, out) == 0)
        return 0;
    if (!operation->tries)
        return -1;
    run->problems.count = problems;
    *out = value_null();
    return 0;
}

static bool compute_integer(char mark, int64_t a, int64_t b, int64_t *ret)
{
    switch (mark) {
    case '+':
        return !__builtin_add_overflow(a, b, ret);
    case '-':
        return !__builtin_sub_overflow(a, b, ret);
    case '*':
        return !__builtin_mul_overflow(a, b, ret);
    case '/':
        *ret = b == -1 ? (int64_t)(0 - (uint64_t)a) : a / b;
        return b != -1 || a != INT64_MIN;
    case '%':
        *ret = b == -1 ? 0 : a % b;
        return true;
    default:
        *ret = mark == '&' ? a & b : mark == '|' ? a | b : a ^ b;
        return true;
    }
}

static bool compute_real(char mark, double a, double b, double *ret)
{
    *ret = mark == '+' ? a + b : mark == '-' ? a - b : mark == '*' ? a * b : mark == '/' ? a / b : fmod(a, b);
    return isfinite(*ret);
}

static bool compute_decimal(struct run *run, char mark, struct type to, const char *a, const char *b,
                            struct tsql_value *out)
{
    struct decimal x, y, result;
    char text[DECIMAL_TEXT_BYTES];

    if (!decimal_parse(a, &x) || !decimal_parse(b, &y) || !decimal_compute(mark, x, y, to.scale, &result) ||
        !decimal_fits(result, to.precision))
        return false;
    *out = value_text(arena_text(run->arena, decimal_format(result, text)));
    return true;
}

static bool is_zero(const struct operation *operation, const struct tsql_value *value)
{
    struct decimal decimal;

    if (type_family(operation->to) == FAMILY_FLOAT)
        return value->real == 0;
    if (type_family(operation->to) == FAMILY_NUMERIC)
        return decimal_parse(value->text, &decimal) && decimal.value == 0;
    return value->integer == 0;
}

/* datetime + days: both as days since 1900. */
static bool compute_datetime(char mark, int64_t a_ms, int64_t b_ms, int64_t *ret_ms)
{
    int64_t days_ms = b_ms - moment_from_days(0);

    return moment_add(DATEPART_MILLISECOND, mark == '-' ? -days_ms : days_ms, a_ms, ret_ms);
}

int value_compute(struct run *run, const struct operation *operation, const struct tsql_value *a,
                  const struct tsql_value *b, struct tsql_value *out)
{
    struct conversion conversion = {run, operation, 0};
    char mark = *operation->mark;
    bool fits;

    *out = a->is_null || b->is_null ? value_null() : value_integer(0);
    if (out->is_null)
        return 0;
    if ((mark == '/' || mark == '%') && is_zero(operation, b))
        return PROBLEM0(&run->problems, operation->line, 8134);
    switch (type_family(operation->to)) {
    case FAMILY_FLOAT:
        fits = compute_real(mark, a->real, b->real, &out->real);
        break;
    case FAMILY_NUMERIC:
        fits = compute_decimal(run, mark, operation->to, a->text, b->text, out);
        break;
    case FAMILY_DATETIME:
        fits = compute_datetime(mark, a->integer, b->integer, &out->integer);
        break;
    default:
        fits = compute_integer(mark, a->integer, b->integer, &out->integer) &&
               integer_in_range(operation->to.base, out->integer);
    }
    return fits ? 0 : overflow(&conversion);
}

#include "lab/tds/column.h"

#include "lab/tds/token.h"
#include "lab/tds/wire.h"

#include <stdio.h>
#include <string.h>

__extension__ typedef unsigned __int128 magnitude_t;

enum {
    PLP_MARK = 0xFFFF,    /* length of a (max) type, and NULL in the others */
    LONGEST_BYTES = 8000, /* what a type without (max) can hold */
    DAYS_1900_TO_1970 = 25567,
    MS_PER_DAY = 86400000,
    TICKS_PER_DAY = 300 * 86400,
    FLAG_NULLABLE = 0x01,
    FLAG_MAYBE_UPDATEABLE = 0x08
};

enum shape { SHAPE_FIXED, SHAPE_NUMERIC, SHAPE_GUID, SHAPE_UNICODE, SHAPE_CODE_PAGE, SHAPE_BINARY };

static const struct type_form {
    enum shape shape;
    uint8_t token;          /* fixed length, never NULL; or the only form */
    uint8_t nullable_token; /* length byte before the value */
    uint8_t size_bytes;
} forms[] = {
    [TSQL_BIT] = {SHAPE_FIXED, 0x32, 0x68, 1},         [TSQL_TINYINT] = {SHAPE_FIXED, 0x30, 0x26, 1},
    [TSQL_SMALLINT] = {SHAPE_FIXED, 0x34, 0x26, 2},    [TSQL_INT] = {SHAPE_FIXED, 0x38, 0x26, 4},
    [TSQL_BIGINT] = {SHAPE_FIXED, 0x7F, 0x26, 8},      [TSQL_REAL] = {SHAPE_FIXED, 0x3B, 0x6D, 4},
    [TSQL_FLOAT] = {SHAPE_FIXED, 0x3E, 0x6D, 8},       [TSQL_DATETIME] = {SHAPE_FIXED, 0x3D, 0x6F, 8},
    [TSQL_NUMERIC] = {SHAPE_NUMERIC, 0x6C, 0x6C, 0},   [TSQL_UNIQUEIDENTIFIER] = {SHAPE_GUID, 0x24, 0x24, 16},
    [TSQL_VARCHAR] = {SHAPE_CODE_PAGE, 0xA7, 0xA7, 1}, [TSQL_NVARCHAR] = {SHAPE_UNICODE, 0xE7, 0xE7, 2},
    [TSQL_NCHAR] = {SHAPE_UNICODE, 0xEF, 0xEF, 2},     [TSQL_VARBINARY] = {SHAPE_BINARY, 0xA5, 0xA5, 1},
};

static uint8_t numeric_size_bytes(unsigned precision)
{
    return precision <= 9 ? 5 : precision <= 19 ? 9 : precision <= 28 ? 13 : 17;
}

/* (max) types exist since TDS 7.2; older dialects get the longest ordinary one. */
static size_t length_limit_bytes(enum tds_version version, const struct tsql_column *column)
{
    size_t limit = (size_t)column->length * forms[column->type].size_bytes;

    if (limit == 0 || limit > LONGEST_BYTES)
        return version >= TDS_7_2 ? PLP_MARK : LONGEST_BYTES;
    return limit;
}

static void put_type(struct strbuf *out, enum tds_version version, const struct tsql_column *column)
{
    const struct type_form *form = &forms[column->type];

    wire_put_le(out, column->nullable ? form->nullable_token : form->token, 1);
    switch (form->shape) {
    case SHAPE_FIXED:
        if (column->nullable)
            wire_put_le(out, form->size_bytes, 1);
        break;
    case SHAPE_GUID:
        wire_put_le(out, form->size_bytes, 1);
        break;
    case SHAPE_NUMERIC:
        wire_put_le(out, numeric_size_bytes(column->precision), 1);
        wire_put_le(out, column->precision, 1);
        wire_put_le(out, column->scale, 1);
        break;
    case SHAPE_UNICODE:
    case SHAPE_CODE_PAGE:
    case SHAPE_BINARY:
        wire_put_le(out, length_limit_bytes(version, column), 2);
        if (form->shape != SHAPE_BINARY && version >= TDS_7_1)
            wire_put_bytes(out, tds_collation, sizeof tds_collation);
        break;
    }
}

void column_put_metadata(struct strbuf *out, enum tds_version version, const struct tsql_column *columns,
                         size_t count)
{
    wire_put_le(out, TOKEN_COLUMN_METADATA, 1);
    wire_put_le(out, count, 2);
    for (size_t i = 0; i < count; i++) {
        wire_put_le(out, 0, version >= TDS_7_2 ? 4 : 2); /* no user type */
        wire_put_le(out, FLAG_MAYBE_UPDATEABLE | (columns[i].nullable ? FLAG_NULLABLE : 0), 2);
        put_type(out, version, &columns[i]);
        wire_put_b_varchar(out, columns[i].name ? columns[i].name : "");
    }
}

/* datetime: days since 1900-01-01 and 1/300 s since midnight. */
static void put_datetime(struct strbuf *out, int64_t ms)
{
    int64_t day = ms / MS_PER_DAY, rest_ms = ms % MS_PER_DAY;

    if (rest_ms < 0) {
        day--;
        rest_ms += MS_PER_DAY;
    }
    int64_t ticks = (rest_ms * 3 + 5) / 10;
    if (ticks == TICKS_PER_DAY) {
        day++;
        ticks = 0;
    }
    wire_put_le(out, (uint64_t)(day + DAYS_1900_TO_1970), 4);
    wire_put_le(out, (uint64_t)ticks, 4);
}

static void put_fixed(struct strbuf *out, enum tsql_type type, const struct tsql_value *value)
{
    float narrow = (float)value->real;

    if (type == TSQL_DATETIME)
        put_datetime(out, value->integer);
    else if (type == TSQL_REAL)
        wire_put_bytes(out, &narrow, sizeof narrow);
    else if (type == TSQL_FLOAT)
        wire_put_bytes(out, &value->real, sizeof value->real);
    else
        wire_put_le(out, (uint64_t)value->integer, forms[type].size_bytes);
}

/* "-12.3" under scale 2 is the magnitude 1230. */
static magnitude_t magnitude_of(const char *digits, unsigned scale)
{
    magnitude_t magnitude = 0;
    unsigned fraction = 0;
    bool in_fraction = false;

    for (; *digits; digits++) {
        if (*digits == '.')
            in_fraction = true;
        if (*digits < '0' || *digits > '9' || (in_fraction && fraction == scale))
            continue;
        magnitude = magnitude * 10 + (unsigned)(*digits - '0');
        fraction += in_fraction;
    }
    for (; fraction < scale; fraction++)
        magnitude *= 10;
    return magnitude;
}

static void put_numeric(struct strbuf *out, const struct tsql_column *column, const struct tsql_value *value)
{
    uint8_t size = numeric_size_bytes(column->precision);
    magnitude_t magnitude = magnitude_of(value->text, column->scale);

    wire_put_le(out, size, 1);
    wire_put_le(out, value->text[0] != '-', 1);
    for (uint8_t i = 1; i < size; i++, magnitude >>= 8)
        wire_put_le(out, (uint64_t)(magnitude & 0xFF), 1);
}

/* uniqueidentifier: the first three groups little-endian, the rest as written. */
static void put_guid(struct strbuf *out, const char *text)
{
    unsigned first = 0;
    unsigned short second = 0, third = 0;
    unsigned char rest[8] = {0};

    sscanf(text, "%8x-%4hx-%4hx-%2hhx%2hhx-%2hhx%2hhx%2hhx%2hhx%2hhx%2hhx", &first, &second, &third, &rest[0],
           &rest[1], &rest[2], &rest[3], &rest[4], &rest[5], &rest[6], &rest[7]);
    wire_put_le(out, sizeof(first) + sizeof(second) + sizeof(third) + sizeof(rest), 1);
    wire_put_le(out, first, 4);
    wire_put_le(out, second, 2);
    wire_put_le(out, third, 2);
    wire_put_bytes(out, rest, sizeof rest);
}

/* Bytes of a character or binary value, after its length: one chunk of a (max) type, or two bytes of length.
 */
static void put_sized(struct strbuf *out, size_t limit_bytes, const char *bytes, size_t length)
{
    if (limit_bytes != PLP_MARK) {
        size_t kept = length < limit_bytes ? length : limit_bytes;
        wire_put_le(out, kept, 2);
        wire_put_bytes(out, bytes, kept);
        return;
    }
    wire_put_le(out, length, 8);
    if (length > 0) {
        wire_put_le(out, length, 4);
        wire_put_bytes(out, bytes, length);
    }
    wire_put_le(out, 0, 4);
}

static void put_characters(struct strbuf *out, enum shape shape, size_t limit_bytes, const char *text)
{
    AUTO(strbuf) struct strbuf encoded = STRBUF_INIT;

    if (shape == SHAPE_UNICODE)
        wire_utf16_from_utf8(&encoded, text, strlen(text));
    else
        wire_cp1252_from_utf8(&encoded, text, strlen(text));
    put_sized(out, limit_bytes, strbuf_text(&encoded), encoded.length);
}

static void put_null(struct strbuf *out, enum tds_version version, const struct tsql_column *column)
{
    enum shape shape = forms[column->type].shape;

    if (shape == SHAPE_FIXED || shape == SHAPE_NUMERIC || shape == SHAPE_GUID)
        wire_put_le(out, 0, 1);
    else if (length_limit_bytes(version, column) == PLP_MARK)
        wire_put_le(out, UINT64_MAX, 8);
    else
        wire_put_le(out, PLP_MARK, 2);
}

static void put_value(struct strbuf *out, enum tds_version version, const struct tsql_column *column,
                      const struct tsql_value *value)
{
    const struct type_form *form = &forms[column->type];
    size_t limit_bytes = length_limit_bytes(version, column);

    switch (form->shape) {
    case SHAPE_FIXED:
        if (column->nullable)
            wire_put_le(out, form->size_bytes, 1);
        put_fixed(out, column->type, value);
        break;
    case SHAPE_NUMERIC:
        put_numeric(out, column, value);
        break;
    case SHAPE_GUID:
        put_guid(out, value->text);
        break;
    case SHAPE_UNICODE:
    case SHAPE_CODE_PAGE:
        put_characters(out, form->shape, limit_bytes, value->text);
        break;
    case SHAPE_BINARY:
        put_sized(out, limit_bytes, (const char *)value->bytes, value->length_bytes);
        break;
    }
}

void column_put_row(struct strbuf *out, enum tds_version version, const struct tsql_column *columns,
                    const struct tsql_value *values, size_t count)
{
    wire_put_le(out, TOKEN_ROW, 1);
    for (size_t i = 0; i < count; i++) {
        /* A fixed form cannot say NULL; the world never yields one there. */
        if (values[i].is_null && !(forms[columns[i].type].shape == SHAPE_FIXED && !columns[i].nullable))
            put_null(out, version, &columns[i]);
        else
            put_value(out, version, &columns[i], &values[i]);
    }
}

#include "lab/tsql/type.h"

#include "base/cleanup.h"

#include <string.h>
#include <strings.h>

/* By enum tsql_type; rank as in "Data type precedence": lower wins. */
static const struct base_type {
    const char *name;
    enum type_family family;
    int rank;
    unsigned digits; /* as a decimal number */
} base_types[] = {
    [TSQL_BIT] = {"bit", FAMILY_INTEGER, 9, 1},
    [TSQL_TINYINT] = {"tinyint", FAMILY_INTEGER, 8, 3},
    [TSQL_SMALLINT] = {"smallint", FAMILY_INTEGER, 7, 5},
    [TSQL_INT] = {"int", FAMILY_INTEGER, 6, 10},
    [TSQL_BIGINT] = {"bigint", FAMILY_INTEGER, 5, 19},
    [TSQL_REAL] = {"real", FAMILY_FLOAT, 3, 0},
    [TSQL_FLOAT] = {"float", FAMILY_FLOAT, 2, 0},
    [TSQL_NUMERIC] = {"numeric", FAMILY_NUMERIC, 4, 0},
    [TSQL_DATETIME] = {"datetime", FAMILY_DATETIME, 1, 0},
    [TSQL_UNIQUEIDENTIFIER] = {"uniqueidentifier", FAMILY_GUID, 10, 0},
    [TSQL_NVARCHAR] = {"nvarchar", FAMILY_TEXT, 11, 0},
    [TSQL_NCHAR] = {"nchar", FAMILY_TEXT, 12, 0},
    [TSQL_VARCHAR] = {"varchar", FAMILY_TEXT, 13, 0},
    [TSQL_VARBINARY] = {"varbinary", FAMILY_BINARY, 14, 0},
};

enum arguments { ARGUMENTS_NONE, ARGUMENTS_LENGTH, ARGUMENTS_NUMERIC, ARGUMENTS_SCALE };

static const struct named_type {
    const char *name;
    enum tsql_type base;
    enum arguments arguments;
    unsigned length_max;
    bool padded;
} named_types[] = {
    {"bit", TSQL_BIT, ARGUMENTS_NONE, 0, false},
    {"tinyint", TSQL_TINYINT, ARGUMENTS_NONE, 0, false},
    {"smallint", TSQL_SMALLINT, ARGUMENTS_NONE, 0, false},
    {"int", TSQL_INT, ARGUMENTS_NONE, 0, false},
    {"integer", TSQL_INT, ARGUMENTS_NONE, 0, false},
    {"bigint", TSQL_BIGINT, ARGUMENTS_NONE, 0, false},
    {"real", TSQL_REAL, ARGUMENTS_NONE, 0, false},
    {"float", TSQL_FLOAT, ARGUMENTS_NONE, 0, false},
    {"numeric", TSQL_NUMERIC, ARGUMENTS_NUMERIC, 0, false},
    {"decimal", TSQL_NUMERIC, ARGUMENTS_NUMERIC, 0, false},
    {"datetime", TSQL_DATETIME, ARGUMENTS_NONE, 0, false},
    {"datetime2", TSQL_DATETIME, ARGUMENTS_SCALE, 0, false},
    {"uniqueidentifier", TSQL_UNIQUEIDENTIFIER, ARGUMENTS_NONE, 0, false},
    {"varchar", TSQL_VARCHAR, ARGUMENTS_LENGTH, 8000, false},
    {"char", TSQL_VARCHAR, ARGUMENTS_LENGTH, 8000, true},
    {"nvarchar", TSQL_NVARCHAR, ARGUMENTS_LENGTH, 4000, false},
    {"nchar", TSQL_NCHAR, ARGUMENTS_LENGTH, 4000, true},
    {"sysname", TSQL_NVARCHAR, ARGUMENTS_NONE, SYSNAME_LENGTH, false},
    {"varbinary", TSQL_VARBINARY, ARGUMENTS_LENGTH, 8000, false},
    {"binary", TSQL_VARBINARY, ARGUMENTS_LENGTH, 8000, true},
};

enum type_family type_family(struct type type)
{
    return base_types[type.base].family;
}

const char *type_name(struct type type)
{
    if (type.padded && type.base == TSQL_VARCHAR)
        return "char";
    return base_types[type.base].name;
}

struct type type_of(enum tsql_type base)
{
    return (struct type){.base = base};
}

struct type type_text(enum tsql_type base, unsigned length)
{
    return (struct type){.base = base, .length = length, .padded = base == TSQL_NCHAR};
}

struct type type_numeric(unsigned precision, unsigned scale)
{
    return (struct type){.base = TSQL_NUMERIC, .precision = precision, .scale = scale};
}

struct type type_nullable(struct type type, bool nullable)
{
    type.nullable = nullable;
    return type;
}

static bool set_numeric(struct type *type, const int *arguments, size_t count)
{
    int precision = count > 0 ? arguments[0] : 18, scale = count > 1 ? arguments[1] : 0;

    if (count > 2 || precision < 1 || precision > NUMERIC_PRECISION_MAX || scale < 0 || scale > precision)
        return false;
    type->precision = (unsigned)precision;
    type->scale = (unsigned)scale;
    return true;
}

/* Without a length CAST and CONVERT take 30. */
static bool set_length(struct type *type, const struct named_type *named, const int *arguments, size_t count)
{
    int length = count > 0 ? arguments[0] : 30;

    if (count > 1 || length == 0 || length < -1 || length > (int)named->length_max ||
        (length < 0 && named->padded))
        return false;
    type->length = length < 0 ? 0 : (unsigned)length;
    return true;
}

bool type_from_name(const char *name, const int *arguments, size_t count, struct type *ret)
{
    for (size_t i = 0; i < COUNT(named_types); i++) {
        const struct named_type *named = &named_types[i];

        if (strcasecmp(name, named->name) != 0)
            continue;
        *ret = (struct type){
            .base = named->base, .length = named->length_max, .nullable = true, .padded = named->padded};
        if (named->arguments == ARGUMENTS_NUMERIC)
            return set_numeric(ret, arguments, count);
        if (named->arguments == ARGUMENTS_LENGTH)
            return set_length(ret, named, arguments, count);
        return count <= (named->arguments == ARGUMENTS_SCALE);
    }
    return false;
}

static unsigned larger(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

/* Length of the common character or binary type; max (0) swallows all. */
static unsigned common_length(struct type a, struct type b)
{
    if (type_family(a) != type_family(b))
        return 30;
    return a.length && b.length ? larger(a.length, b.length) : 0;
}

struct type type_as_numeric(struct type type)
{
    if (type.base != TSQL_NUMERIC)
        return type_numeric(
            base_types[type.base].digits ? base_types[type.base].digits : NUMERIC_PRECISION_MAX, 0);
    return type;
}

static struct type common_numeric(struct type a, struct type b)
{
    bool a_exact = type_family(a) == FAMILY_INTEGER || a.base == TSQL_NUMERIC;
    bool b_exact = type_family(b) == FAMILY_INTEGER || b.base == TSQL_NUMERIC;
    struct type x = type_as_numeric(a_exact ? a : b), y = type_as_numeric(b_exact ? b : a);
    unsigned scale = larger(x.scale, y.scale);
    unsigned whole = larger(x.precision - x.scale, y.precision - y.scale);

    return type_numeric(whole + scale > NUMERIC_PRECISION_MAX ? NUMERIC_PRECISION_MAX : whole + scale, scale);
}

struct type type_common(struct type a, struct type b)
{
    bool nullable = a.nullable || b.nullable;
    struct type winner = base_types[a.base].rank <= base_types[b.base].rank ? a : b;

    if (a.is_null != b.is_null)
        return type_nullable(a.is_null ? b : a, true);
    if (winner.base == TSQL_NUMERIC)
        winner = common_numeric(a, b);
    else if (type_family(winner) == FAMILY_TEXT || type_family(winner) == FAMILY_BINARY)
        winner.length = common_length(a, b);
    winner.padded = a.padded && b.padded && a.length == b.length;
    if (winner.base == TSQL_NCHAR && !winner.padded)
        winner.base = TSQL_NVARCHAR;
    return type_nullable(winner, nullable);
}

bool type_same_form(struct type a, struct type b)
{
    if (type_family(a) != type_family(b))
        return false;
    return a.base != TSQL_NUMERIC || a.scale == b.scale;
}

/*
 * T-SQL data types: names, families, precedence ("Data types", "Data type precedence").  datetime2 is taken
 * as datetime, the only one of its family that the monitoring tables hold.
 */
#ifndef PCHAT_LAB_TSQL_TYPE_H
#define PCHAT_LAB_TSQL_TYPE_H

#include "lab/tsql/tsql.h"

struct type {
    enum tsql_type base;
    unsigned length; /* characters or bytes; 0 = max */
    unsigned precision, scale;
    bool nullable;
    bool padded;  /* char(n), nchar(n): filled up with blanks */
    bool is_null; /* the literal NULL: takes the type of its company */
};

enum { NUMERIC_PRECISION_MAX = 38, SYSNAME_LENGTH = 128, TEXT_LENGTH_MAX = 4000 };

enum type_family {
    FAMILY_INTEGER,
    FAMILY_FLOAT,
    FAMILY_NUMERIC,
    FAMILY_DATETIME,
    FAMILY_GUID,
    FAMILY_TEXT,
    FAMILY_BINARY
};
enum type_family type_family(struct type type);

/* "nvarchar" for messages. */
const char *type_name(struct type type);
/*
 * The type that `name(arguments)` means; count arguments, -1 for max.  False: no such type (243) or wrong
 * arguments (291).
 */
bool type_from_name(const char *name, const int *arguments, size_t count, struct type *ret);

struct type type_of(enum tsql_type base);
struct type type_text(enum tsql_type base, unsigned length);
struct type type_numeric(unsigned precision, unsigned scale);
/* The numeric type that takes every value of an integer type; a numeric type stays. */
struct type type_as_numeric(struct type type);
struct type type_nullable(struct type type, bool nullable);

/* The type that both convert to when they meet in a comparison, CASE, UNION: the one of higher precedence. */
struct type type_common(struct type a, struct type b);
/* Do values of one need no change to be values of the other? */
bool type_same_form(struct type a, struct type b);

#endif

/*
 * The values that a script computes with: the .NET types of which PowerShell's objects are made, as far as
 * the lab's scripts meet them.  Values are passed by value; what they point to lives in the run's arena.
 */
#ifndef PCHAT_LAB_POWERSHELL_VALUE_H
#define PCHAT_LAB_POWERSHELL_VALUE_H

#include "base/arena.h"
#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ps;
struct ps_block;
struct ps_error;
struct ps_object;

enum ps_kind {
    PS_NULL,
    PS_BOOL,
    PS_INT,
    PS_REAL,
    PS_TEXT,
    PS_DATE,   /* milliseconds since 1970 UTC, shown in UTC or in the host's zone */
    PS_SPAN,   /* milliseconds */
    PS_ENUM,   /* a member of an enumeration: a name and its number */
    PS_ARRAY,  /* Object[] */
    PS_TABLE,  /* Hashtable, ordered as written */
    PS_OBJECT, /* anything else with properties */
    PS_BLOCK,  /* a script block */
    PS_TYPE,   /* [name] */
    PS_KIND_COUNT
};

struct ps_enum {
    const char *type, *name;
    int number;
};

struct ps_value {
    enum ps_kind kind;
    bool is_utc; /* PS_DATE */
    union {
        bool boolean;
        int64_t integer;
        double real;
        const char *text; /* PS_TEXT, PS_TYPE; never NULL */
        int64_t ms;       /* PS_DATE, PS_SPAN */
        const struct ps_enum *member;
        struct ps_list *array;
        struct ps_object *object; /* PS_TABLE, PS_OBJECT */
        const struct ps_block *block;
    };
};

struct ps_list {
    struct ps_value *items;
    size_t count;
};

struct ps_property {
    const char *name;
    struct ps_value value;
};

struct ps_object {
    const char *type;        /* "Microsoft.Rtc.Management.Xds.ReplicaState" */
    const char *shown;       /* what ToString() gives; NULL: the type's name, or @{...} */
    const char *const *view; /* the columns of its default table, NULL-terminated; NULL: by property count */
    const struct ps_error *error;   /* of an ErrorRecord */
    struct ps_property *properties; /* names compare without case */
    size_t count;
};

struct ps_value ps_null(void);
struct ps_value ps_bool(bool boolean);
struct ps_value ps_int(int64_t integer);
struct ps_value ps_real(double real);
struct ps_value ps_text(const char *text); /* the text must outlive the value; NULL becomes $null */
struct ps_value ps_date(int64_t utc_ms, bool is_utc);
struct ps_value ps_span(int64_t ms);
struct ps_value ps_member(const struct ps_enum *member);
struct ps_value ps_array(struct ps_list *list);

/* New, empty things in the run's arena. */
struct ps_list *ps_list_new(struct ps *ps);
struct ps_value ps_object(struct ps *ps, const char *type);
struct ps_value ps_custom_object(struct ps *ps);
struct ps_value ps_table(struct ps *ps);
struct ps_value ps_text_copy(struct ps *ps, const char *text);
struct ps_value ps_format(struct ps *ps, const char *format, ...) __attribute__((format(printf, 2, 3)));

void ps_list_add(struct ps *ps, struct ps_list *list, struct ps_value value);
/* Adds the elements of an array, or the one value; $null adds nothing. */
void ps_list_spread(struct ps *ps, struct ps_list *list, struct ps_value value);
/* What a statement with that output is worth: $null, the one value, or an array. */
struct ps_value ps_list_collapse(struct ps_list *list);
/* The value's elements: those of an array, the value alone, none for $null. */
struct ps_list ps_elements(const struct ps_value *value);

/* Sets or replaces. */
void ps_set(struct ps *ps, struct ps_value object, const char *name, struct ps_value value);
/* NULL: no such property. */
const struct ps_value *ps_get(const struct ps_object *object, const char *name);
void ps_unset(struct ps *ps, struct ps_object *object, const char *name);

/* "System.String", "System.Object[]". */
const char *ps_type_name(const struct ps_value *value);
bool ps_truth(const struct ps_value *value);
bool ps_is_number(const struct ps_value *value);
/* As "$value" shows it, in the run's arena. */
const char *ps_show(struct ps *ps, const struct ps_value *value);
/* False: the value is no number and cannot be made one. */
bool ps_number(const struct ps_value *value, struct ps_value *ret_number);
double ps_as_real(const struct ps_value *number);
/* The whole number nearest to what the value says; 0 where it says none. */
int64_t ps_as_integer(const struct ps_value *value);
/* A .NET format of a number or date ("N0", "o", "yyyy-MM-dd"), or ps_show where it has none. */
const char *ps_show_as(struct ps *ps, const struct ps_value *value, const char *format);
/* "Object[]" for "System.Object[]": a type's name behind its last dot. */
const char *ps_short_type(const char *type);
/* "system.string" and "string" name the same type. */
bool ps_same_type(const char *a, const char *b);

#endif

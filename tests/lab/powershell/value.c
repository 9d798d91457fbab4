#include "lab/powershell/value.h"

#include "lab/powershell/run.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct ps_value ps_null(void)
{
    return (struct ps_value){.kind = PS_NULL};
}

struct ps_value ps_bool(bool boolean)
{
    return (struct ps_value){.kind = PS_BOOL, .boolean = boolean};
}

struct ps_value ps_int(int64_t integer)
{
    return (struct ps_value){.kind = PS_INT, .integer = integer};
}

struct ps_value ps_real(double real)
{
    return (struct ps_value){.kind = PS_REAL, .real = real};
}

struct ps_value ps_text(const char *text)
{
    return text ? (struct ps_value){.kind = PS_TEXT, .text = text} : ps_null();
}

struct ps_value ps_date(int64_t utc_ms, bool is_utc)
{
    return (struct ps_value){.kind = PS_DATE, .is_utc = is_utc, .ms = utc_ms};
}

struct ps_value ps_span(int64_t ms)
{
    return (struct ps_value){.kind = PS_SPAN, .ms = ms};
}

struct ps_value ps_member(const struct ps_enum *member)
{
    return (struct ps_value){.kind = PS_ENUM, .member = member};
}

struct ps_value ps_array(struct ps_list *list)
{
    return (struct ps_value){.kind = PS_ARRAY, .array = list};
}

struct ps_list *ps_list_new(struct ps *ps)
{
    return ps_alloc(ps, sizeof(struct ps_list));
}

struct ps_value ps_object(struct ps *ps, const char *type)
{
    struct ps_value value = {.kind = PS_OBJECT, .object = ps_alloc(ps, sizeof(struct ps_object))};

    value.object->type = type;
    return value;
}

struct ps_value ps_custom_object(struct ps *ps)
{
    return ps_object(ps, "System.Management.Automation.PSCustomObject");
}

struct ps_value ps_table(struct ps *ps)
{
    struct ps_value value = ps_object(ps, "System.Collections.Hashtable");

    value.kind = PS_TABLE;
    return value;
}

struct ps_value ps_text_copy(struct ps *ps, const char *text)
{
    return text ? ps_text(ps_keep(ps, text, strlen(text))) : ps_null();
}

struct ps_value ps_format(struct ps *ps, const char *format, ...)
{
    AUTO_FREE char *whole = NULL;
    va_list args;

    va_start(args, format);
    if (vasprintf(&whole, format, args) < 0)
        whole = NULL;
    va_end(args);
    return ps_text_copy(ps, whole ? whole : "");
}

void ps_list_add(struct ps *ps, struct ps_list *list, struct ps_value value)
{
    ps->bytes += sizeof(value);
    *(struct ps_value *)arena_push(ps->arena, &list->items, &list->count, sizeof(value)) = value;
}

void ps_list_spread(struct ps *ps, struct ps_list *list, struct ps_value value)
{
    struct ps_list elements = ps_elements(&value);

    for (size_t i = 0; i < elements.count; i++)
        ps_list_add(ps, list, elements.items[i]);
}

struct ps_value ps_list_collapse(struct ps_list *list)
{
    if (list->count == 0)
        return ps_null();
    return list->count == 1 ? list->items[0] : ps_array(list);
}

struct ps_list ps_elements(const struct ps_value *value)
{
    if (value->kind == PS_NULL)
        return (struct ps_list){NULL, 0};
    if (value->kind == PS_ARRAY)
        return *value->array;
    return (struct ps_list){(struct ps_value *)value, 1};
}

void ps_set(struct ps *ps, struct ps_value object, const char *name, struct ps_value value)
{
    struct ps_property *property = NULL;

    for (size_t i = 0; i < object.object->count && !property; i++)
        if (strcasecmp(object.object->properties[i].name, name) == 0)
            property = &object.object->properties[i];
    if (!property) {
        ps->bytes += sizeof(*property);
        property =
            arena_push(ps->arena, &object.object->properties, &object.object->count, sizeof(*property));
        property->name = name;
    }
    property->value = value;
}

const struct ps_value *ps_get(const struct ps_object *object, const char *name)
{
    for (size_t i = 0; i < object->count; i++)
        if (strcasecmp(object->properties[i].name, name) == 0)
            return &object->properties[i].value;
    return NULL;
}

void ps_unset(struct ps *ps, struct ps_object *object, const char *name)
{
    struct ps_object kept = *object;

    kept.properties = NULL;
    kept.count = 0;
    for (size_t i = 0; i < object->count; i++)
        if (strcasecmp(object->properties[i].name, name) != 0)
            ps_set(ps, (struct ps_value){.kind = PS_OBJECT, .object = &kept}, object->properties[i].name,
                   object->properties[i].value);
    *object = kept;
}

const char *ps_type_name(const struct ps_value *value)
{
    static const char *const names[PS_KIND_COUNT] = {
        [PS_NULL] = "null",
        [PS_BOOL] = "System.Boolean",
        [PS_INT] = "System.Int32",
        [PS_REAL] = "System.Double",
        [PS_TEXT] = "System.String",
        [PS_DATE] = "System.DateTime",
        [PS_SPAN] = "System.TimeSpan",
        [PS_ARRAY] = "System.Object[]",
        [PS_BLOCK] = "System.Management.Automation.ScriptBlock",
        [PS_TYPE] = "System.RuntimeType",
    };

    if (value->kind == PS_ENUM)
        return value->member->type;
    if (value->kind == PS_TABLE || value->kind == PS_OBJECT)
        return value->object->type;
    if (value->kind == PS_INT && (value->integer > INT32_MAX || value->integer < INT32_MIN))
        return "System.Int64";
    return names[value->kind];
}

const char *ps_short_type(const char *type)
{
    const char *dot = strrchr(type, '.');

    return dot ? dot + 1 : type;
}

bool ps_same_type(const char *a, const char *b)
{
    static const char *const aliases[][2] = {
        {"int", "int32"},
        {"long", "int64"},
        {"bool", "boolean"},
        {"switch", "switchparameter"},
        {"array", "object[]"},
        {"hashtable", "collections.hashtable"},
        {"scriptblock", "management.automation.scriptblock"},
        {"psobject", "management.automation.pscustomobject"},
        {"pscustomobject", "management.automation.pscustomobject"},
    };
    const char *names[2] = {a, b};

    for (int i = 0; i < 2; i++) {
        if (strncasecmp(names[i], "system.", 7) == 0)
            names[i] += 7;
        for (size_t j = 0; j < COUNT(aliases); j++)
            if (strcasecmp(names[i], aliases[j][0]) == 0)
                names[i] = aliases[j][1];
    }
    return strcasecmp(names[0], names[1]) == 0;
}

bool ps_is_number(const struct ps_value *value)
{
    return value->kind == PS_INT || value->kind == PS_REAL;
}

bool ps_truth(const struct ps_value *value)
{
    switch (value->kind) {
    case PS_NULL:
        return false;
    case PS_BOOL:
        return value->boolean;
    case PS_INT:
        return value->integer != 0;
    case PS_REAL:
        return value->real != 0;
    case PS_TEXT:
        return *value->text != '\0';
    case PS_ENUM:
        return value->member->number != 0;
    case PS_ARRAY:
        return value->array->count > 1 || (value->array->count == 1 && ps_truth(&value->array->items[0]));
    case PS_DATE:
    case PS_SPAN:
    case PS_TABLE:
    case PS_OBJECT:
    case PS_BLOCK:
    case PS_TYPE:
    case PS_KIND_COUNT:
        break;
    }
    return true;
}

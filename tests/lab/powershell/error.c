#include "lab/powershell/error.h"

#include "lab/powershell/clixml.h"
#include "lab/powershell/run.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

__attribute__((format(printf, 3, 0))) static struct ps_error *
error_new(struct ps *ps, const struct ps_error *error, const char *format, va_list args)
{
    struct ps_error *copy = ps_alloc(ps, sizeof(*copy));

    *copy = *error;
    copy->message = arena_vformat(ps->arena, format, args);
    copy->record = ps_null();
    ps->bytes += strlen(copy->message);
    return copy;
}

int ps_throw_again(struct ps *ps, struct ps_error *error)
{
    if (ps->unwind == UNWIND_NONE) {
        ps->unwind = UNWIND_THROW;
        ps->thrown = error;
    }
    ps->succeeded = false;
    return -1;
}

int ps_throw(struct ps *ps, const struct ps_error *error, const char *message_format, ...)
{
    va_list args;
    struct ps_error *copy;

    va_start(args, message_format);
    copy = error_new(ps, error, message_format, args);
    va_end(args);
    return ps_throw_again(ps, copy);
}

int ps_fail(struct ps *ps, struct ps_extent extent, const char *id, const char *format, ...)
{
    struct ps_error error = {.exception = "System.Management.Automation.RuntimeException",
                             .id = id,
                             .category = "InvalidOperation",
                             .activity = "",
                             .extent = extent};
    va_list args;
    struct ps_error *copy;

    va_start(args, format);
    copy = error_new(ps, &error, format, args);
    va_end(args);
    return ps_throw_again(ps, copy);
}

int ps_fail_cast(struct ps *ps, struct ps_extent extent, const struct ps_value *value, const char *type)
{
    return ps_fail(
        ps, extent, "InvalidCastFromStringToInteger",
        "Cannot convert value \"%s\" to type \"%s\". Error: \"Input string was not in a correct format.\"",
        ps_show(ps, value), type);
}

/* What .NET threw, inside what PowerShell makes of it. */
static struct ps_value inner_exception(struct ps *ps, const struct ps_error *error)
{
    struct ps_value inner;

    if (!error->socket_error)
        return ps_null();
    inner = ps_object(ps, "System.Net.Sockets.SocketException");
    ps_set(ps, inner, "ErrorCode", ps_int(error->socket_error));
    ps_set(ps, inner, "NativeErrorCode", ps_int(error->socket_error));
    return inner;
}

static struct ps_value exception_of(struct ps *ps, const struct ps_error *error)
{
    struct ps_value exception = ps_object(ps, error->exception);

    exception.object->shown = ps_format(ps, "%s: %s", error->exception, error->message).text;
    ps_set(ps, exception, "Message", ps_text(error->message));
    ps_set(ps, exception, "InnerException", inner_exception(ps, error));
    ps_set(ps, exception, "HResult", ps_int(-2146233087));
    return exception;
}

static struct ps_value category_of(struct ps *ps, const struct ps_error *error)
{
    struct ps_value category = ps_object(ps, "System.Management.Automation.ErrorCategoryInfo");

    category.object->shown = error->category;
    ps_set(ps, category, "Category", ps_text(error->category));
    ps_set(ps, category, "Activity", ps_text(error->activity));
    ps_set(ps, category, "Reason", ps_text(ps_short_type(error->exception)));
    return category;
}

struct ps_value ps_error_record(struct ps *ps, struct ps_error *error)
{
    struct ps_value record;

    if (error->record.kind == PS_OBJECT)
        return error->record;
    record = ps_object(ps, "System.Management.Automation.ErrorRecord");
    record.object->shown = error->message;
    record.object->error = error;
    ps_set(ps, record, "Exception", exception_of(ps, error));
    ps_set(ps, record, "TargetObject", error->target);
    ps_set(ps, record, "CategoryInfo", category_of(ps, error));
    ps_set(ps, record, "FullyQualifiedErrorId", ps_text(error->id));
    error->record = record;
    return record;
}

void ps_error_remember(struct ps *ps, struct ps_error *error)
{
    if (ps->errors->count < 256) /* $MaximumErrorCount */
        ps_list_add(ps, ps->errors, ps_error_record(ps, error));
}

bool ps_error_is(const struct ps_error *error, const char *type)
{
    static const char *const roots[] = {"Exception", "SystemException"};

    for (size_t i = 0; i < COUNT(roots); i++)
        if (ps_same_type(type, roots[i]))
            return true;
    return ps_same_type(type, error->exception) ||
           strcasecmp(ps_short_type(type), ps_short_type(error->exception)) == 0;
}

struct place {
    int line, column;
    const char *text; /* of the line */
    int length;
};

static struct place place_of(const char *script, size_t at)
{
    struct place place = {.line = 1, .text = script};

    if (at > strlen(script))
        at = strlen(script);
    for (size_t i = 0; i < at; i++)
        if (script[i] == '\n') {
            place.line++;
            place.text = script + i + 1;
        }
    place.column = (int)(script + at - place.text) + 1;
    place.length = (int)strcspn(place.text, "\r\n");
    return place;
}

/* "At line:1 char:1", the line, and tildes under what failed. */
static void add_position(const char *script, struct ps_extent extent, struct strbuf *text)
{
    struct place place = place_of(script, extent.at);
    int room = place.length - place.column + 1, marked = extent.length > 0 ? (int)extent.length : 1;

    strbuf_format(text, "At line:%d char:%d\r\n+ %.*s\r\n+ ", place.line, place.column, place.length,
                  place.text);
    for (int i = 1; i < place.column; i++)
        strbuf_add_char(text, ' ');
    for (int i = 0; i < marked && i < (room > 0 ? room : 1); i++)
        strbuf_add_char(text, '~');
    strbuf_add(text, "\r\n");
}

static void add_category(struct ps *ps, const struct ps_error *error, struct strbuf *text)
{
    struct ps_value target = error->target;

    strbuf_format(text, "    + CategoryInfo          : %s: (", error->category);
    if (target.kind != PS_NULL)
        strbuf_format(text, "%.40s:%s", ps_show(ps, &target), ps_short_type(ps_type_name(&target)));
    else
        strbuf_add(text, ":");
    strbuf_format(text, ") [%s], %s\r\n    + FullyQualifiedErrorId : %s\r\n \r\n", error->activity,
                  ps_short_type(error->exception), error->id);
}

void ps_error_write(struct ps *ps, const struct ps_error *error)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    bool is_parse = strcmp(error->category, "ParserError") == 0;

    ps->bytes += strlen(error->message) + 256;
    if (!is_parse) {
        const char *command = error->command ? error->command : error->activity;

        strbuf_format(&text, "%s%s", command, *command ? " : " : "");
        strbuf_format(&text, "%s\r\n", error->message);
    }
    add_position(ps->script, error->extent, &text);
    if (is_parse)
        strbuf_format(&text, "%s\r\n", error->message);
    add_category(ps, error, &text);
    ps_clixml_text(&ps->error_stream, "Error", strbuf_text(&text));
}

/* Properties and methods of objects, as tables by type. */
#include "lab/powershell/run.h"

#include "lab/powershell/tcp_client.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <time.h>

struct method_call {
    struct ps *ps;
    const struct ps_expr *at;
    struct ps_value object;
    const struct ps_list *arguments;
};

typedef int method_body(struct method_call *call, struct ps_value *ret_value);

static const char *argument_text(struct method_call *call, size_t index)
{
    return index < call->arguments->count ? ps_show(call->ps, &call->arguments->items[index]) : "";
}

static int64_t argument_integer(struct method_call *call, size_t index)
{
    return index < call->arguments->count ? ps_as_integer(&call->arguments->items[index]) : 0;
}

static struct ps_value part(struct method_call *call, const char *text, size_t length)
{
    return ps_text(ps_keep(call->ps, text, length));
}

static int method_tostring(struct method_call *call, struct ps_value *ret_value)
{
    *ret_value = ps_text(ps_show_as(call->ps, &call->object, argument_text(call, 0)));
    return 0;
}

static int method_gettype(struct method_call *call, struct ps_value *ret_value)
{
    const char *name = ps_type_name(&call->object);

    *ret_value = ps_object(call->ps, "System.RuntimeType");
    ret_value->object->shown = name;
    ps_set(call->ps, *ret_value, "Name", ps_text(ps_short_type(name)));
    ps_set(call->ps, *ret_value, "FullName", ps_text(name));
    return 0;
}

static int method_equals(struct method_call *call, struct ps_value *ret_value)
{
    *ret_value = ps_bool(ps_equal(call->ps, &call->object, &call->arguments->items[0], true));
    return 0;
}

static int changed_case(struct method_call *call, int (*change)(int), struct ps_value *ret_value)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    for (const char *at = call->object.text; *at; at++) {
        char changed = *at;

        if ((unsigned char)changed < 0x80)
            changed = (char)change((unsigned char)changed);
        strbuf_add_char(&text, changed);
    }
    *ret_value = part(call, strbuf_text(&text), text.length);
    return 0;
}

static int method_tolower(struct method_call *call, struct ps_value *ret_value)
{
    return changed_case(call, tolower, ret_value);
}

static int method_toupper(struct method_call *call, struct ps_value *ret_value)
{
    return changed_case(call, toupper, ret_value);
}

static int trimmed(struct method_call *call, bool front, bool back, struct ps_value *ret_value)
{
    const char *set = call->arguments->count ? argument_text(call, 0) : " \t\r\n";
    const char *text = call->object.text;
    size_t length;

    text += front ? strspn(text, set) : 0;
    length = strlen(text);
    while (back && length > 0 && strchr(set, text[length - 1]))
        length--;
    *ret_value = part(call, text, length);
    return 0;
}

static int method_trim(struct method_call *call, struct ps_value *ret_value)
{
    return trimmed(call, true, true, ret_value);
}

static int method_trimstart(struct method_call *call, struct ps_value *ret_value)
{
    return trimmed(call, true, false, ret_value);
}

static int method_trimend(struct method_call *call, struct ps_value *ret_value)
{
    return trimmed(call, false, true, ret_value);
}

static int out_of_range(struct method_call *call, const char *what)
{
    return ps_fail(call->ps, call->at->extent, "ArgumentOutOfRangeException",
                   "Exception calling \"%s\" with \"%zu\" argument(s): \"Index and length must refer to a "
                   "location within "
                   "the string. Parameter name: length\"",
                   what, call->arguments->count);
}

static int method_substring(struct method_call *call, struct ps_value *ret_value)
{
    int64_t size = (int64_t)strlen(call->object.text), from = argument_integer(call, 0);
    int64_t length = call->arguments->count > 1 ? argument_integer(call, 1) : size - from;

    if (from < 0 || from > size || length < 0 || length > size - from)
        return out_of_range(call, "Substring");
    *ret_value = part(call, call->object.text + from, (size_t)length);
    return 0;
}

/* At each of the characters given. */
static int method_split(struct method_call *call, struct ps_value *ret_value)
{
    struct ps_list *parts = ps_list_new(call->ps);
    const char *set = argument_text(call, 0), *text = call->object.text;

    for (;;) {
        size_t length = strcspn(text, *set ? set : " \t\r\n");

        ps_list_add(call->ps, parts, part(call, text, length));
        if (!text[length])
            break;
        text += length + 1;
    }
    *ret_value = ps_array(parts);
    return 0;
}

static int method_contains(struct method_call *call, struct ps_value *ret_value)
{
    *ret_value = ps_bool(strstr(call->object.text, argument_text(call, 0)) != NULL);
    return 0;
}

static int method_startswith(struct method_call *call, struct ps_value *ret_value)
{
    const char *prefix = argument_text(call, 0);

    *ret_value = ps_bool(strncmp(call->object.text, prefix, strlen(prefix)) == 0);
    return 0;
}

static int method_endswith(struct method_call *call, struct ps_value *ret_value)
{
    const char *suffix = argument_text(call, 0), *text = call->object.text;
    size_t length = strlen(text), wanted = strlen(suffix);

    *ret_value = ps_bool(wanted <= length && strcmp(text + length - wanted, suffix) == 0);
    return 0;
}

static int method_indexof(struct method_call *call, struct ps_value *ret_value)
{
    const char *found = strstr(call->object.text, argument_text(call, 0));

    *ret_value = ps_int(found ? found - call->object.text : -1);
    return 0;
}

static int method_replace(struct method_call *call, struct ps_value *ret_value)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    const char *from = argument_text(call, 0), *to = argument_text(call, 1), *at = call->object.text;

    if (!*from)
        return out_of_range(call, "Replace");
    for (const char *found; (found = strstr(at, from)) && text.length <= PS_TEXT_MAX;
         at = found + strlen(from)) {
        strbuf_add_n(&text, at, (size_t)(found - at));
        strbuf_add(&text, to);
    }
    strbuf_add(&text, at);
    if (text.length > PS_TEXT_MAX)
        return ps_overrun(call->ps, "text");
    *ret_value = part(call, strbuf_text(&text), text.length);
    return 0;
}

static int padded(struct method_call *call, bool left, struct ps_value *ret_value)
{
    int64_t width = argument_integer(call, 0);

    if (width < 0 || width > 4096)
        return out_of_range(call, left ? "PadLeft" : "PadRight");
    *ret_value = left ? ps_format(call->ps, "%*s", (int)width, call->object.text)
                      : ps_format(call->ps, "%-*s", (int)width, call->object.text);
    return 0;
}

static int method_padleft(struct method_call *call, struct ps_value *ret_value)
{
    return padded(call, true, ret_value);
}

static int method_padright(struct method_call *call, struct ps_value *ret_value)
{
    return padded(call, false, ret_value);
}

static int method_containskey(struct method_call *call, struct ps_value *ret_value)
{
    *ret_value = ps_bool(ps_get(call->object.object, argument_text(call, 0)) != NULL);
    return 0;
}

static int method_add(struct method_call *call, struct ps_value *ret_value)
{
    (void)ret_value;
    ps_set(call->ps, call->object, argument_text(call, 0), call->arguments->items[1]);
    return 0;
}

static int method_remove(struct method_call *call, struct ps_value *ret_value)
{
    (void)ret_value;
    ps_unset(call->ps, call->object.object, argument_text(call, 0));
    return 0;
}

static int method_touniversal(struct method_call *call, struct ps_value *ret_value)
{
    *ret_value = ps_date(call->object.ms, true);
    return 0;
}

static int method_tolocal(struct method_call *call, struct ps_value *ret_value)
{
    *ret_value = ps_date(call->object.ms, false);
    return 0;
}

static int moved(struct method_call *call, double unit_ms, struct ps_value *ret_value)
{
    struct ps_value number = ps_int(0);
    double ms;

    if (!ps_number(&call->arguments->items[0], &number))
        return out_of_range(call, "Add");
    ms = (double)call->object.ms + ps_as_real(&number) * unit_ms;
    if (!(ms > -62135596800000.0 && ms < 253402300800000.0))
        return ps_fail(call->ps, call->at->extent, "ArgumentOutOfRangeException",
                       "The added or subtracted value results in an un-representable DateTime.");
    *ret_value = ps_date((int64_t)ms, call->object.is_utc);
    return 0;
}

static int method_addmilliseconds(struct method_call *call, struct ps_value *ret_value)
{
    return moved(call, 1, ret_value);
}

static int method_addseconds(struct method_call *call, struct ps_value *ret_value)
{
    return moved(call, 1000, ret_value);
}

static int method_addminutes(struct method_call *call, struct ps_value *ret_value)
{
    return moved(call, 60000, ret_value);
}

static int method_addhours(struct method_call *call, struct ps_value *ret_value)
{
    return moved(call, 3600000, ret_value);
}

static int method_adddays(struct method_call *call, struct ps_value *ret_value)
{
    return moved(call, 86400000, ret_value);
}

static struct ps_value utf8_bytes(struct ps *ps, const char *text, int width)
{
    struct ps_list *bytes = ps_list_new(ps);

    for (; *text; text++) {
        ps_list_add(ps, bytes, ps_int((unsigned char)*text));
        if (width == 2)
            ps_list_add(ps, bytes, ps_int(0));
    }
    return ps_array(bytes);
}

static int method_getbytes(struct method_call *call, struct ps_value *ret_value)
{
    int width = strcasecmp(call->object.object->type, "System.Text.UnicodeEncoding") == 0 ? 2 : 1;

    *ret_value = utf8_bytes(call->ps, argument_text(call, 0), width);
    return 0;
}

/* Of UTF-8, or of UTF-16 as far as it is ASCII. */
static int method_getstring(struct method_call *call, struct ps_value *ret_value)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    struct ps_list bytes = ps_elements(&call->arguments->items[0]);
    size_t width = strcasecmp(call->object.object->type, "System.Text.UnicodeEncoding") == 0 ? 2 : 1;

    for (size_t i = 0; i < bytes.count; i += width) {
        unsigned char byte = (unsigned char)ps_as_integer(&bytes.items[i]);

        strbuf_add_char(&text, (char)(byte ? byte : (unsigned char)' '));
    }
    *ret_value = part(call, strbuf_text(&text), text.length);
    return 0;
}

static int method_writeline(struct method_call *call, struct ps_value *ret_value)
{
    (void)ret_value;
    ps_host_print(call->ps, ps_format(call->ps, "%s\r\n", argument_text(call, 0)).text);
    return 0;
}

static int method_write(struct method_call *call, struct ps_value *ret_value)
{
    (void)ret_value;
    ps_host_print(call->ps, argument_text(call, 0));
    return 0;
}

/* [Console]::Error: plain text, no CLIXML. */
static int method_error_line(struct method_call *call, struct ps_value *ret_value)
{
    (void)ret_value;
    strbuf_format(&call->ps->error_text, "%s\r\n", argument_text(call, 0));
    return call->ps->error_text.length > PS_TEXT_MAX ? ps_overrun(call->ps, "output") : 0;
}

static int method_nothing(struct method_call *call, struct ps_value *ret_value)
{
    (void)call;
    (void)ret_value;
    return 0;
}

static int method_connect(struct method_call *call, struct ps_value *ret_value)
{
    return ps_tcp_connect(call->ps, call->at, call->object, argument_text(call, 0), argument_integer(call, 1),
                          ret_value);
}

static int method_begin_connect(struct method_call *call, struct ps_value *ret_value)
{
    return ps_tcp_begin(call->ps, call->object, argument_text(call, 0), argument_integer(call, 1), ret_value);
}

static int method_end_connect(struct method_call *call, struct ps_value *ret_value)
{
    return ps_tcp_end(call->ps, call->at, call->object, ret_value);
}

static int method_wait(struct method_call *call, struct ps_value *ret_value)
{
    return ps_tcp_wait(call->ps, call->object, call->arguments->count ? argument_integer(call, 0) : -1,
                       ret_value);
}

/* Task.Wait: what failed is thrown. */
static int method_wait_task(struct method_call *call, struct ps_value *ret_value)
{
    if (method_wait(call, ret_value) != 0)
        return -1;
    if (ps_truth(ps_get(call->object.object, "IsFaulted")))
        return ps_fail(
            call->ps, call->at->extent, "AggregateException",
            "Exception calling \"Wait\" with \"%zu\" argument(s): \"One or more errors occurred.\"",
            call->arguments->count);
    return 0;
}

static int method_get_stream(struct method_call *call, struct ps_value *ret_value)
{
    return ps_stream_of(call->ps, call->at, call->object, ret_value);
}

static int method_stream_write(struct method_call *call, struct ps_value *ret_value)
{
    (void)ret_value;
    ps_set(call->ps, call->object, "Sent", call->arguments->items[0]);
    return 0;
}

static int method_begin_read(struct method_call *call, struct ps_value *ret_value)
{
    *ret_value = ps_stream_begin_read(call->ps, call->object, call->arguments->items[0],
                                      argument_integer(call, 1), argument_integer(call, 2));
    return 0;
}

static int method_end_read(struct method_call *call, struct ps_value *ret_value)
{
    *ret_value = ps_stream_end_read(call->ps, call->arguments->items[0]);
    return 0;
}

static int method_close_client(struct method_call *call, struct ps_value *ret_value)
{
    (void)ret_value;
    ps_set(call->ps, call->object, "Connected", ps_bool(false));
    return 0;
}

struct method {
    enum ps_kind kind; /* PS_KIND_COUNT: of anything */
    const char *type;  /* of PS_OBJECT */
    const char *name;
    size_t least, most; /* arguments */
    method_body *body;
};

static const struct method methods[] = {
    {PS_KIND_COUNT, NULL, "ToString", 0, 1, method_tostring},
    {PS_KIND_COUNT, NULL, "GetType", 0, 0, method_gettype},
    {PS_KIND_COUNT, NULL, "Equals", 1, 1, method_equals},
    {PS_TEXT, NULL, "ToLower", 0, 0, method_tolower},
    {PS_TEXT, NULL, "ToLowerInvariant", 0, 0, method_tolower},
    {PS_TEXT, NULL, "ToUpper", 0, 0, method_toupper},
    {PS_TEXT, NULL, "ToUpperInvariant", 0, 0, method_toupper},
    {PS_TEXT, NULL, "Trim", 0, 1, method_trim},
    {PS_TEXT, NULL, "TrimStart", 0, 1, method_trimstart},
    {PS_TEXT, NULL, "TrimEnd", 0, 1, method_trimend},
    {PS_TEXT, NULL, "Substring", 1, 2, method_substring},
    {PS_TEXT, NULL, "Split", 0, 1, method_split},
    {PS_TEXT, NULL, "Contains", 1, 1, method_contains},
    {PS_TEXT, NULL, "StartsWith", 1, 1, method_startswith},
    {PS_TEXT, NULL, "EndsWith", 1, 1, method_endswith},
    {PS_TEXT, NULL, "IndexOf", 1, 1, method_indexof},
    {PS_TEXT, NULL, "Replace", 2, 2, method_replace},
    {PS_TEXT, NULL, "PadLeft", 1, 1, method_padleft},
    {PS_TEXT, NULL, "PadRight", 1, 1, method_padright},
    {PS_TABLE, NULL, "ContainsKey", 1, 1, method_containskey},
    {PS_TABLE, NULL, "Contains", 1, 1, method_containskey},
    {PS_TABLE, NULL, "Add", 2, 2, method_add},
    {PS_TABLE, NULL, "Remove", 1, 1, method_remove},
    {PS_DATE, NULL, "ToUniversalTime", 0, 0, method_touniversal},
    {PS_DATE, NULL, "ToLocalTime", 0, 0, method_tolocal},
    {PS_DATE, NULL, "AddMilliseconds", 1, 1, method_addmilliseconds},
    {PS_DATE, NULL, "AddSeconds", 1, 1, method_addseconds},
    {PS_DATE, NULL, "AddMinutes", 1, 1, method_addminutes},
    {PS_DATE, NULL, "AddHours", 1, 1, method_addhours},
    {PS_DATE, NULL, "AddDays", 1, 1, method_adddays},
    {PS_OBJECT, "System.Text.UTF8Encoding", "GetBytes", 1, 1, method_getbytes},
    {PS_OBJECT, "System.Text.UTF8Encoding", "GetString", 1, 1, method_getstring},
    {PS_OBJECT, "System.Text.UnicodeEncoding", "GetBytes", 1, 1, method_getbytes},
    {PS_OBJECT, "System.Text.UnicodeEncoding", "GetString", 1, 1, method_getstring},
    {PS_OBJECT, "System.IO.TextWriter", "WriteLine", 0, 1, method_writeline},
    {PS_OBJECT, "System.IO.TextWriter", "Write", 1, 1, method_write},
    {PS_OBJECT, "System.IO.StreamWriter", "WriteLine", 0, 1, method_error_line},
    {PS_OBJECT, "System.IO.TextWriter", "Flush", 0, 0, method_nothing},
    {PS_OBJECT, PS_TCP_CLIENT, "Connect", 2, 2, method_connect},
    {PS_OBJECT, PS_TCP_CLIENT, "BeginConnect", 4, 4, method_begin_connect},
    {PS_OBJECT, PS_TCP_CLIENT, "ConnectAsync", 2, 2, method_begin_connect},
    {PS_OBJECT, PS_TCP_CLIENT, "EndConnect", 1, 1, method_end_connect},
    {PS_OBJECT, PS_TCP_CLIENT, "Close", 0, 0, method_close_client},
    {PS_OBJECT, PS_TCP_CLIENT, "Dispose", 0, 0, method_close_client},
    {PS_OBJECT, PS_TCP_CLIENT, "GetStream", 0, 0, method_get_stream},
    {PS_OBJECT, PS_TCP_STREAM, "Write", 3, 3, method_stream_write},
    {PS_OBJECT, PS_TCP_STREAM, "BeginRead", 5, 5, method_begin_read},
    {PS_OBJECT, PS_TCP_STREAM, "EndRead", 1, 1, method_end_read},
    {PS_OBJECT, PS_TCP_ATTEMPT, "Wait", 0, 1, method_wait_task},
    {PS_OBJECT, PS_TCP_ATTEMPT, "WaitOne", 0, 2, method_wait},
    {PS_OBJECT, PS_TCP_ATTEMPT, "Close", 0, 0, method_nothing},
};

static bool has_method(const struct method *method, const struct ps_value *object)
{
    if (method->kind == PS_KIND_COUNT)
        return true;
    return method->kind == object->kind &&
           (!method->type || ps_same_type(method->type, object->object->type));
}

int ps_call_method(struct ps *ps, const struct ps_expr *at, const struct ps_value *object, const char *name,
                   const struct ps_list *arguments, struct ps_value *ret_value)
{
    struct method_call call = {ps, at, *object, arguments};

    if (object->kind == PS_NULL)
        return ps_fail(ps, at->extent, "InvokeMethodOnNull",
                       "You cannot call a method on a null-valued expression.");
    for (size_t i = 0; i < COUNT(methods); i++) {
        if (strcasecmp(methods[i].name, name) != 0 || !has_method(&methods[i], object))
            continue;
        if (arguments->count < methods[i].least || arguments->count > methods[i].most)
            return ps_fail(ps, at->extent, "MethodCountCouldNotFindBest",
                           "Cannot find an overload for \"%s\" and the argument count: \"%zu\".", name,
                           arguments->count);
        return methods[i].body(&call, ret_value);
    }
    return ps_fail(ps, at->extent, "MethodNotFound",
                   "Method invocation failed because [%s] does not contain a method named '%s'.",
                   ps_type_name(object), name);
}

static bool date_member(struct ps *ps, const struct ps_value *date, const char *name,
                        struct ps_value *ret_value)
{
    static const struct {
        const char *name, *format;
    } parts[] = {{"Year", "yyyy"}, {"Month", "MM"},  {"Day", "dd"},         {"Hour", "HH"},
                 {"Minute", "mm"}, {"Second", "ss"}, {"Millisecond", "fff"}};

    for (size_t i = 0; i < COUNT(parts); i++)
        if (strcasecmp(parts[i].name, name) == 0) {
            *ret_value = ps_int(strtoll(ps_show_as(ps, date, parts[i].format), NULL, 10));
            return true;
        }
    if (strcasecmp(name, "Ticks") != 0)
        return false;
    *ret_value = ps_int((date->ms + 62135596800000) * 10000);
    return true;
}

static bool span_member(const struct ps_value *span, const char *name, struct ps_value *ret_value)
{
    static const struct {
        const char *name;
        double unit_ms;
    } totals[] = {{"TotalMilliseconds", 1},
                  {"TotalSeconds", 1000},
                  {"TotalMinutes", 60000},
                  {"TotalHours", 3600000},
                  {"TotalDays", 86400000}};

    for (size_t i = 0; i < COUNT(totals); i++)
        if (strcasecmp(totals[i].name, name) == 0) {
            *ret_value = ps_real((double)span->ms / totals[i].unit_ms);
            return true;
        }
    return false;
}

static bool table_member(struct ps *ps, const struct ps_object *table, const char *name,
                         struct ps_value *ret_value)
{
    bool keys = strcasecmp(name, "Keys") == 0;
    const struct ps_value *found = ps_get(table, name);
    struct ps_list *list;

    if (found) {
        *ret_value = *found;
        return true;
    }
    if (strcasecmp(name, "Count") == 0) {
        *ret_value = ps_int((int64_t)table->count);
        return true;
    }
    if (!keys && strcasecmp(name, "Values") != 0)
        return false;
    list = ps_list_new(ps);
    for (size_t i = 0; i < table->count; i++)
        ps_list_add(ps, list, keys ? ps_text(table->properties[i].name) : table->properties[i].value);
    *ret_value = ps_array(list);
    return true;
}

/* $list.Name: that member of each element. */
static int each_member(struct ps *ps, const struct ps_list *list, const char *name,
                       struct ps_value *ret_value)
{
    struct ps_list *found = ps_list_new(ps);

    for (size_t i = 0; i < list->count; i++) {
        struct ps_value one = ps_null();

        if (ps_step(ps) != 0)
            return -1;
        if (list->items[i].kind != PS_ARRAY && ps_get_member(ps, &list->items[i], name, &one) != 0)
            return -1;
        ps_list_spread(ps, found, one);
    }
    *ret_value = ps_list_collapse(found);
    return 0;
}

/* Time passes for a script only while it waits. */
static bool stopwatch_member(struct ps *ps, const struct ps_object *watch, const char *name,
                             struct ps_value *ret_value)
{
    if (!ps_same_type(watch->type, PS_STOPWATCH) || strcasecmp(name, "ElapsedMilliseconds") != 0)
        return false;
    *ret_value = ps_int(ps->takes_ms - ps_as_integer(ps_get(watch, "StartedMs")));
    return true;
}

/* What is no member is $null: the scripts run without strict mode. */
int ps_get_member(struct ps *ps, const struct ps_value *object, const char *name, struct ps_value *ret_value)
{
    const struct ps_value *found;
    bool counts = strcasecmp(name, "Count") == 0 || strcasecmp(name, "Length") == 0;

    *ret_value = ps_null();
    if (object->kind == PS_TABLE && table_member(ps, object->object, name, ret_value))
        return 0;
    if (object->kind == PS_DATE && date_member(ps, object, name, ret_value))
        return 0;
    if (object->kind == PS_SPAN && span_member(object, name, ret_value))
        return 0;
    if (object->kind == PS_OBJECT && stopwatch_member(ps, object->object, name, ret_value))
        return 0;
    if (object->kind == PS_TEXT && strcasecmp(name, "Length") == 0)
        *ret_value = ps_int((int64_t)strlen(object->text));
    else if (object->kind == PS_ARRAY && !counts)
        return each_member(ps, object->array, name, ret_value);
    else if (object->kind == PS_OBJECT && (found = ps_get(object->object, name)))
        *ret_value = *found;
    else if (object->kind == PS_ENUM && strcasecmp(name, "value__") == 0)
        *ret_value = ps_int(object->member->number);
    else if (counts)
        *ret_value = ps_int((int64_t)ps_elements(object).count);
    return 0;
}

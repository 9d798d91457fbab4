/* Static members and casts: the .NET types that a script may name, as tables. */
#include "lab/powershell/run.h"

#include "base/base64.h"
#include "base/utc.h"
#include "lab/powershell/tcp_client.h"
#include "lab/world/world.h"

#include <math.h>
#include <string.h>
#include <strings.h>

struct static_call {
    struct ps *ps;
    const struct ps_expr *at;
    const struct ps_list *arguments;
};

typedef int static_body(struct static_call *call, struct ps_value *ret_value);

static const char *text_at(struct static_call *call, size_t index)
{
    return ps_show(call->ps, &call->arguments->items[index]);
}

static int invalid_argument(struct static_call *call, const char *method, const char *why)
{
    struct ps_error error = {.exception = "System.Management.Automation.MethodInvocationException",
                             .id = "FormatException",
                             .category = "NotSpecified",
                             .activity = "",
                             .extent = call->at->extent};

    return ps_throw(call->ps, &error, "Exception calling \"%s\" with \"%zu\" argument(s): \"%s\"", method,
                    call->arguments ? call->arguments->count : 0, why);
}

static int from_base64(struct static_call *call, struct ps_value *ret_value)
{
    const char *text = text_at(call, 0);
    struct ps_list *bytes = ps_list_new(call->ps);
    AUTO(strbuf) struct strbuf decoded = STRBUF_INIT;

    if (strlen(text) > PS_TEXT_MAX)
        return ps_overrun(call->ps, "text");
    if (!base64_add_decoded(&decoded, text))
        return invalid_argument(
            call, "FromBase64String",
            "The input is not a valid Base-64 string as it contains a non-base 64 character, more than "
            "two padding characters, or an illegal character among the padding characters. ");
    for (size_t i = 0; i < decoded.length; i++)
        ps_list_add(call->ps, bytes, ps_int((unsigned char)decoded.text[i]));
    *ret_value = ps_array(bytes);
    return 0;
}

static int to_base64(struct static_call *call, struct ps_value *ret_value)
{
    struct ps_list bytes = ps_elements(&call->arguments->items[0]);
    unsigned char *raw = ps_alloc(call->ps, bytes.count + 1);
    AUTO(strbuf) struct strbuf encoded = STRBUF_INIT;

    for (size_t i = 0; i < bytes.count; i++)
        raw[i] = (unsigned char)ps_as_integer(&bytes.items[i]);
    base64_add(&encoded, raw, bytes.count);
    *ret_value = ps_text_copy(call->ps, strbuf_text(&encoded));
    return 0;
}

static int encoding(struct static_call *call, const char *type, const char *web_name,
                    struct ps_value *ret_value)
{
    *ret_value = ps_object(call->ps, type);
    ps_set(call->ps, *ret_value, "WebName", ps_text(web_name));
    return 0;
}

static int utf8(struct static_call *call, struct ps_value *ret_value)
{
    return encoding(call, "System.Text.UTF8Encoding", "utf-8", ret_value);
}

static int unicode(struct static_call *call, struct ps_value *ret_value)
{
    return encoding(call, "System.Text.UnicodeEncoding", "utf-16", ret_value);
}

static int utc_now(struct static_call *call, struct ps_value *ret_value)
{
    *ret_value = ps_date(ps_utc_ms(call->ps), true);
    return 0;
}

static int now(struct static_call *call, struct ps_value *ret_value)
{
    *ret_value = ps_date(ps_utc_ms(call->ps), false);
    return 0;
}

static int parse_date(struct static_call *call, struct ps_value *ret_value)
{
    const char *text = text_at(call, 0);
    int64_t ms = 0;

    if (!utc_parse(text, &ms))
        return invalid_argument(call, "Parse", "String was not recognized as a valid DateTime.");
    *ret_value = ps_date(ms, true);
    if (!strchr(text, 'Z')) {
        ret_value->is_utc = false;
        ret_value->ms -= (int64_t)call->ps->host->utc_offset_minutes * 60000;
    }
    return 0;
}

static int console_out(struct static_call *call, struct ps_value *ret_value)
{
    *ret_value = ps_object(call->ps, "System.IO.TextWriter");
    return 0;
}

static int console_error(struct static_call *call, struct ps_value *ret_value)
{
    *ret_value = ps_object(call->ps, "System.IO.StreamWriter");
    return 0;
}

static int current_identity(struct static_call *call, struct ps_value *ret_value)
{
    *ret_value = ps_object(call->ps, "System.Security.Principal.WindowsIdentity");
    ps_set(call->ps, *ret_value, "Name", ps_text(call->ps->user));
    return 0;
}

static int console_writeline(struct static_call *call, struct ps_value *ret_value)
{
    const char *text = call->arguments->count ? text_at(call, 0) : "";

    ps_host_print(call->ps, ps_format(call->ps, "%s\r\n", text).text);
    *ret_value = ps_null();
    return 0;
}

static int console_write(struct static_call *call, struct ps_value *ret_value)
{
    ps_host_print(call->ps, text_at(call, 0));
    *ret_value = ps_null();
    return 0;
}

static int is_null_or_empty(struct static_call *call, struct ps_value *ret_value)
{
    *ret_value = ps_bool(!*text_at(call, 0));
    return 0;
}

static int is_null_or_blank(struct static_call *call, struct ps_value *ret_value)
{
    const char *text = text_at(call, 0);

    *ret_value = ps_bool(!text[strspn(text, " \t\r\n")]);
    return 0;
}

/* "Regex.Escape": what means something, and blanks, get a backslash. */
static int regex_escape(struct static_call *call, struct ps_value *ret_value)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    for (const char *at = text_at(call, 0); *at; at++) {
        if (strchr("\\*+?|{[()^$.# ", *at))
            strbuf_add_char(&out, '\\');
        strbuf_add_char(&out, *at);
    }
    *ret_value = ps_text(ps_keep(call->ps, strbuf_text(&out), out.length));
    return 0;
}

static int read_all_text(struct static_call *call, struct ps_value *ret_value)
{
    const char *text = windows_read_file(call->ps->host, text_at(call, 0), ps_utc_ms(call->ps));

    if (!text)
        return invalid_argument(call, "ReadAllText",
                                ps_format(call->ps, "Could not find file '%s'.", text_at(call, 0)).text);
    *ret_value = ps_text_copy(call->ps, text);
    return 0;
}

static int file_exists(struct static_call *call, struct ps_value *ret_value)
{
    *ret_value = ps_bool(windows_read_file(call->ps->host, text_at(call, 0), ps_utc_ms(call->ps)) != NULL);
    return 0;
}

/* The lab's files need no folders. */
static int create_directory(struct static_call *call, struct ps_value *ret_value)
{
    *ret_value = ps_object(call->ps, "System.IO.DirectoryInfo");
    ps_set(call->ps, *ret_value, "FullName", ps_text(text_at(call, 0)));
    return 0;
}

static int write_all_text(struct static_call *call, struct ps_value *ret_value)
{
    windows_write_file(world_host(call->ps->world, call->ps->host->name), text_at(call, 0), text_at(call, 1),
                       ps_utc_ms(call->ps));
    *ret_value = ps_null();
    return 0;
}

static int string_join(struct static_call *call, struct ps_value *ret_value)
{
    return ps_apply(call->ps, ps_operator_named("-join"), call->at, call->arguments->items[1],
                    call->arguments->items[0], ret_value);
}

static int to_int(struct static_call *call, struct ps_value *ret_value)
{
    return ps_cast(call->ps, call->at, "int", call->arguments->items[0], ret_value);
}

static int math_round(struct static_call *call, struct ps_value *ret_value)
{
    struct ps_value number = ps_int(0);
    double scale =
        call->arguments->count > 1 ? pow(10, (double)(ps_as_integer(&call->arguments->items[1]) % 16)) : 1;

    if (!ps_number(&call->arguments->items[0], &number))
        return invalid_argument(call, "Round", "Input string was not in a correct format.");
    *ret_value = ps_real(nearbyint(ps_as_real(&number) * scale) / scale);
    return 0;
}

static int math_floor(struct static_call *call, struct ps_value *ret_value)
{
    struct ps_value number = ps_int(0);

    if (!ps_number(&call->arguments->items[0], &number))
        return invalid_argument(call, "Floor", "Input string was not in a correct format.");
    *ret_value = ps_real(floor(ps_as_real(&number)));
    return 0;
}

static int larger_or_smaller(struct static_call *call, bool larger, struct ps_value *ret_value)
{
    const struct ps_value *items = call->arguments->items;

    *ret_value = (ps_compare(call->ps, &items[0], &items[1], true) > 0) == larger ? items[0] : items[1];
    return 0;
}

static int math_max(struct static_call *call, struct ps_value *ret_value)
{
    return larger_or_smaller(call, true, ret_value);
}

static int math_min(struct static_call *call, struct ps_value *ret_value)
{
    return larger_or_smaller(call, false, ret_value);
}

static int machine_name(struct static_call *call, struct ps_value *ret_value)
{
    *ret_value = ps_variable(call->ps, "env:COMPUTERNAME");
    return 0;
}

static int from_seconds(struct static_call *call, struct ps_value *ret_value)
{
    *ret_value = ps_span(ps_as_integer(&call->arguments->items[0]) % 100000000000 * 1000);
    return 0;
}

static int start_stopwatch(struct static_call *call, struct ps_value *ret_value)
{
    *ret_value = ps_object(call->ps, PS_STOPWATCH);
    ps_set(call->ps, *ret_value, "StartedMs", ps_int(call->ps->takes_ms));
    return 0;
}

static int begin_resolve(struct static_call *call, struct ps_value *ret_value)
{
    *ret_value = ps_dns_begin(call->ps, text_at(call, 0));
    return 0;
}

static int end_resolve(struct static_call *call, struct ps_value *ret_value)
{
    return ps_dns_end(call->ps, call->at, call->arguments->items[0], ret_value);
}

static int new_tcp_client(struct static_call *call, struct ps_value *ret_value)
{
    *ret_value = ps_tcp_client(call->ps);
    return 0;
}

struct static_member {
    const char *type, *name;
    int least, most; /* arguments; -1: a property */
    static_body *body;
    bool assignable;
};

static const struct static_member members[] = {
    {"Convert", "FromBase64String", 1, 1, from_base64, false},
    {"Convert", "ToBase64String", 1, 1, to_base64, false},
    {"Convert", "ToInt32", 1, 1, to_int, false},
    {"Convert", "ToInt64", 1, 1, to_int, false},
    {"Text.Encoding", "UTF8", -1, -1, utf8, false},
    {"Text.Encoding", "Unicode", -1, -1, unicode, false},
    {"DateTime", "UtcNow", -1, -1, utc_now, false},
    {"DateTime", "Now", -1, -1, now, false},
    {"DateTime", "Parse", 1, 1, parse_date, false},
    {"Console", "OutputEncoding", -1, -1, utf8, true},
    {"Console", "InputEncoding", -1, -1, utf8, true},
    {"Console", "Out", -1, -1, console_out, false},
    {"Console", "Error", -1, -1, console_error, false},
    {"Security.Principal.WindowsIdentity", "GetCurrent", 0, 0, current_identity, false},
    {"Console", "WriteLine", 0, 1, console_writeline, false},
    {"Console", "Write", 1, 1, console_write, false},
    {"String", "IsNullOrEmpty", 1, 1, is_null_or_empty, false},
    {"String", "IsNullOrWhiteSpace", 1, 1, is_null_or_blank, false},
    {"IO.Directory", "CreateDirectory", 1, 1, create_directory, false},
    {"IO.File", "Exists", 1, 1, file_exists, false},
    {"IO.File", "ReadAllText", 1, 1, read_all_text, false},
    {"IO.File", "WriteAllText", 2, 2, write_all_text, false},
    {"String", "Join", 2, 2, string_join, false},
    {"regex", "Escape", 1, 1, regex_escape, false},
    {"Math", "Round", 1, 2, math_round, false},
    {"Math", "Floor", 1, 1, math_floor, false},
    {"Math", "Max", 2, 2, math_max, false},
    {"Math", "Min", 2, 2, math_min, false},
    {"Environment", "MachineName", -1, -1, machine_name, false},
    {"TimeSpan", "FromSeconds", 1, 1, from_seconds, false},
    {"Diagnostics.Stopwatch", "StartNew", 0, 0, start_stopwatch, false},
    {"Net.Dns", "BeginGetHostAddresses", 3, 3, begin_resolve, false},
    {"Net.Dns", "EndGetHostAddresses", 1, 1, end_resolve, false},
    {"Net.Sockets.TcpClient", "new", 0, 0, new_tcp_client, false},
};

static const struct static_member *find_member(const char *type, const char *name)
{
    for (size_t i = 0; i < COUNT(members); i++)
        if (strcasecmp(members[i].name, name) == 0 && ps_same_type(members[i].type, type))
            return &members[i];
    return NULL;
}

int ps_static(struct ps *ps, const struct ps_expr *at, const char *type, const char *name,
              const struct ps_list *arguments, struct ps_value *ret_value)
{
    struct static_call call = {ps, at, arguments};
    const struct static_member *member = find_member(type, name);

    if (!member && !ps_type_known(type))
        return ps_fail(ps, at->extent, "TypeNotFound", "Unable to find type [%s].", type);
    if (!member || (member->least < 0) != (arguments == NULL)) {
        if (arguments)
            return ps_fail(ps, at->extent, "MethodNotFound",
                           "Method invocation failed because [%s] does not contain a method named '%s'.",
                           type, name);
        *ret_value = ps_null();
        return 0;
    }
    if (arguments && ((int)arguments->count < member->least || (int)arguments->count > member->most))
        return ps_fail(ps, at->extent, "MethodCountCouldNotFindBest",
                       "Cannot find an overload for \"%s\" and the argument count: \"%zu\".", name,
                       arguments->count);
    return member->body(&call, ret_value);
}

int ps_set_static(struct ps *ps, const struct ps_expr *at, const char *type, const char *name)
{
    const struct static_member *member = find_member(type, name);

    if (member && member->assignable)
        return 0;
    return ps_fail(
        ps, at->extent, "PropertyAssignmentException",
        "The property '%s' cannot be found on this object. Verify that the property exists and can be set.",
        name);
}

static int cast_whole(struct ps *ps, const struct ps_expr *at, struct ps_value value,
                      struct ps_value *ret_value)
{
    struct ps_value number = ps_int(0);

    if (!ps_number(&value, &number))
        return ps_fail_cast(ps, at->extent, &value, "System.Int32");
    *ret_value = ps_int(ps_as_integer(&number));
    return 0;
}

static int cast_real(struct ps *ps, const struct ps_expr *at, struct ps_value value,
                     struct ps_value *ret_value)
{
    struct ps_value number = ps_int(0);

    if (!ps_number(&value, &number))
        return ps_fail_cast(ps, at->extent, &value, "System.Double");
    *ret_value = ps_real(ps_as_real(&number));
    return 0;
}

static int cast_text(struct ps *ps, const struct ps_expr *at, struct ps_value value,
                     struct ps_value *ret_value)
{
    (void)at;
    *ret_value = ps_text(ps_show(ps, &value));
    return 0;
}

static int cast_bool(struct ps *ps, const struct ps_expr *at, struct ps_value value,
                     struct ps_value *ret_value)
{
    (void)ps;
    (void)at;
    *ret_value = ps_bool(ps_truth(&value));
    return 0;
}

static int cast_array(struct ps *ps, const struct ps_expr *at, struct ps_value value,
                      struct ps_value *ret_value)
{
    struct ps_list *list = ps_list_new(ps);

    (void)at;
    ps_list_spread(ps, list, value);
    *ret_value = ps_array(list);
    return 0;
}

static int cast_texts(struct ps *ps, const struct ps_expr *at, struct ps_value value,
                      struct ps_value *ret_value)
{
    struct ps_list elements = ps_elements(&value), *list = ps_list_new(ps);

    (void)at;
    for (size_t i = 0; i < elements.count; i++)
        ps_list_add(ps, list, ps_text(ps_show(ps, &elements.items[i])));
    *ret_value = ps_array(list);
    return 0;
}

/* The only way to make an object with properties of one's own: [pscustomobject]@{...} */
static int cast_custom(struct ps *ps, const struct ps_expr *at, struct ps_value value,
                       struct ps_value *ret_value)
{
    (void)at;
    *ret_value = value;
    if (value.kind != PS_TABLE)
        return 0;
    *ret_value = ps_custom_object(ps);
    for (size_t i = 0; i < value.object->count; i++)
        ps_set(ps, *ret_value, value.object->properties[i].name, value.object->properties[i].value);
    return 0;
}

static int cast_date(struct ps *ps, const struct ps_expr *at, struct ps_value value,
                     struct ps_value *ret_value)
{
    struct ps_list one = {&value, 1};
    struct static_call call = {ps, at, &one};

    *ret_value = value;
    return value.kind == PS_DATE ? 0 : parse_date(&call, ret_value);
}

static int cast_same(struct ps *ps, const struct ps_expr *at, struct ps_value value,
                     struct ps_value *ret_value)
{
    (void)ps;
    (void)at;
    *ret_value = value;
    return 0;
}

static int cast_void(struct ps *ps, const struct ps_expr *at, struct ps_value value,
                     struct ps_value *ret_value)
{
    (void)ps;
    (void)at;
    (void)value;
    *ret_value = ps_null();
    return 0;
}

typedef int cast_body(struct ps *ps, const struct ps_expr *at, struct ps_value value,
                      struct ps_value *ret_value);

static const struct {
    const char *type;
    cast_body *body;
} casts[] = {
    {"int", cast_whole},      {"long", cast_whole},
    {"uint32", cast_whole},   {"byte", cast_whole},
    {"double", cast_real},    {"string", cast_text},
    {"bool", cast_bool},      {"array", cast_array},
    {"string[]", cast_texts}, {"psobject", cast_custom},
    {"hashtable", cast_same}, {"ordered", cast_same},
    {"datetime", cast_date},  {"object", cast_same},
    {"void", cast_void},      {"scriptblock", cast_same},
    {"switch", cast_bool},    {"byte[]", cast_array},
    {"int[]", cast_array},    {"Net.IPAddress[]", cast_array},
};

int ps_cast(struct ps *ps, const struct ps_expr *at, const char *type, struct ps_value value,
            struct ps_value *ret_value)
{
    for (size_t i = 0; i < COUNT(casts); i++)
        if (ps_same_type(casts[i].type, type))
            return casts[i].body(ps, at, value, ret_value);
    return ps_fail(ps, at->extent, "TypeNotFound", "Unable to find type [%s].", type);
}

bool ps_type_known(const char *type)
{
    for (size_t i = 0; i < COUNT(casts); i++)
        if (ps_same_type(casts[i].type, type))
            return true;
    for (size_t i = 0; i < COUNT(members); i++)
        if (ps_same_type(members[i].type, type))
            return true;
    return ps_same_type(type, "Exception");
}

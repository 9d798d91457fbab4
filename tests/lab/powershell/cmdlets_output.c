/* Cmdlets that write, format and convert. */
#include "lab/powershell/cmdlet.h"

#include "lab/powershell/clixml.h"
#include "lab/powershell/json.h"

#include <string.h>
#include <strings.h>

static int write_output(struct ps_call *call)
{
    struct ps_list input = ps_call_input(call, "InputObject");

    for (size_t i = 0; i < input.count; i++)
        ps_emit(call, input.items[i]);
    return 0;
}

static int write_error(struct ps_call *call)
{
    const char *id = ps_argument_text(call, "ErrorId"), *category = ps_argument_text(call, "Category");

    return ps_call_error(call, "Microsoft.PowerShell.Commands.WriteErrorException",
                         id ? id : "Microsoft.PowerShell.Commands.WriteErrorException",
                         category ? category : "NotSpecified", ps_null(), "%s",
                         ps_argument_text(call, "Message"));
}

static int write_warning(struct ps_call *call)
{
    struct ps_value preference = ps_variable(call->ps, "WarningPreference");

    if (strcasecmp(ps_show(call->ps, &preference), "SilentlyContinue") != 0)
        ps_clixml_text(&call->ps->error_stream, "Warning", ps_argument_text(call, "Message"));
    return 0;
}

static int write_verbose(struct ps_call *call)
{
    struct ps_value preference = ps_variable(call->ps, "VerbosePreference");

    if (call->verbose || strcasecmp(ps_show(call->ps, &preference), "Continue") == 0)
        ps_clixml_text(&call->ps->error_stream, "Verbose", ps_argument_text(call, "Message"));
    return 0;
}

static int write_host(struct ps_call *call)
{
    const char *text = ps_argument_text(call, "Object");

    ps_host_print(
        call->ps,
        ps_format(call->ps, "%s%s", text ? text : "", ps_switch(call, "NoNewline") ? "" : "\r\n").text);
    return 0;
}

static int out_null(struct ps_call *call)
{
    (void)call;
    return 0;
}

static int formatted(struct ps_call *call, enum ps_layout layout)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    const struct ps_value *properties = ps_argument(call, "Property");
    struct ps_list input = ps_call_input(call, "InputObject");
    struct ps_list *objects = ps_list_new(call->ps);

    for (size_t i = 0; i < input.count; i++) {
        struct ps_value object = input.items[i];

        if (properties && object.kind == PS_OBJECT) {
            struct ps_list names = ps_elements(properties);

            object = ps_custom_object(call->ps);
            for (size_t j = 0; j < names.count; j++) {
                struct ps_value value = ps_null();
                const char *name = ps_show(call->ps, &names.items[j]);

                if (ps_get_member(call->ps, &input.items[i], name, &value) != 0)
                    return -1;
                ps_set(call->ps, object, name, value);
            }
        }
        ps_list_add(call->ps, objects, object);
    }
    ps_format_objects(call->ps, objects, layout, &text);
    if (text.length >= 2 && layout != PS_LAYOUT_DEFAULT) /* the host ends the last line itself */
        strbuf_truncate(&text, text.length - 2);
    ps_emit(call, ps_text(ps_keep(call->ps, strbuf_text(&text), text.length)));
    return 0;
}

static int out_string(struct ps_call *call)
{
    return formatted(call, PS_LAYOUT_DEFAULT);
}

static int format_table(struct ps_call *call)
{
    return formatted(call, PS_LAYOUT_TABLE);
}

static int format_list(struct ps_call *call)
{
    return formatted(call, PS_LAYOUT_LIST);
}

/* Several objects of a pipeline are one array; -InputObject is taken as it is. */
static int convert_to_json(struct ps_call *call)
{
    AUTO(strbuf) struct strbuf json = STRBUF_INIT;
    const struct ps_value *object = ps_argument(call, "InputObject");
    int64_t depth = ps_argument_number(call, "Depth", 2);
    struct ps_list input = *call->input;
    struct ps_value value = object ? *object : ps_list_collapse(&input);

    if (depth < 1 || depth > 100)
        return ps_call_fail(
            call, "System.Management.Automation.ParameterBindingException",
            "ParameterArgumentValidationError", "InvalidData", ps_null(),
            "Cannot validate argument on parameter 'Depth'. The %lld argument is out of the range 1 to 100.",
            (long long)depth);
    if (!object && call->input->count == 0)
        return 0;
    ps_json_write(call->ps, &value, (int)depth, ps_switch(call, "Compress"), &json);
    if (json.length >= PS_TEXT_MAX)
        return ps_overrun(call->ps, "text");
    ps_emit(call, ps_text(ps_keep(call->ps, strbuf_text(&json), json.length)));
    return 0;
}

/* The lines of a pipeline are one text.  An array is put out as one object, as Windows PowerShell does. */
static int convert_from_json(struct ps_call *call)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    struct ps_list input = ps_call_input(call, "InputObject");
    struct ps_value value = ps_null();

    for (size_t i = 0; i < input.count; i++)
        strbuf_format(&text, "%s%s", i ? "\n" : "", ps_show(call->ps, &input.items[i]));
    if (ps_json_read(call->ps, strbuf_text(&text), &value) != 0)
        return ps_call_fail(call, "System.ArgumentException", "System.ArgumentException", "NotSpecified",
                            ps_null(), "Invalid JSON primitive: %.40s.", strbuf_text(&text));
    ps_emit(call, value);
    return 0;
}

static const struct ps_parameter output_parameters[] = {
    {"InputObject", PS_ANY_PARAMETER, 1, false, NULL, NULL}};
static const struct ps_parameter error_parameters[] = {
    {"Message", PS_TEXT_PARAMETER, 1, true, "Msg", NULL},
    {"Category", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"ErrorId", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
};
static const struct ps_parameter message_parameters[] = {
    {"Message", PS_TEXT_PARAMETER, 1, true, "Msg", NULL}};
static const struct ps_parameter host_parameters[] = {
    {"Object", PS_ANY_PARAMETER, 1, false, NULL, NULL},
    {"NoNewline", PS_SWITCH, 0, false, NULL, NULL},
    {"ForegroundColor", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
};
static const struct ps_parameter out_string_parameters[] = {
    {"InputObject", PS_ANY_PARAMETER, 0, false, NULL, NULL},
    {"Width", PS_NUMBER_PARAMETER, 0, false, NULL, NULL},
    {"Stream", PS_SWITCH, 0, false, NULL, NULL},
};
static const struct ps_parameter format_parameters[] = {
    {"Property", PS_ANY_PARAMETER, 1, false, NULL, NULL},
    {"InputObject", PS_ANY_PARAMETER, 0, false, NULL, NULL},
    {"AutoSize", PS_SWITCH, 0, false, NULL, NULL},
};
static const struct ps_parameter to_json_parameters[] = {
    {"InputObject", PS_ANY_PARAMETER, 1, false, NULL, NULL},
    {"Depth", PS_NUMBER_PARAMETER, 0, false, NULL, NULL},
    {"Compress", PS_SWITCH, 0, false, NULL, NULL},
};

#define CMDLET(name, parameters, body)                                                                       \
    {                                                                                                        \
        name, parameters, COUNT(parameters), 0, NULL, body                                                   \
    }
static const struct ps_cmdlet cmdlets[] = {
    CMDLET("Write-Output", output_parameters, write_output),
    CMDLET("Write-Error", error_parameters, write_error),
    CMDLET("Write-Warning", message_parameters, write_warning),
    CMDLET("Write-Verbose", message_parameters, write_verbose),
    CMDLET("Write-Host", host_parameters, write_host),
    CMDLET("Out-Null", output_parameters, out_null),
    CMDLET("Out-String", out_string_parameters, out_string),
    CMDLET("Format-Table", format_parameters, format_table),
    CMDLET("Format-List", format_parameters, format_list),
    CMDLET("ConvertTo-Json", to_json_parameters, convert_to_json),
    CMDLET("ConvertFrom-Json", output_parameters, convert_from_json),
};
const struct ps_cmdlet_family ps_cmdlets_output = {cmdlets, COUNT(cmdlets), false};

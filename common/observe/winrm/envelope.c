#include "observe/winrm/envelope.h"

#include "observe/winrm/xml_text.h"

#include <stdlib.h>
#include <string.h>

#define NS_WSMAN      "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
#define NS_ADDRESSING "http://schemas.xmlsoap.org/ws/2004/08/addressing"
#define NS_MICROSOFT  "http://schemas.microsoft.com/wbem/wsman/1"
#define NS_IDENTITY   "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"

#define ACTION_ENUMERATION "http://schemas.xmlsoap.org/ws/2004/09/enumeration/"
#define ACTION_TRANSFER    "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
#define ACTION_SHELL       NS_MICROSOFT "/windows/shell/"

#define RESOURCE_WMI   NS_MICROSOFT "/wmi/root/cimv2/*"
#define RESOURCE_SHELL NS_MICROSOFT "/windows/shell/cmd"

#define SHELL_SELECTOR "<w:SelectorSet><w:Selector Name=\"ShellId\">{shell}</w:Selector></w:SelectorSet>"
#define OPTION(name)   "<w:Option Name=\"" name "\">TRUE</w:Option>"

/* {name} stands for a member of struct envelope_values. */
static const char identify[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
    "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:wsmid=\"" NS_IDENTITY "\">"
    "<s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>";

static const char head[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
    "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:a=\"" NS_ADDRESSING "\""
    " xmlns:w=\"" NS_WSMAN "\" xmlns:p=\"" NS_MICROSOFT "/wsman.xsd\""
    " xmlns:n=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\""
    " xmlns:rsp=\"" NS_MICROSOFT "/windows/shell\"><s:Header>"
    "<a:To>{to}</a:To>"
    "<a:ReplyTo><a:Address s:mustUnderstand=\"true\">" NS_ADDRESSING "/role/anonymous</a:Address></a:ReplyTo>"
    "<a:MessageID>uuid:{message}</a:MessageID>"
    "<w:MaxEnvelopeSize s:mustUnderstand=\"true\">153600</w:MaxEnvelopeSize>"
    "<w:OperationTimeout>{timeout}</w:OperationTimeout>"
    "<w:Locale s:mustUnderstand=\"false\" xml:lang=\"en-US\"/>"
    "<p:DataLocale s:mustUnderstand=\"false\" xml:lang=\"en-US\"/>";
static const char action_open[] = "<a:Action s:mustUnderstand=\"true\">";
static const char action_to_resource[] = "</a:Action><w:ResourceURI s:mustUnderstand=\"true\">";
static const char resource_close[] = "</w:ResourceURI>";
static const char to_body[] = "</s:Header><s:Body>";
static const char tail[] = "</s:Body></s:Envelope>";

static const struct {
    const char *action, *resource;
    const char *selection; /* header: which instance, with which options */
    const char *body;
} operations[WSMAN_OPERATION_COUNT] = {
    [WSMAN_ENUMERATE] = {ACTION_ENUMERATION "Enumerate", RESOURCE_WMI, "",
                         "<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>50</w:MaxElements>"
                         "<w:Filter Dialect=\"" NS_MICROSOFT "/WQL\">{wql}</w:Filter></n:Enumerate>"},
    [WSMAN_PULL] = {ACTION_ENUMERATION "Pull", RESOURCE_WMI, "",
                    "<n:Pull><n:EnumerationContext>{context}</n:EnumerationContext>"
                    "<n:MaxElements>50</n:MaxElements></n:Pull>"},
    [WSMAN_RELEASE] = {ACTION_ENUMERATION "Release", RESOURCE_WMI, "",
                       "<n:Release><n:EnumerationContext>{context}</n:EnumerationContext></n:Release>"},
    [WSMAN_CREATE_SHELL] =
        {ACTION_TRANSFER "Create", RESOURCE_SHELL,
         "<w:OptionSet>" OPTION(
             "WINRS_NOPROFILE") "<w:Option Name=\"WINRS_CODEPAGE\">65001</w:Option></w:OptionSet>",
         "<rsp:Shell><rsp:IdleTimeOut>PT180S</rsp:IdleTimeOut>"
         "<rsp:InputStreams>stdin</rsp:InputStreams>"
         "<rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>"},
    [WSMAN_COMMAND] = {ACTION_SHELL "Command", RESOURCE_SHELL,
                       SHELL_SELECTOR "<w:OptionSet>" OPTION("WINRS_CONSOLEMODE_STDIN")
                           OPTION("WINRS_SKIP_CMD_SHELL") "</w:OptionSet>",
                       "<rsp:CommandLine><rsp:Command>{program}</rsp:Command>"
                       "<rsp:Arguments>{arguments}</rsp:Arguments></rsp:CommandLine>"},
    [WSMAN_RECEIVE] = {ACTION_SHELL "Receive", RESOURCE_SHELL,
                       SHELL_SELECTOR
                       "<w:OptionSet>" OPTION("WSMAN_CMDSHELL_OPTION_KEEPALIVE") "</w:OptionSet>",
                       "<rsp:Receive><rsp:DesiredStream CommandId=\"{command}\">stdout stderr"
                       "</rsp:DesiredStream></rsp:Receive>"},
    [WSMAN_SIGNAL] = {ACTION_SHELL "Signal", RESOURCE_SHELL, SHELL_SELECTOR,
                      "<rsp:Signal CommandId=\"{command}\"><rsp:Code>" ACTION_SHELL
                      "signal/terminate</rsp:Code></rsp:Signal>"},
    [WSMAN_DELETE_SHELL] = {ACTION_TRANSFER "Delete", RESOURCE_SHELL, SHELL_SELECTOR, ""},
};

static const struct {
    const char *name;
    size_t offset;
} slots[] = {
#define SLOT(name)                                                                                           \
    {                                                                                                        \
        "{" #name "}", offsetof(struct envelope_values, name)                                                \
    }
    SLOT(to),    SLOT(message), SLOT(timeout), SLOT(wql),       SLOT(context),
    SLOT(shell), SLOT(command), SLOT(program), SLOT(arguments),
#undef SLOT
};

/* The value that a template names at `at`; its name's length goes to *ret_length. */
static const char *slot_value(const char *at, const struct envelope_values *values, size_t *ret_length)
{
    for (size_t i = 0; i < COUNT(slots); i++) {
        const char *value;

        *ret_length = strlen(slots[i].name);
        if (strncmp(at, slots[i].name, *ret_length) != 0)
            continue;
        memcpy(&value, (const unsigned char *)values + slots[i].offset, sizeof(value));
        if (value)
            return value;
    }
    abort(); /* a template of ours is wrong, or its caller */
}

static void add_filled(struct strbuf *out, const char *template, const struct envelope_values *values)
{
    const char *brace;
    size_t length;

    for (; (brace = strchr(template, '{')) != NULL; template = brace + length) {
        strbuf_add_n(out, template, (size_t)(brace - template));
        xml_add_text(out, slot_value(brace, values, &length));
    }
    strbuf_add(out, template);
}

void envelope_add(struct strbuf *out, enum wsman_operation operation, const struct envelope_values *values)
{
    if (operation == WSMAN_IDENTIFY) {
        strbuf_add(out, identify);
        return;
    }
    add_filled(out, head, values);
    strbuf_add(out, action_open);
    strbuf_add(out, operations[operation].action);
    strbuf_add(out, action_to_resource);
    strbuf_add(out, operations[operation].resource);
    strbuf_add(out, resource_close);
    add_filled(out, operations[operation].selection, values);
    strbuf_add(out, to_body);
    add_filled(out, operations[operation].body, values);
    strbuf_add(out, tail);
}

#include "observe/winrm/wsman_fault.h"

#include "observe/winrm/one_line.h"

#include <inttypes.h>
#include <string.h>

#define HINT_DEFECT "this is a defect of pchat-plugins; please report it with the fault's number"
#define HINT_RIGHTS                                                                                          \
    "the account needs Remote Management Users on the host and, for WMI, Remote Enable on root/cimv2"
#define HINT_QUOTA                                                                                           \
    "wait, or end old shells on the host (they end by themselves after IdleTimeout); see winrm get "         \
    "winrm/config/winrs"
#define HINT_GONE                                                                                            \
    "look on the host before anything is run twice: a restart of WinRM or its quota may have ended it"

/* What names a fault is its number, or its subcode where the number is none that we know. */
static const struct meaning {
    uint32_t code;
    const char *subcode;
    enum sight sight;
    const char *words, *hint;
} meanings[] = {
    {WSMAN_FAULT_TIMED_OUT, "TimedOut", SIGHT_TIMED_OUT, "nothing came within the operation's time", NULL},
    {WSMAN_FAULT_NO_SHELL, "InvalidSelectors", SIGHT_PROTOCOL_ERROR, "the remote shell or command is gone",
     HINT_GONE},
    {2150858767, "InvalidMessageInformationHeader", SIGHT_PROTOCOL_ERROR, "the host refuses a header",
     HINT_DEFECT},
    {2150858817, "SchemaValidationError", SIGHT_PROTOCOL_ERROR, "the host refuses the request's form",
     HINT_DEFECT},
    {2150859173, "QuotaLimit", SIGHT_DENIED, "quota of remote shells reached", HINT_QUOTA},
    {2150859174, "QuotaLimit", SIGHT_DENIED, "quota of remote operations reached", HINT_QUOTA},
    {0, "QuotaLimit", SIGHT_DENIED, "quota of remote management reached", HINT_QUOTA},
    {5, "AccessDenied", SIGHT_DENIED, "access denied", HINT_RIGHTS},
    {87, NULL, SIGHT_PROTOCOL_ERROR, "the host refuses a parameter", HINT_DEFECT},
    {2, NULL, SIGHT_PROTOCOL_ERROR, "the host finds no such program", "is PowerShell in the host's PATH?"},
    {995, NULL, SIGHT_PROTOCOL_ERROR, "the operation was ended on the host", HINT_GONE},
    {UINT32_C(0x80041002), NULL, SIGHT_PROTOCOL_ERROR, "WMI finds no such object", NULL},
    {UINT32_C(0x80041003), NULL, SIGHT_DENIED, "WMI denies access", HINT_RIGHTS},
    {UINT32_C(0x80041010), NULL, SIGHT_PROTOCOL_ERROR, "WMI knows no such class", NULL},
    {UINT32_C(0x80041017), NULL, SIGHT_PROTOCOL_ERROR, "WMI does not understand the query", HINT_DEFECT},
};

static const struct meaning *by_code(uint32_t code)
{
    for (size_t i = 0; code && i < COUNT(meanings); i++)
        if (meanings[i].code == code)
            return &meanings[i];
    return NULL;
}

static const struct meaning *by_subcode(const char *subcode)
{
    for (size_t i = 0; i < COUNT(meanings); i++)
        if (meanings[i].subcode && strcmp(meanings[i].subcode, subcode) == 0)
            return &meanings[i];
    return NULL;
}

/* Codes come as decimal, unsigned or (error_Code) signed 32 bits; 0 for anything else. */
static uint32_t parse_code(const char *text)
{
    char *end;
    long long code = text ? strtoll(text, &end, 10) : 0;

    return text && *text && !*end && code >= INT32_MIN && code <= UINT32_MAX ? (uint32_t)code : 0;
}

static const char *local_part(const char *name)
{
    const char *colon = name ? strchr(name, ':') : NULL;

    if (!name)
        return "";
    return colon ? colon + 1 : name;
}

/* The innermost words: those of the provider, of the fault, of SOAP. */
static const char *words_of(xmlNode *fault, struct arena *arena)
{
    static const char *const places[] = {"ProviderFault", "Message", "FaultDetail", "Text"};

    for (size_t i = 0; i < COUNT(places); i++) {
        const char *text = node_text(arena, node_find(fault, places[i]));

        if (text && *text)
            return one_line(arena, text);
    }
    return "no reason given";
}

static const char *line_of(const struct meaning *meaning, uint32_t code, const char *words,
                           struct arena *arena)
{
    const char *start = meaning ? meaning->words : "the host answered with a fault";

    if (!code)
        return arena_format(arena, "%s: %s", start, words);
    return arena_format(arena, "%s: %s (fault %" PRIu32 ", 0x%08" PRIX32 ")", start, words, code, code);
}

bool wsman_fault_read(const xmlDoc *document, struct arena *arena, struct winrm_failure *ret_failure)
{
    xmlNode *fault = node_child(node_child(xmlDocGetRootElement(document), "Body"), "Fault");
    xmlNode *soap_code = node_child(fault, "Code");
    const char *subcode;
    const struct meaning *meaning;
    uint32_t code, wmi_code;

    if (!fault)
        return false;
    subcode = local_part(node_text(arena, node_child(node_child(soap_code, "Subcode"), "Value")));
    code = parse_code(node_attribute(arena, node_find(fault, "WSManFault"), "Code"));
    wmi_code = parse_code(node_text(arena, node_find(fault, "error_Code")));
    if (!code || (by_code(wmi_code) && !by_code(code)))
        code = wmi_code;
    meaning = by_code(code) ? by_code(code) : by_subcode(subcode);
    ret_failure->sight = meaning ? meaning->sight : SIGHT_PROTOCOL_ERROR;
    ret_failure->fault_code = code;
    ret_failure->serves = true;
    ret_failure->hint = meaning ? meaning->hint : NULL;
    ret_failure->text = line_of(meaning, code, words_of(fault, arena), arena);
    return true;
}

/* Faults and what they mean for who looks. */
#include "observe/winrm/wsman_fault.h"

#include "unit/cmocka_unit.h"

#include <string.h>

struct fault_case {
    const char *subcode, *detail;
    enum sight sight;
    uint32_t code;
    const char *words; /* in the text */
    bool hint;
};

#define WSMAN(code, text)                                                                                    \
    "<f:WSManFault Code=\"" code "\" Machine=\"h\"><f:Message>" text "</f:Message></f:WSManFault>"

static const struct fault_case cases[] = {
    {"w:TimedOut", WSMAN("2150858793", "timed out"), SIGHT_TIMED_OUT, 2150858793, "0x80338029", false},
    {"w:InvalidSelectors", WSMAN("2150858843", "no shell"), SIGHT_PROTOCOL_ERROR, 2150858843, "is gone",
     true},
    {"w:AccessDenied", WSMAN("5", "Access is denied. "), SIGHT_DENIED, 5, "Access is denied. (fault 5", true},
    {"w:AccessDenied", "", SIGHT_DENIED, 0, "access denied: reason", true},
    {"w:QuotaLimit", WSMAN("2150859173", "shells"), SIGHT_DENIED, 2150859173, "quota", true},
    {"w:QuotaLimit", WSMAN("2150859174", "operations"), SIGHT_DENIED, 2150859174, "quota", true},
    {"x:QuotaLimit", WSMAN("77", "other"), SIGHT_DENIED, 77, "quota", true},
    {"a:InvalidMessageInformationHeader", WSMAN("2150858767", ""), SIGHT_PROTOCOL_ERROR, 2150858767, "header",
     true},
    {"w:SchemaValidationError", WSMAN("2150858817", ""), SIGHT_PROTOCOL_ERROR, 2150858817, "form", true},
    {"w:InternalError", WSMAN("995", "aborted"), SIGHT_PROTOCOL_ERROR, 995, "ended on the host", true},
    {"w:InvalidParameter",
     WSMAN("87", "<f:ProviderFault provider=\"Shell cmd plugin\">bad</f:ProviderFault>"),
     SIGHT_PROTOCOL_ERROR, 87, ": bad (fault 87", true},
    {"w:InternalError", WSMAN("2147749891", "wmi"), SIGHT_DENIED, 2147749891, "WMI denies", true},
    {"w:InternalError",
     "<e:MSFT_WmiError xmlns:e=\"urn:e\"><e:error_Code>2147749904</e:error_Code></e:MSFT_WmiError>",
     SIGHT_PROTOCOL_ERROR, 2147749904, "no such class", false},
    {"w:InternalError",
     WSMAN("1", "<f:ProviderFault><e:MSFT_WmiError xmlns:e=\"urn:e\"><e:error_Code>-2147217385</e:error_Code>"
                "</e:MSFT_WmiError></f:ProviderFault>"),
     SIGHT_PROTOCOL_ERROR, 2147749911, "understand the query", true},
    {"w:Strange", WSMAN("2150858999", "strange"), SIGHT_PROTOCOL_ERROR, 2150858999,
     "fault 2150858999, 0x803380F7", false},
    {"w:Strange", WSMAN("4294967296", "too large"), SIGHT_PROTOCOL_ERROR, 0, "too large", false},
    {"w:Strange", WSMAN("12x", "no number"), SIGHT_PROTOCOL_ERROR, 0, "no number", false},
    {"", "", SIGHT_PROTOCOL_ERROR, 0, "fault: reason", false},
};

static void check(const struct fault_case *c)
{
    AUTO(arena) struct arena *arena = arena_new();
    const char *xml = arena_format(
        arena,
        "<s:Envelope xmlns:s=\"urn:s\" xmlns:f=\"urn:f\"><s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value>"
        "<s:Subcode><s:Value>%s</s:Value></s:Subcode></s:Code><s:Reason><s:Text>\n reason "
        "</s:Text></s:Reason>"
        "<s:Detail>%s</s:Detail></s:Fault></s:Body></s:Envelope>",
        c->subcode, c->detail);
    const char *problem;
    AUTO(xml_document) xmlDoc *document = xml_document_parse(xml, strlen(xml), &problem);
    struct winrm_failure failure = {0};

    assert_non_null(document);
    assert_true(wsman_fault_read(document, arena, &failure));
    assert_int_equal(failure.sight, c->sight);
    assert_int_equal(failure.fault_code, c->code);
    if (!strstr(failure.text, c->words) || strchr(failure.text, '\n'))
        fail_msg("\"%s\" lacks \"%s\"", failure.text, c->words);
    assert_int_equal(failure.hint != NULL, c->hint);
}

static void faults_have_meanings(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        check(&cases[i]);
}

static void what_is_no_fault_is_none(void **state)
{
    static const char xml[] = "<Envelope><Body><Answer><Fault/></Answer></Body></Envelope>";
    AUTO(arena) struct arena *arena = arena_new();
    const char *problem;
    AUTO(xml_document) xmlDoc *document = xml_document_parse(xml, strlen(xml), &problem);
    struct winrm_failure failure;

    (void)state;
    assert_false(wsman_fault_read(document, arena, &failure));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_have_meanings),
        cmocka_unit_test(what_is_no_fault_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

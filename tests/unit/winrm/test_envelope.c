/* Each envelope, byte for byte as in envelopes/NAME.xml; values that would break XML are escaped. */
#include "observe/winrm/envelope.h"

#include "base/arena.h"
#include "observe/winrm/xml_document.h"
#include "unit/cmocka_unit.h"

#include <fcntl.h>
#include <string.h>

static const char *const names[] = {
    [WSMAN_IDENTIFY] = "identify", [WSMAN_ENUMERATE] = "enumerate", [WSMAN_PULL] = "pull",
    [WSMAN_RELEASE] = "release",   [WSMAN_COMMAND] = "command",     [WSMAN_CREATE_SHELL] = "create_shell",
    [WSMAN_RECEIVE] = "receive",   [WSMAN_SIGNAL] = "signal",       [WSMAN_DELETE_SHELL] = "delete_shell",
};

static const struct envelope_values plain = {
    .to = "https://pchat01.litwareinc.com:5986/wsman",
    .message = "9b0cbd10-1f4e-4e4a-9c02-8f2f5a8f2d11",
    .timeout = "PT20.000S",
    .wql = "SELECT Name,State FROM Win32_Service WHERE PathName LIKE '%ChannelService.exe%'",
    .context = "uuid:1E0B8D6C-6C5B-4C34-9F7A-6F3A0A1B2C3D",
    .shell = "11111111-2222-3333-4444-555555555555",
    .command = "66666666-7777-8888-9999-AAAAAAAAAAAA",
    .program = "powershell.exe",
    .arguments = "-NoProfile -EncodedCommand MQA=",
};

static void envelopes_are_these_bytes(void **state)
{
    (void)state;
    for (int i = 0; i < WSMAN_OPERATION_COUNT; i++) {
        AUTO(arena) struct arena *arena = arena_new();
        AUTO_CLOSE int fd = open(arena_format(arena, TEST_DIRECTORY "/envelopes/%s.xml", names[i]), O_RDONLY);
        AUTO(strbuf) struct strbuf envelope = STRBUF_INIT, golden = STRBUF_INIT;

        assert_true(fd >= 0);
        assert_int_equal(strbuf_read_fd(&golden, fd, 65536), 0);
        envelope_add(&envelope, (enum wsman_operation)i, &plain);
        strbuf_add(&envelope, "\n");
        assert_string_equal(strbuf_text(&envelope), strbuf_text(&golden));
    }
}

/* What is put in comes out of a reader of XML unchanged, and nothing else does. */
static void hostile_values_stay_values(void **state)
{
    static const struct {
        const char *value, *read;
    } cases[] = {
        {"plain", "plain"},
        {"<a>&amp;]]>", "<a>&amp;]]>"},
        {"\"' onload='x", "\"' onload='x"},
        {"</w:Filter><n:Evil/>", "</w:Filter><n:Evil/>"},
        {"a\tb\nc\rd", "a\tb\nc\rd"},
        {"\x01\x1f{shell}{to}", "\xEF\xBF\xBD\xEF\xBF\xBD{shell}{to}"},
        {"\xff\xc3(", "\xEF\xBF\xBD\xEF\xBF\xBD("},
        {"\xEF\xBF\xBE", "\xEF\xBF\xBD"},
        {"ü€\xF0\x9F\x98\x80", "ü€\xF0\x9F\x98\x80"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        AUTO(strbuf) struct strbuf envelope = STRBUF_INIT;
        struct envelope_values values = plain;
        const char *problem;
        AUTO(xml_document) xmlDoc *document = NULL;
        xmlNode *top;

        values.wql = values.command = cases[i].value;
        envelope_add(&envelope, WSMAN_ENUMERATE, &values);
        document = xml_document_parse(envelope.text, envelope.length, &problem);
        assert_non_null(document);
        top = xmlDocGetRootElement(document);
        assert_string_equal(node_text(arena, node_find(top, "Filter")), cases[i].read);
        assert_null(node_find(top, "Evil"));
    }
}

static void attributes_are_escaped_too(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(strbuf) struct strbuf envelope = STRBUF_INIT;
    struct envelope_values values = plain;
    const char *problem;
    AUTO(xml_document) xmlDoc *document = NULL;

    (void)state;
    values.command = "\"><x y='\n";
    envelope_add(&envelope, WSMAN_SIGNAL, &values);
    document = xml_document_parse(envelope.text, envelope.length, &problem);
    assert_non_null(document);
    assert_string_equal(
        node_attribute(arena, node_find(xmlDocGetRootElement(document), "Signal"), "CommandId"), "\"><x y='");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(envelopes_are_these_bytes),
        cmocka_unit_test(hostile_values_stay_values),
        cmocka_unit_test(attributes_are_escaped_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

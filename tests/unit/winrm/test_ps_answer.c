/* What a script printed, judged. */
#include "observe/winrm/ps_answer.h"

#include "unit/cmocka_unit.h"

#include <string.h>

static const struct {
    const char *output, *errors;
    int32_t exit_code;
    const char *json;  /* NULL: a failure */
    const char *words; /* in the failure, or all of output.errors */
} cases[] = {
    {"PCHAT-JSON:{\"a\":1}\r\n", "", 0, "{\"a\":1}", ""},
    {"noise\r\nPCHAT-JSON:[1,2] \r\nmore", "warn", 3, "[1,2]", "warn"},
    {"\xEF\xBB\xBFPCHAT-JSON:{}", "", 0, "{}", ""},
    {"PCHAT-JSON:{\"n\":\"Z\xc3\xbcrich\"}", "", 0, "{\"n\":\"Z\xc3\xbcrich\"}", ""},
    {"", "", 0, NULL, "the script left no answer (exit code 0)"},
    {"x PCHAT-JSON:{}", "", 0, NULL, "left no answer"},
    {"PCHAT-JSON:{\"a\":", "", 0, NULL, "no JSON"},
    {"PCHAT-JSON:{\"a\":1,\"a\":2}", "", 0, NULL, "no JSON"},
    {"PCHAT-JSON:{} {}", "", 0, NULL, "no JSON"},
    {"PCHAT-JSON:5", "", 0, NULL, "no JSON"},
    {"PCHAT-JSON:", "", 0, NULL, "no JSON"},
    {"PCHAT-JSON:{\"a\":\"\xff\"}", "", 0, NULL, "no JSON"},
    {"PCHAT-JSON:{}\nPCHAT-JSON:{}\n", "", 0, NULL, "more than once"},
    {"", "line one\r\nline two", -1, NULL, "the script left no answer (exit code -1): line one line two"},
    {"PCHAT-ERROR:{\"message\":\"no such\\r\\npool\",\"id\":\"X,Y\"}\r\n", "noise", 2, NULL,
     "the script failed: no such pool"},
    {"PCHAT-ERROR:{\"message\":7}", "", 2, NULL, "the script failed: without words"},
    {"PCHAT-ERROR:garbage", "", 2, NULL, "the script failed: without words"},
};

static void answers_are_checked(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        struct ps_streams streams = {STRBUF_INIT, STRBUF_INIT, cases[i].exit_code};
        struct winrm_output output;
        struct winrm_failure failure = {0};
        int status;

        strbuf_add(&streams.output, cases[i].output);
        strbuf_add(&streams.errors, cases[i].errors);
        status = ps_answer_read(&streams, arena, &output, &failure);
        assert_int_equal(status, cases[i].json ? 0 : -1);
        if (cases[i].json) {
            assert_string_equal(output.json, cases[i].json);
            assert_string_equal(output.errors, cases[i].words);
            assert_int_equal(output.exit_code, cases[i].exit_code);
        } else if (!strstr(failure.text, cases[i].words)) {
            fail_msg("%zu: \"%s\"", i, failure.text);
        }
        strbuf_done(&streams.output);
        strbuf_done(&streams.errors);
    }
}

static void a_nul_is_no_json(void **state)
{
    static const char line[] = "PCHAT-JSON:{}\0x";
    AUTO(arena) struct arena *arena = arena_new();
    struct ps_streams streams = {STRBUF_INIT, STRBUF_INIT, 0};
    struct winrm_output output;
    struct winrm_failure failure;

    (void)state;
    strbuf_add_n(&streams.output, line, sizeof(line) - 1);
    assert_int_equal(ps_answer_read(&streams, arena, &output, &failure), -1);
    strbuf_done(&streams.output);
}

static void known_errors_have_hints(void **state)
{
    static const struct {
        const char *id;
        enum sight sight;
        bool hint;
    } ids[] = {
        {"CommandNotFoundException", SIGHT_PROTOCOL_ERROR, true},
        {"Modules_ModuleNotFound,Microsoft.PowerShell.Commands.ImportModuleCommand", SIGHT_PROTOCOL_ERROR,
         true},
        {"UnauthorizedAccess,X", SIGHT_DENIED, true},
        {"Other", SIGHT_PROTOCOL_ERROR, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(ids); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        struct ps_streams streams = {STRBUF_INIT, STRBUF_INIT, 2};
        struct winrm_output output;
        struct winrm_failure failure;

        strbuf_format(&streams.output, "PCHAT-ERROR:{\"message\":\"m\",\"id\":\"%s\"}", ids[i].id);
        assert_int_equal(ps_answer_read(&streams, arena, &output, &failure), -1);
        assert_int_equal(failure.sight, ids[i].sight);
        assert_int_equal(failure.hint != NULL, ids[i].hint);
        strbuf_done(&streams.output);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_checked),
        cmocka_unit_test(a_nul_is_no_json),
        cmocka_unit_test(known_errors_have_hints),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

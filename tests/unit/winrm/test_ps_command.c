/* A script as one command line. */
#include "observe/winrm/ps_command.h"

#include "base/base64.h"
#include "unit/cmocka_unit.h"

#include <string.h>

/* The script that -EncodedCommand carries, as far as it is ASCII; other units become '#'. */
static void decode(const char *arguments, struct strbuf *script)
{
    static const char option[] = "-EncodedCommand ";
    AUTO(strbuf) struct strbuf units = STRBUF_INIT;
    const char *encoded = strstr(arguments, option);

    assert_non_null(encoded);
    assert_true(base64_add_decoded(&units, encoded + strlen(option)));
    assert_int_equal(units.length % 2, 0);
    for (size_t i = 0; i < units.length; i += 2)
        strbuf_add_n(script, units.text[i + 1] ? "#" : &units.text[i], 1);
}

static void parameters_reach_the_script_only_encoded(void **state)
{
    static const char hostile[] = "{\"host\":\"'; Remove-Item C:\\\\ -Recurse; '\"}";
    AUTO(strbuf) struct strbuf arguments = STRBUF_INIT, script = STRBUF_INIT, encoded = STRBUF_INIT;

    (void)state;
    assert_true(ps_command_add_arguments(&arguments, "$Answer = '\xC3\xA4\xF0\x9F\x98\x80'", hostile));
    decode(strbuf_text(&arguments), &script);
    base64_add(&encoded, hostile, strlen(hostile));
    assert_null(strstr(strbuf_text(&script), "Remove-Item"));
    assert_non_null(strstr(strbuf_text(&script), strbuf_text(&encoded)));
    assert_non_null(strstr(strbuf_text(&script), "$Answer = '\xE4##'"));
    assert_null(strstr(strbuf_text(&script), "{script}"));
    assert_null(strstr(strbuf_text(&script), "{parameters}"));
    assert_non_null(strstr(strbuf_text(&script), "exit 0"));
}

static void utf16_has_surrogates(void **state)
{
    static const char emoji[] = {'=', (char)0xD8, 0, (char)0xDE}; /* U+1F600 */
    AUTO(strbuf) struct strbuf arguments = STRBUF_INIT, units = STRBUF_INIT;

    (void)state;
    assert_true(ps_command_add_arguments(&arguments, "\xF0\x9F\x98\x80", "{}"));
    assert_true(base64_add_decoded(&units, strrchr(strbuf_text(&arguments), ' ') + 1));
    assert_non_null(memmem(units.text, units.length, emoji, sizeof(emoji)));
}

static void windows_sets_a_limit(void **state)
{
    AUTO(strbuf) struct strbuf script = STRBUF_INIT, arguments = STRBUF_INIT;
    size_t longest = 0;

    (void)state;
    while (ps_command_add_arguments(&arguments, strbuf_text(&script), "{}")) {
        longest = strlen(PS_PROGRAM " ") + arguments.length;
        assert_true(longest <= PS_COMMAND_LINE_MAX_CHARACTERS);
        strbuf_truncate(&arguments, 0);
        strbuf_add(&script, "# thirty-two characters of text\n");
    }
    assert_true(longest > PS_COMMAND_LINE_MAX_CHARACTERS - 100);
    assert_true(script.length > 11000); /* what is left for a script */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_reach_the_script_only_encoded),
        cmocka_unit_test(utf16_has_surrogates),
        cmocka_unit_test(windows_sets_a_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

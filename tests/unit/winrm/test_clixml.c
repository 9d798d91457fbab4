/* PowerShell's stderr as people read it. */
#include "observe/winrm/clixml.h"

#include "unit/cmocka_unit.h"

#include <string.h>

#define OBJS(...)                                                                                            \
    "#< CLIXML\r\n<Objs Version=\"1.1.0.1\" "                                                                \
    "xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">" __VA_ARGS__ "</Objs>"
#define PROGRESS                                                                                             \
    "<Obj S=\"progress\" RefId=\"0\"><TN "                                                                   \
    "RefId=\"0\"><T>System.Management.Automation.PSCustomObject</T></TN>"                                    \
    "<MS><I64 N=\"SourceId\">1</I64><S N=\"Activity\">Preparing modules</S></MS></Obj>"

static const struct {
    const char *stream, *errors;
} cases[] = {
    {"", ""},
    {"plain\r\nlines\r\n", "plain\nlines\n"},
    {OBJS(PROGRESS), ""}, /* a module was loaded: no error */
    {OBJS("<S S=\"Warning\">careful</S><S S=\"Verbose\">v</S>"), ""},
    {OBJS("<S S=\"Error\">Get-CsPool : not found_x000D__x000A_</S><S S=\"Error\">    + at line "
          "1_x000D__x000A_</S>"),
     "Get-CsPool : not found\n    + at line 1\n"},
    {OBJS("<S S=\"Error\">a_x005F_b_x00e4_ &lt;&amp;&gt; _xD83D__xDE00_</S>"), "a_bä <&> \xF0\x9F\x98\x80"},
    {OBJS("<S S=\"Error\">_xD83D_ alone, _xDE00_, _x0000_, _x12_, _xGGGG_, _X000A_, _x000A</S>"),
     "\xEF\xBF\xBD alone, \xEF\xBF\xBD, \xEF\xBF\xBD, _x12_, _xGGGG_, _X000A_, _x000A"},
    {"first\r\n" OBJS("<S S=\"Error\">second_x000A_</S>") "\r\n" OBJS("<S S=\"Error\">third</S>") "fourth",
     "first\nsecond\nthirdfourth"},
    {OBJS("<S S=\"Error\">cut"), "(an error record that cannot be read)\n"},
    {"#< CLIXML\r\n<Objs><S S=\"Error\">cut off in the mid", "(an error record that cannot be read)\n"},
    {"#< CLIXML\r\n", ""},
    {"#< CLIXML\r\n<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><Objs><S "
     "S=\"Error\">&e;</S></Objs>",
     "(an error record that cannot be read)\n"},
    {"broken \xff bytes", "broken \xEF\xBF\xBD bytes"},
};

static void errors_are_readable(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(strbuf) struct strbuf errors = STRBUF_INIT;

        clixml_add_errors(&errors, cases[i].stream, strlen(cases[i].stream));
        assert_string_equal(strbuf_text(&errors), cases[i].errors);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(errors_are_readable)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Names in WQL, also those that want to be more than a name. */
#include "observe/winrm/wql.h"

#include "unit/cmocka_unit.h"

static const struct {
    const char *text, *quoted;
} cases[] = {
    {"", "''"},
    {"W3SVC", "'W3SVC'"},
    {"O'Brien", "'O\\'Brien'"},
    {"C:\\Program Files", "'C:\\\\Program Files'"},
    {"x' OR Name LIKE '%", "'x\\' OR Name LIKE \\'%'"},
    {"\\' OR 1=1 --", "'\\\\\\' OR 1=1 --'"},
    {"\\", "'\\\\'"},
    {"\"double\"", "'\"double\"'"},
    {"caf\xc3\xa9 \xff", "'caf\xc3\xa9 \xEF\xBF\xBD'"},
};

static void names_stay_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(strbuf) struct strbuf out = STRBUF_INIT;

        wql_quote(&out, cases[i].text);
        assert_string_equal(strbuf_text(&out), cases[i].quoted);
    }
}

static void patterns_hold_what_they_are_given(void **state)
{
    static const struct {
        const char *text, *quoted;
    } patterns[] = {
        {"ChannelService.exe", "'%ChannelService.exe%'"},
        {"100%_[a]", "'%100[%][_][[]a]%'"},
        {"x' OR '", "'%x\\' OR \\'%'"},
        {"", "'%%'"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(patterns); i++) {
        AUTO(strbuf) struct strbuf out = STRBUF_INIT;

        wql_quote_within(&out, patterns[i].text);
        assert_string_equal(strbuf_text(&out), patterns[i].quoted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_stay_names),
        cmocka_unit_test(patterns_hold_what_they_are_given),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

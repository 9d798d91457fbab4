#include "present/decimal.h"
#include "present/escape.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static const struct {
    const char *text, *line, *label, *prometheus;
} cases[] = {
    {"sqldr1", "sqldr1", "'sqldr1'", "sqldr1"},
    {"a|b", "a¦b", "'a¦b'", "a|b"},
    {"a'b''c", "a'b''c", "'a''b''''c'", "a'b''c"},
    {"a=b", "a=b", "'a_b'", "a=b"},
    {"a\nb\r\tc", "a b  c", "'a b  c'", "a\\nb\r\tc"},
    {"say \"no\\\"", "say \"no\\\"", "'say \"no\\\"'", "say \\\"no\\\\\\\""},
    {"\x1b[2J", " [2J", "' [2J'", "\x1b[2J"},
    {"\xf0\x9f\x92\xa9", "\xf0\x9f\x92\xa9", "'\xf0\x9f\x92\xa9'", "\xf0\x9f\x92\xa9"},
    {"\xff\xc3", "\xef\xbf\xbd\xef\xbf\xbd", "'\xef\xbf\xbd\xef\xbf\xbd'", "\xef\xbf\xbd\xef\xbf\xbd"},
    {"a\xe2\x80\xae"
     "b\xe2\x80\xa8"
     "c",
     "a b c", "'a b c'",
     "a\xe2\x80\xae"
     "b\xe2\x80\xa8"
     "c"},
    {"x'; DROP TABLE y;--", "x'; DROP TABLE y;--", "'x''; DROP TABLE y;--'", "x'; DROP TABLE y;--"},
    {"\xc2\x9b"
     "31m",
     " 31m", "' 31m'",
     "\xc2\x9b"
     "31m"},
    {"", "", "''", ""},
};

static void check(void (*escape)(struct strbuf *, const char *), const char *text, const char *expected)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    escape(&out, text);
    assert_string_equal(strbuf_text(&out), expected);
}

static void escapes_for_each_reader(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        check(escape_line, cases[i].text, cases[i].line);
        check(escape_perfdata_label, cases[i].text, cases[i].label);
        check(escape_prometheus, cases[i].text, cases[i].prometheus);
    }
}

static const struct {
    double value;
    const char *text;
} decimals[] = {
    {0, "0"},
    {-0.0, "0"},
    {1, "1"},
    {-7, "-7"},
    {0.5, "0.5"},
    {0.81, "0.81"},
    {1e15, "1000000000000000"},
    {1e20, "100000000000000000000"},
    {0.1 + 0.2, "0.300000000"},
    {1.0 / 3, "0.333333333"},
    {536870912, "536870912"},
};

static void prints_plain_decimals(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(decimals); i++) {
        AUTO(strbuf) struct strbuf out = STRBUF_INIT;

        decimal_add(&out, decimals[i].value);
        assert_string_equal(strbuf_text(&out), decimals[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes_for_each_reader),
        cmocka_unit_test(prints_plain_decimals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "base/utf8.h"
#include "unit/cmocka_unit.h"

#include <string.h>

#define BAD "\xef\xbf\xbd"

static const struct {
    const char *bytes, *repaired;
    size_t columns;
} cases[] = {
    {"", "", 0},
    {"plain", "plain", 5},
    {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x92\xa9", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x92\xa9", 3},
    {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf", 1},
    {BAD, BAD, 1},
    {"a\xff"
     "b",
     "a" BAD "b", 3},
    {"\x80", BAD, 1},
    {"\xc3", BAD, 1},
    {"\xe2\x82", BAD BAD, 2},
    {"\xc0\xaf", BAD BAD, 2},
    {"\xe0\x80\xaf", BAD BAD BAD, 3},
    {"\xed\xa0\x80", BAD BAD BAD, 3},
    {"\xf4\x90\x80\x80", BAD BAD BAD BAD, 4},
    {"\xf8\x88\x80\x80\x80", BAD BAD BAD BAD BAD, 5},
    {"\xe2\x82g", BAD BAD "g", 3},
};

static void ill_formed_bytes_are_replaced(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(strbuf) struct strbuf out = STRBUF_INIT;

        utf8_add_text(&out, cases[i].bytes);
        assert_string_equal(strbuf_text(&out), cases[i].repaired);
        assert_int_equal(utf8_columns(cases[i].bytes), cases[i].columns);
        assert_int_equal(utf8_valid(cases[i].bytes), strcmp(cases[i].bytes, cases[i].repaired) == 0);
        assert_true(utf8_valid(strbuf_text(&out)));
    }
}

static const struct {
    size_t max_bytes, kept;
} cuts[] = {{0, 0}, {1, 1}, {2, 1}, {3, 3}, {4, 3}, {6, 3}, {7, 7}, {8, 8}, {100, 8}};

static void cuts_between_characters(void **state)
{
    static const char text[] = "a\xc3\xa4\xf0\x9f\x92\xa9"
                               "b";

    (void)state;
    for (size_t i = 0; i < COUNT(cuts); i++)
        assert_int_equal(utf8_cut(text, sizeof(text) - 1, cuts[i].max_bytes), cuts[i].kept);
}

static void every_code_point_survives(void **state)
{
    (void)state;
    for (uint32_t code = 1; code < 0x110000; code += code < 0x3000 || code > 0x10F000 ? 1 : 61) {
        AUTO(strbuf) struct strbuf out = STRBUF_INIT;
        uint32_t expected = code >= 0xD800 && code <= 0xDFFF ? UTF8_REPLACEMENT : code;
        const char *at;

        utf8_add(&out, code);
        at = out.text;
        assert_int_equal(utf8_next(&at, out.text + out.length), expected);
        assert_ptr_equal(at, out.text + out.length);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ill_formed_bytes_are_replaced),
        cmocka_unit_test(cuts_between_characters),
        cmocka_unit_test(every_code_point_survives),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

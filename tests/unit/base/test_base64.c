/* Base64 there and back, and what is none. */
#include "base/base64.h"

#include "unit/cmocka_unit.h"

#include <string.h>

static const struct {
    const char *bytes, *text;
} pairs[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {"\xff\xfe\xfb", "//77"},
};

static void texts_go_there_and_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(pairs); i++) {
        AUTO(strbuf) struct strbuf text = STRBUF_INIT, bytes = STRBUF_INIT;

        base64_add(&text, pairs[i].bytes, strlen(pairs[i].bytes));
        assert_string_equal(strbuf_text(&text), pairs[i].text);
        assert_true(base64_add_decoded(&bytes, pairs[i].text));
        assert_string_equal(strbuf_text(&bytes), pairs[i].bytes);
    }
}

static void zero_bytes_and_blanks_are_kept_apart(void **state)
{
    AUTO(strbuf) struct strbuf bytes = STRBUF_INIT;

    (void)state;
    assert_true(base64_add_decoded(&bytes, " AA\r\n AA "));
    assert_int_equal(bytes.length, 3);
    assert_memory_equal(bytes.text, "\0\0\0", 3);
}

static void what_is_no_base64_is_refused(void **state)
{
    static const char *const texts[] = {
        "Z", "Zg", "Zg=", "Zg===", "Zm9v=", "Zg==Zg==", "Zm-_", "=", "Zm9vY", "Zm8=x", "Y===", "===="};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        AUTO(strbuf) struct strbuf bytes = STRBUF_INIT;

        strbuf_add(&bytes, "kept");
        assert_false(base64_add_decoded(&bytes, texts[i]));
        assert_string_equal(strbuf_text(&bytes), "kept");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_go_there_and_back),
        cmocka_unit_test(zero_bytes_and_blanks_are_kept_apart),
        cmocka_unit_test(what_is_no_base64_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

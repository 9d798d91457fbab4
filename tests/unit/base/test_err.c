#include "base/err.h"
#include "base/utf8.h"
#include "unit/cmocka_unit.h"

#include <errno.h>
#include <string.h>

static void an_error_is_one_line(void **state)
{
    struct err err = ERR_INIT;

    (void)state;
    assert_int_equal(err_set(&err, ERR_INPUT, "server said: %s", "Login failed\r\nOK - all well"), -1);
    assert_int_equal(err.kind, ERR_INPUT);
    assert_string_equal(err.text, "server said: Login failed  OK - all well");
}

static void errno_is_said(void **state)
{
    struct err err = ERR_INIT;

    (void)state;
    assert_int_equal(err_set_errno(&err, ERR_IO, ENOENT, "%s", "ca.pem"), -1);
    assert_string_equal(err.text, "ca.pem: No such file or directory");
}

static void nobody_has_to_listen(void **state)
{
    (void)state;
    assert_int_equal(err_set(NULL, ERR_IO, "x"), -1);
    assert_int_equal(err_set_errno(NULL, ERR_IO, ENOENT, "x"), -1);
}

static void long_texts_are_cut(void **state)
{
    struct err err = ERR_INIT;
    char text[3000];

    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    err_set_errno(&err, ERR_IO, EACCES, "%s", text);
    assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
    err_set(&err, ERR_IO, "%s", text);
    assert_int_equal(strlen(err.text), sizeof(err.text) - 2);
}

static void no_character_is_cut_in_two(void **state)
{
    struct err err = ERR_INIT;
    char text[3000];

    (void)state;
    for (size_t start = 0; start < 4; start++) {
        memset(text, 'x', sizeof(text));
        for (size_t at = start; at + 4 < sizeof(text); at += 4)
            memcpy(text + at, "\xF0\x9F\x92\xAC", 4); /* U+1F4AC, speech balloon */
        text[sizeof(text) - 1] = '\0';
        err_set(&err, ERR_IO, "%s", text);
        assert_true(utf8_valid(err.text));
        assert_true(strlen(err.text) >= sizeof(err.text) - 5);
    }
}

static void every_kind_has_a_name_and_a_hint(void **state)
{
    (void)state;
    for (int kind = 0; kind < ERR_KIND_COUNT; kind++) {
        assert_non_null(err_kind_name((enum err_kind)kind));
        assert_non_null(err_kind_hint((enum err_kind)kind));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_is_one_line),       cmocka_unit_test(errno_is_said),
        cmocka_unit_test(nobody_has_to_listen),       cmocka_unit_test(long_texts_are_cut),
        cmocka_unit_test(no_character_is_cut_in_two), cmocka_unit_test(every_kind_has_a_name_and_a_hint),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

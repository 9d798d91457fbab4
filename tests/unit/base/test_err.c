#include "base/err.h"
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
        cmocka_unit_test(an_error_is_one_line),
        cmocka_unit_test(errno_is_said),
        cmocka_unit_test(nobody_has_to_listen),
        cmocka_unit_test(long_texts_are_cut),
        cmocka_unit_test(every_kind_has_a_name_and_a_hint),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Error numbers and what they mean for who looks. */
#include "observe/sql/server_error.h"

#include "base/cleanup.h"
#include "unit/cmocka_unit.h"

static const struct {
    int number;
    enum sight at_login, at_query;
} cases[] = {
    {229, SIGHT_LOGIN_FAILED, SIGHT_DENIED},           {230, SIGHT_LOGIN_FAILED, SIGHT_DENIED},
    {262, SIGHT_LOGIN_FAILED, SIGHT_DENIED},           {297, SIGHT_LOGIN_FAILED, SIGHT_DENIED},
    {300, SIGHT_LOGIN_FAILED, SIGHT_DENIED},           {916, SIGHT_LOGIN_FAILED, SIGHT_DENIED},
    {1222, SIGHT_LOGIN_FAILED, SIGHT_TIMED_OUT},       {1205, SIGHT_LOGIN_FAILED, SIGHT_TIMED_OUT},
    {102, SIGHT_LOGIN_FAILED, SIGHT_PROTOCOL_ERROR},   {208, SIGHT_LOGIN_FAILED, SIGHT_PROTOCOL_ERROR},
    {4060, SIGHT_LOGIN_FAILED, SIGHT_PROTOCOL_ERROR},  {4064, SIGHT_LOGIN_FAILED, SIGHT_PROTOCOL_ERROR},
    {18452, SIGHT_LOGIN_FAILED, SIGHT_PROTOCOL_ERROR}, {18456, SIGHT_LOGIN_FAILED, SIGHT_PROTOCOL_ERROR},
    {18486, SIGHT_LOGIN_FAILED, SIGHT_PROTOCOL_ERROR}, {18488, SIGHT_LOGIN_FAILED, SIGHT_PROTOCOL_ERROR},
    {17142, SIGHT_REFUSED, SIGHT_PROTOCOL_ERROR},      {17809, SIGHT_REFUSED, SIGHT_PROTOCOL_ERROR},
};

static void numbers_have_meanings(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(server_error_at_login(cases[i].number), cases[i].at_login);
        assert_int_equal(server_error_at_query(cases[i].number), cases[i].at_query);
    }
}

static void wrappers_are_no_cause(void **state)
{
    (void)state;
    assert_true(server_error_is_wrapper(3013));
    assert_true(server_error_is_wrapper(3621));
    assert_true(server_error_is_wrapper(5069));
    assert_false(server_error_is_wrapper(3101));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_have_meanings),
        cmocka_unit_test(wrappers_are_no_cause),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What FreeTDS reports, in the words and kinds of the product. */
#include "observe/sql/freetds_attempt.h"

#include "unit/cmocka_unit.h"

#include <errno.h>
#include <sybfront.h>

#include <sybdb.h>

static const struct {
    struct attempt attempt;
    enum sight at_login;
    const char *text;
} cases[] = {
    {{.server = {18456, "Login failed for user 'm'."}, .library_error = SYBEFCON},
     SIGHT_LOGIN_FAILED,
     "Login failed for user 'm'. (Msg 18456)"},
    {{.server = {17142, "SQL Server service has been paused."}},
     SIGHT_REFUSED,
     "SQL Server service has been paused. (Msg 17142)"},
    {{.library_error = SYBECONN, .system_error = ECONNREFUSED}, SIGHT_REFUSED, "Connection refused"},
    {{.library_error = SYBECONN, .system_error = EHOSTUNREACH}, SIGHT_TIMED_OUT, "No route to host"},
    {{.library_error = SYBECONN, .system_error = ETIMEDOUT}, SIGHT_TIMED_OUT, "no answer in time"},
    {{.library_error = SYBETIME}, SIGHT_TIMED_OUT, "no answer in time"},
    {{.library_error = SYBEINTF, .library_text = "Server name not found in configuration files."},
     SIGHT_UNRESOLVED,
     "Server name not found in configuration files."},
    {{.library_error = SYBEUHST, .library_text = "Unknown host"}, SIGHT_UNRESOLVED, "Unknown host"},
    {{.library_error = SYBESEOF}, SIGHT_PROTOCOL_ERROR, "the server closed the connection"},
    {{.library_error = SYBEREAD, .system_error = ECONNRESET},
     SIGHT_PROTOCOL_ERROR,
     "Connection reset by peer"},
    {{.library_error = SYBEFCON}, SIGHT_PROTOCOL_ERROR, "the connection failed without a reason"},
    {{.library_error = 0}, SIGHT_PROTOCOL_ERROR, "the connection failed without a reason"},
};

static void logins_fail_in_words(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sql_failure failure = attempt_login_failure(&cases[i].attempt, arena);

        assert_int_equal(failure.sight, cases[i].at_login);
        assert_string_equal(failure.text, cases[i].text);
        assert_int_equal(failure.message_number, cases[i].attempt.server.number);
    }
}

static void a_dead_session_has_no_number(void **state)
{
    const struct attempt attempt = {.server = {596, "the session is in the kill state."}};
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    assert_int_equal(attempt_query_failure(&attempt, true, arena).message_number, 596);
    assert_int_equal(attempt_query_failure(&attempt, false, arena).message_number, 0);
}

static void replaced_characters_are_no_failure(void **state)
{
    const struct attempt attempt = {.library_error = SYBEICONVI};

    (void)state;
    assert_false(attempt_failed(&attempt));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logins_fail_in_words),
        cmocka_unit_test(a_dead_session_has_no_number),
        cmocka_unit_test(replaced_characters_are_no_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

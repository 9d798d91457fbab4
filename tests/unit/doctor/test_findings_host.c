/* What Windows hosts, SIP and web servers say, and what is made of it. */
#include "doctor/findings.h"

#include "unit/doctor/blank_examination.h"

#include <string.h>

#include "unit/cmocka_unit.h"

/* NOLINTBEGIN(bugprone-macro-parentheses): initialisers of a member each */
#define STATUS(code, words)                                                                                  \
    {                                                                                                        \
        .sight = SIGHT_PROTOCOL_ERROR, .text = words, .http_status = code                                    \
    }
#define FAULT(number, how)                                                                                   \
    {                                                                                                        \
        .sight = how, .text = "a fault", .fault_code = number                                                \
    }
#define WORDS(how, words)                                                                                    \
    {                                                                                                        \
        .sight = how, .text = words                                                                          \
    }
/* NOLINTEND(bugprone-macro-parentheses) */

static const struct {
    enum layer stage;
    struct winrm_failure failure;
    enum layer layer;
    const char *verdict;
} failures[] = {
    {LAYER_HTTP, STATUS(403, "HTTP 403"), LAYER_HTTP, "winrm_forbidden"},
    {LAYER_HTTP, STATUS(404, "HTTP 404"), LAYER_HTTP, "winrm_elsewhere"},
    {LAYER_HTTP, STATUS(500, "HTTP 500"), LAYER_HTTP, "winrm_error"},
    {LAYER_HTTP, STATUS(503, "HTTP 503"), LAYER_HTTP, "winrm_stopped"},
    {LAYER_HTTP, STATUS(405, "HTTP 405"), LAYER_HTTP, "not_winrm"},
    {LAYER_HTTP, WORDS(SIGHT_PROTOCOL_ERROR, "what answers there does not speak HTTP"), LAYER_HTTP,
     "not_winrm"},
    {LAYER_HTTP, WORDS(SIGHT_PROTOCOL_ERROR, "the connection was cut"), LAYER_HTTP, "winrm_cut"},
    {LAYER_HTTP, WORDS(SIGHT_PROTOCOL_ERROR, "the connection was closed without an answer"), LAYER_HTTP,
     "winrm_cut"},
    {LAYER_HTTP, WORDS(SIGHT_TIMED_OUT, "no answer in time"), LAYER_HTTP, "winrm_silent"},
    {LAYER_HTTP, WORDS(SIGHT_TLS_FAILED, "the server's key is not the pinned one"), LAYER_HTTP,
     "pinned_key_differs"},
    {LAYER_HTTP, WORDS(SIGHT_TLS_FAILED, "the ca cannot be read"), LAYER_HTTP, "ca_unusable"},
    {LAYER_LOGIN, STATUS(401, "the host accepts no such login (HTTP 401)"), LAYER_LOGIN,
     "winrm_login_refused"},
    {LAYER_LOGIN, STATUS(401, "the host offers Negotiate, but this login is Basic"), LAYER_LOGIN,
     "winrm_login_not_offered"},
    {LAYER_LOGIN, STATUS(401, "no ticket to log in with: gss_init_sec_context"), LAYER_LOGIN, "no_ticket"},
    {LAYER_LOGIN, WORDS(SIGHT_LOGIN_FAILED, "the login could not be made here"), LAYER_LOGIN, "no_ticket"},
    {LAYER_LOGIN, FAULT(5, SIGHT_DENIED), LAYER_RIGHT, "winrm_access_denied"},
    {LAYER_LOGIN, FAULT(0x80041003, SIGHT_DENIED), LAYER_RIGHT, "wmi_denied"},
    {LAYER_RIGHT, FAULT(0x80041003, SIGHT_DENIED), LAYER_RIGHT, "wmi_denied"},
    {LAYER_SCRIPT, FAULT(2150858843, SIGHT_PROTOCOL_ERROR), LAYER_SCRIPT, "shell_lost"},
    {LAYER_SCRIPT, WORDS(SIGHT_DENIED, "quota of remote shells reached"), LAYER_SCRIPT, "winrm_quota"},
    {LAYER_SCRIPT, WORDS(SIGHT_TIMED_OUT, "the script was still running and has been ended"), LAYER_SCRIPT,
     "script_slow"},
    {LAYER_SCRIPT, WORDS(SIGHT_PROTOCOL_ERROR, "the script failed: The term 'x' is not recognized as"),
     LAYER_SCRIPT, "tools_missing"},
    {LAYER_SCRIPT, WORDS(SIGHT_PROTOCOL_ERROR, "the script left no answer (exit code -1)"), LAYER_SCRIPT,
     "script_failed"},
    {LAYER_STORE, WORDS(SIGHT_PROTOCOL_ERROR, "Login failed for user 'NT AUTHORITY\\ANONYMOUS LOGON'."),
     LAYER_STORE, "second_hop_denied"},
    {LAYER_STORE, WORDS(SIGHT_PROTOCOL_ERROR, "Cannot connect to the Central Management Store"), LAYER_STORE,
     "store_unreachable"},
    {LAYER_STORE, WORDS(SIGHT_TIMED_OUT, "no answer in time"), LAYER_STORE, "script_slow"},
};

static void what_a_windows_host_says(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(failures); i++) {
        struct examination examination = blank_examination(arena, BY_WINRM);

        find_winrm_failure(&examination, failures[i].stage, &failures[i].failure);
        assert_string_equal(verdict_name(&examination), failures[i].verdict);
        assert_int_equal(examination_fault(&examination)->layer, failures[i].layer);
        assert_string_equal(examination_fault(&examination)->text, failures[i].failure.text);
    }
}

static void denied_is_who_was_let_in(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct examination examination = blank_examination(arena, BY_WINRM);
    const struct winrm_failure failure = {.sight = SIGHT_DENIED, .fault_code = 5, .text = "access denied"};

    (void)state;
    find_winrm_failure(&examination, LAYER_LOGIN, &failure);
    assert_int_equal(examination.steps[0].layer, LAYER_LOGIN);
    assert_int_equal(examination.steps[0].diagnosis, DIAGNOSIS_NONE);
}

static const struct {
    int status;
    enum sight sight;
    const char *detail, *verdict;
} answers[] = {
    {200, SIGHT_SEEN, NULL, "ok"},
    {401, SIGHT_SEEN, NULL, "ok"},
    {404, SIGHT_SEEN, NULL, "ok"},
    {480, SIGHT_SEEN, NULL, "sip_degraded"},
    {500, SIGHT_SEEN, NULL, "sip_degraded"},
    {503, SIGHT_SEEN, NULL, "sip_overloaded"},
    {504, SIGHT_SEEN, NULL, "sip_next_hop"},
    {0, SIGHT_TIMED_OUT, "after TLS: no answer", "sip_silent"},
    {0, SIGHT_PROTOCOL_ERROR, "not SIP: bytes that are no text", "not_sip"},
    {0, SIGHT_PROTOCOL_ERROR, "the server closed the connection without an answer", "sip_cut"},
};

static void what_sip_says(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(answers); i++) {
        struct examination examination = blank_examination(arena, BY_SIP);
        const struct sip_result result = {.probe = {.sighting = {answers[i].sight, answers[i].detail}},
                                          .status = answers[i].status,
                                          .class = answers[i].status ? sip_class_of(answers[i].status)
                                                                     : SIP_CLASS_NONE,
                                          .reason = "words"};

        find_sip(&examination, &result);
        assert_string_equal(verdict_name(&examination), answers[i].verdict);
    }
}

static const struct {
    int status;
    enum sight sight;
    const char *verdict;
} pages[] = {
    {200, SIGHT_SEEN, "ok"},
    {302, SIGHT_SEEN, "ok"},
    {401, SIGHT_SEEN, "ok"},
    {404, SIGHT_SEEN, "web_not_installed"},
    {500, SIGHT_SEEN, "web_failing"},
    {503, SIGHT_SEEN, "web_stopped"},
    {502, SIGHT_SEEN, "web_behind_proxy"},
    {504, SIGHT_SEEN, "web_behind_proxy"},
    {0, SIGHT_TIMED_OUT, "web_silent"},
    {0, SIGHT_PROTOCOL_ERROR, "web_cut"},
};

static void what_the_web_says(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(pages); i++) {
        struct examination examination = blank_examination(arena, BY_WEB);
        const struct web_result result = {.probe = {.sighting = {pages[i].sight, NULL}},
                                          .status = pages[i].status,
                                          .class = pages[i].status ? web_class_of(pages[i].status)
                                                                   : WEB_CLASS_NONE};

        assert_int_equal(find_web(&examination, "/x/", &result), strcmp(pages[i].verdict, "ok") == 0);
        assert_string_equal(verdict_name(&examination), pages[i].verdict);
    }
}

static void clocks_may_differ_by_five_minutes(void **state)
{
    static const struct {
        int64_t offset_ms, within_ms;
        const char *text, *verdict;
    } cases[] = {
        {3, 10, "that of this host, within 10 ms", "ok"},
        {-1500, 10, "1.5 s behind this host's", "ok"},
        {299000, 10, "299.0 s ahead of this host's", "ok"},
        {301000, 10, "301.0 s ahead of this host's", "clock_off"},
        {-301000, 10, "301.0 s behind this host's", "clock_off"},
        {301000, 5000, "301.0 s ahead of this host's", "ok"},
    };
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct examination examination = blank_examination(arena, BY_WINRM);

        find_clock(&examination, cases[i].offset_ms, cases[i].within_ms);
        assert_string_equal(examination.steps[0].text, cases[i].text);
        assert_string_equal(verdict_name(&examination), cases[i].verdict);
    }
}

static void every_layer_can_run_out_of_time(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    for (int layer = 0; layer < LAYER_COUNT; layer++) {
        struct examination examination = blank_examination(arena, BY_SQL);

        find_time_out(&examination, (enum layer)layer);
        assert_int_not_equal(examination_verdict(&examination), DIAGNOSIS_NONE);
        assert_int_equal(examination.steps[0].layer, layer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_windows_host_says),
        cmocka_unit_test(denied_is_who_was_let_in),
        cmocka_unit_test(what_sip_says),
        cmocka_unit_test(what_the_web_says),
        cmocka_unit_test(clocks_may_differ_by_five_minutes),
        cmocka_unit_test(every_layer_can_run_out_of_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

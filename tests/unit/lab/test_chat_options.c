/* What `pchat-lab --chat KEY=VALUE` makes of a deployment. */
#include "lab/control/chat_options.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static void options_reach_the_configuration(void **state)
{
    struct chat_config config = {0};
    struct err err = ERR_INIT;

    (void)state;
    assert_int_equal(chat_options_take(&config, "active_list_property=A=B", &err), 0);
    assert_string_equal(config.active_list_property, "A=B");
    assert_int_equal(chat_options_take(&config, "ping_interval_s=45", &err), 0);
    assert_int_equal(config.ping_interval_s, 45);
    assert_int_equal(chat_options_take(&config, "ping_clock=local", &err), 0);
    assert_true(config.ping_local_time);
    assert_int_equal(chat_options_take(&config, "ping_clock=utc", &err), 0);
    assert_false(config.ping_local_time);
    assert_int_equal(chat_options_take(&config, "idle_ports=closed", &err), 0);
    assert_true(config.idle_ports_closed);
}

static void bad_options_say_what_was_expected(void **state)
{
    static const struct {
        const char *text, *error;
    } cases[] = {
        {"ping_clock", "--chat ping_clock: expected KEY=VALUE with a KEY that --help lists"},
        {"ping=1", "--chat ping=1: expected KEY=VALUE with a KEY that --help lists"},
        {"ping_clock=mars", "--chat ping_clock=mars: expected utc or local"},
        {"ping_interval_s=0", "--chat ping_interval_s=0: expected 1..1000000"},
        {"program_name=", "--chat program_name=: expected a text"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct chat_config config = {0};
        struct err err = ERR_INIT;

        assert_int_equal(chat_options_take(&config, cases[i].text, &err), -1);
        assert_int_equal(err.kind, ERR_USAGE);
        assert_string_equal(err.text, cases[i].error);
    }
}

static void every_option_is_listed(void **state)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    (void)state;
    chat_options_list(&text);
    assert_non_null(strstr(strbuf_text(&text), "idle_row"));
    assert_non_null(strstr(strbuf_text(&text), "frozen or none"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_reach_the_configuration),
        cmocka_unit_test(bad_options_say_what_was_expected),
        cmocka_unit_test(every_option_is_listed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

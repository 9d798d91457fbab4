#include "lab/control/scenario.h"
#include "unit/cmocka_unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/pchat-scenario-XXXXXX";

static int set_up(void **state)
{
    (void)state;
    int fd = mkstemp(path);

    return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
    (void)state;
    return unlink(path);
}

static int read_text(const char *text, struct arena *arena, struct scenario *scenario, struct err *err)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return scenario_read(path, arena, scenario, err);
}

static void steps_are_taken_in_time(void **state)
{
    (void)state;
    AUTO(arena) struct arena *arena = arena_new();
    struct scenario scenario;
    struct err err = ERR_INIT;

    assert_int_equal(read_text("- {at: 90, clear: slow}\n"
                               "- {at: 0.5, fault: slow, target: sqldr1, ms: 300}\n"
                               "- at: 90\n"
                               "  act: mirror_failover\n",
                               arena, &scenario, &err),
                     0);
    assert_int_equal(scenario.count, 3);
    assert_int_equal(scenario.steps[0].at_ms, 500);
    assert_int_equal(scenario.steps[0].line, 2);
    assert_int_equal(scenario.steps[0].order.verb, ORDER_FAULT);
    assert_string_equal(scenario.steps[0].order.target, "sqldr1");
    assert_string_equal(scenario.steps[0].order.params[0].key, "ms");
    assert_string_equal(scenario.steps[0].order.params[0].value, "300");
    assert_int_equal(scenario.steps[1].order.verb, ORDER_CLEAR);
    assert_int_equal(scenario.steps[2].order.verb, ORDER_ACT);
    assert_null(scenario.steps[2].order.target);
}

/* error: what follows the file's name. */
static const struct {
    const char *text, *error;
} bad[] = {
    {"fault: slow\n", ":1: expected a list of steps"},
    {"- slow\n", ":1: expected {at: SECONDS, fault|act|clear: NAME, ...}"},
    {"- {fault: slow}\n", ":1: expected at: SECONDS and one of fault, act, clear"},
    {"- {at: 1}\n", ":1: expected at: SECONDS and one of fault, act, clear"},
    {"- {at: 1, fault: slow}\n- {at: 10x, act: y}\n", ":2: expected seconds after the start of the lab"},
    {"- {at: -1, act: y}\n", ":1: expected seconds after the start of the lab"},
    {"- {at: nan, act: y}\n", ":1: expected seconds after the start of the lab"},
    {"- {at: '', act: y}\n", ":1: expected seconds after the start of the lab"},
    {"- {at: 1, fault: [a]}\n", ":1: expected KEY: VALUE, both plain text"},
    {"- {at: 1\n", ":2: no YAML: "},
};

static void bad_scenarios_name_their_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        struct scenario scenario;
        struct err err = ERR_INIT;
        assert_int_equal(read_text(bad[i].text, arena, &scenario, &err), -1);
        assert_int_equal(err.kind, ERR_CONFIG);
        if (strncmp(err.text + strlen(path), bad[i].error, strlen(bad[i].error)) != 0)
            fail_msg("%s: %s", bad[i].text, err.text);
    }
}

static void an_empty_scenario_has_no_steps(void **state)
{
    (void)state;
    AUTO(arena) struct arena *arena = arena_new();
    struct scenario scenario;

    assert_int_equal(read_text("", arena, &scenario, NULL), 0);
    assert_int_equal(scenario.count, 0);
    assert_int_equal(read_text("[]", arena, &scenario, NULL), 0);
    assert_int_equal(scenario.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_taken_in_time),
        cmocka_unit_test(bad_scenarios_name_their_line),
        cmocka_unit_test(an_empty_scenario_has_no_steps),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

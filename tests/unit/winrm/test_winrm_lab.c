/*
 * Our client and the lab's WinRM service in one process, without a wire: each was written from the reference,
 * and the service is strict, so that what it takes is well formed.  powershell is played.
 */
#include "base/mem.h"
#include "lab/powershell/powershell.h"
#include "observe/winrm/wql.h"
#include "unit/lab/world_fixture.h"
#include "unit/winrm/lab_host.h"

#include <string.h>

enum { TIMEOUT_MS = 30000 };

/* What the played powershell does, by a word in the script. */
static const struct {
    const char *word, *output, *errors;
    int32_t exit_code;
    int64_t takes_ms;
} plays[] = {
    {"'well'", "noise\r\nPCHAT-JSON:{\"name\":\"Z\xC3\xBCrich\"}\r\n", NULL, 0, 0},
    {"'slow'", "PCHAT-JSON:{}\r\n", NULL, 0, 600000},
    {"'fails'", "",
     "#< CLIXML\r\n<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">"
     "<S S=\"Error\">no such pool_x000D__x000A_</S></Objs>",
     -1, 0},
};

void powershell_run(struct world *world, const struct ps_run *run, struct ps_result *ret_result)
{
    (void)world;
    *ret_result = (struct ps_result){.output = mem_copy_text(""), .exit_code = 1};
    for (size_t i = 0; i < COUNT(plays); i++) {
        if (!strstr(run->script, plays[i].word))
            continue;
        free(ret_result->output);
        *ret_result = (struct ps_result){mem_copy_text(plays[i].output), mem_copy_text(plays[i].errors),
                                         plays[i].exit_code, plays[i].takes_ms};
    }
}

void ps_result_done(struct ps_result *result)
{
    free(result->output);
    free(result->error_clixml);
}

struct lab {
    struct lab_host host;
    struct arena *arena;
};

static int set_up(void **state)
{
    struct lab *lab = mem_alloc(sizeof(*lab));

    lab_host_init(&lab->host, fixture_world(), "pc1");
    lab->arena = arena_new();
    *state = lab;
    return 0;
}

static int tear_down(void **state)
{
    struct lab *lab = *state;
    struct world *world = lab->host.world;

    arena_free(lab->arena);
    lab_host_done(&lab->host);
    world_free(world);
    free(lab);
    return 0;
}

static struct deadline deadline_of(struct lab *lab)
{
    return deadline_in_ms(&lab->host.clock, TIMEOUT_MS);
}

static int run(struct lab *lab, const char *script, struct winrm_output *output,
               struct winrm_failure *failure)
{
    return lab->host.port->ops->run_ps(lab->host.port, script, "{\"pool\":\"x\"}", deadline_of(lab),
                                       lab->arena, output, failure);
}

static void the_host_says_who_it_is(void **state)
{
    struct lab *lab = *state;
    struct winrm_identity identity;
    struct winrm_failure failure = {0};

    if (lab->host.port->ops->identify(lab->host.port, deadline_of(lab), lab->arena, &identity, &failure) != 0)
        fail_msg("%s", failure.text);
    assert_string_equal(identity.vendor, "Microsoft Corporation");
}

static void services_are_found_by_their_program(void **state)
{
    static const char *const columns[] = {"Name", "State", "StartMode", "ProcessId"};
    struct lab *lab = *state;
    AUTO(strbuf) struct strbuf wql = STRBUF_INIT;
    struct winrm_failure failure = {0};
    struct winrm_rows rows;

    strbuf_add(&wql, "SELECT Name,State,StartMode,ProcessId FROM Win32_Service WHERE PathName LIKE ");
    wql_quote(&wql, "%ChannelService.exe%");
    if (lab->host.port->ops->wmi_query(lab->host.port, strbuf_text(&wql), columns, COUNT(columns), 10,
                                       deadline_of(lab), lab->arena, &rows, &failure) != 0)
        fail_msg("%s", failure.text);
    assert_int_equal(rows.row_count, 1);
    assert_string_equal(rows.cells[1], "Running");
}

/* More than one Pull's worth, and an end before the host's own. */
static void long_answers_are_pulled_and_released(void **state)
{
    static const char *const columns[] = {"Name"};
    struct lab *lab = *state;
    struct winrm_failure failure = {0};
    struct winrm_rows rows;

    for (size_t max = 1; max < 200; max *= 10) {
        if (lab->host.port->ops->wmi_query(lab->host.port, "SELECT * FROM Win32_Service", columns, 1, max,
                                           deadline_of(lab), lab->arena, &rows, &failure) != 0)
            fail_msg("%s", failure.text);
        assert_true(rows.row_count > 0 && rows.row_count <= max);
        assert_non_null(rows.cells[0]);
    }
}

static void a_bad_query_is_named(void **state)
{
    static const char *const columns[] = {"Name"};
    struct lab *lab = *state;
    struct winrm_failure failure = {0};
    struct winrm_rows rows;

    assert_int_equal(lab->host.port->ops->wmi_query(lab->host.port, "SELECT Name FROM Win32_Nothing", columns,
                                                    1, 1, deadline_of(lab), lab->arena, &rows, &failure),
                     -1);
    assert_int_equal(failure.sight, SIGHT_PROTOCOL_ERROR);
    if (!strstr(failure.text, "WMI"))
        fail_msg("%s", failure.text);
}

static void scripts_answer_fail_and_are_ended(void **state)
{
    struct lab *lab = *state;
    struct winrm_failure failure = {0};
    struct winrm_output output;
    int64_t since_ms = lab->host.now_ms;

    if (run(lab, "'well'", &output, &failure) != 0)
        fail_msg("%s", failure.text);
    assert_string_equal(output.json, "{\"name\":\"Z\xC3\xBCrich\"}");
    assert_int_equal(run(lab, "'fails'", &output, &failure), -1);
    assert_string_equal(failure.text, "the script left no answer (exit code -1): no such pool");
    assert_int_equal(run(lab, "'slow'", &output, &failure), -1);
    assert_int_equal(failure.sight, SIGHT_TIMED_OUT);
    assert_true(lab->host.now_ms - since_ms <= TIMEOUT_MS + 1000);
}

/* Quota would tell: no shell stays behind, however a script ends. */
static void shells_are_given_back(void **state)
{
    struct lab *lab = *state;
    struct winrm_failure failure = {0};
    struct winrm_output output;

    for (int i = 0; i < 40; i++) {
        run(lab, i % 2 ? "'fails'" : "'slow'", &output, &failure);
        assert_int_not_equal(failure.sight, SIGHT_REFUSED);
    }
    assert_int_equal(run(lab, "'well'", &output, &failure), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_host_says_who_it_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(services_are_found_by_their_program, set_up, tear_down),
        cmocka_unit_test_setup_teardown(long_answers_are_pulled_and_released, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_bad_query_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(scripts_answer_fail_and_are_ended, set_up, tear_down),
        cmocka_unit_test_setup_teardown(shells_are_given_back, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

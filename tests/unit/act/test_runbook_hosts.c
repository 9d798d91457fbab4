/* The scripts of contrib/runbooks that hosts carry out, as the lab's Windows hosts take them. */
#include "act/plan/script.h"
#include "base/whole_file.h"
#include "lab/world/windows_tasks.h"
#include "unit/lab/powershell_transcript.h"
#include "unit/lab/world_fixture.h"

#include <string.h>

extern const char embedded_product_ps1[];

static int setup(void **state)
{
    *state = fixture_world();
    return 0;
}

static int teardown(void **state)
{
    fixture_free(*state);
    return 0;
}

static const char *script_text(struct arena *arena, const char *name)
{
    struct script script;
    struct err err = ERR_INIT;

    if (script_find(name, NULL, arena, &script, &err) != 0)
        fail_msg("%s", err.text);
    return script.text;
}

/* As windows_script's wrapper does it, with parameters as a JSON text in single quotes. */
static char *answer_of(struct world *world, const char *host, bool may_hop, const char *script,
                       const char *parameters)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    struct ps_run run = {.host = host, .user = "LITWARE\\svc-pchatact", .may_hop = may_hop};

    strbuf_format(&text,
                  "$ErrorActionPreference = 'Stop'\ntry {\n$Parameters = '%s' | ConvertFrom-Json\n$Answer = "
                  "$null\n%s\nWrite-Output ($Answer | ConvertTo-Json -Compress -Depth 8)\n} catch { "
                  "Write-Output \"failed: $($_.Exception.Message)\" }\n",
                  parameters, script);
    run.script = strbuf_text(&text);
    return powershell_transcript(world, &run);
}

/* Directly in the shell: the guard of acting, the product's module, the step. */
static void in_shell(struct world *world, const char *host, bool may_hop, const char *script,
                     const char *parameters, const char *expected)
{
    AUTO(arena) struct arena *arena = arena_new();
    const char *text = arena_format(arena, "%s%s%s", script_text(arena, "acting.ps1"), embedded_product_ps1,
                                    script_text(arena, script));
    AUTO_FREE char *answer =
        answer_of(world, host, may_hop, text,
                  arena_format(arena,
                               "{\"pool\":\"lyncpc.litwareinc.com\",\"run\":\"7\",\"epoch\":\"9\","
                               "\"limit_ms\":\"60000\",%s}",
                               parameters));

    assert_string_equal(answer, expected);
}

#define SERVERS "\"servers\":[\"pc5.litwareinc.com\",\"pc6.litwareinc.com\"]"
#define MEMBERS                                                                                              \
    "\"members\":[\"pc1.litwareinc.com\",\"pc2.litwareinc.com\",\"pc3.litwareinc.com\",\"pc4.litwareinc."    \
    "com\","                                                                                                 \
    "\"pc5.litwareinc.com\",\"pc6.litwareinc.com\",\"pc7.litwareinc.com\",\"pc8.litwareinc.com\"]"
#define SERVICES "\"chat\":\"ChannelService.exe\",\"compliance\":\"ComplianceService.exe\""

static void assert_truth_lists(struct world *world, size_t count, const char *first)
{
    assert_int_equal(world->store.settings.active_server_count, count);
    assert_string_equal(world->store.settings.active_servers[0], first);
}

static void test_state_and_servers(void **state)
{
    struct world *world = *state;

    for (int turn = 0; turn < 2; turn++) {
        in_shell(world, "fe-red1", true, "failover/08-state.ps1", "\"pool_state\":\"FailedOver\"",
                 "{\"outcome\":\"done\",\"pool_state\":\"FailedOver\"}\n");
        assert_int_equal(world->store.settings.state, POOL_FAILED_OVER);
        in_shell(world, "fe-red1", true, "failover/09-active.ps1",
                 SERVERS "," MEMBERS ",\"property\":\"ActiveServers\"",
                 "{\"outcome\":\"done\",\"read_back\":true}\n");
        assert_truth_lists(world, 2, "pc5.litwareinc.com");
    }
    /* the list cannot be read: it is set all the same */
    in_shell(world, "fe-red1", true, "failover/09-active.ps1",
             "\"servers\":[\"pc7.litwareinc.com\"]," MEMBERS ",\"property\":\"NoSuchProperty\"",
             "{\"outcome\":\"done\",\"read_back\":false}\n");
    assert_truth_lists(world, 1, "pc7.litwareinc.com");
    /* what may not be */
    in_shell(world, "fe-red1", true, "failover/09-active.ps1",
             "\"servers\":[]," MEMBERS ",\"property\":\"ActiveServers\"",
             "failed: 0 servers cannot be active: one to four can\n");
    /* only a look */
    in_shell(world, "fe-red1", true, "failover/08-state.ps1",
             "\"pool_state\":\"Normal\",\"what_if\":\"true\"",
             "What if: Performing the operation \"Set-CsPersistentChatState\" on target "
             "\"PersistentChatServer:lyncpc.litwareinc.com\".\n"
             "{\"outcome\":\"done\",\"pool_state\":\"FailedOver\"}\n");
}

static void test_services(void **state)
{
    struct world *world = *state;
    struct host *host = world_host(world, "pc5");

    windows_stop(world, host, "RTCCHAT");
    in_shell(world, "pc5", false, "failover/10-start.ps1", SERVICES,
             "{\"outcome\":\"done\",\"services\":[\"RTCCHAT\",\"RTCCOMPLIANCE\"]}\n");
    in_shell(world, "pc5", false, "failover/11-restart.ps1", SERVICES,
             "{\"outcome\":\"done\",\"services\":[\"RTCCHAT\"]}\n");
    in_shell(world, "pc5", false, "fence/04-services.ps1", SERVICES,
             "{\"outcome\":\"done\",\"services\":[\"RTCCHAT\",\"RTCCOMPLIANCE\"]}\n");
    assert_int_equal(windows_service(host, "RTCCHAT")->start_mode, START_DISABLED);
    in_shell(world, "pc5", false, "failover/10-start.ps1", SERVICES,
             "failed: RTCCHAT is disabled here: enable it, or let another server be active\n");
    in_shell(world, "pc5", false, "unfence/03-services.ps1", SERVICES,
             "{\"outcome\":\"done\",\"services\":[\"RTCCHAT\",\"RTCCOMPLIANCE\"]}\n");
    assert_int_equal(windows_service(host, "RTCCHAT")->start_mode, START_AUTO);
}

/* Whoever was taken over can do nothing more. */
static void test_epoch(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    const char *text = arena_format(arena, "%s%s%s", script_text(arena, "acting.ps1"), embedded_product_ps1,
                                    script_text(arena, "failover/08-state.ps1"));
    static const struct {
        const char *parameters, *expected;
    } cases[] = {
        {"\"epoch\":\"9\",\"limit_ms\":\"60000\"", "{\"outcome\":\"done\",\"pool_state\":\"FailedOver\"}\n"},
        {"\"epoch\":\"8\",\"limit_ms\":\"60000\"",
         "failed: epoch 8 of run 7 is over: epoch 9 acts on lyncpc.litwareinc.com\n"},
        {"\"epoch\":\"10\",\"limit_ms\":\"60000\"", "{\"outcome\":\"done\",\"pool_state\":\"FailedOver\"}\n"},
        {"\"epoch\":\"9\",\"limit_ms\":\"60000\"",
         "failed: epoch 9 of run 7 is over: epoch 10 acts on lyncpc.litwareinc.com\n"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_FREE char *answer =
            answer_of(*state, "fe-red1", true, text,
                      arena_format(arena,
                                   "{\"pool\":\"lyncpc.litwareinc.com\",\"run\":\"7\",\"pool_state\":"
                                   "\"FailedOver\",%s}",
                                   cases[i].parameters));

        assert_string_equal(answer, cases[i].expected);
    }
}

static void test_late(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    const char *text = arena_format(arena, "%s%s%s", script_text(arena, "acting.ps1"), embedded_product_ps1,
                                    script_text(arena, "failover/08-state.ps1"));
    AUTO_FREE char *answer =
        answer_of(*state, "fe-red1", true, text,
                  "{\"pool\":\"lyncpc.litwareinc.com\",\"run\":\"7\",\"epoch\":\"9\",\"pool_state\":"
                  "\"FailedOver\",\"limit_ms\":\"0\"}");

    assert_string_equal(answer, "failed: the time for this step is up: nothing more is begun\n");
    assert_int_equal(((struct world *)*state)->store.settings.state, POOL_NORMAL);
}

/* ---- through the task ---- */

#define REQUEST                                                                                              \
    "{\"task\":\"pchat-act\",\"request\":\"C:\\\\ProgramData\\\\pchat-plugins\\\\act-request.json\","        \
    "\"answer\":\"C:\\\\ProgramData\\\\pchat-plugins\\\\act-answer.json\",\"wait_ms\":\"60000\","

static void test_through_task(void **state)
{
    static const struct {
        const char *parameters, *expected;
    } cases[] = {
        {REQUEST
         "\"action\":\"state\",\"arguments\":{\"pool\":\"lyncpc.litwareinc.com\",\"run\":\"7\",\"epoch\":"
         "\"9\",\"limit_ms\":\"50000\",\"pool_state\":\"FailedOver\"}}",
         "{\"outcome\":\"done\",\"pool_state\":\"FailedOver\"}\n"},
        {REQUEST "\"action\":\"active\",\"arguments\":{\"pool\":\"lyncpc.litwareinc.com\",\"run\":\"7\","
                 "\"epoch\":\"9\",\"limit_ms\":\"50000\",\"property\":\"ActiveServers\"," SERVERS "," MEMBERS
                 "}}",
         "{\"outcome\":\"done\",\"read_back\":true}\n"},
        {REQUEST
         "\"action\":\"state\",\"arguments\":{\"pool\":\"lyncpc.litwareinc.com\",\"run\":\"6\",\"epoch\":"
         "\"8\",\"limit_ms\":\"50000\",\"pool_state\":\"Normal\"}}",
         "failed: the task pchat-act failed: epoch 8 of run 6 is over: epoch 9 acts on "
         "lyncpc.litwareinc.com\n"},
        {REQUEST
         "\"action\":\"format\",\"arguments\":{\"pool\":\"lyncpc.litwareinc.com\",\"run\":\"7\",\"epoch\":"
         "\"9\",\"limit_ms\":\"50000\"}}",
         "failed: the task pchat-act failed: this task cannot do 'format'\n"},
        {REQUEST
         "\"action\":\"state\",\"arguments\":{\"pool\":\"other.litwareinc.com\",\"run\":\"7\",\"epoch\":"
         "\"9\",\"limit_ms\":\"50000\",\"pool_state\":\"Normal\"}}",
         "failed: the task pchat-act failed: this task acts on lyncpc.litwareinc.com, not on "
         "other.litwareinc.com\n"},
        {REQUEST
         "\"action\":\"state\",\"arguments\":{\"pool\":\"lyncpc.litwareinc.com\",\"run\":\"7\",\"epoch\":"
         "\"9\",\"limit_ms\":\"0\",\"pool_state\":\"Normal\"}}",
         "failed: the task pchat-act failed: the request is too old\n"},
    };
    AUTO(arena) struct arena *arena = arena_new();
    struct world *world = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_FREE char *answer =
            answer_of(world, "fe-red1", false, script_text(arena, "through-task.ps1"), cases[i].parameters);

        assert_string_equal(answer, cases[i].expected);
        fixture_pass_s(world, 60);
    }
    assert_int_equal(world->store.settings.state, POOL_FAILED_OVER);
}

/* What the task holds is what the shell would run. */
static void test_word_for_word(void **state)
{
    static const char *const names[] = {"acting.ps1", "failover/08-state.ps1", "failover/09-active.ps1",
                                        "failover/15-mirror.ps1"};
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    AUTO(arena) struct arena *arena = arena_new();
    struct err err = ERR_INIT;

    (void)state;
    assert_int_equal(whole_file_read(PCHAT_SOURCE_DIR "/contrib/windows/pchat-act.ps1", 1 << 20, &text, &err),
                     0);
    for (size_t i = 0; i < COUNT(names); i++)
        assert_non_null(strstr(strbuf_text(&text), script_text(arena, names[i])));
    assert_non_null(strstr(strbuf_text(&text), embedded_product_ps1));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_state_and_servers),
        TEST(test_services),
        TEST(test_epoch),
        TEST(test_late),
        TEST(test_through_task),
        cmocka_unit_test(test_word_for_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What a script that acts may find: cmdlets that take effect when nobody waits for them any more. */
#include "lab/world/later.h"
#include "unit/lab/powershell_transcript.h"
#include "unit/lab/world_fixture.h"

#include <string.h>

#define POOL      "'service:lyncpc.litwareinc.com'"
#define SET_STATE "Set-CsPersistentChatState -Identity " POOL " -PoolState FailedOver -Confirm:$false"
#define SET_LIST                                                                                             \
    "$Servers = @('pc5.litwareinc.com', 'pc6.litwareinc.com'); Set-CsPersistentChatActiveServer " POOL       \
    " -ActiveServers @{Replace = $Servers} -Confirm:$false -Force"

static int64_t run_at(struct world *world, const char *host, const char *script, int64_t tag)
{
    const struct ps_run run = {
        .host = host, .user = "LITWARE\\acting", .script = script, .may_hop = true, .tag = tag};
    AUTO(ps_result) struct ps_result result = {.output = NULL};

    powershell_run(world, &run, &result);
    assert_string_equal(result.output, "");
    assert_int_equal(result.exit_code, 0);
    return result.takes_ms;
}

static void test_a_cmdlet_outlives_its_caller(void **state)
{
    struct world *world = *state;

    fixture_set(world, "cmdlet_slow", "fe-red1", "seconds=40");
    assert_true(run_at(world, "fe-red1", SET_STATE "; " SET_LIST, later_new_tag(world)) >= 80000);
    fixture_pass_s(world, 39);
    assert_int_equal(world->store.settings.state, POOL_NORMAL);
    fixture_pass_s(world, 1);
    assert_int_equal(world->store.settings.state, POOL_FAILED_OVER);
    assert_string_equal(world->store.settings.active_servers[0], "pc1.litwareinc.com");
    fixture_pass_s(world, 40);
    assert_int_equal(world->store.settings.active_server_count, 2);
    assert_string_equal(world->store.settings.active_servers[0], "pc5.litwareinc.com");
    assert_string_equal(world->store.settings.active_servers[1], "pc6.litwareinc.com");
}

/* Ending the process in time helps, unless the fault says that it does not. */
static void test_ending_its_process(void **state)
{
    struct world *world = *state;
    int64_t tag = later_new_tag(world);

    fixture_set(world, "cmdlet_slow", "fe-red1", "seconds=40");
    run_at(world, "fe-red1", SET_STATE, tag);
    later_cancel(world, tag);
    fixture_pass_s(world, 60);
    assert_int_equal(world->store.settings.state, POOL_NORMAL);
    fixture_clear(world, "cmdlet_slow", "fe-red1");
    fixture_set(world, "cmdlet_slow", "fe-red1", "seconds=40 outlives=shell");
    run_at(world, "fe-red1", SET_STATE, tag);
    later_cancel(world, tag);
    fixture_pass_s(world, 60);
    assert_int_equal(world->store.settings.state, POOL_FAILED_OVER);
}

static void test_a_host_without_power_does_nothing(void **state)
{
    struct world *world = *state;

    fixture_set(world, "cmdlet_slow", "fe-red1", "seconds=40 cmdlet=set-cspersistentchatstate");
    run_at(world, "fe-red1", SET_LIST, 0);
    assert_int_equal(world->store.settings.active_server_count, 2); /* this one is not slow */
    run_at(world, "fe-red1", SET_STATE, 0);
    fixture_set(world, "host_down", "fe-red1", "");
    fixture_pass_s(world, 60);
    assert_int_equal(world->store.settings.state, POOL_NORMAL);
}

/* Cmdlets that were sent to change something, slow or not; what asks, or only says what it would do, is none.
 */
static void test_changing_cmdlets_are_counted(void **state)
{
    static const struct script_case cases[] = {
        {SET_STATE " -WhatIf", "What if: Performing the operation \"Set-CsPersistentChatState\" on target "
                               "\"PersistentChatServer:lyncpc.litwareinc.com\".\n"},
        {"Get-CsPersistentChatState | Out-Null", ""},
        {SET_STATE, ""},
        {SET_STATE, ""},
    };

    fixture_set(*state, "cmdlet_slow", "fe-red1", "seconds=40");
    assert_scripts(*state, "fe-red1", true, cases, COUNT(cases));
    fixture_pass_s(*state, 60);
    assert_int_equal((int)fixture_truth(*state, "changing_cmdlets.fe-red1.Set-CsPersistentChatState"), 2);
    assert_scripts(*state, "pc1", true, &(struct script_case){"Stop-CsWindowsService RTCCHAT", ""}, 1);
    assert_int_equal((int)fixture_truth(*state, "changing_cmdlets.pc1.Stop-CsWindowsService"), 1);
}

/* It finds out what the real one would find out. */
static void test_what_if_opens_the_store(void **state)
{
    static const struct script_case no_hop = {
        "try { " SET_STATE " -WhatIf } catch { \"$($_.Exception.Message)\" }",
        "Cannot open database \"xds\" requested by the login. The login failed. Login failed for user 'NT "
        "AUTHORITY\\ANONYMOUS LOGON'.\n"};
    static const struct script_case no_store = {
        "try { " SET_STATE " -WhatIf } catch { \"$($_.FullyQualifiedErrorId)\" }",
        "XdsFailure,Microsoft.Rtc.Management.SetCsPersistentChatStateCmdlet\n"};

    assert_scripts(*state, "fe-red1", false, &no_hop, 1);
    fixture_set(*state, "site_down", "dub", "");
    assert_scripts(*state, "fe-red1", true, &no_store, 1);
}

static int set_up(void **state)
{
    *state = fixture_world();
    return 0;
}

static int tear_down(void **state)
{
    world_free(*state);
    return 0;
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(test_a_cmdlet_outlives_its_caller),      IN_A_WORLD(test_ending_its_process),
        IN_A_WORLD(test_a_host_without_power_does_nothing), IN_A_WORLD(test_changing_cmdlets_are_counted),
        IN_A_WORLD(test_what_if_opens_the_store),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

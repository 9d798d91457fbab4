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

#define ID(script) "try { " script " -ErrorAction Stop } catch { \"$($_.FullyQualifiedErrorId)\" }"
#define SHARED     "'\\\\fs1.litwareinc.com\\pchatls\\mgc_20261123050000.trn'"

static void test_files_of_a_host(void **state)
{
    static const struct script_case cases[] = {
        {"(Get-ChildItem 'E:\\').Name; (Get-ChildItem -Path 'E:\\LogCopy' -Filter '*.trn' -File).Count",
         "LogCopy\n24\n"},
        {"Get-ChildItem 'E:\\LogCopy\\mgc_2026112304*.trn' | Select-Object -Last 1 | ForEach-Object { "
         "\"$($_.Name) "
         "$($_.Length -gt 0) $($_.FullName) $($_.PSIsContainer) $($_.LastWriteTimeUtc.ToString('HH:mm'))\" }",
         "mgc_20261123045500.trn True E:\\LogCopy\\mgc_20261123045500.trn False 04:55\n"},
        {"(Get-ChildItem 'E:\\LogCopy\\mgc_20261123045500.trn').Name", "mgc_20261123045500.trn\n"},
        {"Test-Path 'E:\\LogCopy'; Test-Path 'e:\\logcopy\\MGC_20261123045500.trn'; Test-Path 'E:\\nosuch'; "
         "Test-Path 'Q:\\'",
         "True\nTrue\nFalse\nFalse\n"},
        {ID("Get-ChildItem 'E:\\nosuch'"),
         "PathNotFound,Microsoft.PowerShell.Commands.GetChildItemCommand\n"},
        {"Copy-Item -Path 'E:\\LogCopy\\mgc_20261123045500.trn' -Destination 'E:\\Kept\\' -Force; Move-Item "
         "'E:\\Kept\\mgc_20261123045500.trn' 'E:\\Kept\\b.trn'; Copy-Item 'E:\\Kept\\b.trn' "
         "'E:\\Kept\\c.trn' "
         "-WhatIf; (Get-ChildItem 'E:\\Kept').Name; (Get-ChildItem 'E:\\LogCopy').Count",
         "What if: Performing the operation \"Copy File\" on target \"Item: E:\\Kept\\b.trn Destination: "
         "E:\\Kept\\c.trn\".\nb.trn\n24\n"},
        {ID("Copy-Item 'E:\\nosuch' 'E:\\z'"),
         "PathNotFound,Microsoft.PowerShell.Commands.CopyItemCommand\n"},
        /* another host is a second hop */
        {ID("Test-Path " SHARED), "False\nItemExistsUnauthorizedAccessError,Microsoft.PowerShell.Commands."
                                  "TestPathCommand\n"},
        {ID("Get-ChildItem '\\\\fs1\\pchatls'"),
         "DirUnauthorizedAccessError,Microsoft.PowerShell.Commands.GetChildItemCommand\n"},
        {ID("Copy-Item " SHARED " 'E:\\Kept'"),
         "CopyFileInfoItemUnauthorizedAccessError,Microsoft.PowerShell.Commands.CopyItemCommand\n"},
    };
    static const struct script_case granted[] = {
        {"Copy-Item " SHARED " 'E:\\Kept\\'; (Get-ChildItem 'E:\\Kept').Name; Test-Path " SHARED,
         "b.trn\nmgc_20261123050000.trn\nTrue\n"},
    };
    static const struct script_case full = {
        ID("Copy-Item 'E:\\Kept\\b.trn' 'E:\\d.trn'"),
        "CopyFileInfoItemIOError,Microsoft.PowerShell.Commands.CopyItemCommand\n"};

    assert_scripts(*state, "sqldr1", false, cases, COUNT(cases));
    assert_scripts(*state, "sqldr1", true, granted, COUNT(granted));
    fixture_set(*state, "copy_disk_full", "sqldr1", "");
    assert_scripts(*state, "sqldr1", false, &full, 1);
}

static void test_services_are_stopped_for_good(void **state)
{
    static const struct script_case disable[] = {
        {"Stop-Service -Name RTCCHAT -Force; Set-Service -Name RTCCHAT -StartupType Disabled; (Get-Service "
         "RTCCHAT).StartType",
         "Disabled\n"},
        {ID("Start-Service RTCCHAT"),
         "CouldNotStartService,Microsoft.PowerShell.Commands.StartServiceCommand\n"},
        {ID("Set-Service nosuch -StartupType Manual"),
         "NoServiceFoundForGivenName,Microsoft.PowerShell.Commands.SetServiceCommand\n"},
    };
    static const struct script_case enable[] = {
        {"(Get-Service RTCCHAT).Status; Stop-Service RTCCHAT; Set-Service RTCCHAT -StartupType Automatic; "
         "Start-Service RTCCHAT; Stop-Service RTCCHAT -WhatIf; Stop-CsWindowsService RTCCHAT -WhatIf",
         "Stopped\nWhat if: Performing the operation \"Stop-Service\" on target \"Skype for Business Server "
         "Persistent Chat (RTCCHAT)\".\nWhat if: Performing the operation \"Stop-CsWindowsService\" on "
         "target "
         "\"RTCCHAT\".\n"},
    };

    assert_scripts(*state, "pc1", false, disable, COUNT(disable));
    fixture_set(*state, "host_down", "pc1", "");
    fixture_clear(*state, "host_down", "pc1");
    fixture_pass_s(*state, 60);
    assert_false(windows_runs(world_host(*state, "pc1"), SERVICE_CHAT)); /* a start of the host leaves it */
    assert_scripts(*state, "pc1", false, enable, COUNT(enable));
    fixture_pass_s(*state, 60);
    assert_true(windows_runs(world_host(*state, "pc1"), SERVICE_CHAT));
}

static void test_tasks_run_under_their_own_account(void **state)
{
    struct world *world = *state;
    static const struct script_case start = {
        "[IO.File]::WriteAllText('C:\\state.txt', 'FailedOver'); Start-ScheduledTask -TaskName pchat-act; "
        "[IO.File]::ReadAllText('C:\\state.txt')",
        "done\n"};
    static const struct script_case failing = {ID("Start-ScheduledTask nosuch"),
                                               "HRESULT 0x80070002,Start-ScheduledTask\n"};

    windows_register_task(world_host(world, "fe-red1"), "pchat-act", "LITWARE\\task",
                          "Set-CsPersistentChatState " POOL
                          " -PoolState ([IO.File]::ReadAllText('C:\\state.txt')) -Confirm:$false; "
                          "[IO.File]::WriteAllText('C:\\state.txt', 'done')");
    assert_scripts(world, "fe-red1", false, &start, 1);
    assert_int_equal(world->store.settings.state, POOL_FAILED_OVER);
    assert_scripts(world, "fe-red1", false, &failing, 1);
    fixture_set(world, "task", "fe-red1", "task=pchat-act how=stuck");
    assert_scripts(world, "fe-red1", false, &(struct script_case){"Start-ScheduledTask pchat-act", ""}, 1);
}

static void test_the_paired_pool_takes_over_routing(void **state)
{
    struct world *world = *state;
    static const struct script_case cases[] = {
        {ID("Invoke-CsPoolFailOver -PoolFqdn fe-dub1.litwareinc.com -Confirm:$false"),
         "PoolFailover,Microsoft.Rtc.Management.InvokeCsPoolFailOverCmdlet\n"},
        {ID("Invoke-CsPoolFailOver -PoolFqdn lyncpc.litwareinc.com -DisasterMode -Confirm:$false"),
         "ObjectNotFound,Microsoft.Rtc.Management.InvokeCsPoolFailOverCmdlet\n"},
        {"Invoke-CsPoolFailOver -PoolFqdn fe-dub1.litwareinc.com -DisasterMode -Force -Confirm:$false", ""},
        {"Invoke-CsPoolFailOver -PoolFqdn fe-dub1.litwareinc.com -DisasterMode -Force -Confirm:$false", ""},
    };
    static const struct script_case back = {
        "Invoke-CsPoolFailBack -PoolFqdn fe-dub1.litwareinc.com -Confirm:$false", ""};

    fixture_act(world, "step_move_store", "fe-red1", "");
    fixture_set(world, "host_down", "fe-dub1", "");
    assert_scripts(world, "fe-red1", true, cases, COUNT(cases));
    assert_string_equal(world->hosts[world->chat.next_hop].name, "fe-red1");
    fixture_clear(world, "host_down", "fe-dub1");
    fixture_pass_s(world, 60);
    assert_scripts(world, "fe-red1", true, &back, 1);
    assert_string_equal(world->hosts[world->chat.next_hop].name, "fe-dub1");
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
        IN_A_WORLD(test_a_cmdlet_outlives_its_caller),
        IN_A_WORLD(test_ending_its_process),
        IN_A_WORLD(test_a_host_without_power_does_nothing),
        IN_A_WORLD(test_changing_cmdlets_are_counted),
        IN_A_WORLD(test_what_if_opens_the_store),
        IN_A_WORLD(test_files_of_a_host),
        IN_A_WORLD(test_services_are_stopped_for_good),
        IN_A_WORLD(test_tasks_run_under_their_own_account),
        IN_A_WORLD(test_the_paired_pool_takes_over_routing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

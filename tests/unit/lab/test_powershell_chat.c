/* The product's cmdlets over the world's chat side, as the reference of Persistent Chat documents them. */
#include "unit/lab/powershell_transcript.h"
#include "unit/lab/world_fixture.h"

#include <string.h>

#define POOL "'PersistentChatServer:lyncpc.litwareinc.com'"
#define ANONYMOUS                                                                                            \
    "Cannot open database \"xds\" requested by the login. The login failed. Login failed for user 'NT "      \
    "AUTHORITY\\ANONYMOUS LOGON'.\n"
#define PROMPT                                                                                               \
    "Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.\n"

static void test_reads(void **state)
{
    static const struct script_case cases[] = {
        {"Get-CsPersistentChatState -LocalStore", "\nIdentity                                   PoolState\n"
                                                  "--------                                   ---------\n"
                                                  "PersistentChatServer:lyncpc.litwareinc.com Normal\n\n"},
        {"Get-CsPersistentChatState -LocalStore | Select-Object Identity, "
         "@{n='PoolState';e={\"$($_.PoolState)\"}} | "
         "ConvertTo-Json -Compress",
         "{\"Identity\":\"PersistentChatServer:lyncpc.litwareinc.com\",\"PoolState\":\"Normal\"}\n"},
        {"Get-CsPersistentChatState -LocalStore | Select-Object PoolState | ConvertTo-Json -Compress",
         "{\"PoolState\":0}\n"},
        {"(Get-CsPersistentChatState -Identity 'service:lyncpc.litwareinc.com' -LocalStore).PoolState",
         "Normal\n"},
        {"try { Get-CsPersistentChatState 'service: lyncpc.litwareinc.com' -LocalStore -ErrorAction Stop } "
         "catch { \"$_\" }",
         "Cannot find \"PersistentChatState\" \"service: lyncpc.litwareinc.com\" because it does not "
         "exist.\n"},
        {"try { Get-CsPersistentChatState } catch { \"$_\" }", ANONYMOUS},
        {"try { Get-CsService -PersistentChatServer -LocalStore } catch { \"$_\" }",
         "A parameter cannot be found that matches parameter name 'LocalStore'.\n"},
        {"$m = Import-Module SkypeForBusiness -DisableNameChecking -PassThru; \"$($m.Name) $($m.Version)\"",
         "SkypeForBusiness 6.0.0.0\n"},
        {"(Get-CsTopology -LocalStore -AsXml).ToString() -split '\r\n' -like '*Machine*' | Select-Object "
         "-Last 5",
         "        <Machine Fqdn=\"pc8.litwareinc.com\" />\n        <Machine Fqdn=\"pc1.litwareinc.com\" />\n"
         "        <Machine Fqdn=\"pc2.litwareinc.com\" />\n        <Machine Fqdn=\"pc3.litwareinc.com\" />\n"
         "        <Machine Fqdn=\"pc4.litwareinc.com\" />\n"},
        {"(Get-CsTopology -LocalStore -AsXml).ToString() -split '\r\n' -like '*ActiveServers*'",
         "      <ActiveServers>\n      </ActiveServers>\n"},
        {"try { Get-CsTopology -AsXml } catch { \"$_\" }", ANONYMOUS},
        {"try { Get-CsPersistentChatActiveServer } catch { $_.FullyQualifiedErrorId }",
         "CommandNotFoundException\n"},
        {"(Get-CsPersistentChatConfiguration -LocalStore).DefaultChatHistory", "30\n"},
        {"Get-CsPersistentChatComplianceConfiguration -LocalStore | % { \"$($_.Identity) $($_.RunInterval)\" "
         "}",
         "Global 00:15:00\n"},
        {"Get-CsAdminRole -LocalStore | Where-Object { $_.Cmdlets -match 'Set-CsPersistentChatState' } | % { "
         "\"$($_.Identity) $($_.IsStandardRole)\" }",
         "CsAdministrator True\n"},
        {"(Get-CsAdminRole -Filter '*Chat*' -LocalStore).Cmdlets | % { \"$_\" }",
         "Name=Get-CsPersistentChatRoom\nName=Get-CsPersistentChatState\n"},
        {"try { Get-CsAdminRole -Identity Nobody -LocalStore -ErrorAction Stop } catch { \"$_\" }",
         "Cannot find \"Role\" \"Nobody\" because it does not exist.\n"},
        {"try { Get-CsAdminRole } catch { \"$_\" }", ANONYMOUS},
        {"Get-Counter -ListSet *chat* | % { $_.CounterSetName }", "LS:Persistent Chat Server\n"},
        {"try { Get-Counter -ListSet *telex* -ErrorAction Stop } catch { \"$_\" }",
         "Cannot find any performance counter sets on the localhost computer that match the following: "
         "*telex*.\n"},
        {"(Get-CsWindowsService RTCCHAT -ExcludeActivityLevel).Status", "Running\n"},
        {"Get-WmiObject Win32_Service -Filter \"PathName LIKE '%ChannelService.exe%'\" | % { $_.Name + ' ' + "
         "$_.State }",
         "RTCCHAT Running\n"},
        {"try { Get-CsWindowsService -ComputerName pc2.litwareinc.com -ErrorAction Stop } catch { \"$_\" }",
         "Cannot open Service Control Manager on computer 'pc2.litwareinc.com'. This operation might require "
         "other "
         "privileges.\n"},
        {"(Test-CsPersistentChatMessage).Result", "Success\n"},
        {"Get-CsDatabaseMirrorState -PoolFqdn lyncpc.litwareinc.com -LocalStore | % { $_.StateOnPrimary }",
         "DatabaseInaccessibleOrMirroringNotEnabled\nDatabaseInaccessibleOrMirroringNotEnabled\n"},
        {"$c = New-Object Net.Sockets.TcpClient; $a = $c.BeginConnect('pc2', 5041, $null, $null); "
         "$a.AsyncWaitHandle.WaitOne(2000); $c.Connected",
         "True\nTrue\n"},
        {"$c = [Net.Sockets.TcpClient]::new(); $c.ConnectAsync('sqlpri1', 1433).Wait(2000); $c.Connected",
         "True\nTrue\n"},
        {"try { (New-Object Net.Sockets.TcpClient).ConnectAsync('pc2', 12).Wait(2000) } catch { \"$_\" }",
         "Exception calling \"Wait\" with \"1\" argument(s): \"One or more errors occurred.\"\n"},
    };

    assert_scripts(*state, "pc1", false, cases, COUNT(cases));
}

/* Host 10.20.4.9 is pc1 itself. */
static void test_sockets(void **state)
{
    static const struct script_case cases[] = {
        {"$a = [Net.Dns]::EndGetHostAddresses([Net.Dns]::BeginGetHostAddresses('pc1', $null, $null)); "
         "\"$a\"; "
         "$a[0].AddressFamily -eq 'InterNetwork'",
         "10.20.4.9\nTrue\n"},
        {"try { [Net.Dns]::EndGetHostAddresses([Net.Dns]::BeginGetHostAddresses('nobody', $null, $null)) } "
         "catch { $_.Exception.InnerException.ErrorCode; \"$_\" }",
         "11001\nException calling \"EndGetHostAddresses\" with \"1\" argument(s): \"No such host is "
         "known\"\n"},
        {"$c = New-Object Net.Sockets.TcpClient -ArgumentList ([Net.Dns]::EndGetHostAddresses("
         "[Net.Dns]::BeginGetHostAddresses('pc2', $null, $null)))[0].AddressFamily; $c.Connected",
         "False\n"},
        {"$c = New-Object Net.Sockets.TcpClient; $r = $c.BeginConnect('pc2', 12, $null, $null); "
         "$r.AsyncWaitHandle.WaitOne(2000); try { $c.EndConnect($r) } catch { "
         "$_.Exception.InnerException.ErrorCode }",
         "True\n10061\n"},
        {"$c = New-Object Net.Sockets.TcpClient; $r = $c.BeginConnect('pc2', 0, $null, $null); "
         "try { $c.EndConnect($r) } catch { $_.Exception.InnerException.ErrorCode }",
         "10049\n"},
        {"try { (New-Object Net.Sockets.TcpClient).GetStream() } catch { 'no stream' }", "no stream\n"},
        {"$c = New-Object Net.Sockets.TcpClient; $c.Connect('sqlpri1', 1433); $s = $c.GetStream(); "
         "$h = [Convert]::FromBase64String('EgEAGgAAAQAAAAsABgEAEQAB/wAAAAAAAAE='); $s.Write($h, 0, "
         "$h.Length); "
         "$b = New-Object byte[] 8; $r = $s.BeginRead($b, 0, 8, $null, $null); "
         "$r.AsyncWaitHandle.WaitOne(1000); $s.EndRead($r); $b[0]; $c.Close()",
         "True\n8\n4\n"},
        {"$c = New-Object Net.Sockets.TcpClient; $c.Connect('sqlpri1', 1433); $s = $c.GetStream(); "
         "$h = [Text.Encoding]::UTF8.GetBytes('GET / HTTP/1.0'); $s.Write($h, 0, $h.Length); "
         "$b = New-Object byte[] 8; $s.EndRead($s.BeginRead($b, 0, 8, $null, $null))",
         "0\n"},
        /* Attempts that began together are waited for together. */
        {"$w = [Diagnostics.Stopwatch]::StartNew(); $a = @(1,2,3 | % { $c = New-Object "
         "Net.Sockets.TcpClient; "
         "$c.BeginConnect('pc3', 5041, $null, $null) }); $a | % { $_.AsyncWaitHandle.WaitOne(30000) }; "
         "$w.ElapsedMilliseconds",
         "True\nTrue\nTrue\n21000\n"},
    };

    fixture_set(*state, "host_down", "pc3", "");
    assert_scripts(*state, "pc1", false, cases, COUNT(cases));
    fixture_clear(*state, "host_down", "pc3");
}

/* What stands on the wire for a host is that host from inside too. */
static void test_doors(void **state)
{
    static const struct script_case cases[] = {
        {"$c = New-Object Net.Sockets.TcpClient; $c.Connect('127.0.0.1', 41000); $c.Connected", "True\n"},
        {"try { (New-Object Net.Sockets.TcpClient).Connect('localhost', 41001) } catch { "
         "$_.Exception.InnerException.ErrorCode }",
         "10061\n"},
    };
    struct world *world = *state;

    world_add_door(world, 41000, world_host(world, "sqldr1"), 1433);
    assert_scripts(world, "pc1", false, cases, COUNT(cases));
}

static void test_second_hop(void **state)
{
    static const struct script_case cases[] = {
        {"(Get-CsPersistentChatState).PoolState", "Normal\n"},
        {"(Get-CsService -PersistentChatServer).ActiveServers.Count", "4\n"},
        {"Get-CsPool lyncpc.litwareinc.com | Select-Object -ExpandProperty Computers | Measure-Object | % { "
         "$_.Count }",
         "8\n"},
        {"(Get-CsDatabaseMirrorState -PoolFqdn lyncpc.litwareinc.com -DatabaseType "
         "PersistentChat).StateOnPrimary",
         "Principal\n"},
        {"Get-CsService -CentralManagement | % { \"$($_.PoolFqdn) $($_.Active)\" }",
         "fe-dub1.litwareinc.com True\nfe-red1.litwareinc.com False\n"},
        {"(Get-CsManagementStoreReplicationStatus pc1.litwareinc.com).UpToDate", "True\n"},
        {"try { Set-CsPersistentChatState " POOL " -PoolState FailedOver } catch { \"$_\" }", PROMPT},
        {"Set-CsPersistentChatState " POOL
         " -PoolState FailedOver -WhatIf; (Get-CsPersistentChatState).PoolState",
         "What if: Performing the operation \"Set-CsPersistentChatState\" on target "
         "\"PersistentChatServer:lyncpc.litwareinc.com\".\nNormal\n"},
        {"try { Set-CsPersistentChatState " POOL
         " -PoolState Broken -Confirm:$false } catch { $_.CategoryInfo.Reason }",
         "ParameterBindingException\n"},
        {"Set-CsPersistentChatState " POOL " -PoolState FailedOver -Confirm:$false; "
         "(Get-CsPersistentChatState).PoolState; (Get-CsPersistentChatState -LocalStore).PoolState",
         "FailedOver\nNormal\n"},
        {"Get-CsPersistentChatState | Set-CsPersistentChatState -PoolState Normal -Confirm:$false; "
         "(Get-CsPersistentChatState).PoolState",
         "Normal\n"},
        {"Get-CsWindowsService RTCCHAT | Select-Object Name, Status | ConvertTo-Json -Compress",
         "{\"Name\":\"RTCCHAT\",\"Status\":4}\n"},
    };

    assert_scripts(*state, "pc1", true, cases, COUNT(cases));
}

/* Each parameter of the reference is known, and means something. */
static void test_parameters(void **state)
{
#define AMBIGUOUS "Parameter set cannot be resolved using the specified named parameters.\n"
    static const struct script_case cases[] = {
        {"(Get-CsPersistentChatState -Filter 'PersistentChatServer:*').PoolState", "Normal\n"},
        {"Get-CsPersistentChatState -Filter 'service:*'", ""},
        {"try { Get-CsPersistentChatState " POOL " -Filter '*' } catch { \"$_\" }", AMBIGUOUS},
        {"(Get-CsPersistentChatConfiguration -Identity global).MaxFileSizeKB", "20000\n"},
        {"(Get-CsPersistentChatConfiguration -Filter 'g*').MaxFileSizeKB", "20000\n"},
        {"Get-CsPersistentChatConfiguration -Filter 'service:*'", ""},
        {"try { Get-CsPersistentChatConfiguration 'site:Dublin' -ErrorAction Stop } catch { \"$_\" }",
         "Cannot find \"PersistentChatConfiguration\" \"site:Dublin\" because it does not exist.\n"},
        {"try { Get-CsPersistentChatConfiguration global -Filter '*' } catch { \"$_\" }", AMBIGUOUS},
        {"Get-CsService -PersistentChatComplianceDatabase | % { \"$($_.Identity)\" }",
         "PersistentChatComplianceDatabase:sqlpri1.litwareinc.com\n"
         "PersistentChatComplianceDatabase:sqldr1.litwareinc.com\n"},
        {"Get-CsService -PoolFqdn fe-red1.litwareinc.com | % { \"$($_.Identity)\" }",
         "Registrar:fe-red1.litwareinc.com\nCentralManagement:fe-red1.litwareinc.com\n"},
        {"Get-CsService -Registrar -PoolFqdn fe-red1.litwareinc.com | % { \"$($_.Identity)\" }",
         "Registrar:fe-red1.litwareinc.com\n"},
        {"(Get-CsService -Identity " POOL ").Role", "PersistentChatServer\n"},
        {"Get-CsService -Filter '*:sqldr1*' | % { $_.Role }",
         "PersistentChatDatabase\nPersistentChatComplianceDatabase\n"},
        {"try { Get-CsService -Identity Registrar:x -ErrorAction Stop } catch { \"$_\" }",
         "Cannot find \"Service\" \"Registrar:x\" because it does not exist.\n"},
        {"try { Get-CsService -Registrar -CentralManagement } catch { \"$_\" }", AMBIGUOUS},
        {"Get-CsPool -Filter 'fe-*' | % { \"$($_.Identity) $($_.Site)\" }",
         "fe-dub1.litwareinc.com Site:Dublin\nfe-red1.litwareinc.com Site:Redmond\n"},
        {"Get-CsPool -Site Dublin | % { $_.Fqdn }", "lyncpc.litwareinc.com\nfe-dub1.litwareinc.com\n"},
        {"try { Get-CsPool nowhere.litwareinc.com -ErrorAction Stop } catch { \"$_\" }",
         "Cannot find \"Pool\" \"nowhere.litwareinc.com\" because it does not exist.\n"},
        {"(Get-CsPersistentChatEndpoint -PersistentChatPoolFqdn lyncpc.litwareinc.com -ResultSize 5 "
         "-DomainController dc1 -Credential $null).DisplayName",
         "GC-1-PersistentChatService-1\n"},
        {"try { Get-CsPersistentChatEndpoint -LdapFilter '(cn=*)' } catch { \"$_\" }",
         "The lab's directory does not play filters.\n"},
        {"(Test-CsPersistentChatMessage -TargetFqdn fe-dub1.litwareinc.com -SenderSipAddress sip:a@x "
         "-SenderCredential $null -ReceiverSipAddress sip:b@x -ReceiverCredential $null -Authentication "
         "TrustedServer -RegistrarPort 5061 -OutLoggerVariable log -OutVerboseVariable more).Result; $log; "
         "$log -eq $more",
         "Success\nTest Persistent Chat message: Success\nTrue\n"},
        {"try { Test-CsPersistentChatMessage -Authentication Basic } catch { $_.CategoryInfo.Reason }",
         "ParameterBindingException\n"},
        {"(Get-CsWindowsService RTCCHAT -Report C:\\r.html).Status", "Running\n"},
        {"Start-CsWindowsService RTCCHAT -NoWait -Force", ""},
        {"Stop-CsWindowsService RTCCHAT -Graceful -NoWait -LeaveWebServerRunning -LeaveClsAgentRunning", ""},
        {"Invoke-CsManagementStoreReplication pc1.litwareinc.com -WhatIf",
         "What if: Performing the operation \"Invoke-CsManagementStoreReplication\" on target "
         "\"pc1.litwareinc.com\".\n"},
        {"try { Invoke-CsManagementStoreReplication } catch { \"$_\" }", PROMPT},
        {"Invoke-CsManagementStoreReplication -ReplicaFqdn pc1.litwareinc.com -Confirm:$false", ""},
        {"Set-CsPersistentChatState -Instance (Get-CsPersistentChatState) -PoolState Normal -Force "
         "-Confirm:$false",
         ""},
        {"Set-CsPersistentChatActiveServer " POOL " -Swap -Force -WhatIf",
         "What if: Performing the operation \"Set-CsPersistentChatActiveServer\" on target "
         "\"PersistentChatServer:lyncpc.litwareinc.com\".\n"},
    };

    assert_scripts(*state, "pc1", true, cases, COUNT(cases));
}

static void test_active_servers(void **state)
{
#define SET  "Set-CsPersistentChatActiveServer -Identity " POOL " -Confirm:$false "
#define SHOW "; (Get-CsService -PersistentChatServer).ActiveServers -join ' '"
    static const struct script_case cases[] = {
        {SET "-ActiveServers $Null" SHOW, "\n"},
        {SET "-ActiveServers @{Add=\"pc5.litwareinc.com\",\"pc6.litwareinc.com\"}" SHOW,
         "pc5.litwareinc.com pc6.litwareinc.com\n"},
        {SET "-ActiveServers @{Remove='pc5.litwareinc.com'}" SHOW, "pc6.litwareinc.com\n"},
        {SET "-ActiveServers @{Replace='pc1.litwareinc.com','pc2.litwareinc.com'}" SHOW,
         "pc1.litwareinc.com pc2.litwareinc.com\n"},
        {SET "-Swap" SHOW, "pc3.litwareinc.com pc4.litwareinc.com pc5.litwareinc.com pc6.litwareinc.com "
                           "pc7.litwareinc.com pc8.litwareinc.com\n"},
        {"try { " SET "} catch { \"$_\" }",
         "Parameter set cannot be resolved using the specified named parameters.\n"},
    };

    assert_scripts(*state, "pc1", true, cases, COUNT(cases));
}

/* A task has credentials of its own, and what it writes can be read once it is written. */
static void test_tasks(void **state)
{
    static const struct script_case cases[] = {
        {"schtasks.exe /run /tn pchat-store; $LASTEXITCODE; $?",
         "SUCCESS: Attempted to run the scheduled task \"pchat-store\".\n0\nTrue\n"},
        {"([IO.File]::ReadAllText('c:\\programdata\\pchat-plugins\\STORE.json') | "
         "ConvertFrom-Json).answer.store[0].pool_state",
         "Normal\n"},
        {"$s = \"$(schtasks /run /tn nothing 2>&1)\"; $s; $LASTEXITCODE",
         "ERROR: The system cannot find the file specified.\n1\n"},
        {"$ErrorActionPreference = 'Stop'; try { schtasks /run /tn nothing 2>&1 } catch { \"caught $_\" }",
         "caught ERROR: The system cannot find the file specified.\n"},
        {"schtasks /query", "= 1\n"},
        {"try { [IO.File]::ReadAllText('C:\\x') } catch { \"$_\" }",
         "Exception calling \"ReadAllText\" with \"1\" argument(s): \"Could not find file 'C:\\x'.\"\n"},
        {"[IO.File]::WriteAllText('C:\\x', 'a'); [IO.File]::WriteAllText('c:\\X', 'b'); "
         "[IO.File]::ReadAllText('C:\\x')",
         "b\n"},
        {"try { Get-Date 2>&1 } catch { $_.FullyQualifiedErrorId }", "RedirectionNotSupported\n"},
    };
    struct world *world = *state;

    assert_scripts(world, "fe-red1", false, cases, COUNT(cases));
    world_host(world, "fe-red1")->windows.winrm.module_import_ms = 5000;
    assert_scripts(
        world, "fe-red1", false,
        (const struct script_case[]){
            {"[IO.File]::WriteAllText('C:\\ProgramData\\pchat-plugins\\store.json', 'old'); "
             "schtasks /run /tn pchat-store | Out-Null; "
             "[IO.File]::ReadAllText('C:\\ProgramData\\pchat-plugins\\store.json'); "
             "Start-Sleep -Seconds 6; "
             "[IO.File]::ReadAllText('C:\\ProgramData\\pchat-plugins\\store.json').Substring(0, 2)",
             "old\n{\"\n"}},
        1);
}

/* What nobody has confirmed is as the world was made. */
static void test_configured(void **state)
{
    static const struct script_case cases[] = {
        {"(Get-CsService -PersistentChatServer).Listed.Count", "4\n"},
        {"$null -eq (Get-CsService -PersistentChatServer).ActiveServers", "True\n"},
        {"(Get-CsPersistentChatState -LocalStore).Identity", "service:lyncpc.litwareinc.com\n"},
        {"(Get-CsPersistentChatState 'service:lyncpc.litwareinc.com' -LocalStore).PoolState", "Normal\n"},
        {"Get-CsAdminRole | Where-Object { $_.Cmdlets -match 'ChatActiveServer' } | % { \"$($_.Identity) "
         "$($_.IsStandardRole)\" }",
         "ChatKeepers False\n"},
        {"(Get-CsPersistentChatComplianceConfiguration).RunInterval.TotalSeconds", "60\n"},
        {"Get-Counter -ListSet *chat* | % { $_.CounterSetName }", "LC:Chat A\nLC:Chat B\n"},
        {"Get-Service ChatSvc | % { $_.DisplayName }", "The Chat\n"},
    };
    struct world_config config = world_config_default();
    AUTO(world) struct world *world = NULL;

    (void)state;
    config.history_s = 600;
    config.chat = (struct chat_config){
        .chat_service_name = "ChatSvc",
        .chat_display_name = "The Chat",
        .active_list_property = "Listed",
        .identity_prefix = "service:",
        .counter_sets = "LC:Chat A,LC:Chat B",
        .setters_role = "ChatKeepers",
        .compliance_run_interval_s = 60,
    };
    world = world_new(&config);
    assert_scripts(world, "pc1", true, cases, COUNT(cases));
}

static void test_services_and_mirror(void **state)
{
    static const struct script_case cases[] = {
        {"Stop-CsWindowsService RTCCHAT; (Get-CsWindowsService RTCCHAT).Status -ne 'Running'", "True\n"},
        {"Invoke-CsDatabaseFailover -PoolFqdn lyncpc.litwareinc.com -DatabaseType PersistentChat "
         "-NewPrincipal Mirror "
         "-Confirm:$false; (Get-CsDatabaseMirrorState -PoolFqdn lyncpc.litwareinc.com -DatabaseType "
         "PersistentChat).StateOnMirror",
         "Principal\n"},
        {"try { Install-CsMirrorDatabase -DatabaseType PersistentChat -FileShare \\\\fs1\\x -SqlServerFqdn "
         "nowhere.litwareinc.com -Confirm:$false } catch { \"$_\" }",
         "The topology defines no mirror for the SQL Server \"nowhere.litwareinc.com\".\n"},
    };

    assert_scripts(*state, "pc1", true, cases, COUNT(cases));
}

/* Hosts without the product do not know its cmdlets, and importing it takes its time where it is. */
static void test_module(void **state)
{
    static const struct script_case on_sql[] = {
        {"try { Get-CsPersistentChatState -LocalStore } catch { $_.FullyQualifiedErrorId }",
         "CommandNotFoundException\n"},
        {"try { Import-Module SkypeForBusiness -ErrorAction Stop } catch { $_.CategoryInfo.Category }",
         "ResourceUnavailable\n"},
    };
    struct world *world = *state;
    struct ps_run run = {.host = "pc1", .user = "u", .script = "Import-Module SkypeForBusiness"};
    AUTO(ps_result) struct ps_result result = {.output = NULL};

    assert_scripts(world, world->hosts[world_instance(world, "sqlpri1")->host].name, false, on_sql,
                   COUNT(on_sql));
    world_host(world, "pc1")->windows.winrm.module_import_ms = 12000;
    powershell_run(world, &run, &result);
    assert_int_equal(result.exit_code, 0);
    assert_int_equal(result.takes_ms, 12000);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_reads, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sockets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_doors, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_second_hop, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_parameters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_active_servers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_tasks, set_up, tear_down),
        cmocka_unit_test(test_configured),
        cmocka_unit_test_setup_teardown(test_services_and_mirror, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_module, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Mirroring set up, failed over and removed by cmdlets, as the reference of Persistent Chat documents them:
 * each case in a world of its own, on pc1 unless it says another host.
 */
#include "unit/lab/powershell_transcript.h"
#include "unit/lab/world_fixture.h"

#define POOL      " -PoolFqdn lyncpc.litwareinc.com "
#define CHAT      " -DatabaseType PersistentChat "
#define SURE      " -Confirm:$false"
#define SHARE     " -FileShare \\\\fs1.litwareinc.com\\pchatls "
#define ON(name)  " -SqlServerFqdn " name ".litwareinc.com "
#define DROP      " -DropExistingDatabasesOnMirror "
#define TRY(text) "try { " text " } catch { \"$_\" }"
#define STATES                                                                                               \
    "; Get-CsDatabaseMirrorState" POOL "| % { \"$($_.DatabaseName) $($_.StateOnPrimary) $($_.StateOnMirror)" \
    " $($_.MirroringStatusOnPrimary)\" }"
#define NONE                                                                                                 \
    "DatabaseInaccessibleOrMirroringNotEnabled DatabaseInaccessibleOrMirroringNotEnabled "                   \
    "DatabaseInaccessibleOrMirroringNotEnabled\n"
#define PROMPT                                                                                               \
    "Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.\n"
#define ANONYMOUS                                                                                            \
    "Cannot open database \"xds\" requested by the login. The login failed. Login failed for user 'NT "      \
    "AUTHORITY\\ANONYMOUS LOGON'.\n"

struct mirror_case {
    const char *steps;
    const char *host; /* NULL: pc1 */
    bool no_hop;
    struct script_case script;
};

static void assert_cases(const struct mirror_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        AUTO(world) struct world *world = fixture_world();

        fixture_do(world, cases[i].steps);
        assert_scripts(world, cases[i].host ? cases[i].host : "pc1", !cases[i].no_hop, &cases[i].script, 1);
    }
}

#define INSTALL      "Install-CsMirrorDatabase" CHAT SHARE
#define RECOVERED    ".step_remove_log_shipping; .step_recover; "
#define UNMIRRORED   ".step_unmirror_primary; "
#define ACCOUNT(sql) "The account \"LITWARE\\svc-sql\" of the SQL Server \"" sql "\" cannot read and write "
#define LOG_SHARE    "\"\\\\fs1.litwareinc.com\\pchatls\": "

static void test_install(void **state)
{
    static const struct mirror_case cases[] = {
        /* Where it refuses. */
        {"", NULL, true, {TRY(INSTALL ON("sqldr1") SURE), ANONYMOUS}},
        {"",
         "fe-dub1",
         true,
         {TRY(INSTALL ON("sqldr1") SURE),
          "Login failed for user 'NT AUTHORITY\\ANONYMOUS LOGON' on \"SQLDR1\".\n"}},
        {RECOVERED, NULL, false, {TRY(INSTALL ON("sqldr1")), PROMPT}},
        {"",
         NULL,
         false,
         {TRY(INSTALL ON("sqldr1") SURE), "Database \"mgc\" on \"SQLDR1\" is not ready to be mirrored.\n"}},
        {"",
         NULL,
         false,
         {TRY(INSTALL ON("sqlpri1") SURE), "Database \"mgc\" on \"SQLPRI1\" is not ready to be mirrored.\n"}},
        {"",
         NULL,
         false,
         {TRY(INSTALL ON("sqlmir1") SURE),
          "The topology defines no mirror for the SQL Server \"sqlmir1.litwareinc.com\".\n"}},
        {"",
         NULL,
         false,
         {TRY(INSTALL ON("sqldr1") "-SqlInstanceName RTC" SURE),
          "The topology defines no mirror for the SQL Server \"sqldr1.litwareinc.com\".\n"}},
        {"",
         NULL,
         false,
         {TRY("Install-CsMirrorDatabase -DatabaseType User" SHARE ON("sqldr1") SURE),
          "The topology has no database of type \"User\" on \"sqldr1.litwareinc.com\".\n"}},
        {"",
         NULL,
         false,
         {TRY("Install-CsMirrorDatabase" CHAT "-FileShare E:\\x" ON("sqldr1") SURE),
          "The file share \"E:\\x\" is no UNC path.\n"}},
        {UNMIRRORED,
         NULL,
         false,
         {TRY(INSTALL ON("sqlpri1") SURE), "Database \"mgc\" already exists on \"SQLMIR1\"; use "
                                           "-DropExistingDatabasesOnMirror to replace it.\n"}},
        {RECOVERED "instance_down sqldr2; ",
         NULL,
         false,
         {TRY(INSTALL ON("sqldr1") SURE), "Cannot open a connection to the SQL Server \"SQLDR2\".\n"}},
        /* The share, for the one account and for the other. */
        {RECOVERED,
         NULL,
         false,
         {TRY("Install-CsMirrorDatabase" CHAT "-FileShare \\\\fs9\\x" ON("sqldr1") SURE),
          ACCOUNT("SQLDR1") "\"\\\\fs9\\x\": The network path was not found.\n"}},
        {RECOVERED "share_unreachable; ",
         NULL,
         false,
         {TRY(INSTALL ON("sqldr1") SURE), ACCOUNT("SQLDR1") LOG_SHARE "The network path was not found.\n"}},
        {RECOVERED "share_read_only; ",
         NULL,
         false,
         {TRY(INSTALL ON("sqldr1") SURE), ACCOUNT("SQLDR1") LOG_SHARE "Access is denied.\n"}},
        {RECOVERED "link_cut sqldr2->fs1; ",
         NULL,
         false,
         {TRY(INSTALL ON("sqldr1") SURE), ACCOUNT("SQLDR2") LOG_SHARE "The network path was not found.\n"}},
        {RECOVERED "share_full; ",
         NULL,
         false,
         {TRY(INSTALL ON("sqldr1") SURE), "Write on \"\\\\fs1.litwareinc.com\\pchatls\\mgc.bak\" failed: "
                                          "112(There is not enough space on the "
                                          "disk.)\n"}},
        {UNMIRRORED "instance_down sqlwit1; ",
         NULL,
         false,
         {TRY(INSTALL ON("sqlpri1") DROP SURE),
          "The server network address \"TCP://sqlwit1.litwareinc.com:7022\" can not be reached or does not "
          "exist. Check the network address name and that the ports for the local and remote endpoints are "
          "operational.\n"}},
        /* Sets of parameters. */
        {"",
         NULL,
         false,
         {TRY("Install-CsMirrorDatabase" SHARE ON("sqldr1") SURE),
          "Cannot process command because of one or more missing mandatory parameters: DatabaseType.\n"}},
        {"",
         NULL,
         false,
         {TRY(INSTALL ON("sqldr1") "-ConfiguredDatabases" SURE),
          "Parameter set cannot be resolved using the specified named parameters.\n"}},
        {"",
         NULL,
         false,
         {TRY("Install-CsMirrorDatabase -ConfiguredDatabases -ForInstance A -ForDefaultInstance" SHARE ON(
              "sqldr1") SURE),
          "Parameter set cannot be resolved using the specified named parameters.\n"}},
        /* What it does. */
        {RECOVERED, NULL, false, {INSTALL ON("sqldr1") "-Report C:\\m.html" SURE, ""}},
        {UNMIRRORED, NULL, false, {INSTALL ON("sqlpri1") DROP "-ExcludeDatabaseList mgc" SURE, ""}},
        {UNMIRRORED,
         NULL,
         false,
         {INSTALL ON("sqlpri1") DROP "-WhatIf" STATES,
          "What if: Performing the operation \"Install-CsMirrorDatabase\" on target \"SQLPRI1\".\nmgc " NONE
          "mgccomp Principal Mirror synchronized\n"}},
        {UNMIRRORED,
         NULL,
         false,
         {INSTALL ON("sqlpri1") DROP SURE STATES,
          "mgc Principal Mirror synchronized\nmgccomp Principal Mirror synchronized\n"}},
        {UNMIRRORED,
         NULL,
         false,
         {"Install-CsMirrorDatabase -ConfiguredDatabases -ForDefaultInstance -ExcludeDatabaseList "
          "mgccomp" SHARE ON("sqlpri1") DROP SURE STATES,
          "mgc Principal Mirror synchronized\nmgccomp Principal Mirror synchronized\n"}},
    };

    (void)state;
    assert_cases(cases, COUNT(cases));
}

/* Through the share to a server that never had the database, into the folders that were asked for. */
static void test_install_at_the_backup_site(void **state)
{
    static const struct script_case install = {
        INSTALL ON("sqldr1") "-DatabasePathMap @{'PersistentChat:DbPath'='F:\\Mirror'}" SURE, ""};
    AUTO(world) struct world *world = fixture_world();
    const struct database *mirror;
    enum os_error error;

    (void)state;
    fixture_do(world, RECOVERED);
    assert_scripts(world, "pc5", true, &install, 1);
    fixture_pass_s(world, 60);
    mirror = fixture_mgc(world, "sqldr2");
    assert_int_equal(mirror->mirror.role, ROLE_MIRROR);
    assert_int_equal(mirror->mirror.state, MIRRORING_SYNCHRONIZED);
    assert_int_equal(mirror->mirror.witness, -1);
    assert_string_equal(mirror->data_file, "F:\\Mirror\\mgc.mdf");
    assert_string_equal(mirror->log_file, "L:\\Log\\mgc.ldf");
    assert_non_null(files_find(world, world_host(world, "fs1"), "E:\\pchatls\\mgc.bak", &error));
    assert_true(fixture_truth(world, "instances.sqldr2.mgc.lost_if_survivor") ==
                fixture_truth(world, "instances.sqldr1.mgc.lost_if_survivor"));
}

#define UNINSTALL "Uninstall-CsMirrorDatabase" CHAT
#define MGCCOMP   "mgccomp Principal Mirror synchronized\n"

static void test_uninstall(void **state)
{
    static const struct mirror_case cases[] = {
        {"", NULL, true, {TRY(UNINSTALL ON("sqlpri1") SURE), ANONYMOUS}},
        {"",
         "fe-dub1",
         true,
         {TRY(UNINSTALL ON("sqlpri1") SURE),
          "Login failed for user 'NT AUTHORITY\\ANONYMOUS LOGON' on \"SQLPRI1\".\n"}},
        {"store_unreachable; ",
         NULL,
         false,
         {TRY(UNINSTALL ON("sqlpri1") SURE),
          "Cannot connect to the Central Management Store on fe-dub1.litwareinc.com.\n"}},
        {"", NULL, false, {TRY(UNINSTALL ON("sqlpri1")), PROMPT}},
        {"",
         NULL,
         false,
         {TRY("Uninstall-CsMirrorDatabase" ON("sqlpri1") SURE),
          "Cannot process command because of one or more missing mandatory parameters: DatabaseType.\n"}},
        {"",
         NULL,
         false,
         {TRY(UNINSTALL ON("sqlpri1") "-Force" SURE),
          "A parameter cannot be found that matches parameter name 'Force'.\n"}},
        {"",
         NULL,
         false,
         {TRY(UNINSTALL ON("sqlwit1") SURE),
          "The topology defines no mirror for the SQL Server \"sqlwit1.litwareinc.com\".\n"}},
        {"",
         NULL,
         false,
         {TRY(UNINSTALL ON("sqlpri1") "-SqlInstanceName RTC" SURE),
          "The topology defines no mirror for the SQL Server \"sqlpri1.litwareinc.com\".\n"}},
        {"",
         NULL,
         false,
         {TRY("Uninstall-CsMirrorDatabase -DatabaseType Lyss" ON("sqlpri1") SURE),
          "The topology has no database of type \"Lyss\" on \"sqlpri1.litwareinc.com\".\n"}},
        {UNMIRRORED,
         NULL,
         false,
         {TRY(UNINSTALL ON("sqlpri1") SURE), "Database \"mgc\" is not configured for database mirroring.\n"}},
        {"",
         NULL,
         false,
         {TRY(UNINSTALL ON("sqldr1") SURE), "Database \"mgc\" is not configured for database mirroring.\n"}},
        {"instance_down sqlmir1; ",
         NULL,
         false,
         {TRY(UNINSTALL ON("sqlpri1") DROP SURE),
          "Cannot open a connection to the SQL Server \"SQLMIR1\".\n"}},
        {".step_mirror_failover; ",
         NULL,
         false,
         {TRY(UNINSTALL ON("sqlpri1") DROP SURE) STATES,
          "Database \"mgc\" on \"SQLMIR1\" is the principal and cannot be dropped; fail over first.\n"
          "mgc Mirror Principal synchronized\n" MGCCOMP}},
        {"",
         NULL,
         false,
         {UNINSTALL ON("sqlpri1") "-WhatIf" STATES,
          "What if: Performing the operation \"Uninstall-CsMirrorDatabase\" on target \"mgc on SQLPRI1\".\n"
          "mgc Principal Mirror synchronized\n" MGCCOMP}},
        {"", NULL, false, {UNINSTALL ON("sqlpri1") "-Report C:\\u.html" SURE STATES, "mgc " NONE MGCCOMP}},
        {"", NULL, false, {UNINSTALL ON("sqlmir1") DROP SURE STATES, "mgc " NONE MGCCOMP}},
        {"",
         NULL,
         false,
         {"Uninstall-CsMirrorDatabase -DatabaseType PersistentChatCompliance" ON(
              "sqlpri1") "-SqlInstanceName MSSQLSERVER" SURE STATES,
          "mgc Principal Mirror synchronized\nmgccomp " NONE}},
        {"",
         NULL,
         false,
         {UNINSTALL ON("sqlpri1") DROP SURE "; " INSTALL ON("sqlpri1") SURE STATES,
          "mgc Principal Mirror synchronized\n" MGCCOMP}},
    };

    (void)state;
    assert_cases(cases, COUNT(cases));
}

static void test_what_uninstall_leaves(void **state)
{
    static const struct {
        const char *steps, *script;
        bool mirror_has_mgc;
        const char *writable;
    } cases[] = {
        {"", UNINSTALL ON("sqlpri1") SURE, true, "sqlpri1"},
        {"", UNINSTALL ON("sqlpri1") DROP SURE, false, "sqlpri1"},
        {".step_mirror_failover; +1; ", UNINSTALL ON("sqlpri1") SURE, true, "sqlmir1"},
        /* A dead primary, and the survivor named. */
        {"instance_down sqlpri1; +1; ", UNINSTALL ON("sqlmir1") SURE, true, "sqlmir1"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(world) struct world *world = fixture_world();
        const struct script_case script = {cases[i].script, ""};

        fixture_do(world, cases[i].steps);
        assert_scripts(world, "pc1", true, &script, 1);
        fixture_pass_s(world, 60);
        assert_true((database_find(world_instance(world, "sqlmir1"), "mgc") != NULL) ==
                    cases[i].mirror_has_mgc);
        assert_false(fixture_mgc(world, cases[i].writable)->mirror.configured);
        assert_true(database_is_writable(fixture_mgc(world, cases[i].writable)));
        assert_int_equal(fixture_writable_count(world), 1);
    }
}

static void test_failover(void **state)
{
#define FAILOVER "Invoke-CsDatabaseFailover" POOL
    static const struct mirror_case cases[] = {
        {"", NULL, false, {TRY(FAILOVER CHAT "-NewPrincipal Mirror"), PROMPT}},
        {"",
         NULL,
         false,
         {TRY(FAILOVER "-DatabaseType User -NewPrincipal Mirror" SURE),
          "Database \"User\" has no mirror configured or it is not accessible.\n"}},
        {"",
         NULL,
         false,
         {FAILOVER CHAT "-NewPrincipal Mirror -ExcludeDatabaseList 'rtc','mgc'" SURE STATES,
          "mgc Principal Mirror synchronized\n" MGCCOMP}},
        {"",
         NULL,
         false,
         {FAILOVER CHAT "-NewPrincipal Mirror -Report C:\\f.html" SURE STATES,
          "mgc Mirror Principal synchronized\n" MGCCOMP}},
        {"", NULL, false, {"Get-CsDatabaseMirrorState -DatabaseType Registrar" POOL, ""}},
    };

    (void)state;
    assert_cases(cases, COUNT(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_install),   cmocka_unit_test(test_install_at_the_backup_site),
        cmocka_unit_test(test_uninstall), cmocka_unit_test(test_what_uninstall_leaves),
        cmocka_unit_test(test_failover),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

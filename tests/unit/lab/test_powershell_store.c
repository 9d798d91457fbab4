/* The management store moved by its cmdlet: each case in a world of its own, on fe-red1 unless it says
 * another host. */
#include "unit/lab/powershell_transcript.h"
#include "unit/lab/world_fixture.h"

#define MOVE      "Invoke-CsManagementServerFailover"
#define SURE      " -Confirm:$false"
#define TO(name)  " -BackupSqlServerFqdn " name ".litwareinc.com"
#define RTC       " -BackupSqlInstanceName RTC"
#define TRY(text) "try { " text " } catch { \"$_\" }"
#define SHOW      "; Get-CsService -CentralManagement | ? { $_.Active } | % { $_.PoolFqdn }"
#define RED       "fe-red1.litwareinc.com\n"
#define DUB       "fe-dub1.litwareinc.com\n"
#define NO_BACKUP "The topology does not define this backup of the Central Management Store.\n"
#define MISSING   "Cannot process command because of one or more missing mandatory parameters: "
#define ANONYMOUS                                                                                            \
    "Cannot open database \"xds\" requested by the login. The login failed. Login failed for user 'NT "      \
    "AUTHORITY\\ANONYMOUS LOGON'.\n"
#define PROMPT                                                                                               \
    "Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.\n"

static const struct {
    const char *steps;
    const char *host; /* NULL: fe-red1 */
    bool no_hop;
    struct script_case script;
} cases[] = {
    /* The store is up. */
    {"", NULL, false, {TRY(MOVE), PROMPT}},
    {"",
     NULL,
     false,
     {MOVE " -WhatIf" SHOW, "What if: Performing the operation \"" MOVE "\" on target "
                            "\"fe-red1.litwareinc.com\".\n" DUB}},
    {"", NULL, false, {MOVE SURE " -Report C:\\m.html" SHOW, RED}},
    {"", NULL, true, {TRY(MOVE SURE), ANONYMOUS}},
    {"", "fe-dub1", true, {TRY(MOVE SURE), ANONYMOUS}},
    /* The pairing leads back: who repeats it undoes it. */
    {"", NULL, false, {MOVE SURE "; " MOVE SURE SHOW, DUB}},
    {"replica_stale pc3; ",
     NULL,
     false,
     {TRY(MOVE SURE) SHOW, "The replica on pc3.litwareinc.com is not up "
                           "to date.\n" DUB}},
    {"host_down fe-red1; ",
     "pc1",
     false,
     {TRY(MOVE SURE) SHOW, "Cannot connect to the Central Management Store "
                           "on fe-red1.litwareinc.com.\n" DUB}},
    /* It is not. */
    {"site_down dub; ",
     NULL,
     false,
     {TRY(MOVE SURE), "Cannot connect to the Central Management Store on "
                      "fe-dub1.litwareinc.com.\n"}},
    {"site_down dub; ", NULL, false, {TRY(MOVE TO("fe-red1") RTC SURE), MISSING "Force.\n"}},
    {"site_down dub; ", NULL, false, {TRY(MOVE " -Force" SURE), MISSING "BackupSqlServerFqdn.\n"}},
    {"site_down dub; ", NULL, false, {TRY(MOVE TO("fe-red1") " -Force" SURE), NO_BACKUP}},
    {"site_down dub; ", NULL, false, {TRY(MOVE TO("sqldr1") RTC " -Force" SURE), NO_BACKUP}},
    {"site_down dub; ", NULL, false, {TRY(MOVE TO("fe-dub1") RTC " -Force" SURE), NO_BACKUP}},
    {"site_down dub; ",
     NULL,
     false,
     {TRY(MOVE TO("fe-red1") RTC " -BackupMirrorSqlServerFqdn x.litwareinc.com -Force" SURE), NO_BACKUP}},
    {"site_down dub; ", "pc5", true, {TRY(MOVE TO("fe-red1") RTC " -Force" SURE), ANONYMOUS}},
    {"site_down dub; ", "pc5", false, {MOVE TO("fe-red1") RTC " -Force" SURE SHOW, RED}},
    /* On the new front end itself nothing is a hop, and then the pool can be told. */
    {"site_down dub; ",
     NULL,
     true,
     {MOVE TO("fe-red1") RTC " -Force" SURE
                             "; Set-CsPersistentChatState 'PersistentChatServer:lyncpc.litwareinc.com' "
                             "-PoolState FailedOver" SURE "; (Get-CsPersistentChatState).PoolState",
      "FailedOver\n"}},
    {"",
     NULL,
     false,
     {TRY(MOVE " -Restore" SURE), "A parameter cannot be found that matches parameter name "
                                  "'Restore'.\n"}},
};

static void test_move(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(world) struct world *world = fixture_world();

        fixture_do(world, cases[i].steps);
        assert_scripts(world, cases[i].host ? cases[i].host : "fe-red1", !cases[i].no_hop, &cases[i].script,
                       1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_move)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

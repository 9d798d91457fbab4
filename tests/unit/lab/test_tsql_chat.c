/* The chat and compliance databases: their rows, who may read them, and how closed copies refuse. */
#include "unit/lab/tsql_fixture.h"

#include "base/mem.h"
#include "unit/lab/world_fixture.h"

#include <stdlib.h>
#include <string.h>

/* Makes the monitoring login on every instance, as the lab does. */
static void make_monitor(struct world *world)
{
    for (size_t i = 0; i < world->instance_count; i++) {
        AUTO(strbuf) struct strbuf out = STRBUF_INIT;
        AUTO(tsql_session) struct tsql_session *sa = fixture_sa(world, world->instances[i].name);
        if (fixture_run_monitor_script(sa, &out) != 0 || fixture_run_chat_script(sa, &out) != 0)
            fail_msg("%s: %s", world->instances[i].name, strbuf_text(&out));
    }
}

static struct tsql_session *monitor_on(struct world *world, const char *instance)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    struct tsql_session *session = fixture_login(world, instance, "pchat_monitor", "Secret1!", NULL, &out);

    if (!session)
        fail_msg("%s", strbuf_text(&out));
    return session;
}

static void test_rows(void **state)
{
    static const struct tsql_case cases[] = {
        {"SELECT COUNT(*) AS n, COUNT(DISTINCT serverLastPingTime) AS p FROM mgc.dbo.tblServerIdentity",
         "n int, p int\n8|2\n"},
        {"SELECT serverID, serverAddress FROM mgc.dbo.tblServerIdentity WHERE serverID = 2",
         "serverID int, serverAddress nvarchar(256)\n2|net.tcp://pc2.litwareinc.com:8011/ChannelService\n"},
        {"SELECT COUNT(*) AS n FROM mgc.dbo.tblActivePeers WHERE aplServerID <> aplPeerID", "n int\n12\n"},
        {"SELECT sysRevision FROM mgc.dbo.tblSystemRevision", "sysRevision bigint\n12\n"},
        {"SELECT configLabel, LEN(CONVERT(nvarchar(36), configPoolID)) AS l FROM mgc..tblConfig",
         "configLabel nvarchar(255), l int\npool|36\n"},
        {"SELECT COUNT(*) AS n FROM mgc.dbo.tblChat HAVING COUNT(*) > 3000", "n int\n3601\n"},
        {"SELECT prinDCHost FROM mgc.dbo.tblADCookie", "prinDCHost nvarchar(256)?\ndc1.litwareinc.com\n"},
        {"SELECT lockServerID FROM mgc.dbo.tblAdminLock", "lockServerID int?\nNULL\n"},
        {"SELECT activeServerID FROM mgccomp.dbo.tblComplianceState", "activeServerID int\n1\n"},
        {"SELECT COUNT(*) AS n FROM mgccomp.dbo.tblComplianceData WHERE cmplType = 9 AND entryDate > "
         "DATEADD(year, 10, GETUTCDATE())",
         "n int\n1\n"},
        {"SELECT MAX(ABS(DATEDIFF(minute, entryDate, GETUTCDATE()))) AS m FROM mgccomp.dbo.tblComplianceData "
         "WHERE cmplType <> 9 HAVING MAX(ABS(DATEDIFF(minute, entryDate, GETUTCDATE()))) > 15",
         "m int?\n"},
        {"SELECT 1 FROM msdb.dbo.tblServerIdentity",
         "208: Invalid object name 'msdb.dbo.tblServerIdentity'.\n"},
    };
    AUTO(tsql_session) struct tsql_session *sa = fixture_sa(*state, "sqlpri1");

    assert_cases(sa, cases, COUNT(cases));
}

static void test_closed_copies(void **state)
{
    AUTO(tsql_session)
    struct tsql_session *b = fixture_sa(*state, "sqldr1"), *mirror = fixture_sa(*state, "sqlmir1");

    assert_batch(b, "SELECT 1 FROM mgc.dbo.tblServerIdentity",
                 "927: Database 'mgc' cannot be opened. It is in the middle of a restore.\n");
    assert_batch(mirror, "SELECT 1 FROM mgc.dbo.tblServerIdentity",
                 "954: The database \"mgc\" cannot be opened. It is acting as a mirror database.\n");
    assert_batch(b, "SELECT activeServerID FROM mgccomp.dbo.tblComplianceState", "activeServerID int\n-1\n");
}

static void test_rights(void **state)
{
    static const struct tsql_case cases[] = {
        {"SELECT COUNT(*) AS n FROM mgc.dbo.tblServerIdentity", "n int\n8\n"},
        {"SELECT COUNT(*) AS n FROM mgc.dbo.tblConfig", "n int\n1\n"},
        {"SELECT COUNT(*) AS n FROM mgccomp.dbo.tblComplianceState", "n int\n1\n"},
        {"SELECT COUNT(*) AS n FROM mgc.dbo.tblChat",
         "229: The SELECT permission was denied on the object 'tblChat', database 'mgc', schema 'dbo'.\n"},
        {"SELECT HAS_PERMS_BY_NAME('mgc.dbo.tblActivePeers', 'OBJECT', 'SELECT') AS a, "
         "HAS_PERMS_BY_NAME('mgc.dbo.tblChat', 'OBJECT', 'SELECT') AS b",
         "a int?, b int?\n1|0\n"},
    };
    AUTO(tsql_session) struct tsql_session *outsider = fixture_nobody(*state, "sqlpri1");
    struct tsql_session *monitor;

    make_monitor(*state);
    monitor = monitor_on(*state, "sqlpri1");
    assert_cases(monitor, cases, COUNT(cases));
    tsql_logout(monitor);
    assert_batch(
        outsider, "SELECT 1 FROM mgc.dbo.tblServerIdentity",
        "916: The server principal \"nobody\" is not able to access the database \"mgc\" under the current "
        "security context.\n");
}

/* The user came with the log, and knows the login by its SID. */
static void test_rights_follow_the_copies(void **state)
{
    static const char *const batch = "SELECT COUNT(*) AS n FROM mgc.dbo.tblServerIdentity";
    AUTO(tsql_session) struct tsql_session *mirror = NULL;
    AUTO(tsql_session) struct tsql_session *b = NULL;

    make_monitor(*state);
    fixture_pass_s(*state, 1);
    fixture_act(*state, "mirror_failover", NULL, NULL);
    mirror = monitor_on(*state, "sqlmir1");
    assert_batch(mirror, batch, "n int\n8\n");
    fixture_act(*state, "recover_secondary", NULL, NULL);
    b = monitor_on(*state, "sqldr1");
    assert_batch(b, batch, "n int\n8\n");
    assert_batch(b, "SELECT COUNT(*) AS n FROM mgccomp.dbo.tblComplianceData", "n int\n1\n");
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
        IN_A_WORLD(test_rows),
        IN_A_WORLD(test_closed_copies),
        IN_A_WORLD(test_rights),
        IN_A_WORLD(test_rights_follow_the_copies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

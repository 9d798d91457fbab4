/* Logins and what they may: refusals at the door, the security statements, scripts, the end of a session. */
#include "unit/lab/tsql_fixture.h"

#include <string.h>

struct door_case {
    const char *instance, *user, *password, *database, *expected; /* password NULL = the right one of sa */
};

static const char failed_sa[] = "18456: Login failed for user 'sa'.\n";

static void test_the_door(void **state)
{
    const struct door_case cases[] = {
        {"sqlpri1", "sa", NULL, NULL, "master -> master\ni 5701: Changed database context to 'master'.\n"},
        {"sqlpri1", "SA", NULL, "MSDB", "master -> msdb\ni 5701: Changed database context to 'msdb'.\n"},
        {"sqlpri1", "sa", NULL, "mgc", "master -> mgc\ni 5701: Changed database context to 'mgc'.\n"},
        {"sqlpri1", "sa", "wrong", NULL, failed_sa},
        {"sqlpri1", "sa", "", NULL, failed_sa},
        {"sqlpri1", "ghost", "x", NULL, "18456: Login failed for user 'ghost'.\n"},
        {"sqlpri1", "disabled", "Secret1", NULL, "18456: Login failed for user 'disabled'.\n"},
        {"sqlpri1", "LITWARE\\someone", "", NULL, "18456: Login failed for user 'LITWARE\\someone'.\n"},
        {"sqlpri1", "sa", NULL, "nosuch",
         "4060: Cannot open database \"nosuch\" requested by the login. The login failed.\n"
         "18456: Login failed for user 'sa'.\n"},
        {"sqlmir1", "sa", NULL, "mgc",
         "4060: Cannot open database \"mgc\" requested by the login. The login failed.\n"
         "18456: Login failed for user 'sa'.\n"},
        {"sqlpri1", "outsider", "Secret1", "msdb",
         "4060: Cannot open database \"msdb\" requested by the login. The login failed.\n"
         "18456: Login failed for user 'outsider'.\n"},
        {"sqlpri1", "misplaced", "Secret1", NULL,
         "4064: Cannot open user default database. Login failed.\n18456: Login failed for user "
         "'misplaced'.\n"},
    };
    struct world *world = *state;
    AUTO(tsql_session) struct tsql_session *sa = fixture_sa(world, "sqlpri1");

    assert_batch(sa,
                 "CREATE LOGIN disabled WITH PASSWORD = 'Secret1' ALTER LOGIN disabled DISABLE "
                 "CREATE LOGIN [LITWARE\\someone] FROM WINDOWS "
                 "CREATE LOGIN outsider WITH PASSWORD = 'Secret1' "
                 "CREATE LOGIN misplaced WITH PASSWORD = N'Secret1', DEFAULT_DATABASE = [mgc]",
                 "");
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(strbuf) struct strbuf out = STRBUF_INIT;
        AUTO(tsql_session)
        struct tsql_session *session = fixture_login(
            world, cases[i].instance, cases[i].user,
            cases[i].password ? cases[i].password : world->config.sa_password, cases[i].database, &out);

        assert_string_equal(strbuf_text(&out), cases[i].expected);
        assert_true((session != NULL) == (strstr(cases[i].expected, "18456") == NULL));
    }
}

static void test_security_statements(void **state)
{
    static const struct tsql_case cases[] = {
        {"CREATE LOGIN a WITH PASSWORD = 'x', SID = 0x000102030405060708090A0B0C0D0E0F, CHECK_POLICY = OFF",
         ""},
        {"SELECT SUSER_SNAME(0x000102030405060708090A0B0C0D0E0F) AS n, SUSER_SID('a') AS s",
         "n nvarchar(128)?, s varbinary(85)?\na|0x000102030405060708090A0B0C0D0E0F\n"},
        {"CREATE LOGIN a WITH PASSWORD = 'x'", "15025: The server principal 'a' already exists.\n"},
        {"CREATE LOGIN b WITH PASSWORD = 'x', SID = 0x000102030405060708090A0B0C0D0E0F",
         "15433: Supplied parameter sid is in use.\n"},
        {"CREATE LOGIN b WITH PASSWORD = 'x', SID = 0x00",
         "15419: Supplied parameter sid should be binary(16).\n"},
        {"CREATE LOGIN b FROM WINDOWS",
         "15407: 'b' is not a valid Windows NT name. Give the complete name: <domain\\username>.\n"},
        {"CREATE LOGIN [LITWARE\\b] WITH PASSWORD = 'x'",
         "15006: 'LITWARE\\b' is not a valid name because it contains invalid characters.\n"},
        {"CREATE LOGIN b", "102: Incorrect syntax near 'b'.\n"},
        {"ALTER LOGIN nosuch DISABLE",
         "15151: Cannot find the login 'nosuch', because it does not exist or you do not have permission.\n"},
        {"USE msdb", "master -> msdb\ni 5701: Changed database context to 'msdb'.\n"},
        {"CREATE USER a FOR LOGIN a WITH DEFAULT_SCHEMA = dbo", ""},
        {"CREATE USER a", "15023: User, group, or role 'a' already exists in the current database.\n"},
        {"CREATE USER a2 FOR LOGIN nosuch",
         "15007: 'nosuch' is not a valid login or you do not have permission.\n"},
        {"GRANT SELECT, EXECUTE ON OBJECT::dbo.sysjobs TO a, public", ""},
        {"GRANT SELECT ON dbo.nosuch TO a", "15151: Cannot find the object 'nosuch', because it does not "
                                            "exist or you do not have permission.\n"},
        {"GRANT VIEW SERVER STATE TO a",
         "4621: Permissions at the server scope can only be granted when the current database is master\n"},
        {"GRANT FROBNICATE TO a", "102: Incorrect syntax near 'FROBNICATE'.\n"},
        {"REVOKE EXECUTE ON dbo.sysjobs FROM a DENY SELECT ON dbo.sysjobs TO a", ""},
        {"SELECT permission_name AS p, state_desc AS s, grantee_principal_id - USER_ID AS x FROM "
         "sys.database_permissions",
         "207: Invalid column name 'USER_ID'.\n"},
        {"CREATE ROLE r EXEC sp_addrolemember 'r', a ALTER ROLE db_datareader ADD MEMBER a", "=0\n"},
        {"SELECT IS_MEMBER('r') AS r, IS_MEMBER('db_owner') AS o, IS_MEMBER('nosuch') AS n",
         "r int?, o int?, n int?\n0|1|NULL\n"},
        {"EXEC sp_addrolemember nosuch, a", "15151: Cannot find the role 'nosuch', because it does not exist "
                                            "or you do not have permission.\n=1\n"},
        {"DROP USER a DROP USER a",
         "15151: Cannot find the user 'a', because it does not exist or you do not have permission.\n"},
        {"USE master GRANT VIEW SERVER STATE, CONTROL SERVER TO a ALTER SERVER ROLE sysadmin ADD MEMBER a",
         "msdb -> master\ni 5701: Changed database context to 'master'.\n"},
        {"SELECT IS_SRVROLEMEMBER('sysadmin', 'a') AS a", "a int?\n1\n"},
        {"DROP LOGIN a DROP LOGIN a",
         "15151: Cannot find the login 'a', because it does not exist or you do not have permission.\n"},
    };
    AUTO(tsql_session) struct tsql_session *sa = fixture_sa(*state, "sqlpri1");

    assert_cases(sa, cases, COUNT(cases));
}

/* DENY wins over what is granted. */
static void test_deny(void **state)
{
    AUTO(tsql_session) struct tsql_session *monitor = fixture_monitor(*state, "sqlpri1");
    AUTO(tsql_session) struct tsql_session *sa = fixture_sa(*state, "sqlpri1");

    assert_batch(monitor, "SELECT COUNT(*) AS n FROM msdb.dbo.sysjobs WHERE 1 = 0", "n int\n0\n");
    assert_batch(sa, "USE msdb DENY SELECT ON dbo.sysjobs TO pchat_monitor",
                 "master -> msdb\ni 5701: Changed database context to 'msdb'.\n");
    assert_batch(
        monitor, "SELECT COUNT(*) AS n FROM msdb.dbo.sysjobs",
        "229: The SELECT permission was denied on the object 'sysjobs', database 'msdb', schema 'dbo'.\n");
}

/* monitor-login.sql says the same the second time, and gives no right that it does not name. */
static void test_monitor_login_script(void **state)
{
    static const char *const instances[] = {"sqlpri1", "sqlmir1", "sqlwit1", "sqldr1", "sqldr2"};

    for (size_t i = 0; i < COUNT(instances); i++) {
        AUTO(strbuf) struct strbuf once = STRBUF_INIT, again = STRBUF_INIT;
        AUTO(tsql_session) struct tsql_session *sa = fixture_sa(*state, instances[i]);
        struct instance *instance = world_instance(*state, instances[i]);
        size_t grants;

        assert_int_equal(fixture_run_monitor_script(sa, &once), 0);
        grants = instance->security.grants.count;
        assert_int_equal(fixture_run_monitor_script(sa, &again), 0);
        assert_int_equal(instance->security.grants.count, grants);
        assert_false(security_login(instance, "pchat_monitor")->is_sysadmin);
    }
}

static void test_dbm_monitor_reads_the_mirroring_monitor(void **state)
{
    AUTO(tsql_session) struct tsql_session *monitor = fixture_monitor(*state, "sqlpri1");
    AUTO(tsql_session) struct tsql_session *sa = fixture_sa(*state, "sqlpri1");
    AUTO_FREE char *answer = NULL;

    assert_batch(sa, "USE msdb EXEC sp_addrolemember N'dbm_monitor', N'pchat_monitor'",
                 "master -> msdb\ni 5701: Changed database context to 'msdb'.\n=0\n");
    answer = transcript_of(monitor, "EXEC msdb..sp_dbmmonitorresults N'mgc', 0, 0");
    assert_non_null(strstr(answer, "\nmgc|1|4|1|"));
    assert_non_null(strstr(answer, "=0\n"));
}

/* Until sp_dbmmonitorupdate has run there is no table. */
static void test_mirroring_monitor_never_ran(void **state)
{
    AUTO(tsql_session) struct tsql_session *sa = fixture_sa(*state, "sqlpri1");
    AUTO_FREE char *answer = NULL;

    world_instance(*state, "sqlpri1")->mirror_samples_exist = false;
    answer = transcript_of(sa, "EXEC msdb..sp_dbmmonitorresults N'mgc', 0, 0");
    assert_non_null(strstr(answer, "208: Invalid object name 'msdb.dbo.dbm_monitor_data'."));
}

static void test_scripts(void **state)
{
    static const struct {
        const char *script, *expected;
        int result;
    } cases[] = {
        {"SELECT 1 AS a\nGO\nSELECT 2 AS b\ngo  \n", "a int\n1\nb int\n2\n", 0},
        {":setvar X 7\nSELECT $(X) AS x\n", "x int\n7\n", 0},
        {":setvar GIVEN 7\nSELECT $(GIVEN) AS x\n", "x int\n5\n", 0},
        {":setvar T \"a b\"\r\nSELECT '$(T)' AS x\r\nGO\r\n", "x varchar(3)\na b\n", 0},
        {"SELECT $(NOSUCH)\n", "0: 'NOSUCH' scripting variable not defined.\n", -1},
        {"SELECT nosuch\nGO\nSELECT 1 AS a\n", "207: Invalid column name 'nosuch'.\n", -1},
        {":setvar\n", "0: Syntax error near command ':setvar'.\n", -1},
        {"", "", 0},
    };
    static const char *const variables[] = {"GIVEN", "5", NULL};
    AUTO(tsql_session) struct tsql_session *session = fixture_sa(*state, "sqlpri1");

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(strbuf) struct strbuf out = STRBUF_INIT;
        AUTO(transcript) struct transcript transcript = {.out = &out};
        struct tsql_sink sink = transcript_sink(&transcript);

        assert_int_equal(tsql_run_script(session, cases[i].script, variables, &sink), cases[i].result);
        assert_string_equal(strbuf_text(&out), cases[i].expected);
    }
}

/* A session is a row until it logs out; one that was killed answers nothing. */
static void test_the_end(void **state)
{
    struct instance *instance = world_instance(*state, "sqlpri1");
    size_t before = instance->sessions.count;
    AUTO(tsql_session) struct tsql_session *sa = fixture_sa(*state, "sqlpri1");
    AUTO(tsql_session) struct tsql_session *other = fixture_sa(*state, "sqlpri1");

    assert_int_equal(instance->sessions.count, before + 2);
    assert_int_not_equal(tsql_session_id(sa), tsql_session_id(other));
    assert_true(tsql_session_alive(other));
    session_find(instance, tsql_session_id(other))->killed = true;
    assert_false(tsql_session_alive(other));
    assert_batch(other, "SELECT 1", "");
    tsql_logout(other);
    other = NULL;
    assert_int_equal(instance->sessions.count, before + 1);
    instance->down = true;
    assert_false(tsql_session_alive(sa));
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
        IN_A_WORLD(test_the_door),
        IN_A_WORLD(test_security_statements),
        IN_A_WORLD(test_deny),
        IN_A_WORLD(test_monitor_login_script),
        IN_A_WORLD(test_dbm_monitor_reads_the_mirroring_monitor),
        IN_A_WORLD(test_mirroring_monitor_never_ran),
        IN_A_WORLD(test_scripts),
        IN_A_WORLD(test_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

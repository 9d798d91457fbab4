/* What a login that acts sends in sequence: each statement behind a proof of its lock, files, jobs that
 * really run. */
#include "unit/lab/tsql_fixture.h"

#include <string.h>

/* On an instance as pchat_acting, a sysadmin; then time passes. */
struct acting_step {
    const char *batch, *expected;
    int64_t pass_s;
};

static struct tsql_session *acting(struct world *world, const char *instance)
{
    AUTO(tsql_session) struct tsql_session *sa = fixture_sa(world, instance);
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    struct tsql_session *session;

    assert_batch(sa,
                 "CREATE LOGIN pchat_acting WITH PASSWORD = 'Secret1!', CHECK_POLICY = ON; ALTER SERVER ROLE "
                 "sysadmin ADD MEMBER pchat_acting;",
                 "");
    session = fixture_login(world, instance, "pchat_acting", "Secret1!", NULL, &out);
    assert_non_null(session);
    return session;
}

static void walk(struct world *world, const char *instance, const struct acting_step *steps, size_t count)
{
    AUTO(tsql_session) struct tsql_session *session = acting(world, instance);

    for (size_t i = 0; i < count; i++) {
        assert_batch(session, steps[i].batch, steps[i].expected);
        fixture_pass_s(world, steps[i].pass_s);
    }
}

#define OURS                                                                                                 \
    "IF APPLOCK_MODE(N'public', N'pchat:pool', N'Session') <> N'Exclusive' OR @@SERVERNAME <> N'SQLDR1' "    \
    "BEGIN SELECT N'not ours' AS outcome; RETURN; END; "
#define DONE "; SELECT N'done' AS outcome;"

static void test_each_batch_proves_its_lock(void **state)
{
    static const struct acting_step steps[] = {
        {OURS "RESTORE DATABASE [mgc] WITH RECOVERY" DONE, "outcome nvarchar(8)\nnot ours\n", 0},
        {"DECLARE @rc int; EXEC @rc = sp_getapplock @Resource = N'pchat:pool', @LockMode = N'Exclusive', "
         "@LockOwner = N'Session', @LockTimeout = 0; SELECT @rc AS rc;",
         "=0\nrc int?\n0\n", 0},
        {OURS "EXEC msdb.dbo.sp_update_job @job_name = N'LSCopy_sqlpri1_mgc', @enabled = 0" DONE,
         "=0\noutcome nvarchar(4)\ndone\n", 0},
        {"SELECT l.request_mode AS m, s.login_name AS l, s.host_name AS h, s.program_name AS p FROM "
         "sys.dm_tran_locks AS l JOIN sys.dm_exec_sessions AS s ON s.session_id = l.request_session_id WHERE "
         "l.resource_type = N'APPLICATION'",
         "m nvarchar(60), l nvarchar(128), h nvarchar(128)?, p nvarchar(128)?\n"
         "X|pchat_acting|monitor|unit test\n",
         0},
        {OURS "RESTORE DATABASE [mgc] WITH RECOVERY" DONE,
         "i 3014: RESTORE DATABASE successfully processed 0 pages in 0.1 seconds.\n"
         "outcome nvarchar(4)\ndone\n",
         0},
        {OURS "RESTORE DATABASE [mgc] WITH RECOVERY" DONE,
         "3153: The database is already fully recovered.\n"
         "3013: RESTORE DATABASE is terminating abnormally.\n"
         "outcome nvarchar(4)\ndone\n",
         0},
    };

    walk(*state, "sqldr1", steps, COUNT(steps));
}

static void test_files_are_listed_as_the_service_sees_them(void **state)
{
    AUTO(tsql_session) struct tsql_session *session = acting(*state, "sqldr1");
    AUTO(tsql_session) struct tsql_session *nobody = fixture_nobody(*state, "sqldr1");
    static const struct tsql_case cases[] = {
        {"BACKUP DATABASE [master] TO DISK = N'E:\\t\\deep\\a.bak' WITH INIT; BACKUP DATABASE [master] TO "
         "DISK = N'E:\\t\\b.bak' WITH INIT; BACKUP DATABASE [master] TO DISK = N'E:\\t\\deep\\er\\c.bak' "
         "WITH "
         "INIT",
         "i 4035: Processed 8 pages for database 'master', file 'master' on file 1.\n"
         "i 3014: BACKUP DATABASE successfully processed 8 pages in 0.1 seconds.\n"
         "i 4035: Processed 8 pages for database 'master', file 'master' on file 1.\n"
         "i 3014: BACKUP DATABASE successfully processed 8 pages in 0.1 seconds.\n"
         "i 4035: Processed 8 pages for database 'master', file 'master' on file 1.\n"
         "i 3014: BACKUP DATABASE successfully processed 8 pages in 0.1 seconds.\n"},
        {"EXEC master.sys.xp_dirtree N'E:\\t', 1, 1",
         "subdirectory nvarchar(512)?, depth int?, file int?\nb.bak|1|1\ndeep|1|0\n=0\n"},
        {"EXEC master..xp_dirtree N'e:\\T\\', 0, 1",
         "subdirectory nvarchar(512)?, depth int?, file int?\n"
         "b.bak|1|1\ndeep|1|0\na.bak|2|1\ner|2|0\nc.bak|3|1\n=0\n"},
        {"EXEC master.dbo.xp_dirtree N'E:\\t'",
         "subdirectory nvarchar(512)?, depth int?\ndeep|1\ner|2\n=0\n"},
        {"EXEC master.sys.xp_dirtree N'E:\\nosuch', 1, 1",
         "subdirectory nvarchar(512)?, depth int?, file int?\n=0\n"},
        {"BACKUP DATABASE [master] TO DISK = N'\\\\fs1\\pchatls\\t\\d.bak' WITH INIT EXEC "
         "master.sys.xp_dirtree N'\\\\fs1.litwareinc.com\\pchatls\\t', 1, 1",
         "i 4035: Processed 8 pages for database 'master', file 'master' on file 1.\n"
         "i 3014: BACKUP DATABASE successfully processed 8 pages in 0.1 seconds.\n"
         "subdirectory nvarchar(512)?, depth int?, file int?\nd.bak|1|1\n=0\n"},
    };
    static const struct tsql_case nothing = {"EXEC master.sys.xp_dirtree N'E:\\t', 1, 1",
                                             "subdirectory nvarchar(512)?, depth int?, file int?\n=0\n"};

    assert_cases(session, cases, COUNT(cases));
    assert_cases(nobody, &nothing, 1);
    fixture_set(*state, "share_denied", "sqldr1", "");
    assert_batch(
        session,
        "EXEC master.sys.xp_dirtree N'\\\\fs1\\pchatls\\t', 1, 1; RESTORE HEADERONLY FROM DISK = "
        "N'\\\\fs1\\pchatls\\t\\d.bak'",
        "subdirectory nvarchar(512)?, depth int?, file int?\n=0\n"
        "3201: Cannot open backup device '\\\\fs1\\pchatls\\t\\d.bak'. Operating system error 5(Access is "
        "denied.).\n3013: RESTORE HEADERONLY is terminating abnormally.\n");
    fixture_clear(*state, "share_denied", "sqldr1");
    fixture_set(*state, "link_cut", "fs1->sqldr1", "");
    assert_batch(session, "EXEC master.sys.xp_dirtree N'\\\\fs1\\pchatls\\t', 1, 1",
                 "subdirectory nvarchar(512)?, depth int?, file int?\n=0\n");
}

#define CATCH "END TRY BEGIN CATCH "
#define WHICH CATCH "SELECT ERROR_NUMBER() AS n END CATCH "

static void test_try_and_catch(void **state)
{
    static const struct tsql_case cases[] = {
        {"BEGIN TRY SELECT 1/0 AS x; SELECT 'no' " CATCH
         "SELECT ERROR_NUMBER() AS n, ERROR_MESSAGE() AS m, ERROR_SEVERITY() AS s, ERROR_LINE() AS l, "
         "ERROR_STATE() "
         "AS t, @@ERROR AS e END CATCH SELECT ERROR_NUMBER() AS n",
         "x int\nn int?, m nvarchar(4000)?, s int?, l int?, t int?, e int\n"
         "8134|Divide by zero error encountered.|16|1|1|8134\nn int?\nNULL\n"},
        /* of several errors the last one */
        {"BEGIN TRY BACKUP LOG mgc TO DISK = 'Q:\\x' " WHICH, "n int?\n3013\n"},
        {"BEGIN TRY EXEC msdb.dbo.sp_start_job N'nosuch' " CATCH
         "PRINT 'caught'; THROW; END CATCH SELECT 'no'",
         "i 0: caught\n14262: The specified @job_name ('nosuch') does not exist.\n"},
        /* errors of compilation only of another text */
        {"BEGIN TRY SELECT nosuch FROM sys.databases " WHICH "SELECT 1",
         "207: Invalid column name 'nosuch'.\n"},
        {"BEGIN TRY EXEC('SELECT nosuch FROM sys.databases') " WHICH, "n int?\n207\n"},
        {"BEGIN TRY EXEC sp_executesql N'SELEC nosuch x y' " WHICH, "n int?\n102\n"},
        {"BEGIN TRY BEGIN TRY THROW 50001, N'mine', 3 " CATCH "PRINT 'inner'; THROW END CATCH " CATCH
         "SELECT ERROR_NUMBER() AS n, ERROR_STATE() AS s END CATCH",
         "i 0: inner\nn int?, s int?\n50001|3\n"},
        {"IF 1 = 1 BEGIN TRY PRINT 'a' " CATCH "END CATCH ELSE PRINT 'b'", "i 0: a\n"},
        {"BEGIN TRY RAISERROR('r', 10, 1) RAISERROR('s', 16, 1) PRINT 'no' " CATCH
         "PRINT ERROR_MESSAGE() END CATCH",
         "i 50000: r\ni 0: s\n"},
        {"BEGIN TRY RETURN " CATCH "END CATCH SELECT 'no'", ""},
        {"THROW 50001, N'mine', 3; SELECT 'no'", "50001: mine\n"},
        {"THROW 400, 'x', 1", "35100: Error number in the THROW statement is outside the valid range. "
                              "Specify an error number in the "
                              "valid range of 50000 to 2147483647.\n"},
        {"THROW",
         "10704: To rethrow an error, a THROW statement must be used inside a CATCH block. Insert the THROW "
         "statement inside a CATCH block, or add error parameters to the THROW statement.\n"},
        {"BEGIN TRY SELECT 1 END TRY SELECT 2", "156: Incorrect syntax near the keyword 'SELECT'.\n"},
    };
    AUTO(tsql_session) struct tsql_session *session = acting(*state, "sqldr1");

    assert_cases(session, cases, COUNT(cases));
}

static void test_a_ledger_of_small_tables(void **state)
{
    static const struct tsql_case cases[] = {
        {"IF DB_ID(N'pchat_ops') IS NULL CREATE DATABASE pchat_ops", ""},
        {"USE pchat_ops", "master -> pchat_ops\ni 5701: Changed database context to 'pchat_ops'.\n"},
        {"CREATE TABLE dbo.run (run_id uniqueidentifier NOT NULL CONSTRAINT pk_run PRIMARY KEY CLUSTERED, "
         "epoch int NOT NULL, at datetime2(3) NOT NULL CONSTRAINT df_at DEFAULT (SYSUTCDATETIME()), who "
         "nvarchar(128) NOT NULL DEFAULT ORIGINAL_LOGIN(), word nvarchar(20) NULL DEFAULT N'it''s')",
         ""},
        {"INSERT INTO dbo.run (run_id, epoch) VALUES (NEWID(), 1) SELECT epoch, at, who, word FROM dbo.run",
         "epoch int, at datetime, who nvarchar(128), word nvarchar(20)?\n"
         "1|2026-11-23T05:04:00Z|pchat_acting|it's\n"},
        {"CREATE TABLE dbo.entry (id bigint IDENTITY(1, 1) NOT NULL PRIMARY KEY, x int NULL DEFAULT (5)) "
         "INSERT INTO dbo.entry (x) VALUES (7); SELECT SCOPE_IDENTITY() AS i, @@ROWCOUNT AS n",
         "i numeric(38,0)?, n int\n1|1\n"},
        {"INSERT dbo.entry VALUES (8), (NULL) SELECT id, x, CAST(@@IDENTITY AS int) AS i FROM dbo.entry",
         "id bigint, x int?, i int?\n1|7|3\n2|8|3\n3|NULL|3\n"},
        {"BEGIN TRAN INSERT INTO dbo.entry (x) SELECT x FROM dbo.entry ROLLBACK INSERT INTO dbo.entry WITH "
         "(TABLOCKX) (x) VALUES (1) SELECT MAX(id) AS m FROM dbo.entry",
         "m bigint?\n7\n"},
        {"UPDATE dbo.entry SET x = 1 WHERE id = 99 IF @@ROWCOUNT = 0 INSERT INTO dbo.entry (x) VALUES (99) "
         "DELETE FROM dbo.entry WITH (TABLOCK) WHERE id < 8 SELECT id, x FROM dbo.entry",
         "id bigint, x int?\n8|99\n"},
        {"INSERT INTO dbo.entry (id, x) VALUES (1, 9)",
         "544: Cannot insert explicit value for identity column in table 'entry' when IDENTITY_INSERT is set "
         "to OFF.\n"},
        {"UPDATE dbo.entry SET id = 1", "8102: Cannot update identity column 'id'.\n"},
        {"CREATE TABLE b (a int IDENTITY, c int IDENTITY(5, 5))",
         "2744: Multiple identity columns specified for table 'b'. Only one identity column per table is "
         "allowed.\n"},
        {"CREATE TABLE b (a int DEFAULT)", "102: Incorrect syntax near ')'.\n"},
        {"CREATE TABLE b (a int NOT NULL CHECK (a > 1))",
         "156: Incorrect syntax near the keyword 'CHECK'.\n"},
        {"SELECT CASE WHEN NEWID() = NEWID() THEN 1 ELSE 0 END AS same", "same int\n0\n"},
    };
    AUTO(tsql_session) struct tsql_session *session = acting(*state, "sqldr1");

    assert_cases(session, cases, COUNT(cases));
}

static void test_a_backup_set_has_a_name(void **state)
{
    AUTO(tsql_session) struct tsql_session *session = acting(*state, "sqlpri1");
    AUTO_FREE char *header = NULL;

    assert_batch(
        session,
        "DECLARE @n nvarchar(128) = N'tail of run 7'; BACKUP LOG [mgc] TO DISK = N'E:\\tail.trn' WITH INIT, "
        "CHECKSUM, NAME = @n; SELECT TOP (1) name FROM msdb.dbo.backupset ORDER BY backup_set_id DESC",
        "i 4035: Processed 8 pages for database 'mgc', file 'mgc_log' on file 1.\n"
        "i 3014: BACKUP LOG successfully processed 8 pages in 0.1 seconds.\n"
        "name nvarchar(128)?\ntail of run 7\n");
    header = transcript_of(session, "RESTORE HEADERONLY FROM DISK = N'E:\\tail.trn'");
    assert_non_null(strstr(header, "\ntail of run 7|"));
}

#define JOB "N'pchat log backup mgc'"

static void test_a_job_of_ones_own_backs_up_the_log(void **state)
{
    static const struct acting_step steps[] = {
        {"RESTORE DATABASE [mgc] WITH RECOVERY; BACKUP DATABASE [mgc] TO DISK = N'E:\\a.bak' WITH INIT",
         "i 3014: RESTORE DATABASE successfully processed 0 pages in 0.1 seconds.\n"
         "i 4035: Processed 8 pages for database 'mgc', file 'mgc' on file 1.\n"
         "i 3014: BACKUP DATABASE successfully processed 8 pages in 0.1 seconds.\n",
         0},
        {"DECLARE @id uniqueidentifier; EXEC msdb.dbo.sp_add_job @job_name = " JOB
         ", @owner_login_name = N'sa', @job_id = @id OUTPUT; EXEC msdb.dbo.sp_add_jobstep @job_id = @id, "
         "@step_name = N'back up', @subsystem = N'TSQL', @database_name = N'master', @command = N'BACKUP LOG "
         "[mgc] TO DISK = N''E:\\Logs\\mgc.trn'' WITH INIT, CHECKSUM;'; EXEC msdb.dbo.sp_add_jobschedule "
         "@job_id = @id, @name = N'minutes', @freq_type = 4, @freq_interval = 1, @freq_subday_type = 4, "
         "@freq_subday_interval = 5",
         "=0\n=0\n=0\n", 900},
        {"EXEC master.sys.xp_dirtree N'E:\\Logs', 1, 1; EXEC msdb.dbo.sp_add_jobserver @job_name = " JOB
         ", @server_name = N'(local)'",
         "subdirectory nvarchar(512)?, depth int?, file int?\n=0\n=0\n", 301},
        {"EXEC master.sys.xp_dirtree N'E:\\Logs', 1, 1; SELECT TOP (2) h.step_id, h.step_name, h.run_status, "
         "h.message FROM msdb.dbo.sysjobhistory AS h JOIN msdb.dbo.sysjobs AS j ON j.job_id = h.job_id WHERE "
         "j.name = " JOB " ORDER BY h.instance_id",
         "subdirectory nvarchar(512)?, depth int?, file int?\nmgc.trn|1|1\n=0\n"
         "step_id int, step_name nvarchar(128), run_status int, message nvarchar(4000)?\n"
         "1|back up|1|Executed as user: LITWARE\\svc-sqlagent. Processed 8 pages for database 'mgc', file "
         "'mgc_log' on file 1. [SQLSTATE 01000] (Message 4035)  BACKUP LOG successfully processed 8 pages in "
         "0.1 seconds. [SQLSTATE 01000] (Message 3014)  The step succeeded.\n"
         "0|(Job outcome)|1|The job succeeded.  The Job was invoked by Schedule 4 (minutes).  The last step "
         "to run was step 1 (back up).\n",
         0},
        {"ALTER DATABASE [mgc] SET OFFLINE WITH ROLLBACK IMMEDIATE; EXEC msdb.dbo.sp_start_job @job_name "
         "= " JOB,
         "i 14243: Job 'pchat log backup mgc' started successfully.\n=0\n", 3},
        {"SELECT TOP (1) h.sql_message_id AS n, h.run_status AS s FROM msdb.dbo.sysjobhistory AS h JOIN "
         "msdb.dbo.sysjobs AS j ON j.job_id = h.job_id WHERE j.name = " JOB
         " AND h.step_id = 1 ORDER BY h.instance_id DESC; EXEC msdb.dbo.sp_delete_job @job_name = " JOB
         "; SELECT COUNT(*) AS n FROM msdb.dbo.sysschedules WHERE name = N'minutes'",
         "n int, s int\n3013|0\n=0\nn int\n0\n", 0},
    };

    walk(*state, "sqldr1", steps, COUNT(steps));
}

static void test_jobs_that_cannot_be_made(void **state)
{
    static const struct tsql_case cases[] = {
        {"EXEC msdb.dbo.sp_add_job @job_name = N'lscopy_SQLPRI1_mgc'",
         "14261: The specified @job_name ('lscopy_SQLPRI1_mgc') already exists.\n=1\n"},
        {"EXEC msdb.dbo.sp_add_job N'j', @category_name = N'Nonsense'",
         "14234: The specified '@category_name' is invalid (valid values are returned by "
         "sp_help_category).\n=1\n"},
        {"EXEC msdb.dbo.sp_add_job N'j', @owner_login_name = N'nobody'",
         "14234: The specified '@owner_login_name' is invalid (valid values are returned by sp_helplogins "
         "(excluding Windows NT groups)).\n=1\n"},
        {"EXEC msdb.dbo.sp_add_job N'j' EXEC msdb.dbo.sp_add_jobstep @job_name = N'j', @step_name = N's', "
         "@subsystem = N'CmdExec', @command = N'x'",
         "=0\n14234: The specified '@subsystem' is invalid (valid values are returned by "
         "sp_enum_sqlagent_subsystems).\n=1\n"},
        {"EXEC msdb.dbo.sp_add_jobstep @job_name = N'j', @step_name = N's', @command = N'x' EXEC "
         "msdb.dbo.sp_add_jobstep @job_name = N'j', @step_name = N's2', @command = N'x'",
         "=0\n14266: The specified '@step_id' is invalid (valid values are: 1, of a job that has "
         "none).\n=1\n"},
        {"EXEC msdb.dbo.sp_add_jobserver @job_name = N'j', @server_name = N'OTHER' EXEC "
         "msdb.dbo.sp_add_jobserver @job_name = N'j' EXEC msdb.dbo.sp_add_jobserver @job_name = N'j'",
         "14262: The specified @server_name ('OTHER') does not exist.\n=1\n=0\n"
         "14269: Job 'j' is already targeted at server 'SQLDR1'.\n=1\n"},
        {"EXEC msdb.dbo.sp_delete_job @job_name = N'nosuch'",
         "14262: The specified @job_name ('nosuch') does not exist.\n=1\n"},
    };
    AUTO(tsql_session) struct tsql_session *session = acting(*state, "sqldr1");
    AUTO(tsql_session) struct tsql_session *nobody = fixture_nobody(*state, "sqlmir1");

    assert_cases(session, cases, COUNT(cases));
    assert_batch(nobody, "EXEC msdb.dbo.sp_add_job N'j'",
                 "229: The EXECUTE permission was denied on the object 'sp_add_job', database 'msdb', schema "
                 "'dbo'.\n=1\n");
}

static void test_a_job_without_a_server_cannot_start(void **state)
{
    AUTO(tsql_session) struct tsql_session *session = acting(*state, "sqldr1");
    AUTO_FREE char *answer =
        transcript_of(session, "EXEC msdb.dbo.sp_add_job N'j' EXEC msdb.dbo.sp_start_job N'j'");

    assert_non_null(strstr(answer, "=0\n14256: Cannot start the job \"j\" (ID "));
}

static void test_a_job_may_delete_itself(void **state)
{
    static const struct acting_step steps[] = {
        {"EXEC msdb.dbo.sp_add_job N'j' EXEC msdb.dbo.sp_add_jobstep @job_name = N'j', @step_name = N's', "
         "@command = N'EXEC msdb.dbo.sp_delete_job @job_name = N''j''' EXEC msdb.dbo.sp_add_jobserver "
         "@job_name = N'j' EXEC msdb.dbo.sp_start_job N'j'",
         "=0\n=0\n=0\ni 14243: Job 'j' started successfully.\n=0\n", 5},
        {"SELECT COUNT(*) AS n FROM msdb.dbo.sysjobs WHERE name = N'j'", "n int\n0\n", 0},
    };

    walk(*state, "sqldr1", steps, COUNT(steps));
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
        IN_A_WORLD(test_each_batch_proves_its_lock),
        IN_A_WORLD(test_files_are_listed_as_the_service_sees_them),
        IN_A_WORLD(test_try_and_catch),
        IN_A_WORLD(test_a_ledger_of_small_tables),
        IN_A_WORLD(test_a_backup_set_has_a_name),
        IN_A_WORLD(test_a_job_of_ones_own_backs_up_the_log),
        IN_A_WORLD(test_jobs_that_cannot_be_made),
        IN_A_WORLD(test_a_job_without_a_server_cannot_start),
        IN_A_WORLD(test_a_job_may_delete_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Statements that act: who may send them, what they answer in which state, what they leave behind. */
#include "unit/lab/tsql_fixture.h"

#include <stdio.h>
#include <string.h>

/*
 * In a fresh world after `steps` (as fixture_do), a login sends a batch to an instance. login: "sa",
 * "monitor" (of contrib/sql/monitor-login.sql), "nobody", or a server role, in which a new login then is.
 */
struct statement_case {
    const char *instance, *login, *steps, *batch, *expected;
};

static const struct statement_case database_cases[] = {
#include "unit/lab/tsql_alter_database_cases.def"
};

static const struct statement_case backup_cases[] = {
#include "unit/lab/tsql_backup_cases.def"
};

static const struct statement_case job_cases[] = {
#include "unit/lab/tsql_job_cases.def"
};

static const struct tsql_case table_cases[] = {
#include "unit/lab/tsql_table_cases.def"
};

static struct tsql_session *member_of(struct world *world, const char *instance, const char *role)
{
    AUTO(tsql_session) struct tsql_session *sa = fixture_sa(world, instance);
    AUTO(strbuf) struct strbuf out = STRBUF_INIT, batch = STRBUF_INIT;
    struct tsql_session *session;

    strbuf_format(&batch,
                  "CREATE LOGIN member WITH PASSWORD = 'Nothing1' ALTER SERVER ROLE %s ADD MEMBER member",
                  role);
    assert_batch(sa, strbuf_text(&batch), "");
    session = fixture_login(world, instance, "member", "Nothing1", NULL, &out);
    assert_non_null(session);
    return session;
}

static struct tsql_session *log_in(struct world *world, const struct statement_case *row)
{
    if (strcmp(row->login, "sa") == 0)
        return fixture_sa(world, row->instance);
    if (strcmp(row->login, "nobody") == 0)
        return fixture_nobody(world, row->instance);
    return strcmp(row->login, "monitor") == 0 ? fixture_monitor(world, row->instance)
                                              : member_of(world, row->instance, row->login);
}

/* One row; a mismatch is added to *wrong. */
static void try_statement(const struct statement_case *row, struct strbuf *wrong)
{
    struct world *world = fixture_world();
    struct tsql_session *session = log_in(world, row);
    AUTO_FREE char *answer = NULL;

    fixture_do(world, row->steps);
    answer = transcript_of(session, row->batch);
    if (strcmp(answer, row->expected) != 0)
        strbuf_format(wrong, "\n%s, %s: %s\n--- is\n%s--- should be\n%s", row->instance, row->login,
                      row->batch, answer, row->expected);
    tsql_logout(session);
    world_free(world);
}

static void assert_statements(const struct statement_case *rows, size_t count)
{
    AUTO(strbuf) struct strbuf wrong = STRBUF_INIT;

    for (size_t i = 0; i < count; i++)
        try_statement(&rows[i], &wrong);
    fputs(strbuf_text(&wrong), stderr); /* cmocka would cut it short */
    assert_int_equal(wrong.length, 0);
}

static void test_alter_database(void **state)
{
    (void)state;
    assert_statements(database_cases, COUNT(database_cases));
}

static void test_backup_and_restore(void **state)
{
    (void)state;
    assert_statements(backup_cases, COUNT(backup_cases));
}

static void test_jobs_and_log_shipping(void **state)
{
    (void)state;
    assert_statements(job_cases, COUNT(job_cases));
}

static void test_tables(void **state)
{
    AUTO(tsql_session) struct tsql_session *sa = fixture_sa(*state, "sqldr1");
    AUTO(strbuf) struct strbuf wrong = STRBUF_INIT;

    for (size_t i = 0; i < COUNT(table_cases); i++) {
        AUTO_FREE char *answer = transcript_of(sa, table_cases[i].batch);

        if (strcmp(answer, table_cases[i].expected) != 0)
            strbuf_format(&wrong, "\nsqldr1, sa: %s\n--- is\n%s--- should be\n%s", table_cases[i].batch,
                          answer, table_cases[i].expected);
    }
    fputs(strbuf_text(&wrong), stderr);
    assert_int_equal(wrong.length, 0);
}

/* The monitor's login may make nothing and change nothing. */
static void test_tables_and_the_monitor(void **state)
{
    static const struct tsql_case cases[] = {
        {"CREATE DATABASE mine", "262: CREATE DATABASE permission denied in database 'master'.\n"},
        {"CREATE TABLE mine (a int)", "262: CREATE TABLE permission denied in database 'master'.\n"},
        {"INSERT INTO ops.dbo.t VALUES (1)", "916: The server principal \"pchat_monitor\" is not able to "
                                             "access the database \"ops\" under the current "
                                             "security context.\n"},
        {"DROP DATABASE ops",
         "3701: Cannot drop the database 'ops', because it does not exist or you do not have permission.\n"},
        {"DELETE FROM msdb.dbo.sysjobs", "259: Ad hoc updates to system catalogs are not allowed.\n"},
        {"SELECT a FROM ops.dbo.t", "916: The server principal \"pchat_monitor\" is not able to access the "
                                    "database \"ops\" under the current "
                                    "security context.\n"},
    };
    AUTO(tsql_session) struct tsql_session *sa = fixture_sa(*state, "sqldr1");
    AUTO(tsql_session) struct tsql_session *monitor = fixture_monitor(*state, "sqldr1");

    assert_batch(sa, "CREATE DATABASE ops EXEC('USE ops CREATE TABLE t (a int)')",
                 "master -> ops\ni 5701: Changed database context to 'ops'.\nops -> master\n");
    assert_cases(monitor, cases, COUNT(cases));
}

static void run_batches(struct tsql_session *session, const char *const *batches, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        AUTO_FREE char *answer = transcript_of(session, batches[i]);

        if (strstr(answer, ": ") && !strstr(answer, "\n=0\n") && strncmp(answer, "=0\n", 3) != 0)
            fail_msg("%s\n%s", batches[i], answer);
    }
}

#define EVERY_15_MINUTES                                                                                     \
    "@enabled = 1, @freq_type = 4, @freq_interval = 1, @freq_subday_type = 4, @freq_subday_interval = 15, "  \
    "@active_start_date = 20200101"

/* In the order of "Configure log shipping (Transact-SQL)": what was taken down ships again. */
static void test_log_shipping_is_put_back(void **state)
{
    static const char *const take_down_b[] = {"EXEC sp_delete_log_shipping_secondary_database N'mgc'"};
    static const char *const on_a[] = {
        "EXEC sp_delete_log_shipping_primary_secondary N'mgc', N'sqldr1', N'mgc'",
        "EXEC sp_delete_log_shipping_primary_database N'mgc'",
        "DECLARE @job uniqueidentifier, @id uniqueidentifier, @rc int, @schedule int, @uid uniqueidentifier "
        "EXEC @rc = master.dbo.sp_add_log_shipping_primary_database @database = N'mgc', @backup_directory = "
        "N'\\\\fs1\\pchatls', @backup_share = N'\\\\fs1\\pchatls', @backup_job_name = N'LSBackup_mgc', "
        "@backup_retention_period = 4320, @backup_compression = 2, @monitor_server = N'sqlpri1', "
        "@monitor_server_security_mode = 1, @backup_threshold = 60, @threshold_alert_enabled = 1, "
        "@history_retention_period = 5760, @backup_job_id = @job OUTPUT, @primary_id = @id OUTPUT, "
        "@overwrite = 1 "
        "IF @@ERROR = 0 AND @rc = 0 BEGIN "
        "EXEC msdb.dbo.sp_add_schedule @schedule_name = N'LSBackupSchedule', " EVERY_15_MINUTES
        ", @schedule_uid = @uid OUTPUT, @schedule_id = @schedule OUTPUT "
        "EXEC msdb.dbo.sp_attach_schedule @job_id = @job, @schedule_id = @schedule "
        "EXEC msdb.dbo.sp_update_job @job_id = @job, @enabled = 1 END",
        "EXEC sp_add_log_shipping_primary_secondary @primary_database = N'mgc', @secondary_server = "
        "N'sqldr1', "
        "@secondary_database = N'mgc', @overwrite = 1",
    };
    static const char *const on_b[] = {
        "DECLARE @copy uniqueidentifier, @restore uniqueidentifier, @id uniqueidentifier "
        "EXEC sp_add_log_shipping_secondary_primary @primary_server = N'sqlpri1', @primary_database = "
        "N'mgc', "
        "@backup_source_directory = N'\\\\fs1\\pchatls', @backup_destination_directory = N'E:\\LogCopy', "
        "@copy_job_name = N'LSCopy_sqlpri1_mgc', @restore_job_name = N'LSRestore_sqlpri1_mgc', "
        "@file_retention_period = 4320, @copy_job_id = @copy OUTPUT, @restore_job_id = @restore OUTPUT, "
        "@secondary_id = @id OUTPUT "
        "EXEC msdb.dbo.sp_add_jobschedule @job_id = @copy, @name = N'c', " EVERY_15_MINUTES
        " EXEC msdb.dbo.sp_add_jobschedule @job_id = @restore, @name = N'r', " EVERY_15_MINUTES
        " EXEC sp_add_log_shipping_secondary_database @secondary_database = N'mgc', @primary_server = "
        "N'sqlpri1', "
        "@primary_database = N'mgc', @restore_delay = 0, @restore_mode = 0, @disconnect_users = 0, "
        "@restore_threshold = 45, @threshold_alert_enabled = 1, @history_retention_period = 5760 "
        "EXEC msdb.dbo.sp_update_job @job_id = @copy, @enabled = 1 "
        "EXEC msdb.dbo.sp_update_job @job_id = @restore, @enabled = 1",
    };
    struct world *world = *state;
    AUTO(tsql_session)
    struct tsql_session *a = fixture_sa(world, "sqlpri1"), *b = fixture_sa(world, "sqldr1");
    double before = fixture_truth(world, "instances.sqldr1.mgc.messages");

    run_batches(b, take_down_b, COUNT(take_down_b));
    fixture_pass_s(world, 7200);
    assert_true(fixture_truth(world, "instances.sqldr1.mgc.messages") == before);
    run_batches(a, on_a, COUNT(on_a));
    run_batches(b, on_b, COUNT(on_b));
    fixture_pass_s(world, 7200);
    assert_true(fixture_truth(world, "instances.sqldr1.mgc.messages") > before);
    assert_true(fixture_truth(world, "shipping.exposure_share_kept.usable_age_s") < 3600);
}

static json_int_t mutations(struct world *world, const char *instance, const char *login)
{
    json_t *truth = world_truth(world);
    json_t *row = json_object_get(json_object_get(truth, "instances"), instance);
    json_int_t count =
        json_integer_value(json_object_get(json_object_get(row, "mutating_statements"), login));

    json_decref(truth);
    return count;
}

/* What changes something is counted by login, refused or not; what only asks is not. */
static void test_mutating_statements_are_counted(void **state)
{
    static const struct {
        const char *batch;
        int adds;
    } cases[] = {
        {"SELECT 1", 0},
        {"ALTER DATABASE mgc SET PARTNER SUSPEND", 1},
        {"ALTER DATABASE mgc SET PARTNER SUSPEND; ALTER DATABASE mgc SET PARTNER RESUME", 2},
        {"ALTER DATABASE nosuch SET OFFLINE", 1},
        {"BACKUP DATABASE mgc TO DISK = 'E:\\a.bak' WITH COPY_ONLY", 1},
        {"RESTORE HEADERONLY FROM DISK = 'E:\\a.bak' RESTORE VERIFYONLY FROM DISK = 'E:\\a.bak'", 0},
        {"RESTORE DATABASE mgc WITH RECOVERY", 1},
        {"EXEC msdb.dbo.sp_stop_job N'nosuch'", 1},
        {"EXEC sp_getapplock 'x', 'Exclusive', 'Session', 0", 0},
        {"KILL 3000", 1},
        {"KILL 3000 WITH STATUSONLY", 0},
        {"IF 1 = 0 ALTER DATABASE mgc SET PARTNER OFF", 0},
        {"ALTER DATABASE mgc SET FROBNICATED", 0},
        {"CREATE LOGIN x WITH PASSWORD = 'Secret1'", 1},
        {"EXEC('ALTER DATABASE mgc SET PARTNER SUSPEND')", 1},
    };
    struct world *world = *state;
    AUTO(tsql_session) struct tsql_session *sa = fixture_sa(world, "sqlpri1");
    AUTO(tsql_session) struct tsql_session *monitor = fixture_monitor(world, "sqlpri1");

    for (size_t i = 0; i < COUNT(cases); i++) {
        json_int_t before = mutations(world, "sqlpri1", "sa");
        free(transcript_of(sa, cases[i].batch));
        assert_int_equal(mutations(world, "sqlpri1", "sa") - before, cases[i].adds);
    }
    assert_int_equal(mutations(world, "sqlpri1", "pchat_monitor"), 0);
    free(transcript_of(monitor, "ALTER DATABASE mgc SET PARTNER OFF"));
    assert_int_equal(mutations(world, "sqlpri1", "pchat_monitor"), 1);
    assert_int_equal(mutations(world, "sqldr1", "sa"), 0);
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
        cmocka_unit_test(test_alter_database),
        cmocka_unit_test(test_backup_and_restore),
        cmocka_unit_test(test_jobs_and_log_shipping),
        IN_A_WORLD(test_tables),
        IN_A_WORLD(test_tables_and_the_monitor),
        IN_A_WORLD(test_log_shipping_is_put_back),
        IN_A_WORLD(test_mutating_statements_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

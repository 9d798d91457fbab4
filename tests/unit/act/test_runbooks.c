/* The scripts of contrib/runbooks, rendered, as the lab's SQL Servers take them. */
#include "act/plan/script.h"
#include "unit/lab/tsql_fixture.h"

#include <stdio.h>
#include <string.h>

#define LOCK   "pchat:lyncpc.litwareinc.com"
#define PROVEN "master -> master\ni 5701: Changed database context to 'master'.\n"

static int setup(void **state)
{
    *state = fixture_world();
    return 0;
}

static int setup_alone(void **state)
{
    *state = fixture_world_without_witness();
    return 0;
}

static int teardown(void **state)
{
    fixture_free(*state);
    return 0;
}

/* name=value name=value ...; what every script is given beside stands in front. */
static const char *rendered(struct arena *arena, const char *name, const char *server, const char *values)
{
    struct script_value list[24] = {SCRIPT_TEXT("lock", LOCK), SCRIPT_TEXT("server", server),
                                    SCRIPT_TEXT("database", "mgc")};
    struct script script;
    struct err err = ERR_INIT;
    size_t count = 3;
    char *save = NULL;
    const char *text;

    for (char *at = strtok_r(arena_text(arena, values), "|", &save); at; at = strtok_r(NULL, "|", &save)) {
        char *equals = strchr(at, '=');

        *equals = '\0';
        list[count++] = (struct script_value)SCRIPT_TEXT(at, equals + 1);
    }
    if (script_find(name, NULL, arena, &script, &err) != 0)
        fail_msg("%s", err.text);
    text = script_render_sql(&script, list, count, arena, &err);
    if (!text)
        fail_msg("%s", err.text);
    return text;
}

static void take_lock(struct tsql_session *session, const char *server)
{
    AUTO(arena) struct arena *arena = arena_new();

    assert_batch(session, rendered(arena, "lock.sql", server, ""), "=0\n");
}

static char *sent(struct tsql_session *session, const char *script, const char *server, const char *values)
{
    AUTO(arena) struct arena *arena = arena_new();

    return transcript_of(session, rendered(arena, script, server, values));
}

struct script_step {
    const char *script, *values;
    int64_t pass_s;
    const char *query, *expected; /* after it */
};

/* Each must say that it is done, twice: it is sent again on resume. */
static void walk(struct world *world, const char *instance, const char *server,
                 const struct script_step *steps, size_t count)
{
    AUTO(tsql_session) struct tsql_session *session = fixture_sa(world, instance);

    take_lock(session, server);
    for (size_t i = 0; i < count; i++) {
        for (int turn = 0; turn < (steps[i].query ? 2 : 1); turn++) {
            AUTO_FREE char *answer = sent(session, steps[i].script, server, steps[i].values);

            if (!strstr(answer, "outcome nvarchar(4)\ndone\n"))
                fail_msg("%s, time %d:\n%s", steps[i].script, turn + 1, answer);
            fixture_pass_s(world, steps[i].pass_s);
        }
        if (steps[i].query)
            assert_batch(session, steps[i].query, steps[i].expected);
    }
}

#define JOBS                                                                                                 \
    "SELECT name AS n, enabled AS e FROM msdb.dbo.sysjobs WHERE name LIKE 'LSCopy%' OR name LIKE "           \
    "'LSRestore%' ORDER BY name"
#define JOB_COLUMNS   "n nvarchar(128), e tinyint\n"
#define STATE         "SELECT state_desc AS s, is_read_only AS r FROM sys.databases WHERE name = 'mgc'"
#define STATE_COLUMNS "s nvarchar(60)?, r bit?\n"

static void test_not_ours(void **state)
{
    static const char *const expected = PROVEN "outcome nvarchar(8)\nnot ours\n";
    AUTO(tsql_session) struct tsql_session *session = fixture_sa(*state, "sqldr1");
    AUTO_FREE char *without = sent(session, "failover/07-recover.sql", "SQLDR1", "");

    assert_string_equal(without, expected);
    take_lock(session, "SQLDR1");
    {
        AUTO_FREE char *elsewhere = sent(session, "failover/07-recover.sql", "SQLDR2", "");

        assert_string_equal(elsewhere, expected);
    }
    assert_batch(session, STATE, STATE_COLUMNS "RESTORING|0\n");
}

static void test_failover(void **state)
{
    static const struct script_step steps[] = {
        {"failover/02-export-secondary.sql", "", 0, NULL, NULL},
        {"failover/02-export-database.sql", "", 0, NULL, NULL},
        {"failover/02-export-monitor.sql", "", 0, NULL, NULL},
        {"failover/02-export-jobs.sql", "", 0, NULL, NULL},
        {"failover/02-export-schedules.sql", "", 0, NULL, NULL},
        {"failover/03-quiesce.sql", "", 1, JOBS,
         JOB_COLUMNS "LSCopy_sqlpri1_mgc|0\nLSRestore_sqlpri1_mgc|0\n"},
        {"failover/04-copy.sql", "", 120, NULL, NULL},
        {"failover/06-remove.sql", "", 0, JOBS, JOB_COLUMNS},
        {"failover/07-recover.sql", "", 0, STATE, STATE_COLUMNS "ONLINE|0\n"},
        {"failover/13-backup.sql", "file=E:\\own's\\mgc_run1.bak", 0,
         "SELECT type AS t FROM msdb.dbo.backupset WHERE database_name = 'mgc' AND server_name = "
         "@@SERVERNAME",
         "t varchar(1)?\nD\nD\n"},
        {"failover/14-log-backups.sql", "folder=E:\\own's", 60,
         "SELECT name AS n, enabled AS e FROM msdb.dbo.sysjobs WHERE name LIKE 'pchat%'",
         "n nvarchar(128), e tinyint\npchat log backup of mgc|1\n"},
    };
    AUTO(tsql_session) struct tsql_session *sa = fixture_sa(*state, "sqldr1");

    fixture_set(*state, "site_down", "dub", "");
    walk(*state, "sqldr1", "SQLDR1", steps, COUNT(steps));
    fixture_pass_s(*state, 3600);
    assert_batch(sa,
                 "SELECT COUNT(*) AS n FROM msdb.dbo.backupset AS b JOIN msdb.dbo.backupmediafamily AS f ON "
                 "f.media_set_id = b.media_set_id WHERE b.type = 'L' AND b.server_name = @@SERVERNAME AND "
                 "f.physical_device_name LIKE N'E:\\own''s\\mgc_%.trn'",
                 "n int\n6\n");
}

static void run_jobs(struct world *world, const char *instance, const char *const *names, size_t count)
{
    AUTO(tsql_session) struct tsql_session *sa = fixture_sa(world, instance);
    AUTO(arena) struct arena *arena = arena_new();

    for (size_t i = 0; i < count; i++) {
        assert_batch(sa, arena_format(arena, "EXEC msdb.dbo.sp_start_job N'%s'", names[i]),
                     arena_format(arena, "i 14243: Job '%s' started successfully.\n=0\n", names[i]));
        fixture_pass_s(world, 60);
    }
}

/* What the old principal still holds reaches the standby. */
static void test_rescue_and_apply(void **state)
{
    static const char *const backup[] = {"LSBackup_mgc"}, *const rest[] = {"LSCopy_sqlpri1_mgc",
                                                                           "LSRestore_sqlpri1_mgc"};
    static const struct script_step rescue[] = {
        {"failover/01-rescue-tail.sql", "file=\\\\fs1\\pchatls\\mgc_rescue_20261123051500.trn", 0, STATE,
         STATE_COLUMNS "ONLINE|0\n"},
    };
    static const struct script_step apply[] = {
        {"failover/05-apply.sql", "file=\\\\fs1\\pchatls\\mgc_rescue_20261123051500.trn|position=1", 0, NULL,
         NULL},
        {"failover/07-recover.sql", "", 0, STATE, STATE_COLUMNS "ONLINE|0\n"},
    };
    AUTO(tsql_session) struct tsql_session *sa = fixture_sa(*state, "sqldr1");

    run_jobs(*state, "sqlpri1", backup, COUNT(backup));
    run_jobs(*state, "sqldr1", rest, COUNT(rest));
    walk(*state, "sqlpri1", "SQLPRI1", rescue, COUNT(rescue));
    walk(*state, "sqldr1", "SQLDR1", apply, COUNT(apply));
    assert_batch(
        sa,
        "SELECT TOP (1) b.is_copy_only AS c FROM msdb.dbo.restorehistory AS r JOIN msdb.dbo.backupset "
        "AS b ON b.backup_set_id = r.backup_set_id ORDER BY r.restore_history_id DESC",
        "c bit?\n1\n");
}

/* Readers of a standby copy are ended, and nobody else is. */
static void test_readers(void **state)
{
    static const struct script_step steps[] = {
        {"failover/07-recover.sql", "", 0, STATE, STATE_COLUMNS "ONLINE|0\n"}};
    AUTO(tsql_session) struct tsql_session *reader = fixture_sa(*state, "sqldr1");
    AUTO(tsql_session) struct tsql_session *other = fixture_sa(*state, "sqldr1");

    assert_batch(reader, "RESTORE DATABASE mgc WITH STANDBY = N'E:\\u.tuf'",
                 "i 3014: RESTORE DATABASE successfully processed 0 pages in 0.1 seconds.\n");
    assert_batch(reader, "USE mgc", "master -> mgc\ni 5701: Changed database context to 'mgc'.\n");
    walk(*state, "sqldr1", "SQLDR1", steps, COUNT(steps));
    assert_false(tsql_session_alive(reader));
    assert_true(tsql_session_alive(other));
}

/* ---- putting back ---- */

static const char *const shipping_queries[] = {
    "SELECT primary_server AS a, primary_database AS b, backup_source_directory AS c, "
    "backup_destination_directory AS d, file_retention_period AS e, monitor_server AS f FROM "
    "msdb.dbo.log_shipping_secondary",
    "SELECT secondary_database AS a, restore_delay AS b, restore_all AS c, restore_mode AS d, "
    "disconnect_users "
    "AS e FROM msdb.dbo.log_shipping_secondary_databases",
    "SELECT restore_threshold AS a, threshold_alert AS b, threshold_alert_enabled AS c, "
    "history_retention_period AS d FROM msdb.dbo.log_shipping_monitor_secondary",
    "SELECT j.name AS n, j.enabled AS e, s.name AS s, s.enabled AS f, s.freq_type AS t, s.freq_interval AS "
    "i, "
    "s.freq_subday_type AS u, s.freq_subday_interval AS v, s.active_start_time AS x, s.active_end_time AS y "
    "FROM msdb.dbo.sysjobs AS j JOIN msdb.dbo.sysjobschedules AS js ON js.job_id = j.job_id JOIN "
    "msdb.dbo.sysschedules AS s ON s.schedule_id = js.schedule_id WHERE j.name LIKE 'LSCopy%' OR j.name LIKE "
    "'LSRestore%' ORDER BY j.name",
};

static char *shipping_of(struct tsql_session *session)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < COUNT(shipping_queries); i++) {
        AUTO_FREE char *answer = transcript_of(session, shipping_queries[i]);

        strbuf_add(&text, answer);
    }
    return strbuf_take(&text);
}

#define SCHEDULE(job)                                                                                        \
    {                                                                                                        \
        "failover/put-back-schedule.sql",                                                                    \
            "job=" job "|name=" job " schedule|enabled=1|freq_type=4|freq_interval=1|freq_subday_type=4|"    \
            "freq_subday_interval=5|freq_relative_interval=0|freq_recurrence_factor=0|active_start_date="    \
            "20200101|active_end_date=99991231|active_start_time=0|active_end_time=235959",                  \
            0, "SELECT COUNT(*) AS n FROM msdb.dbo.sysschedules WHERE name = '" job " schedule'",            \
            "n int\n1\n"                                                                                     \
    }

static void test_put_back(void **state)
{
    static const struct script_step away[] = {
        {"failover/03-quiesce.sql", "", 1, NULL, NULL},
        {"failover/06-remove.sql", "", 0, JOBS, JOB_COLUMNS},
    };
    static const struct script_step back[] = {
        {"failover/put-back.sql",
         "primary_server=sqlpri1|primary_database=mgc|backup_source_directory=\\\\fs1.litwareinc."
         "com\\pchatls|"
         "backup_destination_directory=E:\\LogCopy|file_retention_period=4320|monitor_server=SQLDR1|"
         "monitor_server_security_mode=1|user_specified_monitor=0|block_size=-1|buffer_count=-1|max_transfer_"
         "size=-1|copy_job=LSCopy_sqlpri1_mgc|restore_job=LSRestore_sqlpri1_mgc|"
         "restore_delay=0|restore_all=1|restore_mode=0|disconnect_users=0|restore_threshold=45|"
         "threshold_alert=14421|threshold_alert_enabled=1|history_retention_period=5760",
         0, JOBS, JOB_COLUMNS "LSCopy_sqlpri1_mgc|0\nLSRestore_sqlpri1_mgc|0\n"},
        SCHEDULE("LSCopy_sqlpri1_mgc"),
        SCHEDULE("LSRestore_sqlpri1_mgc"),
        {"failover/03-quiesce-undo.sql", "copy_enabled=1|restore_enabled=1", 0, JOBS,
         JOB_COLUMNS "LSCopy_sqlpri1_mgc|1\nLSRestore_sqlpri1_mgc|1\n"},
    };
    AUTO(tsql_session) struct tsql_session *sa = fixture_sa(*state, "sqldr1");
    AUTO_FREE char *before = shipping_of(sa);

    walk(*state, "sqldr1", "SQLDR1", away, COUNT(away));
    walk(*state, "sqldr1", "SQLDR1", back, COUNT(back));
    {
        AUTO_FREE char *after = shipping_of(sa);

        assert_string_equal(before, after);
    }
}

/* ---- within the site ---- */

#define ROLE       "SELECT mirroring_role_desc AS r FROM sys.database_mirroring WHERE database_id = DB_ID('mgc')"
#define BACKUP_JOB "SELECT enabled AS e FROM msdb.dbo.sysjobs WHERE name = 'LSBackup_mgc'"

static void test_mirror_switch(void **state)
{
    AUTO(tsql_session) struct tsql_session *session = fixture_sa(*state, "sqlpri1");
    static const struct script_step after[] = {
        {"mirror-switch/02-shipping.sql", "", 0, BACKUP_JOB, "e tinyint\n1\n"}};
    AUTO_FREE char *answer = NULL;

    take_lock(session, "SQLPRI1");
    answer = sent(session, "mirror-switch/01-switch.sql", "SQLPRI1", "");
    assert_string_equal(answer, PROVEN "outcome nvarchar(4)\ndone\n");
    assert_batch(session, ROLE, "r nvarchar(60)?\nMIRROR\n");
    walk(*state, "sqlmir1", "SQLMIR1", after, COUNT(after));
}

static void test_lost_witness(void **state)
{
    AUTO(tsql_session) struct tsql_session *session = fixture_sa(*state, "sqlmir1");
    AUTO_FREE char *answer = NULL;

    fixture_set(*state, "host_down", "sqlwit1", "");
    fixture_pass_s(*state, 30);
    fixture_set(*state, "host_down", "sqlpri1", "");
    fixture_pass_s(*state, 60);
    take_lock(session, "SQLMIR1");
    answer = sent(session, "mirror-force/02-witness.sql", "SQLMIR1", "");
    /* Only the principal may: then the witness must come back. */
    assert_string_equal(answer, PROVEN "1470: The alter database for this partner config values may only be "
                                       "initiated on the current principal server for database \"mgc\".\n");
}

static void test_mirror_force(void **state)
{
    static const struct script_step steps[] = {
        {"mirror-force/01-export.sql", "", 0, NULL, NULL},
        {"mirror-force/03-force.sql", "", 5, NULL, NULL},
        {"mirror-switch/02-shipping.sql", "", 0, BACKUP_JOB, "e tinyint\n1\n"},
    };
    AUTO(tsql_session) struct tsql_session *sa = fixture_sa(*state, "sqlmir1");

    fixture_set(*state, "host_down", "sqlpri1", "");
    fixture_pass_s(*state, 60);
    walk(*state, "sqlmir1", "SQLMIR1", steps, COUNT(steps));
    assert_batch(sa, ROLE, "r nvarchar(60)?\nPRINCIPAL\n");
}

static void test_fence_and_unfence(void **state)
{
    static const struct script_step fence[] = {
        {"fence/01-jobs.sql", "", 0, BACKUP_JOB, "e tinyint\n0\n"},
        {"fence/02-partner.sql", "", 0, ROLE, "r nvarchar(60)?\nNULL\n"},
        {"fence/03-read-only.sql", "", 0, STATE, STATE_COLUMNS "ONLINE|1\n"},
        {"unfence/01-read-write.sql", "", 0, STATE, STATE_COLUMNS "ONLINE|0\n"},
        {"unfence/02-jobs.sql", "", 0, BACKUP_JOB, "e tinyint\n1\n"},
    };

    walk(*state, "sqlpri1", "SQLPRI1", fence, COUNT(fence));
}

/* The primary's mirror is all that is left of its site: forced, taken out of the session, ended. */
static void test_forced_rescue(void **state)
{
    static const struct script_step steps[] = {
        {"failover/01-rescue-force.sql", "", 5, NULL, NULL},
        {"failover/01-rescue-off.sql", "", 0, ROLE, "r nvarchar(60)?\nNULL\n"},
        {"failover/01-rescue-end.sql", "file=\\\\fs1\\pchatls\\mgc_rescue_20261123051500.trn", 0, NULL, NULL},
    };
    AUTO(tsql_session) struct tsql_session *sa = fixture_sa(*state, "sqlmir1");

    fixture_set(*state, "host_down", "sqlpri1", "");
    fixture_do(*state, "host_down pc1; host_down pc2; host_down pc3; host_down pc4; +1");
    walk(*state, "sqlmir1", "SQLMIR1", steps, COUNT(steps));
    assert_batch(sa, STATE, STATE_COLUMNS "RESTORING|0\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_not_ours),
        TEST(test_failover),
        TEST(test_rescue_and_apply),
        TEST(test_readers),
        TEST(test_put_back),
        TEST(test_mirror_switch),
        TEST(test_lost_witness),
        cmocka_unit_test_setup_teardown(test_mirror_force, setup_alone, teardown),
        cmocka_unit_test_setup_teardown(test_forced_rescue, setup_alone, teardown),
        TEST(test_fence_and_unfence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

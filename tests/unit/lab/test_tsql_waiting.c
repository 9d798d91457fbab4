/* Statements that wait: application locks, media that take time, KILL and what it undoes. */
#include "unit/lab/tsql_fixture.h"

#include <string.h>

/* A client whose batch may wait; what it was answered so far stands in `out`. */
struct client {
    struct tsql_session *session;
    struct strbuf out;
    struct transcript transcript;
    struct tsql_sink sink;
    bool done;
};

static void client_say(struct client *client, const char *batch)
{
    strbuf_truncate(&client->out, 0);
    client->done = tsql_execute(client->session, batch, &client->sink);
}

static void client_open(struct client *client, struct world *world, const char *instance)
{
    *client = (struct client){.session = fixture_sa(world, instance)};
    client->transcript.out = &client->out;
    client->sink = transcript_sink(&client->transcript);
}

static void client_done(struct client *client)
{
    tsql_logout(client->session);
    transcript_done(&client->transcript);
    strbuf_done(&client->out);
}
AUTO_DEFINE_DONE(client, struct client)

static void pass_ms(struct world *world, struct client *client, int64_t ms)
{
    world_advance(world, ms);
    if (!client->done)
        client->done = tsql_continue(client->session, &client->sink);
}

#define GET(timeout)                                                                                         \
    "DECLARE @rc int EXEC @rc = sp_getapplock @Resource = N'pool', @LockMode = 'Exclusive', @LockOwner = "   \
    "'Session', @LockTimeout = " timeout " SELECT @rc AS rc"
#define MODE      "SELECT APPLOCK_MODE('public', N'pool', 'Session') AS m"
#define TAKEN(rc) "=" rc "\nrc int?\n" rc "\n"

/* Batch, who sends it (1, 2 or nobody), milliseconds that pass then, and what that client has been answered.
 */
struct lock_step {
    int client;
    const char *batch; /* NULL = only time passes */
    int64_t ms;
    const char *expected;
    bool waits;
};

static void walk(struct world *world, const struct lock_step *steps, size_t count)
{
    AUTO(client) struct client one = {0}, two = {0};

    client_open(&one, world, "sqldr1");
    client_open(&two, world, "sqldr1");
    for (size_t i = 0; i < count; i++) {
        struct client *client = steps[i].client == 1 ? &one : &two;

        if (steps[i].batch)
            client_say(client, steps[i].batch);
        world_advance(world, steps[i].ms);
        if (!client->done)
            client->done = tsql_continue(client->session, &client->sink);
        if (steps[i].expected && strcmp(steps[i].expected, strbuf_text(&client->out)) != 0)
            fail_msg("step %zu\n--- is\n%s--- should be\n%s", i, strbuf_text(&client->out),
                     steps[i].expected);
        assert_int_equal(client->done, !steps[i].waits);
    }
}

static void test_application_locks(void **state)
{
    static const struct lock_step steps[] = {
        {1, GET("0"), 0, TAKEN("0"), false},
        {1, GET("0"), 0, TAKEN("0"), false}, /* locks nest */
        {1, MODE, 0, "m nvarchar(128)?\nExclusive\n", false},
        {2, MODE, 0, "m nvarchar(128)?\nNoLock\n", false},
        {2, GET("0"), 0, TAKEN("-1"), false},
        /* it waits, and gives up in time */
        {2, GET("5000"), 4999, "", true},
        {2, NULL, 1, TAKEN("-1"), false},
        /* it waits, and gets it; both releases are needed */
        {2, GET("-1"), 3600000, "", true},
        {1, "EXEC sp_releaseapplock N'pool', 'Session'", 0, "=0\n", false},
        {2, NULL, 0, "", true},
        {1, "EXEC sp_releaseapplock @Resource = N'pool', @LockOwner = 'Session'", 0, "=0\n", false},
        {2, NULL, 0, TAKEN("1"), false},
        {1, MODE, 0, "m nvarchar(128)?\nNoLock\n", false},
        {1, "EXEC sp_releaseapplock 'pool', 'Session'", 0,
         "1223: Cannot release the application lock (Database Principal: 'public', Resource: 'pool') because "
         "it "
         "is not currently held.\n=-999\n",
         false},
        /* the name counts byte by byte, and the database */
        {1,
         "DECLARE @rc int EXEC @rc = sp_getapplock 'POOL', 'Exclusive', 'Session', 0 SELECT @rc AS rc EXEC "
         "@rc = "
         "sp_getapplock N'po''ol]\"', 'Exclusive', 'Session', 0 SELECT @rc AS rc",
         0, TAKEN("0") TAKEN("0"), false},
        {1, "USE msdb " GET("0"), 0,
         "master -> msdb\ni 5701: Changed database context to 'msdb'.\n" TAKEN("0"), false},
        /* wrong calls */
        {1, "EXEC sp_getapplock 'x', 'Exclusive'", 0,
         "3918: The statement or function must be executed in the context of a user transaction.\n=-999\n",
         false},
        {1, "EXEC sp_getapplock 'x', 'Frobnicate', 'Session'", 0, "=-999\n", false},
        {1, "EXEC sp_getapplock 'x', 'Exclusive', 'Session', -7", 0, "=-999\n", false},
        {1, "EXEC sp_getapplock 'x', 'Exclusive', 'Session', 0, 'nosuch'", 0, "=-999\n", false},
        {1, "EXEC sp_getapplock", 0,
         "201: Procedure or function 'sp_getapplock' expects parameter '@Resource', which was not "
         "supplied.\n=1\n",
         false},
    };

    walk(*state, steps, COUNT(steps));
}

/* A statement that waits is gone on with where it was, whatever it stands in. */
static void test_waits_inside(void **state)
{
    static const struct lock_step steps[] = {
        {1, GET("0"), 0, NULL, false},
        {2,
         "DECLARE @n int, @rc int SET @n = 0 SET @n = @n + 1 IF @n = 1 BEGIN SET @n = @n + 1 PRINT 'before' "
         "EXEC "
         "@rc = sp_getapplock 'pool', 'Exclusive', 'Session', 1000 SET @n = @n + 10 END ELSE PRINT 'no' "
         "SELECT "
         "@n AS n, @rc AS rc",
         999, "i 0: before\n", true},
        {2, NULL, 1, "i 0: before\n=-1\nn int?, rc int?\n12|-1\n", false},
        {2,
         "EXEC('DECLARE @n int, @rc int SET @n = 1 PRINT ''once'' EXEC @rc = sp_getapplock ''pool'', "
         "''Exclusive'', ''Session'', 1000 SET @n = @n + 1 SELECT @n AS n, @rc AS rc') PRINT 'after'",
         999, "i 0: once\n", true},
        {2, NULL, 1, "i 0: once\nn int?, rc int?\n2|-1\ni 0: after\n", false},
        {2,
         "DECLARE @out int EXEC sp_executesql N'DECLARE @n int SET @n = @a EXEC @rc = sp_getapplock "
         "''pool'', "
         "''Exclusive'', ''Session'', 1000 SET @rc = @rc * @n', N'@a int, @rc int OUTPUT', 7, @out OUTPUT "
         "SELECT "
         "@out AS o",
         999, "", true},
        {2, NULL, 1, "=0\no int?\n-7\n", false},
        /* two waits in one batch */
        {2,
         "DECLARE @rc int EXEC @rc = sp_getapplock 'pool', 'Exclusive', 'Session', 1000 PRINT 'then' EXEC "
         "@rc = "
         "sp_getapplock 'pool', 'Exclusive', 'Session', 1000 SELECT @rc AS rc",
         1000, "=-1\ni 0: then\n", true},
        {2, NULL, 999, "=-1\ni 0: then\n", true},
        {2, NULL, 1, "=-1\ni 0: then\n=-1\nrc int?\n-1\n", false},
    };

    walk(*state, steps, COUNT(steps));
}

/* The lock goes with its session: logged out, or killed. */
static void test_locks_end_with_their_session(void **state)
{
    AUTO(client) struct client one = {0}, two = {0}, three = {0}, four = {0};
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;

    client_open(&one, *state, "sqldr1");
    client_open(&two, *state, "sqldr1");
    client_open(&three, *state, "sqldr1");
    client_say(&one, GET("0"));
    client_say(&two, GET("-1"));
    client_say(
        &three,
        "SELECT r.session_id - s.request_session_id AS later, r.blocking_session_id - s.request_session_id "
        "AS by_it, r.wait_type AS w, r.status AS s, s.resource_type AS t, s.request_mode AS m FROM "
        "sys.dm_exec_requests AS r JOIN sys.dm_tran_locks AS s ON s.resource_type = 'APPLICATION' WHERE "
        "r.wait_type IS NOT NULL");
    assert_string_equal(strbuf_text(&three.out),
                        "later int, by_it int?, w nvarchar(60)?, s nvarchar(30), t nvarchar(60), m "
                        "nvarchar(60)\n1|0|LCK_M_X|suspended|APPLICATION|X\n");
    tsql_logout(one.session);
    one.session = NULL;
    pass_ms(*state, &two, 0);
    assert_string_equal(strbuf_text(&two.out), TAKEN("1"));
    client_say(&three, GET("-1"));
    assert_false(three.done);
    client_open(&four, *state, "sqldr1");
    strbuf_format(&batch, "KILL %d", tsql_session_id(two.session));
    client_say(&four, strbuf_text(&batch));
    assert_string_equal(strbuf_text(&four.out), "");
    assert_false(tsql_session_alive(two.session));
    pass_ms(*state, &three, 0);
    assert_string_equal(strbuf_text(&three.out), TAKEN("1"));
}

/* A batch that waited and was given up holds nothing, and its session does the next. */
static void test_cancel(void **state)
{
    AUTO(client) struct client one = {0}, two = {0};

    client_open(&one, *state, "sqldr1");
    client_open(&two, *state, "sqldr1");
    client_say(&one, GET("0"));
    client_say(&two, GET("-1"));
    assert_false(two.done);
    tsql_cancel(two.session);
    client_say(&two, "SELECT status AS s FROM sys.dm_exec_sessions WHERE session_id = @@SPID " MODE);
    assert_true(two.done);
    assert_string_equal(strbuf_text(&two.out), "s nvarchar(30)\nsleeping\nm nvarchar(128)?\nNoLock\n");
    /* One that still waits when its client goes. */
    client_say(&two, GET("-1"));
    assert_false(two.done);
}

#define REQUESTS                                                                                             \
    "SELECT command AS c, percent_complete AS p, estimated_completion_time AS e, total_elapsed_time AS t "   \
    "FROM sys.dm_exec_requests WHERE session_id <> @@SPID"
#define REQUEST_COLUMNS "c nvarchar(32), p real, e bigint, t int\n"

static void test_media_take_time(void **state)
{
    AUTO(client) struct client one = {0}, two = {0};

    fixture_set(*state, "media_slow", "sqldr1", "seconds=40");
    client_open(&one, *state, "sqldr1");
    client_open(&two, *state, "sqldr1");
    client_say(&one, "RESTORE DATABASE mgc WITH RECOVERY PRINT 'done'");
    assert_false(one.done);
    pass_ms(*state, &one, 10000);
    assert_false(one.done);
    client_say(&two, REQUESTS " SELECT state_desc AS s FROM sys.databases WHERE name = 'mgc'");
    assert_string_equal(strbuf_text(&two.out),
                        REQUEST_COLUMNS "RESTORE DATABASE|25|30000|10000\ns nvarchar(60)?\nRESTORING\n");
    pass_ms(*state, &one, 30000);
    assert_true(one.done);
    assert_string_equal(
        strbuf_text(&one.out),
        "i 3014: RESTORE DATABASE successfully processed 0 pages in 0.1 seconds.\ni 0: done\n");
    client_say(&two, REQUESTS " SELECT state_desc AS s FROM sys.databases WHERE name = 'mgc'");
    assert_string_equal(strbuf_text(&two.out), REQUEST_COLUMNS "s nvarchar(60)?\nONLINE\n");
}

/* Recovery takes its time too, and needs no client. */
static void test_recovery_takes_time(void **state)
{
    static const char of_mgc[] = "SELECT state_desc AS s FROM sys.databases WHERE name = 'mgc'";
    AUTO(client) struct client one = {0}, two = {0};

    fixture_set(*state, "recovery_slow", "sqldr1", "seconds=20");
    fixture_set(*state, "media_slow", "sqldr1", "seconds=10");
    client_open(&one, *state, "sqldr1");
    client_open(&two, *state, "sqldr1");
    client_say(&one, "EXEC (N'RESTORE DATABASE mgc WITH RECOVERY') PRINT 'done'");
    pass_ms(*state, &one, 10000);
    client_say(&two, of_mgc);
    assert_string_equal(strbuf_text(&two.out), "s nvarchar(60)?\nRECOVERING\n");
    client_say(&two, "USE mgc");
    assert_string_equal(strbuf_text(&two.out),
                        "922: Database 'mgc' is being recovered. Waiting until recovery is finished.\n");
    pass_ms(*state, &one, 5000);
    client_say(&two, REQUESTS);
    assert_string_equal(strbuf_text(&two.out), REQUEST_COLUMNS "RESTORE DATABASE|25|15000|5000\n");
    assert_false(one.done);
    tsql_cancel(one.session);
    one.done = true;
    pass_ms(*state, &one, 16000);
    client_say(&two, of_mgc);
    assert_string_equal(strbuf_text(&two.out), "s nvarchar(60)?\nONLINE\n");
    client_say(&one, "CREATE DATABASE x BACKUP LOG mgc TO DISK = 'E:\\a.trn' WITH NORECOVERY");
    pass_ms(*state, &one, 10000);
    client_say(&one, "RESTORE DATABASE mgc WITH RECOVERY PRINT 'done'");
    pass_ms(*state, &one, 10000);
    pass_ms(*state, &one, 19000);
    assert_false(one.done);
    pass_ms(*state, &one, 2000);
    assert_true(one.done);
    assert_string_equal(
        strbuf_text(&one.out),
        "i 3014: RESTORE DATABASE successfully processed 0 pages in 0.1 seconds.\ni 0: done\n");
}

/* Both halves of a TRY may wait. */
static void test_waiting_in_a_try(void **state)
{
    static const struct lock_step steps[] = {
        {2, GET("0"), 0, TAKEN("0"), false},
        {1,
         "DECLARE @rc int BEGIN TRY RESTORE DATABASE mgc WITH RECOVERY RESTORE DATABASE mgc WITH RECOVERY "
         "PRINT "
         "'no' END TRY BEGIN CATCH PRINT ERROR_MESSAGE() EXEC @rc = sp_getapplock 'pool', 'Exclusive', "
         "'Session', "
         "5000 SELECT @rc AS rc, ERROR_NUMBER() AS n END CATCH PRINT 'end'",
         10000, NULL, true},
        {1, NULL, 10000, NULL, true},
        {1, NULL, 5000,
         "i 3014: RESTORE DATABASE successfully processed 0 pages in 0.1 seconds.\n"
         "i 0: RESTORE DATABASE is terminating abnormally.\n=-1\nrc int?, n int?\n-1|3013\ni 0: end\n",
         false},
    };

    fixture_set(*state, "media_slow", "sqldr1", "seconds=20");
    walk(*state, steps, COUNT(steps));
}

/* What is refused is refused at once. */
static void test_refusals_take_no_time(void **state)
{
    AUTO(client) struct client one = {0};

    fixture_set(*state, "media_slow", "sqldr1", "seconds=40");
    client_open(&one, *state, "sqldr1");
    client_say(&one, "RESTORE LOG mgc FROM DISK = 'E:\\nosuch.trn' WITH NORECOVERY");
    assert_true(one.done);
    assert_non_null(strstr(strbuf_text(&one.out), "3201: "));
}

/* The client of a RESTORE over an existing database is gone: nothing but another RESTORE helps. */
static void test_interrupted_restore(void **state)
{
    static const struct tsql_case cases[] = {
        {"SELECT state_desc AS s FROM sys.databases WHERE name = 'mgc'", "s nvarchar(60)?\nRESTORING\n"},
        {"RESTORE DATABASE mgc WITH RECOVERY",
         "4319: A previous restore operation was interrupted and did not complete processing on file 'mgc'. "
         "Either restore the backup set that was interrupted or restart the restore sequence.\n"
         "3013: RESTORE DATABASE is terminating abnormally.\n"},
        {"RESTORE DATABASE mgc FROM DISK = 'E:\\a.bak' WITH REPLACE",
         "i 4035: Processed 8 pages for database 'mgc', file 'mgc' on file 1.\n"
         "i 3014: RESTORE DATABASE successfully processed 8 pages in 0.1 seconds.\n"},
        {"SELECT state_desc AS s FROM sys.databases WHERE name = 'mgc'", "s nvarchar(60)?\nONLINE\n"},
    };
    AUTO(client) struct client one = {0}, two = {0};

    client_open(&one, *state, "sqldr1");
    client_open(&two, *state, "sqldr1");
    client_say(&one,
               "RESTORE DATABASE mgc WITH RECOVERY BACKUP DATABASE mgc TO DISK = 'E:\\a.bak' WITH INIT");
    fixture_set(*state, "media_slow", "sqldr1", "seconds=40");
    client_say(&one, "RESTORE DATABASE mgc FROM DISK = 'E:\\a.bak' WITH REPLACE, RECOVERY");
    assert_false(one.done);
    pass_ms(*state, &one, 20000);
    tsql_logout(one.session);
    one.session = NULL;
    fixture_clear(*state, "media_slow", "sqldr1");
    assert_cases(two.session, cases, COUNT(cases));
}

struct kill_case {
    const char *batch, *expected; /* # is the other client */
};

static void put_id(struct strbuf *out, const char *text, int id)
{
    for (; *text; text++)
        if (*text == '#')
            strbuf_format(out, "%d", id);
        else
            strbuf_add_char(out, *text);
}

/* Another session reads what was committed, and waits to change what a transaction has changed. */
static void test_transactions(void **state)
{
    static const struct lock_step steps[] = {
        {1,
         "CREATE DATABASE ops EXEC('USE ops CREATE TABLE t (k int PRIMARY KEY, v int) INSERT t VALUES (1, "
         "1)')",
         0, NULL, false},
        {1, "USE ops BEGIN TRAN UPDATE t SET v = 2", 0,
         "master -> ops\ni 5701: Changed database context to 'ops'.\n", false},
        {1, "SELECT v FROM t", 0, "v int?\n2\n", false},
        {2, "SELECT v FROM ops.dbo.t", 0, "v int?\n1\n", false},
        {2, "SET LOCK_TIMEOUT 0 UPDATE ops.dbo.t SET v = 3", 0,
         "1222: Lock request time out period exceeded.\n", false},
        {2, "SET LOCK_TIMEOUT 1000 UPDATE ops.dbo.t SET v = 3", 999, "", true},
        {2, NULL, 1, "1222: Lock request time out period exceeded.\n", false},
        {2, "SET LOCK_TIMEOUT -1 UPDATE ops.dbo.t SET v = v + 10", 5000, "", true},
        {1, "COMMIT", 0, "", false},
        {2, NULL, 0, "", false},
        {1, "SELECT v FROM t", 0, "v int?\n12\n", false},
    };

    walk(*state, steps, COUNT(steps));
}

/* Who reads to change keeps the table, as a ledger's next epoch needs it; others may look. */
static void test_update_locks(void **state)
{
    static const struct lock_step steps[] = {
        {1,
         "CREATE DATABASE ops EXEC('USE ops CREATE TABLE runs (epoch int PRIMARY KEY, at datetime DEFAULT "
         "GETUTCDATE()) INSERT runs (epoch) VALUES (1)')",
         0, NULL, false},
        {1, "BEGIN TRAN SELECT MAX(epoch) AS e FROM ops.dbo.runs WITH (UPDLOCK, HOLDLOCK)", 0, "e int?\n1\n",
         false},
        {2, "SELECT MAX(epoch) AS e FROM ops.dbo.runs", 0, "e int?\n1\n", false},
        {2,
         "DECLARE @e int BEGIN TRAN SELECT @e = MAX(r.epoch) + 1 FROM (SELECT epoch FROM ops.dbo.runs WITH "
         "(UPDLOCK)) AS r INSERT INTO ops.dbo.runs (epoch) VALUES (@e) COMMIT SELECT @e AS e",
         5000, "", true},
        {1, "INSERT INTO ops.dbo.runs (epoch) VALUES (2) COMMIT", 0, "", false},
        {2, NULL, 0, "e int?\n3\n", false},
        /* without a transaction it lasts as long as its statement */
        {1, "SELECT MAX(epoch) AS e FROM ops.dbo.runs WITH (UPDLOCK)", 0, "e int?\n3\n", false},
        {2, "UPDATE ops.dbo.runs WITH (UPDLOCK, SERIALIZABLE) SET epoch = epoch + 10 WHERE epoch = 3", 0, "",
         false},
    };

    walk(*state, steps, COUNT(steps));
}

/* ROLLBACK AFTER gives others time, and ends them then. */
static void test_rollback_after(void **state)
{
    static const struct lock_step steps[] = {
        {1, "CREATE DATABASE ops", 0, "", false},
        {2, "USE ops", 0, NULL, false},
        {1, "ALTER DATABASE ops SET READ_ONLY WITH ROLLBACK AFTER 5 SECONDS", 4999, "", true},
        {1, NULL, 1, "", false},
        {1, "SELECT is_read_only AS r FROM sys.databases WHERE name = 'ops'", 0, "r bit?\n1\n", false},
        {1, "SELECT COUNT(*) AS n FROM sys.dm_exec_sessions WHERE database_id = DB_ID('ops')", 0, NULL,
         false},
        {1, "ALTER DATABASE ops SET READ_WRITE WITH ROLLBACK AFTER 5", 0, "", false},
    };

    walk(*state, steps, COUNT(steps));
}

/* What was not committed goes with its session. */
static void test_transactions_end_with_their_session(void **state)
{
    AUTO(client) struct client one = {0}, two = {0};

    client_open(&one, *state, "sqldr1");
    client_open(&two, *state, "sqldr1");
    client_say(&one, "CREATE DATABASE ops EXEC('USE ops CREATE TABLE t (k int)')");
    client_say(&one, "BEGIN TRAN INSERT ops.dbo.t VALUES (1)");
    tsql_logout(one.session);
    one.session = NULL;
    client_say(&two, "INSERT ops.dbo.t VALUES (2) SELECT k FROM ops.dbo.t");
    assert_string_equal(strbuf_text(&two.out), "k int?\n2\n");
}

static void test_kill(void **state)
{
    static const struct kill_case cases[] = {
        {"KILL 50", "6107: Only user processes can be killed.\n"},
        {"KILL 3000", "6106: Process ID 3000 is not an active process ID.\n"},
        {"KILL 40000", "6101: Session ID 40000 is not valid.\n"},
        {"KILL # WITH STATUSONLY", "6120: Status report cannot be obtained. Rollback operation for Process "
                                   "ID # is not in progress.\n"},
        {"DECLARE @n int SET @n = 1 KILL @n", "102: Incorrect syntax near '@n'.\n"},
        {"KILL 'D5499C66-E398-45CA-BF7E-DC9C194B48CF'",
         "102: Incorrect syntax near 'D5499C66-E398-45CA-BF7E-DC9C194B48CF'.\n"},
        {"BEGIN TRAN KILL # ROLLBACK", "6115: KILL command cannot be used inside user transactions.\n"},
        {"KILL #", ""},
        {"KILL #", "6106: Process ID # is not an active process ID.\n"},
    };
    AUTO(client) struct client one = {0}, two = {0};
    AUTO(tsql_session) struct tsql_session *monitor = fixture_monitor(*state, "sqldr1");

    client_open(&one, *state, "sqldr1");
    client_open(&two, *state, "sqldr1");
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(strbuf) struct strbuf batch = STRBUF_INIT, expected = STRBUF_INIT;
        int id = tsql_session_id(two.session);

        put_id(&batch, cases[i].batch, id);
        put_id(&expected, cases[i].expected, id);
        assert_batch(one.session, strbuf_text(&batch), strbuf_text(&expected));
    }
    assert_batch(monitor, "KILL 51", "6102: User does not have permission to use the KILL statement.\n");
    assert_batch(monitor, "KILL 51 WITH STATUSONLY",
                 "6102: User does not have permission to use the KILL statement.\n");
    assert_batch(monitor, "EXEC sp_getapplock 'p', 'Exclusive', 'Session', 0", "=0\n");
}

static void test_kill_itself(void **state)
{
    AUTO(client) struct client one = {0};
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;

    client_open(&one, *state, "sqldr1");
    strbuf_format(&batch, "KILL %d", tsql_session_id(one.session));
    client_say(&one, strbuf_text(&batch));
    assert_string_equal(strbuf_text(&one.out), "6104: Cannot use KILL to kill your own process.\n");
}

/* What is undone slowly keeps its row and its locks until it is, and takes no second KILL. */
static void test_slow_rollback(void **state)
{
    AUTO(client) struct client one = {0}, two = {0};
    AUTO(strbuf) struct strbuf kill = STRBUF_INIT, status = STRBUF_INIT, expected = STRBUF_INIT;
    int id;

    fixture_set(*state, "rollback_slow", "sqldr1", "seconds=20");
    client_open(&one, *state, "sqldr1");
    client_open(&two, *state, "sqldr1");
    client_say(&two, GET("0"));
    id = tsql_session_id(two.session);
    strbuf_format(&kill, "KILL %d", id);
    strbuf_format(&status, "KILL %d WITH STATUSONLY", id);
    client_say(&one, strbuf_text(&kill));
    tsql_logout(two.session);
    two.session = NULL;
    pass_ms(*state, &one, 5000);
    client_say(&one, strbuf_text(&status));
    strbuf_format(&expected,
                  "i 6109: SPID %d: transaction rollback in progress. Estimated rollback completion: 25%%. "
                  "Estimated time remaining: 15 seconds.\n",
                  id);
    assert_string_equal(strbuf_text(&one.out), strbuf_text(&expected));
    client_say(&one, REQUESTS " " GET("0"));
    assert_string_equal(strbuf_text(&one.out), REQUEST_COLUMNS "KILLED/ROLLBACK|25|15000|5000\n" TAKEN("-1"));
    client_say(&one, "SELECT status FROM sys.dm_exec_requests WHERE session_id <> @@SPID");
    assert_string_equal(strbuf_text(&one.out), "status nvarchar(30)\nrollback\n");
    pass_ms(*state, &one, 16000);
    client_say(&one, REQUESTS " " GET("0"));
    assert_string_equal(strbuf_text(&one.out), REQUEST_COLUMNS TAKEN("0"));
}

/* A client that vanished: the server misses it 30 seconds later, or when an administrator ends it. */
static void test_half_open(void **state)
{
    AUTO(client) struct client gone = {0}, killed = {0}, here = {0};
    AUTO(strbuf) struct strbuf kill = STRBUF_INIT;

    fixture_set(*state, "half_open", "sqldr1", "seconds=30 login=sa");
    client_open(&gone, *state, "sqldr1");
    client_open(&killed, *state, "sqldr1");
    client_open(&here, *state, "sqldr1");
    client_say(&gone, GET("0"));
    client_say(&killed, "EXEC sp_getapplock 'other', 'Exclusive', 'Session'");
    strbuf_format(&kill, "KILL %d", tsql_session_id(killed.session));
    tsql_logout(gone.session);
    tsql_logout(killed.session);
    gone.session = killed.session = NULL;
    pass_ms(*state, &here, 28000);
    client_say(&here, "SELECT COUNT(*) AS n FROM sys.dm_exec_sessions WHERE host_name = 'monitor' " GET("0"));
    assert_string_equal(strbuf_text(&here.out), "n int\n3\n" TAKEN("-1"));
    client_say(
        &here,
        "DECLARE @rc int EXEC @rc = sp_getapplock 'other', 'Exclusive', 'Session', 0 SELECT @rc AS rc");
    assert_string_equal(strbuf_text(&here.out), TAKEN("-1"));
    client_say(&here, strbuf_text(&kill));
    pass_ms(*state, &here, 1000);
    client_say(&here, "SELECT COUNT(*) AS n FROM sys.dm_exec_sessions WHERE host_name = 'monitor' " GET("0"));
    assert_string_equal(strbuf_text(&here.out), "n int\n2\n" TAKEN("-1"));
    pass_ms(*state, &here, 2000);
    client_say(&here, "SELECT COUNT(*) AS n FROM sys.dm_exec_sessions WHERE host_name = 'monitor' " GET("0"));
    assert_string_equal(strbuf_text(&here.out), "n int\n1\n" TAKEN("0"));
    fixture_clear(*state, "half_open", "sqldr1");
}

/* What it had begun the server finishes. */
static void test_half_open_batches_go_on(void **state)
{
    AUTO(client) struct client gone = {0}, here = {0};

    fixture_set(*state, "half_open", "sqldr1", "seconds=60");
    fixture_set(*state, "media_slow", "sqldr1", "seconds=20");
    client_open(&gone, *state, "sqldr1");
    client_open(&here, *state, "sqldr1");
    client_say(&gone, "RESTORE DATABASE mgc WITH RECOVERY; CREATE DATABASE after");
    tsql_logout(gone.session);
    gone.session = NULL;
    pass_ms(*state, &here, 10000);
    client_say(&here, REQUESTS);
    assert_string_equal(strbuf_text(&here.out), REQUEST_COLUMNS "RESTORE DATABASE|50|10000|10000\n");
    pass_ms(*state, &here, 11000);
    client_say(
        &here,
        "SELECT name, state_desc AS s FROM sys.databases WHERE name IN ('after', 'mgc') ORDER BY name");
    assert_string_equal(strbuf_text(&here.out),
                        "name nvarchar(128), s nvarchar(60)?\nafter|ONLINE\nmgc|ONLINE\n");
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
        IN_A_WORLD(test_application_locks),
        IN_A_WORLD(test_waits_inside),
        IN_A_WORLD(test_locks_end_with_their_session),
        IN_A_WORLD(test_cancel),
        IN_A_WORLD(test_media_take_time),
        IN_A_WORLD(test_recovery_takes_time),
        IN_A_WORLD(test_waiting_in_a_try),
        IN_A_WORLD(test_refusals_take_no_time),
        IN_A_WORLD(test_interrupted_restore),
        IN_A_WORLD(test_rollback_after),
        IN_A_WORLD(test_transactions),
        IN_A_WORLD(test_update_locks),
        IN_A_WORLD(test_transactions_end_with_their_session),
        IN_A_WORLD(test_kill),
        IN_A_WORLD(test_kill_itself),
        IN_A_WORLD(test_slow_rollback),
        IN_A_WORLD(test_half_open),
        IN_A_WORLD(test_half_open_batches_go_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

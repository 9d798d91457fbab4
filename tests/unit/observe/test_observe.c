/* The pass: in parallel, under one deadline, with whatever was seen by then. */
#include "observe/core/observe.h"

#include "observe/sql/fact_query.h"
#include "unit/cmocka_unit.h"
#include "unit/observe/script_port.h"

#include <string.h>

#define SERVER_COLUMNS                                                                                       \
    "server_name|version|edition|engine_edition|now_utc|login|is_sysadmin|view_server_state|view_any_"       \
    "definition|"                                                                                            \
    "view_any_database|encrypt_option\n"
#define SERVER_ROW(name) SERVER_COLUMNS name "|12.0.6024.0|Standard|2|2026-11-23T05:15:40|mon|0|1|1|1|TRUE"
#define DATABASE_COLUMNS                                                                                     \
    "name|state|user_access|is_read_only|is_in_standby|recovery_model|log_reuse_wait|has_dbaccess\n"
#define DATABASE_ROW(state) DATABASE_COLUMNS "mgc|" state "|MULTI_USER|0|0|FULL|NOTHING|1"
#define MIRRORING_HIDDEN                                                                                     \
    "mirroring_guid|state|role|role_sequence|safety_level|partner_instance|witness_name|witness_state|"      \
    "failover_lsn|"                                                                                          \
    "end_of_log_lsn\nNULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL"

static struct topology_sql primary_sql[] = {
    {.name = "a", .host = "sqlpri1", .port = 1433, .role = SQL_PRINCIPAL, .tls = TLS_REQUIRE},
    {.name = "m", .host = "sqlmir1", .port = 1433, .role = SQL_MIRROR, .tls = TLS_REQUIRE},
    {.name = "w", .host = "sqlwit1", .instance = "RTC", .role = SQL_WITNESS, .tls = TLS_REQUIRE},
};
static struct topology_sql backup_sql[] = {
    {.name = "b", .host = "::1", .port = 14330, .role = SQL_SECONDARY, .tls = TLS_REQUEST},
};
static struct topology_host pc1 = {.name = "pc1", .fqdn = "pc1.example"};
static struct topology_host adm1 = {.name = "adm1", .fqdn = "adm1.example"};
static struct topology_vantage oob = {.name = "oob", .failure_domain = "third", .command = "/bin/look"};
static struct topology_site sites[] = {
    {.name = "dub",
     .role = SITE_PRIMARY,
     .sql = primary_sql,
     .sql_count = COUNT(primary_sql),
     .chat_servers = &pc1,
     .chat_server_count = 1},
    {.name = "red",
     .role = SITE_BACKUP,
     .sql = backup_sql,
     .sql_count = COUNT(backup_sql),
     .management = &adm1},
};
static const struct topology_pool pool = {.fqdn = "pool",
                                          .database = "mgc",
                                          .share = "\\\\nas\\ls",
                                          .sites = sites,
                                          .site_count = COUNT(sites),
                                          .vantages = &oob,
                                          .vantage_count = 1};

static struct observe_result observe(struct script *script, int64_t timeout_ms, const char *only)
{
    struct sql_opener opener = script_opener(script);
    struct observe_request request = {.pool = &pool,
                                      .only_instance = only,
                                      .program_name = "test",
                                      .clock = clock_system(),
                                      .deadline = deadline_in_ms(clock_system(), timeout_ms),
                                      .opener = &opener};

    return observe_pool(&request);
}

/* Plenty for a script, little for a tester. */
enum { ENOUGH_MS = 5000, SHORT_MS = 300, SLACK_MS = 2000 };

static const struct script_turn healthy[] = {
    {.match = "SUSER_SNAME", .rows = SERVER_ROW("SQL")},
    {.match = "sys.databases", .rows = DATABASE_ROW("ONLINE")},
};

static void shape_and_facts_are_there(void **state)
{
    struct script_server servers[] = {{.name = "a", .turns = healthy, .turn_count = COUNT(healthy)},
                                      {.name = "m", .turns = healthy, .turn_count = COUNT(healthy)},
                                      {.name = "w", .turns = healthy, .turn_count = COUNT(healthy)},
                                      {.name = "b", .turns = healthy, .turn_count = COUNT(healthy)}};
    struct script script = SCRIPT_INIT(servers);
    struct observe_result result = observe(&script, ENOUGH_MS, NULL);
    AUTO(snapshot) struct snapshot *snapshot = result.snapshot;
    const struct instance_snapshot *w = snapshot_find(snapshot, "w"), *b = snapshot_find(snapshot, "b");

    (void)state;
    assert_int_equal(result.hung_threads, 0);
    assert_string_equal(snapshot->pool, "pool");
    assert_string_equal(snapshot->share, "\\\\nas\\ls");
    assert_int_equal(snapshot->instance_count, 4);
    assert_string_equal(snapshot->instances[0].address, "sqlpri1:1433");
    assert_string_equal(w->address, "sqlwit1\\RTC");
    assert_string_equal(b->address, "[::1]:14330");
    assert_string_equal(b->site_name, "red");
    assert_int_equal(b->site, SITE_BACKUP);
    for (size_t i = 0; i < snapshot->instance_count; i++) {
        assert_int_equal(snapshot->instances[i].reach.sight, SIGHT_SEEN);
        assert_true(snapshot->instances[i].clock_offset_ms.known);
        assert_true(snapshot->instances[i].round_trip_ms.known);
    }
    assert_string_equal(b->database.rows[0].state, "ONLINE");
    assert_int_equal(b->recovery.sighting.sight, SIGHT_SEEN);
    assert_int_equal(b->witness.sighting.sight, SIGHT_NOT_ASKED);
    assert_int_equal(w->database.sighting.sight, SIGHT_NOT_ASKED);
    assert_int_equal(w->witness.sighting.sight, SIGHT_SEEN);
    assert_int_equal(atomic_load(&servers[0].closes), 1);
}

#define IDENTITY_COLUMNS "server_id|server_address|ping|age_if_utc_s|age_if_local_s\n"
#define IDENTITY_ROWS    IDENTITY_COLUMNS "1|net.tcp://pc1:8011/|2026-11-23T05:15:30|10|-3590"

static const struct script_turn chatting[] = {
    {.match = "tblServerIdentity", .rows = IDENTITY_ROWS},
    {.match = "SUSER_SNAME", .rows = SERVER_ROW("SQL")},
    {.match = "N'mgccomp'", .rows = DATABASE_ROW("OFFLINE")},
    {.match = "sys.databases", .rows = DATABASE_ROW("ONLINE")},
};

static struct snapshot *observe_chat(int64_t gap_s, int64_t timeout_ms, unsigned sets)
{
    static const struct track_table no_tracks = {0};
    struct script_server servers[] = {
        {.name = "a", .turns = chatting, .turn_count = COUNT(chatting)},
    };
    struct script script = SCRIPT_INIT(servers);
    struct sql_opener opener = script_opener(&script);
    struct topology_pool asked = pool;
    struct observe_request request = {.pool = &asked,
                                      .only_instance = "a",
                                      .fact_sets = sets,
                                      .program_name = "test",
                                      .clock = clock_system(),
                                      .deadline = deadline_in_ms(clock_system(), timeout_ms),
                                      .opener = &opener,
                                      .tracks = sets ? &no_tracks : NULL};

    asked.settings = settings_default();
    asked.settings.ping_gap_s = gap_s;
    return observe_pool(&request).snapshot;
}

static void the_chat_side_is_asked_on_demand(void **state)
{
    AUTO(snapshot) struct snapshot *without = observe_chat(0, ENOUGH_MS, 0);
    AUTO(snapshot) struct snapshot *with = observe_chat(0, ENOUGH_MS, FACT_SET_POOL);
    const struct instance_snapshot *a = snapshot_find(with, "a");

    (void)state;
    assert_int_equal(snapshot_find(without, "a")->server_identity.sighting.sight, SIGHT_NOT_ASKED);
    assert_int_equal(snapshot_find(without, "a")->server_identity_later.sighting.sight, SIGHT_NOT_ASKED);
    assert_int_equal(a->server_identity.count, 1);
    assert_int_equal(a->server_identity_later.count, 1);
    assert_int_equal(a->server_identity.rows[0].age_if_local_s.value, -3590);
    assert_string_equal(a->compliance_database.rows[0].state, "OFFLINE");
    assert_int_equal(a->compliance.sighting.sight, SIGHT_NOT_ASKED); /* it is not open */
    assert_int_equal(a->active_peer.sighting.sight, SIGHT_SEEN);
    assert_int_equal(without->host_count, 0);
    assert_int_equal(with->host_count, 3);
    assert_string_equal(with->hosts[0].fqdn, "pc1.example");
    assert_int_equal(with->hosts[1].kind, HOST_MANAGEMENT);
    assert_int_equal(with->hosts[1].site, SITE_BACKUP);
    assert_int_equal(with->hosts[2].site, SITE_NONE);
    assert_string_equal(with->hosts[2].failure_domain, "third");
    assert_int_equal(with->hosts[0].ways[WAY_WINRM].sight, SIGHT_NOT_ASKED);
}

static void a_gap_that_does_not_fit_is_told(void **state)
{
    AUTO(snapshot) struct snapshot *snapshot = observe_chat(60, SHORT_MS, FACT_SET_POOL);
    const struct instance_snapshot *a = snapshot_find(snapshot, "a");

    (void)state;
    assert_int_equal(a->server_identity.sighting.sight, SIGHT_SEEN);
    assert_int_equal(a->server_identity_later.sighting.sight, SIGHT_TIMED_OUT);
    assert_non_null(strstr(a->server_identity_later.sighting.detail, "second sample"));
}

static void a_gap_is_kept(void **state)
{
    struct mono_ms start = clock_mono(clock_system());
    AUTO(snapshot) struct snapshot *snapshot = observe_chat(1, ENOUGH_MS, FACT_SET_POOL);

    (void)state;
    assert_int_equal(snapshot_find(snapshot, "a")->server_identity_later.sighting.sight, SIGHT_SEEN);
    assert_true(clock_mono(clock_system()).ms - start.ms >= 1000);
}

static void one_instance_alone(void **state)
{
    struct script_server servers[] = {{.name = "a", .turns = healthy, .turn_count = COUNT(healthy)},
                                      {.name = "b", .turns = healthy, .turn_count = COUNT(healthy)}};
    struct script script = SCRIPT_INIT(servers);
    struct observe_result result = observe(&script, ENOUGH_MS, "b");
    AUTO(snapshot) struct snapshot *snapshot = result.snapshot;

    (void)state;
    assert_int_equal(snapshot_find(snapshot, "b")->reach.sight, SIGHT_SEEN);
    assert_int_equal(snapshot_find(snapshot, "a")->reach.sight, SIGHT_NOT_ASKED);
    assert_int_equal(atomic_load(&servers[0].logins), 0);
}

static void rights_are_told_from_emptiness(void **state)
{
    static const struct script_turn poor[] = {
        {.match = "dm_exec_connections AS",
         .failure = {SIGHT_DENIED, 300, "VIEW SERVER STATE permission was denied"}},
        {.match = "SUSER_SNAME", .rows = SERVER_COLUMNS "SQL|12.0|S|2|2026-11-23T05:15:40|mon|0|0|0|0|NULL"},
        {.match = "sys.databases", .rows = DATABASE_ROW("RESTORING")},
        {.match = "sys.database_mirroring AS", .rows = MIRRORING_HIDDEN},
        {.match = "msdb.dbo.backupset AS b\nWHERE",
         .failure =
             {SIGHT_DENIED, 229,
              "The SELECT permission was denied on the object 'backupset', database 'msdb', schema 'dbo'."}},
        {.match = "sysjobs", .failure = {SIGHT_TIMED_OUT, 1222, "Lock request time out period exceeded."}},
    };
    struct script_server servers[] = {{.name = "m", .turns = poor, .turn_count = COUNT(poor)}};
    struct script script = SCRIPT_INIT(servers);
    struct observe_result result = observe(&script, ENOUGH_MS, "m");
    AUTO(snapshot) struct snapshot *snapshot = result.snapshot;
    const struct instance_snapshot *m = snapshot_find(snapshot, "m");

    (void)state;
    assert_int_equal(m->reach.sight, SIGHT_SEEN); /* by the fallback query */
    assert_int_equal(m->mirroring.sighting.sight, SIGHT_DENIED);
    assert_int_equal(m->mirroring.count, 0);
    assert_int_equal(m->counter.sighting.sight, SIGHT_DENIED);
    assert_string_equal(m->counter.sighting.detail,
                        "VIEW SERVER STATE -> USE master; GRANT VIEW SERVER STATE TO [mon];");
    assert_int_equal(m->redo.sighting.sight, SIGHT_DENIED);
    assert_int_equal(m->recovery.sighting.sight, SIGHT_NOT_ASKED); /* it is not open */
    assert_int_equal(m->backup.sighting.sight, SIGHT_DENIED);
    assert_string_equal(
        m->backup.sighting.detail,
        "SELECT on msdb.dbo.backupset -> USE [msdb]; GRANT SELECT ON [dbo].[backupset] TO [mon];");
    assert_int_equal(m->job.sighting.sight, SIGHT_TIMED_OUT);
    assert_int_equal(m->restore.sighting.sight, SIGHT_SEEN); /* life goes on */
}

static void unseen_is_told_with_its_reason(void **state)
{
    static const struct script_turn plaintext[] = {
        {.match = "SUSER_SNAME", .rows = SERVER_COLUMNS "SQL|12.0|S|2|NULL|mon|0|1|1|1|FALSE"},
    };
    struct script_server servers[] = {
        {.name = "a", .login = {SIGHT_LOGIN_FAILED, 18456, "Login failed for user 'mon'. (Msg 18456)"}},
        {.name = "m", .login = {SIGHT_TIMED_OUT, 0, "no answer in time"}},
        {.name = "w", .turns = plaintext, .turn_count = COUNT(plaintext)},
    };
    struct script script = SCRIPT_INIT(servers);
    struct observe_result result = observe(&script, ENOUGH_MS, NULL);
    AUTO(snapshot) struct snapshot *snapshot = result.snapshot;
    const struct instance_snapshot *a = snapshot_find(snapshot, "a"), *m = snapshot_find(snapshot, "m");

    (void)state;
    assert_int_equal(a->reach.sight, SIGHT_LOGIN_FAILED);
    assert_string_equal(a->reach.detail, "Login failed for user 'mon'. (Msg 18456)");
    assert_int_equal(a->database.sighting.sight, SIGHT_NOT_ASKED);
    assert_int_equal(m->reach.sight, SIGHT_TIMED_OUT);
    assert_string_equal(m->reach.detail, "no answer in time, while following the script");
    assert_int_equal(snapshot_find(snapshot, "w")->reach.sight, SIGHT_TLS_FAILED);
    assert_int_equal(snapshot_find(snapshot, "b")->reach.sight, SIGHT_UNRESOLVED);
    assert_int_equal(atomic_load(&servers[2].queries), 1); /* nothing more over a session in the clear */
}

static void a_cut_session_keeps_what_it_had(void **state)
{
    static const struct script_turn cut[] = {
        {.match = "SUSER_SNAME", .rows = SERVER_ROW("SQL")},
        {.match = "sys.databases", .rows = DATABASE_ROW("ONLINE")},
        {.match = "sys.database_mirroring AS",
         .failure = {SIGHT_PROTOCOL_ERROR, 0, "the server closed the connection"}},
    };
    struct script_server servers[] = {{.name = "a", .turns = cut, .turn_count = COUNT(cut)}};
    struct script script = SCRIPT_INIT(servers);
    struct observe_result result = observe(&script, ENOUGH_MS, "a");
    AUTO(snapshot) struct snapshot *snapshot = result.snapshot;
    const struct instance_snapshot *a = snapshot_find(snapshot, "a");

    (void)state;
    assert_int_equal(a->reach.sight, SIGHT_SEEN);
    assert_int_equal(a->database.count, 1);
    assert_int_equal(a->mirroring.sighting.sight, SIGHT_PROTOCOL_ERROR);
    assert_string_equal(a->mirroring.sighting.detail, "the server closed the connection");
    assert_int_equal(a->session.sighting.sight, SIGHT_PROTOCOL_ERROR);
    assert_string_equal(a->session.sighting.detail, "the session was lost before this was asked");
}

static const struct script_turn stuck[] = {
    {.match = "SUSER_SNAME", .rows = SERVER_ROW("SQL")},
    {.match = "sys.databases", .hangs = true},
};

static void an_interrupted_query_hangs_nobody(void **state)
{
    struct script_server servers[] = {{.name = "a", .turns = stuck, .turn_count = COUNT(stuck)},
                                      {.name = "b", .turns = healthy, .turn_count = COUNT(healthy)}};
    struct script script = SCRIPT_INIT(servers);
    int64_t start_ms = clock_mono(clock_system()).ms;
    struct observe_result result = observe(&script, SHORT_MS, NULL);
    AUTO(snapshot) struct snapshot *snapshot = result.snapshot;
    const struct instance_snapshot *a = snapshot_find(snapshot, "a");

    (void)state;
    assert_true(clock_mono(clock_system()).ms - start_ms < SHORT_MS + SLACK_MS);
    assert_int_equal(result.hung_threads, 0);
    assert_int_equal(a->reach.sight, SIGHT_SEEN);
    assert_int_equal(a->database.sighting.sight, SIGHT_TIMED_OUT);
    assert_int_equal(a->job.sighting.sight, SIGHT_TIMED_OUT);
    assert_int_equal(a->witness.sighting.sight, SIGHT_NOT_ASKED);
    assert_int_equal(snapshot_find(snapshot, "b")->job.sighting.sight, SIGHT_SEEN);
}

static void wait_for_closes(struct script_server *server)
{
    for (int i = 0; i < 200 && !atomic_load(&server->closes); i++)
        clock_sleep_ms(clock_system(), 10);
    assert_int_equal(atomic_load(&server->closes), 1);
    clock_sleep_ms(clock_system(), 100); /* the thread's last steps, which nothing shows */
}

static void hung_threads_are_counted_and_harmless(void **state)
{
    static const struct script_turn deaf[] = {
        {.match = "SUSER_SNAME", .rows = SERVER_ROW("SQL")},
        {.match = "sys.databases", .rows = DATABASE_ROW("ONLINE")},
        {.match = "log_shipping_secondary", .hangs = true, .deaf = true},
    };
    struct script_server servers[] = {{.name = "a", .turns = deaf, .turn_count = COUNT(deaf)},
                                      {.name = "m", .login_hangs = true},
                                      {.name = "b", .turns = healthy, .turn_count = COUNT(healthy)}};
    struct script script = SCRIPT_INIT(servers);
    int64_t start_ms = clock_mono(clock_system()).ms;
    struct observe_result result = observe(&script, SHORT_MS, NULL);
    const struct instance_snapshot *a = snapshot_find(result.snapshot, "a"),
                                   *m = snapshot_find(result.snapshot, "m");

    (void)state;
    assert_true(clock_mono(clock_system()).ms - start_ms < SHORT_MS + SLACK_MS);
    assert_int_equal(result.hung_threads, 2);
    assert_int_equal(a->reach.sight, SIGHT_SEEN);
    assert_string_equal(a->database.rows[0].state, "ONLINE");
    assert_int_equal(a->ls_secondary.sighting.sight, SIGHT_TIMED_OUT);
    assert_int_equal(a->session.sighting.sight, SIGHT_TIMED_OUT);
    assert_int_equal(m->reach.sight, SIGHT_TIMED_OUT);
    assert_string_equal(m->reach.detail, "still following the script at the deadline");
    assert_int_equal(snapshot_find(result.snapshot, "b")->reach.sight, SIGHT_SEEN);
    /* The snapshot goes, the threads wake up later: neither minds. */
    snapshot_free(result.snapshot);
    script_release(&script);
    wait_for_closes(&servers[0]);
    wait_for_closes(&servers[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shape_and_facts_are_there),
        cmocka_unit_test(the_chat_side_is_asked_on_demand),
        cmocka_unit_test(a_gap_that_does_not_fit_is_told),
        cmocka_unit_test(a_gap_is_kept),
        cmocka_unit_test(one_instance_alone),
        cmocka_unit_test(rights_are_told_from_emptiness),
        cmocka_unit_test(unseen_is_told_with_its_reason),
        cmocka_unit_test(a_cut_session_keeps_what_it_had),
        cmocka_unit_test(an_interrupted_query_hangs_nobody),
        cmocka_unit_test(hung_threads_are_counted_and_harmless),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

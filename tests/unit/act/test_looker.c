/* Looks in this process, over a script: who is asked what, and what stays unknown. */
#include "act/engine/looker.h"

#include "act/engine/acting_pool.h"
#include "act/engine/look_fences.h"
#include "unit/cmocka_unit.h"
#include "unit/observe/script_port.h"

#include <string.h>

#define SERVER_ROW                                                                                           \
    "server_name|version|edition|engine_edition|now_utc|login|is_sysadmin|view_server_state|view_any_"       \
    "definition|view_any_database|encrypt_option\n"                                                          \
    "SQL|12.0.6024.0|Standard|2|2026-11-23T05:15:40|runner|1|1|1|1|TRUE"
#define DATABASE_ROW(state)                                                                                  \
    "name|state|user_access|is_read_only|is_in_standby|recovery_model|log_reuse_wait|has_dbaccess\n"         \
    "mgc|" state "|MULTI_USER|0|0|FULL|NOTHING|1"
#define RUNS    "run|epoch|verb|plan|state|holder|serving_site|begun_utc|ended_utc|now_utc\n"
#define ENDED   "1|3|failover|p|finished|h|red|2026-11-23T05:00:00|2026-11-23T05:10:00|2026-11-23T06:00:00"
#define BEGUN   "1|3|failover|p|open|h|NULL|2026-11-23T05:00:00|NULL|2026-11-23T06:00:00"
#define NO_NOTE "note|run|plan|kind|object|person|text|at_utc|expires_utc|now_utc"
#define SESSION "session_id|login|host|program|login_time\n60|chat|pc1|chat|2026-11-23T05:00:00"
#define USERS   "name|sid\nchat|0x0105"

#define COMMON(state)                                                                                        \
    {.match = "SUSER_SNAME", .rows = SERVER_ROW},                                                            \
        {.match = "FROM sys.databases", .rows = DATABASE_ROW(state)},                                        \
        {.match = "pchat_ops.dbo.note", .rows = NO_NOTE},                                                    \
        {.match = "s.is_user_process = 1 AND s.session_id <> @@SPID\n    AND (EXISTS", .rows = SESSION},     \
        {.match = "database_principals", .rows = USERS}, {.match = "0x0105 AS sid", .rows = "name\nchat"},   \
    {                                                                                                        \
        .match = "xp_dirtree", .rows = "subdirectory|depth|file"                                             \
    }

static const struct script_turn with_open[] = {COMMON("ONLINE"),
                                               {.match = "pchat_ops.dbo.run", .rows = RUNS BEGUN}},
                                with_ended[] = {COMMON("RESTORING"),
                                                {.match = "pchat_ops.dbo.run", .rows = RUNS ENDED}},
                                without[] = {COMMON("RESTORING"),
                                             {.match = "pchat_ops.dbo.run",
                                              .failure = {SIGHT_PROTOCOL_ERROR, 208, "Invalid object name"}}};

static struct topology_sql primary_sql[] = {{.name = "a", .host = "a", .port = 1, .role = SQL_PRINCIPAL},
                                            {.name = "w", .host = "w", .port = 1, .role = SQL_WITNESS}};
static struct topology_sql backup_sql[] = {{.name = "b", .host = "b", .port = 1, .role = SQL_SECONDARY}};
static const struct topology_winrm asked = {.port = 7, .ca = "/ca"}, told = {.port = 9, .ca = "/other"};
static struct topology_host pc1 = {.name = "pc1", .fqdn = "pc1.example", .winrm = &asked};
static struct topology_site sites[] = {
    {.name = "dub",
     .role = SITE_PRIMARY,
     .sql = primary_sql,
     .sql_count = 2,
     .chat_servers = &pc1,
     .chat_server_count = 1},
    {.name = "red", .role = SITE_BACKUP, .sql = backup_sql, .sql_count = 1},
};
static const struct topology_credential runner = {.name = "runner", .sql_user = "runner"};
static const struct topology_acting acting = {.credential = &runner, .winrm = &told};
static struct topology_pool pool = {.fqdn = "pool",
                                    .database = "mgc",
                                    .share = "\\\\nas\\ls",
                                    .sites = sites,
                                    .site_count = 2,
                                    .acting = &acting};

static enum fence_status world_fence(void *user, const char *object)
{
    (void)user;
    return strcmp(object, "pc1") == 0 ? FENCE_OFF : FENCE_ON;
}

static struct look *look_at(struct script_server *servers, size_t count, bool wants_files)
{
    struct script script = {servers, count, PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};
    struct sql_opener opener = script_opener(&script);
    const struct looker_setup setup = {.pool = &pool,
                                       .clock = clock_system(),
                                       .opener = &opener,
                                       .program_name = "test",
                                       .look_ms = 5000,
                                       .files_ms = 1000,
                                       .fence = world_fence};
    AUTO(pool_looker) struct pool_looker *looker = pool_looker_new(&setup);
    struct looker port = pool_looker_port(looker);

    return port.look(port.user, wants_files);
}

#define SERVER(its_name, its_turns)                                                                          \
    {                                                                                                        \
        .name = (its_name), .turns = (its_turns), .turn_count = COUNT(its_turns)                             \
    }

static void the_ledger_that_knows_more_decides_who_serves(void **state)
{
    struct script_server servers[] = {SERVER("a", with_open), SERVER("b", with_ended), SERVER("w", without)};
    AUTO(look) struct look *look = look_at(servers, COUNT(servers), true);
    const struct act_facts *a = look_facts(look, &primary_sql[0]), *b = look_facts(look, &backup_sql[0]),
                           *w = look_facts(look, &primary_sql[1]);

    (void)state;
    assert_string_equal(look->cast.serving->name, "red");
    assert_int_equal(a->ledger_run.count, 1);
    assert_int_equal(a->user.rows[0].session_id.value, 60);
    assert_int_equal(b->orphan.count, 1);
    assert_int_equal(a->log_file.sighting.sight, SIGHT_SEEN); /* it restores now */
    assert_int_equal(b->log_file.sighting.sight, SIGHT_NOT_ASKED);
    assert_int_equal(w->ledger_run.sighting.sight, SIGHT_NOT_ASKED);
    assert_int_equal(look_fence(look, "pc1").status, FENCE_OFF);
    assert_int_equal(look_fence(look, "a").status, FENCE_ON);
    assert_int_equal(look_fence(look, "w").status, FENCE_UNKNOWN);
    assert_false(look->clock_jumped);
    for (size_t i = 0; i < COUNT(servers); i++)
        assert_int_equal(servers[i].logins, servers[i].closes);
}

static void what_is_not_seen_stays_unknown(void **state)
{
    struct script_server servers[] = {{.name = "a", .login = {SIGHT_TIMED_OUT, 0, "no answer"}},
                                      SERVER("b", without),
                                      SERVER("w", without)};
    AUTO(look) struct look *look = look_at(servers, COUNT(servers), false);
    const struct act_facts *a = look_facts(look, &primary_sql[0]), *b = look_facts(look, &backup_sql[0]);

    (void)state;
    assert_int_equal(snapshot_find(look->snapshot, "a")->reach.sight, SIGHT_TIMED_OUT);
    assert_int_equal(a->ledger_run.sighting.sight, SIGHT_NOT_ASKED);
    assert_string_equal(look->cast.serving->name, "dub");
    assert_int_equal(b->ledger_run.sighting.sight, SIGHT_NOT_ASKED);
    assert_non_null(strstr(b->ledger_run.sighting.detail, "contrib/sql/ledger.sql"));
    assert_int_equal(b->lock.sighting.sight, SIGHT_PROTOCOL_ERROR); /* the script has no such turn */
    assert_int_equal(b->orphan.sighting.sight, SIGHT_NOT_ASKED);    /* no copy is open */
    assert_int_equal(b->log_file.sighting.sight, SIGHT_NOT_ASKED);  /* not wanted */
}

static void what_was_seen_survives_its_json(void **state)
{
    struct script_server servers[] = {SERVER("a", with_open), SERVER("b", with_ended), SERVER("w", without)};
    AUTO(look) struct look *look = look_at(servers, COUNT(servers), true);
    AUTO_FREE char *json = look_to_json(look);
    AUTO(look) struct look *again = look_from_json(json, strlen(json), &pool, &(struct err)ERR_INIT);
    AUTO_FREE char *more = again ? look_to_json(again) : NULL;

    (void)state;
    assert_non_null(more);
    assert_string_equal(json, more);
}

static void the_actor_has_his_own_credentials_and_the_hosts_their_ports(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    const struct topology_pool *copy = acting_pool(arena, &pool);

    (void)state;
    assert_ptr_equal(copy->sites[0].sql[0].credential, &runner);
    assert_null(sites[0].sql[0].credential);
    assert_string_equal(copy->sites[0].chat_servers[0].winrm->ca, "/other");
    assert_int_equal(copy->sites[0].chat_servers[0].winrm->port, 7);
    assert_ptr_equal(pc1.winrm, &asked);
}

static void only_two_words_say_something_of_a_fence(void **state)
{
    static const struct {
        const char *output;
        enum fence_status status;
    } cases[] = {{"off\n", FENCE_OFF},     {"  on, as ever", FENCE_UNKNOWN}, {"on", FENCE_ON},
                 {"off since", FENCE_OFF}, {"offline", FENCE_UNKNOWN},       {"OFF", FENCE_UNKNOWN},
                 {"", FENCE_UNKNOWN},      {"not off", FENCE_UNKNOWN}};
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *detail;

        assert_int_equal(fence_status_of(cases[i].output, arena, &detail), cases[i].status);
        assert_string_equal(detail, cases[i].output);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ledger_that_knows_more_decides_who_serves),
        cmocka_unit_test(what_is_not_seen_stays_unknown),
        cmocka_unit_test(what_was_seen_survives_its_json),
        cmocka_unit_test(the_actor_has_his_own_credentials_and_the_hosts_their_ports),
        cmocka_unit_test(only_two_words_say_something_of_a_fence),
    };

    pool.settings = settings_default();
    pool.settings.ping_gap_s = 0;
    pool.limits = limits_default();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What SQL Server says at the login and after it, and what is made of it. */
#include "doctor/findings.h"

#include "observe/sql/fact_query.h"

#include "unit/doctor/blank_examination.h"

#include <string.h>

#include "unit/cmocka_unit.h"

static const struct topology_credential by_password = {.name = "m", .sql_user = "pchat_monitor"},
                                        by_ticket = {.name = "k", .kerberos = true};
static const struct topology_sql
    secondary = {.name = "sqldr1", .role = SQL_SECONDARY, .credential = &by_password},
    mirror = {.name = "sqlmir1", .role = SQL_MIRROR, .credential = &by_ticket},
    spare = {.name = "sqldr2", .role = SQL_SECONDARY_MIRROR, .credential = &by_password},
    witness = {.name = "sqlwit1", .role = SQL_WITNESS, .credential = &by_password};

static const struct {
    const struct topology_sql *sql;
    int number;
    enum sight sight;
    const char *verdict;
} logins[] = {
    {&secondary, 18456, SIGHT_LOGIN_FAILED, "login_failed"},
    {&mirror, 18456, SIGHT_LOGIN_FAILED, "login_failed"},
    {&secondary, 18452, SIGHT_LOGIN_FAILED, "login_not_trusted"},
    {&secondary, 18470, SIGHT_LOGIN_FAILED, "login_disabled"},
    {&secondary, 18486, SIGHT_LOGIN_FAILED, "login_locked"},
    {&secondary, 18487, SIGHT_LOGIN_FAILED, "password_expired"},
    {&secondary, 18488, SIGHT_LOGIN_FAILED, "password_expired"},
    {&secondary, 4060, SIGHT_LOGIN_FAILED, "default_database"},
    {&secondary, 4064, SIGHT_LOGIN_FAILED, "default_database"},
    {&secondary, 17142, SIGHT_REFUSED, "server_not_ready"},
    {&secondary, 17809, SIGHT_REFUSED, "server_not_ready"},
    {&mirror, 0, SIGHT_LOGIN_FAILED, "no_ticket"},
    {&secondary, 0, SIGHT_TIMED_OUT, "login_silent"},
    {&secondary, 0, SIGHT_PROTOCOL_ERROR, "login_cut"},
    {&secondary, 0, SIGHT_TLS_FAILED, "session_not_encrypted"},
    {&secondary, 0, SIGHT_NOT_ASKED, "login_unspeakable"},
};

static void why_a_login_failed(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(logins); i++) {
        struct examination examination = blank_examination(arena, BY_SQL);
        const struct sql_failure failure = {logins[i].sight, logins[i].number, "in its words"};

        assert_false(find_sql_login_failure(&examination, logins[i].sql, &failure));
        assert_string_equal(verdict_name(&examination), logins[i].verdict);
        assert_string_equal(examination.steps[0].text, "in its words");
    }
}

/* ---- after the login ---- */

static struct server_fact server_row = {.login = "LITWARE\\svc-pchatmon"};
static struct database_fact online = {.name = "mgc", .state = "ONLINE"}, restoring = {.state = "RESTORING"},
                            suspect = {.state = "SUSPECT"};

/* All is answered, in one row or none. */
static struct instance_snapshot well(struct database_fact *database)
{
    struct instance_snapshot seen = {.reach = {SIGHT_SEEN, NULL}};

    for (int id = 0; id < FACT_GROUP_COUNT; id++)
        fact_rows_put(&seen, (enum fact_group_id)id, &(struct fact_rows){{SIGHT_SEEN, NULL}, NULL, 0});
    seen.server.rows = &server_row;
    seen.server.count = 1;
    seen.database.rows = database;
    seen.database.count = database ? 1 : 0;
    seen.clock_offset_ms = (struct fact_num){true, 100};
    seen.round_trip_ms = (struct fact_num){true, 4};
    return seen;
}

static const struct {
    const struct topology_sql *sql;
    struct database_fact *database;
    enum fact_group_id group; /* FACT_GROUP_COUNT: none */
    struct sighting sighting; /* of that group */
    const char *verdict, *remedy_has;
} sights[] = {
#define NO_GROUP                                                                                             \
    FACT_GROUP_COUNT,                                                                                        \
    {                                                                                                        \
        SIGHT_SEEN, NULL                                                                                     \
    }
    {&secondary, &online, NO_GROUP, "ok", ""},
    {&secondary, &restoring, NO_GROUP, "ok", ""},
    {&mirror, &restoring, NO_GROUP, "ok", ""},
    {&witness, NULL, NO_GROUP, "ok", ""},
    {&spare, NULL, NO_GROUP, "ok", ""},
    {&secondary, NULL, NO_GROUP, "database_absent", "topology"},
    {&secondary, &suspect, NO_GROUP, "database_not_open", "error log"},
    {&secondary,
     &online,
     FACT_backup,
     {SIGHT_DENIED, "SELECT on msdb.dbo.backupset -> USE [msdb]; GRANT SELECT ON [dbo].[backupset] TO "
                    "[LITWARE\\svc-pchatmon];"},
     "right_on_object",
     "USE [msdb]; GRANT SELECT ON [dbo].[backupset] TO [LITWARE\\svc-pchatmon]; (or run "
     "contrib/sql/monitor-login.sql on sqldr1)"},
    {&secondary,
     &online,
     FACT_active_peer,
     {SIGHT_DENIED,
      "SELECT on mgc.dbo.tblActivePeers -> USE [mgc]; GRANT SELECT ON [dbo].[tblActivePeers] TO [m];"},
     "right_on_object",
     "monitor-chat.sql on sqldr1"},
    {&secondary,
     &online,
     FACT_counter,
     {SIGHT_DENIED, "VIEW SERVER STATE -> USE master; GRANT VIEW SERVER STATE TO [m];"},
     "right_on_server",
     "GRANT VIEW SERVER STATE TO [m];"},
    {&secondary,
     &online,
     FACT_job,
     {SIGHT_DENIED, "a user in msdb -> USE [msdb]; CREATE USER [m] FOR LOGIN [m];"},
     "user_missing",
     "CREATE USER [m] FOR LOGIN [m];"},
    {&secondary,
     &online,
     FACT_job,
     {SIGHT_DENIED, "in words of its own"},
     "right_unclear",
     "run contrib/sql/monitor-login.sql on sqldr1"},
    {&mirror, &restoring, FACT_mirroring, {SIGHT_DENIED, "sysadmin: hidden by design"}, "ok", ""},
    {&secondary,
     &online,
     FACT_job,
     {SIGHT_TIMED_OUT, "Lock request time out period exceeded. (Msg 1222)"},
     "tables_locked",
     "who blocks"},
    {&secondary, &online, FACT_job, {SIGHT_TIMED_OUT, NULL}, "query_silent", "--timeout"},
    {&secondary,
     &online,
     FACT_job,
     {SIGHT_PROTOCOL_ERROR, "Invalid object name 'x'. (Msg 208)"},
     "query_failed",
     "report"},
    {&secondary,
     &online,
     FACT_job,
     {SIGHT_PROTOCOL_ERROR, "Connection reset by peer"},
     "session_cut",
     "cuts it"},
    {&secondary, &online, FACT_job, {SIGHT_NOT_ASKED, NULL}, "ok", ""},
    {&witness, NULL, FACT_job, {SIGHT_TIMED_OUT, NULL}, "ok", ""},
};

static void what_is_missing_after_the_login(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(sights); i++) {
        struct examination examination = blank_examination(arena, BY_SQL);
        struct instance_snapshot seen = well(sights[i].database);
        const struct step *fault;

        if (sights[i].group != FACT_GROUP_COUNT)
            fact_rows_put(&seen, sights[i].group, &(struct fact_rows){sights[i].sighting, NULL, 0});
        find_sql_facts(&examination, sights[i].sql, &seen, "mgc");
        assert_string_equal(verdict_name(&examination), sights[i].verdict);
        fault = examination_fault(&examination);
        assert_true(!fault || strstr(fault->remedy, sights[i].remedy_has));
    }
}

static void each_missing_right_has_its_statement(void **state)
{
    static struct server_fact poor = {
        .login = "m", .view_server_state = {true, 0}, .view_any_definition = {true, 0}};
    AUTO(arena) struct arena *arena = arena_new();
    struct examination examination = blank_examination(arena, BY_SQL);
    struct instance_snapshot seen = well(&online);
    const struct sighting denied = {SIGHT_DENIED,
                                    "VIEW SERVER STATE -> USE master; GRANT VIEW SERVER STATE TO [m];"};

    (void)state;
    seen.server.rows = &poor;
    seen.counter.sighting = seen.session.sighting = denied;
    find_sql_facts(&examination, &secondary, &seen, "mgc");
    /* login, database, and each right once */
    assert_int_equal(examination.step_count, 4);
    assert_string_equal(examination.steps[2].text, "VIEW SERVER STATE");
    assert_string_equal(examination.steps[3].text, "VIEW ANY DEFINITION");
}

static void who_logged_in_and_how(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct examination examination = blank_examination(arena, BY_SQL);
    struct instance_snapshot seen = well(&restoring);

    (void)state;
    find_sql_facts(&examination, &mirror, &seen, "mgc");
    assert_string_equal(examination.steps[0].text, "LITWARE\\svc-pchatmon (Kerberos)");
    assert_string_equal(examination.steps[1].text, "mgc RESTORING");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(why_a_login_failed),
        cmocka_unit_test(what_is_missing_after_the_login),
        cmocka_unit_test(each_missing_right_has_its_statement),
        cmocka_unit_test(who_logged_in_and_how),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

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
        AUTO_FREE char *answer = transcript_of(sa, cases[i].batch);

        assert_int_equal(mutations(world, "sqlpri1", "sa") - before, cases[i].adds);
    }
    assert_int_equal(mutations(world, "sqlpri1", "pchat_monitor"), 0);
    AUTO_FREE char *refused = transcript_of(monitor, "ALTER DATABASE mgc SET PARTNER OFF");
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
        IN_A_WORLD(test_mutating_statements_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

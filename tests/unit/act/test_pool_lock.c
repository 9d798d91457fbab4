/* The pool lock: its words, who gets it, and that nothing is sent without the proof. */
#include "act/engine/pool_lock.h"

#include "act/judge/lock_name.h"
#include "topology/topology.h"
#include "unit/act/told_port.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static const struct topology_sql b = {.name = "b", .host = "b", .port = 1},
                                 a = {.name = "a", .host = "a", .port = 1};
#define GRANTED                                                                                              \
    {                                                                                                        \
        .cells = { "0", "SQL'B" }                                                                            \
    }
static const struct told_answer granted = GRANTED;

#define PROOF                                                                                                \
    "USE master;\n"                                                                                          \
    "IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'pchat:p', N'Session') = N'Exclusive' AND "      \
    "@@SERVERNAME = N'SQL''B')\nBEGIN\n    SELECT N'not ours' AS outcome;\n    RETURN;\nEND;\n"

/* ---- words ---- */

static void names_fit_what_the_server_shows(void **state)
{
    static const char long_one[] = "persistent-chat-pool-01.contoso.example.com";
    AUTO(arena) struct arena *arena = arena_new();
    const char *first = pool_lock_resource(arena, long_one);

    (void)state;
    assert_string_equal(pool_lock_resource(arena, "LyncPC.Litwareinc.COM"), "pchat:lyncpc.litwareinc.com");
    assert_int_equal(strlen(first), LOCK_RESOURCE_MOST_BYTES);
    assert_string_equal(first, pool_lock_resource(arena, "Persistent-Chat-Pool-01.contoso.example.COM"));
    assert_string_not_equal(first, pool_lock_resource(arena, "persistent-chat-pool-01.contoso.example.org"));
}

static void the_proof_depends_on_its_arguments_alone(void **state)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    (void)state;
    lock_prove(&text, "pchat:p", "SQL'B");
    assert_string_equal(strbuf_text(&text), PROOF);
}

/* ---- taking ---- */

static struct deadline soon(void)
{
    return deadline_in_ms(clock_system(), 2000);
}

static int take(struct told_server *server, struct lock_failure *failure, struct arena *arena)
{
    struct sql_opener opener = told_opener(server);
    AUTO(pool_lock) struct pool_lock *lock = pool_lock_new(&opener, "pchat:p");

    return pool_lock_take(lock, &b, soon(), arena, failure);
}

static void who_gets_it(void **state)
{
    static const struct {
        struct told_answer answer;
        int status;
        bool held_by_other;
    } cases[] = {
        {{.cells = {"0", "SQLB"}}, 0, false},
        {{.cells = {"1", "SQLB"}}, 0, false},
        {{.cells = {"-1", "SQLB"}}, -1, true},
        {{.cells = {"-2", "SQLB"}}, -1, true},
        {{.cells = {"-3", "SQLB"}}, -1, true},
        {{.cells = {"-999", "SQLB"}}, -1, false},
        {{.cells = {"0"}}, -1, false},
        {{.failure = {SIGHT_DENIED, 229, "no"}}, -1, false},
        {{.failure = {SIGHT_TIMED_OUT, 0, "no"}}, -1, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        struct told_server server = {.answers = &cases[i].answer, .count = 1};
        struct lock_failure failure;

        assert_int_equal(take(&server, &failure, arena), cases[i].status);
        assert_int_equal(server.logins, server.closes);
        if (cases[i].status != 0) {
            assert_int_equal(failure.held_by_other, cases[i].held_by_other);
            assert_non_null(failure.failure.text);
            assert_string_equal(failure.instance, "b");
        }
        strbuf_done(&server.sent);
    }
}

static void who_cannot_log_in_gets_nothing(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct told_server server = {.login = {SIGHT_LOGIN_FAILED, 18456, "disabled"}};
    struct lock_failure failure;

    (void)state;
    assert_int_equal(take(&server, &failure, arena), -1);
    assert_false(failure.held_by_other);
    assert_int_equal(failure.failure.message_number, 18456);
}

/* ---- holding ---- */

static void what_is_sent_is_proven(void **state)
{
    static const struct told_answer answers[] = {GRANTED, {.cells = {"5"}}, {.cells = {"not ours"}}};
    AUTO(arena) struct arena *arena = arena_new();
    struct told_server server = {.answers = answers, .count = COUNT(answers)};
    struct sql_opener opener = told_opener(&server);
    AUTO(pool_lock) struct pool_lock *lock = pool_lock_new(&opener, "pchat:p");
    struct lock_failure refusal;
    struct sql_failure failure;
    struct sql_rows rows;
    struct sql_port *port;

    (void)state;
    assert_null(pool_lock_session(lock, "b"));
    assert_int_equal(pool_lock_take(lock, &b, soon(), arena, &refusal), 0);
    assert_int_equal(pool_lock_take(lock, &b, soon(), arena, &refusal), 0);
    assert_int_equal(server.logins, 1);
    assert_string_equal(pool_lock_server_name(lock, "b"), "SQL'B");
    assert_null(pool_lock_session(lock, "a"));
    port = pool_lock_session(lock, "b");
    strbuf_truncate(&server.sent, 0);
    assert_int_equal(port->ops->query(port, "SELECT 5 AS x\n", 1, soon(), arena, &rows, &failure), 0);
    assert_string_equal(strbuf_text(&server.sent), PROOF "SELECT 5 AS x\n--\n");
    assert_string_equal(rows.cells[0], "5");
    assert_int_equal(port->ops->query(port, "KILL 1\n", 1, soon(), arena, &rows, &failure), -1);
    assert_int_equal(failure.message_number, 0);
    sql_port_close(port); /* not the borrower's */
    assert_int_equal(server.closes, 0);
    strbuf_done(&server.sent);
}

static void a_lost_lock_stays_lost(void **state)
{
    static const struct told_answer answers[] = {
        GRANTED, GRANTED, {.cells = {"ours"}}, {.cells = {"not ours"}}, {.cells = {"ours"}}};
    AUTO(arena) struct arena *arena = arena_new();
    struct told_server server = {.answers = answers, .count = COUNT(answers)};
    struct sql_opener opener = told_opener(&server);
    AUTO(pool_lock) struct pool_lock *lock = pool_lock_new(&opener, "pchat:p");
    struct lock_failure failure;

    (void)state;
    assert_false(pool_lock_is_held(lock, soon(), arena, &failure));
    assert_int_equal(pool_lock_take(lock, &b, soon(), arena, &failure), 0);
    assert_int_equal(pool_lock_take(lock, &a, soon(), arena, &failure), 0);
    assert_false(pool_lock_is_held(lock, soon(), arena, &failure)); /* b still, a not */
    assert_string_equal(failure.instance, "a");
    assert_non_null(pool_lock_session(lock, "b"));
    assert_null(pool_lock_session(lock, "a"));
    assert_int_equal(server.closes, 1);
    strbuf_done(&server.sent);
}

/* What is switched off is given up on that instance, and held on the other. */
static void it_is_given_up_on_one_instance(void **state)
{
    static const struct told_answer answers[] = {GRANTED, GRANTED, {.cells = {"ours"}}};
    AUTO(arena) struct arena *arena = arena_new();
    struct told_server server = {.answers = answers, .count = COUNT(answers)};
    struct sql_opener opener = told_opener(&server);
    AUTO(pool_lock) struct pool_lock *lock = pool_lock_new(&opener, "pchat:p");
    struct lock_failure failure;

    (void)state;
    assert_int_equal(pool_lock_take(lock, &b, soon(), arena, &failure), 0);
    assert_int_equal(pool_lock_take(lock, &a, soon(), arena, &failure), 0);
    pool_lock_release(lock, "a");
    pool_lock_release(lock, "pc1");
    assert_int_equal(server.closes, 1);
    assert_null(pool_lock_session(lock, "a"));
    assert_true(pool_lock_is_held(lock, soon(), arena, &failure));
    strbuf_done(&server.sent);
}

/* ---- taking over ---- */

static const struct lock_fact holder = {
    .session_id = {true, 57}, .login_time = "2026-11-23T05:00:00.123", .program = "pchat'runner"};

static int take_over(struct told_server *server, const struct lock_fact *fact, int64_t within_ms,
                     struct lock_failure *failure)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct sql_opener opener = told_opener(server);
    AUTO(pool_lock) struct pool_lock *lock = pool_lock_new(&opener, "pchat:p");

    return pool_lock_take_over(lock, &b, fact, deadline_in_ms(clock_system(), within_ms), arena, failure);
}

static void the_holder_is_compared_where_it_is_ended(void **state)
{
    static const struct told_answer answers[] = {
        {.cells = {"killed"}}, {.cells = {"1"}}, {.cells = {"0"}}, GRANTED};
    struct told_server server = {.answers = answers, .count = COUNT(answers)};
    struct lock_failure failure;

    (void)state;
    assert_int_equal(take_over(&server, &holder, 5000, &failure), 0);
    assert_non_null(
        strstr(strbuf_text(&server.sent), "WHERE s.session_id = 57 AND s.session_id <> @@SPID\n"));
    assert_non_null(
        strstr(strbuf_text(&server.sent), "CHARINDEX(N'[' + N'pchat:p' + N']', l.resource_description) > 0"));
    assert_non_null(strstr(strbuf_text(&server.sent),
                           "CONVERT(nvarchar(23), s.login_time, 126) = N'2026-11-23T05:00:00.123'"));
    assert_non_null(strstr(strbuf_text(&server.sent), "ISNULL(s.program_name, N'') = N'pchat''runner'"));
    assert_non_null(strstr(strbuf_text(&server.sent), "IF @is_holder = 1\n    KILL 57;\n"));
    assert_int_equal(server.queries, 4);
    strbuf_done(&server.sent);
}

static void a_rollback_is_waited_for_but_not_for_ever(void **state)
{
    static const struct told_answer answers[] = {{.cells = {"killed"}}, {.cells = {"1"}}};
    struct told_server server = {.answers = answers, .count = COUNT(answers)};
    struct lock_failure failure;

    (void)state;
    assert_int_equal(take_over(&server, &holder, 700, &failure), -1);
    assert_true(failure.held_by_other);
    strbuf_done(&server.sent);
}

static void nobody_is_ended_who_is_not_known(void **state)
{
    const struct lock_fact unknown = {.session_id = {true, 57}};
    struct told_server server = {.answers = &granted, .count = 1};
    struct lock_failure failure;

    (void)state;
    assert_int_equal(take_over(&server, &unknown, 1000, &failure), -1);
    assert_int_equal(server.logins, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_fit_what_the_server_shows),
        cmocka_unit_test(the_proof_depends_on_its_arguments_alone),
        cmocka_unit_test(who_gets_it),
        cmocka_unit_test(who_cannot_log_in_gets_nothing),
        cmocka_unit_test(what_is_sent_is_proven),
        cmocka_unit_test(a_lost_lock_stays_lost),
        cmocka_unit_test(it_is_given_up_on_one_instance),
        cmocka_unit_test(the_holder_is_compared_where_it_is_ended),
        cmocka_unit_test(a_rollback_is_waited_for_but_not_for_ever),
        cmocka_unit_test(nobody_is_ended_who_is_not_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

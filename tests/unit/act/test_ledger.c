/* The ledger: what a look of it says, and what is sent to it. */
#include "act/judge/ledger_view.h"
#include "act/memory/ledger.h"

#include "unit/act/told_port.h"
#include "unit/cmocka_unit.h"

#include <string.h>

#define NUM(number)                                                                                          \
    {                                                                                                        \
        true, number                                                                                         \
    }
#define RUN(number, its_epoch, its_state, site)                                                              \
    {                                                                                                        \
        .run = NUM(number), .epoch = NUM(its_epoch), .state = (its_state), .serving_site = (site)            \
    }

static struct ledger_run_fact history[] = {
    RUN(4, 9, "left", NULL),      RUN(3, 8, "open", "x"),          RUN(2, 5, "finished", "red"),
    RUN(1, 3, "finished", "dub"), RUN(0, 1, "abandoned", "never"),
};

static struct ledger_run_facts seen(struct ledger_run_fact *rows, size_t count)
{
    return (struct ledger_run_facts){{SIGHT_SEEN, NULL}, rows, count};
}

static void the_next_run_is_counted(void **state)
{
    const struct ledger_run_facts runs = seen(history, COUNT(history)), none = seen(NULL, 0), unseen = {0};

    (void)state;
    assert_int_equal(ledger_next_run(&runs), 5);
    assert_int_equal(ledger_next_epoch(&runs), 10);
    assert_int_equal(ledger_next_run(&none), 1);
    assert_int_equal(ledger_next_epoch(&none), 1);
    assert_int_equal(ledger_next_run(&unseen), 0);
    assert_int_equal(ledger_next_epoch(&unseen), 0);
}

static void what_is_open_and_who_serves(void **state)
{
    const struct ledger_run_facts runs = seen(history, COUNT(history)), none = seen(NULL, 0);

    (void)state;
    assert_int_equal(ledger_open_run(&runs)->run.value, 3);
    assert_null(ledger_open_run(&none));
    assert_string_equal(ledger_serving_site(&runs), "red");
    assert_null(ledger_serving_site(&none));
}

static void the_ledger_that_knows_more_counts(void **state)
{
    struct ledger_run_fact open = RUN(1, 3, "open", NULL), ended = RUN(1, 3, "finished", "red");
    const struct ledger_run_facts unseen = {0}, none = seen(NULL, 0), begun = seen(&open, 1),
                                  done = seen(&ended, 1);

    (void)state;
    assert_false(ledger_is_newer(&unseen, &unseen));
    assert_true(ledger_is_newer(&none, &unseen));
    assert_false(ledger_is_newer(&unseen, &none));
    assert_true(ledger_is_newer(&begun, &none));
    assert_true(ledger_is_newer(&done, &begun));
    assert_false(ledger_is_newer(&begun, &done));
    assert_false(ledger_is_newer(&done, &done));
}

static void words_expire_by_the_servers_clock(void **state)
{
    const struct ledger_note_fact for_ever = {.kind = "fence_word"},
                                  lasts = {.expires_utc_ms = NUM(10), .now_utc_ms = NUM(9)},
                                  over = {.expires_utc_ms = NUM(10), .now_utc_ms = NUM(10)},
                                  unknown = {.expires_utc_ms = NUM(10)};

    (void)state;
    assert_false(ledger_note_has_expired(&for_ever));
    assert_false(ledger_note_has_expired(&lasts));
    assert_true(ledger_note_has_expired(&over));
    assert_true(ledger_note_has_expired(&unknown));
}

static void names_of_states_are_read_back(void **state)
{
    enum run_state parsed = RUN_STATE_COUNT;

    (void)state;
    for (int i = 0; i < RUN_STATE_COUNT; i++) {
        assert_true(run_state_parse(run_state_name((enum run_state)i), &parsed));
        assert_int_equal(parsed, i);
    }
    assert_false(run_state_parse("Open", &parsed));
    assert_false(run_state_parse(NULL, &parsed));
}

/* ---- what is sent ---- */

static const struct ledger_run run = {.run = 7,
                                      .epoch = 12,
                                      .verb = "failover",
                                      .plan = "it's",
                                      .state = "finished",
                                      .holder = "mon1",
                                      .serving_site = "red"};

typedef int write_fn(struct sql_port *port, const struct ledger_run *run, struct deadline deadline,
                     struct arena *arena, struct sql_failure *ret_failure);

static int write_with(write_fn *write, const struct told_answer *answer, struct strbuf *sent,
                      struct sql_failure *failure)
{
    struct told_server server = {.answers = answer, .count = 1};
    struct sql_port *port = told_port(&server);
    AUTO(arena) struct arena *arena = arena_new();
    int status = write(port, &run, deadline_in_ms(clock_system(), 1000), arena, failure);

    assert_int_equal(server.queries, 1);
    *sent = server.sent;
    sql_port_close(port);
    return status;
}

static const struct told_answer done = {.cells = {"done"}}, changed = {.cells = {"changed"}},
                                lost = {.failure = {SIGHT_PROTOCOL_ERROR, 0, "gone"}};

static void each_write_is_one_guarded_statement(void **state)
{
    static const struct {
        write_fn *write;
        const char *text;
    } cases[] = {
        {ledger_begin,
         "INSERT INTO pchat_ops.dbo.run (run, epoch, verb, plan_id, state, holder, begun)\n"
         "SELECT 7, 12, N'failover', N'it''s', N'open', N'mon1', GETUTCDATE()\n"
         "WHERE NOT EXISTS (SELECT 1 FROM pchat_ops.dbo.run WITH (UPDLOCK, HOLDLOCK) WHERE state = "
         "N'open' OR run >= 7 OR epoch >= 12);\n"
         "SELECT CASE WHEN @@ROWCOUNT = 1 THEN N'done' ELSE N'changed' END AS outcome;\n--\n"},
        {ledger_take_over,
         "UPDATE pchat_ops.dbo.run SET epoch = 12, holder = N'mon1' WHERE run = 7 AND state = "
         "N'open'\n"
         "    AND NOT EXISTS (SELECT 1 FROM pchat_ops.dbo.run WITH (UPDLOCK, HOLDLOCK) WHERE "
         "epoch >= 12);\n"
         "SELECT CASE WHEN @@ROWCOUNT = 1 THEN N'done' ELSE N'changed' END AS outcome;\n--\n"},
        {ledger_end,
         "UPDATE pchat_ops.dbo.run SET state = N'finished', serving_site = N'red', ended = "
         "GETUTCDATE() WHERE run = 7 AND epoch = 12 AND state = N'open';\n"
         "SELECT CASE WHEN EXISTS (SELECT 1 FROM pchat_ops.dbo.run WHERE run = 7 AND epoch = 12 AND "
         "state = N'finished') THEN N'done' ELSE N'changed' END AS outcome;\n--\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(strbuf) struct strbuf sent = STRBUF_INIT;
        struct sql_failure failure;

        assert_int_equal(write_with(cases[i].write, &done, &sent, &failure), 0);
        assert_string_equal(strbuf_text(&sent), cases[i].text);
    }
}

static void whoever_came_between_is_told_from_a_lost_session(void **state)
{
    static write_fn *const writes[] = {ledger_begin, ledger_take_over, ledger_end};

    (void)state;
    for (size_t i = 0; i < COUNT(writes); i++) {
        AUTO(strbuf) struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;
        struct sql_failure failure;

        assert_int_equal(write_with(writes[i], &changed, &first, &failure), -1);
        assert_int_equal(failure.message_number, LEDGER_CHANGED);
        assert_int_equal(write_with(writes[i], &lost, &second, &failure), -1);
        assert_int_equal(failure.message_number, 0);
    }
}

static void a_note_that_is_too_long_is_not_sent(void **state)
{
    static char text[LEDGER_TEXT_MOST_BYTES + 2];
    struct told_server server = {.answers = &done, .count = 1};
    struct sql_port *port = told_port(&server);
    AUTO(arena) struct arena *arena = arena_new();
    struct ledger_note note = {.kind = NOTE_EXPORT, .text = text};
    struct deadline deadline = deadline_in_ms(clock_system(), 1000);
    struct sql_failure failure;

    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    assert_int_equal(ledger_write_note(port, &note, deadline, arena, &failure), -1);
    assert_int_equal(server.queries, 0);
    text[LEDGER_TEXT_MOST_BYTES] = '\0';
    assert_int_equal(ledger_write_note(port, &note, deadline, arena, &failure), 0);
    sql_port_close(port);
    strbuf_done(&server.sent);
}

static void a_note_has_its_own_time(void **state)
{
    struct told_server server = {.answers = &done, .count = 1};
    struct sql_port *port = told_port(&server);
    AUTO(arena) struct arena *arena = arena_new();
    const struct ledger_note note = {.kind = NOTE_FENCE, .object = "pc1", .person = "o'brien", .valid_s = 60};
    struct sql_failure failure;

    (void)state;
    assert_int_equal(ledger_write_note(port, &note, deadline_in_ms(clock_system(), 1000), arena, &failure),
                     0);
    assert_non_null(strstr(strbuf_text(&server.sent),
                           "SELECT ISNULL(MAX(note), 0) + 1, NULL, NULL, N'fence_word', N'pc1', N'o''brien', "
                           "NULL, GETUTCDATE(), DATEADD(second, 60, GETUTCDATE())\n"));
    sql_port_close(port);
    strbuf_done(&server.sent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_run_is_counted),
        cmocka_unit_test(what_is_open_and_who_serves),
        cmocka_unit_test(the_ledger_that_knows_more_counts),
        cmocka_unit_test(words_expire_by_the_servers_clock),
        cmocka_unit_test(names_of_states_are_read_back),
        cmocka_unit_test(each_write_is_one_guarded_statement),
        cmocka_unit_test(whoever_came_between_is_told_from_a_lost_session),
        cmocka_unit_test(a_note_that_is_too_long_is_not_sent),
        cmocka_unit_test(a_note_has_its_own_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

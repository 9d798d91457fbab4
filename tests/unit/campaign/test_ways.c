/*
 * The ways out of a seat: what SQL sessions, scripts and clocks do when the world takes something away
 * meanwhile.
 */
#include "campaign/campaign.h"
#include "campaign/world_wait.h"
#include "unit/cmocka_unit.h"

#include <string.h>

enum { MINUTE_MS = 60000 };

static const char take_lock[] =
    "DECLARE @got int; EXEC @got = sp_getapplock @Resource = N'pool', @LockMode = N'Exclusive', "
    "@LockOwner = N'Session', @LockTimeout = 0; SELECT @got AS got";
static const char wait_for_lock[] =
    "DECLARE @got int; EXEC @got = sp_getapplock @Resource = N'pool', @LockMode = N'Exclusive', "
    "@LockOwner = N'Session', @LockTimeout = 30000; SELECT @got AS got";

struct bench {
    struct campaign *campaign;
    struct seat *seat;
    struct arena *arena;
    struct sql_failure failure;
    struct sql_rows rows;
};

static void bench_done(struct bench *bench)
{
    arena_free(bench->arena);
    campaign_free(bench->campaign);
}
AUTO_DEFINE_DONE(bench, struct bench)

static struct bench new_bench(void)
{
    struct err err = ERR_INIT;
    struct bench bench = {.campaign = campaign_new(NULL, &err), .arena = arena_new()};

    if (!bench.campaign)
        fail_msg("%s", err.text);
    bench.seat = seat_new(bench.campaign, &(struct seat_config){.sql_user = "pchat_admin"});
    return bench;
}

static const struct topology_sql *endpoint(const struct bench *bench, const char *name)
{
    const struct topology_pool *pool = bench->campaign->pool;

    for (size_t s = 0; s < pool->site_count; s++)
        for (size_t i = 0; i < pool->sites[s].sql_count; i++)
            if (strcmp(pool->sites[s].sql[i].name, name) == 0)
                return &pool->sites[s].sql[i];
    fail_msg("no instance %s", name);
    return NULL;
}

static struct sql_port *open_port(struct bench *bench, struct seat *seat, const char *name)
{
    const char *_Atomic doing = NULL;
    const struct sql_opener *opener = &seat->sql_opener;

    return opener->open(opener->user, endpoint(bench, name), deadline_in_ms(&seat->clock.clock, MINUTE_MS),
                        bench->arena, &doing, &bench->failure);
}

static int ask(struct bench *bench, struct sql_port *port, const char *sql, int64_t timeout_ms)
{
    return port->ops->query(port, sql, 10, deadline_in_ms(&bench->seat->clock.clock, timeout_ms),
                            bench->arena, &bench->rows, &bench->failure);
}

static void assert_fails(const struct bench *bench, enum sight sight, int number)
{
    assert_int_equal(bench->failure.sight, sight);
    assert_int_equal(bench->failure.message_number, number);
}

/* ---- SQL ---- */

static void answers_are_text_and_errors_have_their_numbers(void **state)
{
    AUTO(bench) struct bench bench = new_bench();
    struct sql_port *port = open_port(&bench, bench.seat, "sqlpri1");

    (void)state;
    assert_int_equal(
        ask(&bench, port,
            "SELECT CAST(1 AS bit) AS b, CAST(-7 AS bigint) AS i, CAST(2.50 AS numeric(9,2)) AS n, "
            "N'r\xC3\xB8"
            "d' AS t, CAST(NULL AS int) AS nothing",
            1000),
        0);
    assert_int_equal(bench.rows.row_count, 1);
    assert_string_equal(bench.rows.columns[3], "t");
    assert_string_equal(bench.rows.cells[0], "1");
    assert_string_equal(bench.rows.cells[1], "-7");
    assert_string_equal(bench.rows.cells[2], "2.50");
    assert_string_equal(bench.rows.cells[3], "r\xC3\xB8"
                                             "d");
    assert_null(bench.rows.cells[4]);
    assert_int_equal(ask(&bench, port, "SELECT * FROM nowhere", 1000), -1);
    assert_fails(&bench, SIGHT_PROTOCOL_ERROR, 208);
    assert_int_equal(ask(&bench, port, "PRINT 'x'", 1000), -1);
    assert_string_equal(bench.failure.text, "the answer has no result set");
    assert_int_equal(ask(&bench, port, "SELECT 1 AS one", 1000), 0);
    sql_port_close(port);
}

/* Nobody is let in, and why. */
static const struct {
    const char *words, *instance;
    enum sight sight;
} closed[] = {
    {"instance_down sqlpri1", "sqlpri1", SIGHT_REFUSED},
    {"host_down sqlpri1", "sqlpri1", SIGHT_TIMED_OUT},
    {"link_cut dub->monitor", "sqlpri1", SIGHT_TIMED_OUT},
    {"instance_hung sqlpri1", "sqlpri1", SIGHT_TIMED_OUT},
    {"cut_after sqlpri1", "sqlpri1", SIGHT_PROTOCOL_ERROR},
    {"certificate_expired sqlpri1", "sqlpri1", SIGHT_TLS_FAILED},
};

static void nobody_is_let_in_and_why(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(closed); i++) {
        AUTO(bench) struct bench bench = new_bench();

        campaign_plan(bench.campaign, 0, closed[i].words);
        campaign_advance(bench.campaign, 1000);
        assert_null(open_port(&bench, bench.seat, closed[i].instance));
        assert_int_equal(bench.failure.sight, closed[i].sight);
    }
}

static void a_wrong_password_is_no_login(void **state)
{
    AUTO(bench) struct bench bench = new_bench();
    struct seat *stranger = seat_new(bench.campaign, &(struct seat_config){.password = "guessed"});

    (void)state;
    assert_null(open_port(&bench, stranger, "sqlpri1"));
    assert_fails(&bench, SIGHT_LOGIN_FAILED, 18456);
}

static void a_killed_session_is_lost(void **state)
{
    AUTO(bench) struct bench bench = new_bench();
    struct seat *other = seat_new(bench.campaign, &(struct seat_config){0});
    struct sql_port *port = open_port(&bench, bench.seat, "sqldr1"),
                    *bystander = open_port(&bench, other, "sqldr1");

    (void)state;
    campaign_plan_kill(bench.campaign, 1000, "sqldr1", "pchat_admin");
    campaign_advance(bench.campaign, 2000);
    assert_int_equal(ask(&bench, port, "SELECT 1 AS one", 1000), -1);
    assert_fails(&bench, SIGHT_PROTOCOL_ERROR, 0);
    assert_int_equal(ask(&bench, bystander, "SELECT 1 AS one", 1000), 0);
    sql_port_close(port);
    sql_port_close(bystander);
}

static void a_batch_waits_by_virtual_time(void **state)
{
    AUTO(bench) struct bench bench = new_bench();
    struct seat *other = seat_new(bench.campaign, &(struct seat_config){.sql_user = "pchat_admin"});
    struct sql_port *holder = open_port(&bench, other, "sqldr1"),
                    *port = open_port(&bench, bench.seat, "sqldr1");

    (void)state;
    assert_int_equal(ask(&bench, holder, take_lock, 1000), 0);
    assert_string_equal(bench.rows.cells[0], "0");
    campaign_plan_crash(bench.campaign, 10000, other);
    assert_int_equal(ask(&bench, port, wait_for_lock, MINUTE_MS), 0);
    assert_string_equal(bench.rows.cells[0], "1"); /* granted after waiting */
    assert_in_range(campaign_now_ms(bench.campaign), 10000, 11000);
    sql_port_close(port);
}

static void a_deadline_ends_a_batch_and_its_session(void **state)
{
    AUTO(bench) struct bench bench = new_bench();
    struct seat *other = seat_new(bench.campaign, &(struct seat_config){.sql_user = "pchat_admin"});
    struct sql_port *holder = open_port(&bench, other, "sqldr1"),
                    *port = open_port(&bench, bench.seat, "sqldr1");

    (void)state;
    assert_int_equal(ask(&bench, holder, take_lock, 1000), 0);
    assert_int_equal(ask(&bench, port, wait_for_lock, 5000), -1);
    assert_fails(&bench, SIGHT_TIMED_OUT, 0);
    assert_in_range(campaign_now_ms(bench.campaign), 5000, 5100);
    assert_int_equal(ask(&bench, port, "SELECT 1 AS one", 1000), -1);
    assert_fails(&bench, SIGHT_PROTOCOL_ERROR, 0);
    sql_port_close(holder);
    sql_port_close(port);
}

/* The server has not heard that its client is gone: the lock is free only when it notices. */
static void a_cut_link_leaves_the_lock_behind(void **state)
{
    AUTO(bench) struct bench bench = new_bench();
    struct sql_port *port = open_port(&bench, bench.seat, "sqldr1"), *again;

    (void)state;
    assert_int_equal(ask(&bench, port, take_lock, 1000), 0);
    campaign_plan(bench.campaign, 1000, "link_cut monitor->sqldr1");
    campaign_plan(bench.campaign, 10000, "!link_cut monitor->sqldr1");
    campaign_advance(bench.campaign, 2000);
    assert_int_equal(ask(&bench, port, "SELECT 1 AS one", 3000), -1);
    assert_fails(&bench, SIGHT_TIMED_OUT, 0);
    sql_port_close(port);
    campaign_advance(bench.campaign, 10000);
    again = open_port(&bench, bench.seat, "sqldr1");
    assert_int_equal(ask(&bench, again, take_lock, 1000), 0);
    assert_string_equal(bench.rows.cells[0], "-1");
    campaign_advance(bench.campaign, MINUTE_MS);
    assert_int_equal(ask(&bench, again, take_lock, 1000), 0);
    assert_string_equal(bench.rows.cells[0], "0");
    sql_port_close(again);
}

/* ---- turns and crashes ---- */

struct walker {
    struct seat *seat;
    int64_t step_ms;
    struct strbuf *path;
    char name;
    bool ended;
};

static void walk(void *user)
{
    struct walker *walker = user;

    for (int i = 0; i < 4; i++) {
        strbuf_add_char(walker->path, walker->name);
        world_wait(deadline_in_ms(&walker->seat->clock.clock, MINUTE_MS), walker->step_ms);
    }
    walker->ended = true;
}

static void who_works_beside_takes_turns(void **state)
{
    AUTO(bench) struct bench bench = new_bench();
    struct seat *other = seat_new(bench.campaign, &(struct seat_config){0});
    AUTO(strbuf) struct strbuf path = STRBUF_INIT;
    struct walker walkers[] = {{bench.seat, 1000, &path, 'a', false}, {other, 1500, &path, 'b', false}};

    (void)state;
    for (size_t i = 0; i < COUNT(walkers); i++)
        assert_true(seat_start(walkers[i].seat, walk, &walkers[i]));
    campaign_advance(bench.campaign, MINUTE_MS);
    assert_string_equal(strbuf_text(&path), "ababa"
                                            "bab");
    assert_true(walkers[0].ended && walkers[1].ended);
}

static void a_crash_stops_a_program_where_it_is(void **state)
{
    AUTO(bench) struct bench bench = new_bench();
    AUTO(strbuf) struct strbuf path = STRBUF_INIT;
    struct walker walker = {bench.seat, 1000, &path, 'a', false};

    (void)state;
    campaign_plan_crash(bench.campaign, 1500, bench.seat);
    assert_true(seat_start(bench.seat, walk, &walker));
    campaign_advance(bench.campaign, MINUTE_MS);
    assert_string_equal(strbuf_text(&path), "aa");
    assert_false(walker.ended);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_text_and_errors_have_their_numbers),
        cmocka_unit_test(nobody_is_let_in_and_why),
        cmocka_unit_test(a_wrong_password_is_no_login),
        cmocka_unit_test(a_killed_session_is_lost),
        cmocka_unit_test(a_batch_waits_by_virtual_time),
        cmocka_unit_test(a_deadline_ends_a_batch_and_its_session),
        cmocka_unit_test(a_cut_link_leaves_the_lock_behind),
        cmocka_unit_test(who_works_beside_takes_turns),
        cmocka_unit_test(a_crash_stops_a_program_where_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

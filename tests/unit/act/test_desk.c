/* What a desk of the runner tells of itself in runs.json, and what it remembers of what handlers told. */
#include "act/runner/desk.h"
#include "act/runner/runs_file.h"
#include "unit/cmocka_unit.h"

#include <stdio.h>
#include <stdlib.h>

enum { WATCHED_UTC_MS = 1000 };

static const struct topology_pool pool = {.fqdn = "lyncpc.litwareinc.com"};

static int64_t watched_utc_ms(const char *state_dir)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct runs_file file;
    struct err err = ERR_INIT;

    assert_int_equal(runs_file_read(arena_format(arena, "%s/runs.json", state_dir), arena, &file, &err), 0);
    assert_int_equal(file.pool_count, 1);
    return file.pools[0].watched_utc_ms;
}

/* It is written after each request, and none of them is a look at the pool. */
static void the_time_of_the_last_look_stays(void **state)
{
    char state_dir[] = "/tmp/test_desk.XXXXXX", command[64];
    struct office_config config = {.state_dir = mkdtemp(state_dir)};
    struct desk desk;
    struct err err = ERR_INIT;

    (void)state;
    assert_int_equal(desk_open(&desk, &pool, &config, &err), 0);
    assert_int_equal(watched_utc_ms(state_dir), 0);
    desk.news.end = "done";
    desk.watched_utc_ms = WATCHED_UTC_MS;
    desk_write_runs(&desk);
    assert_int_equal(watched_utc_ms(state_dir), WATCHED_UTC_MS);
    desk_close(&desk);
    snprintf(command, sizeof(command), "rm -r %s", state_dir);
    assert_int_equal(system(command), 0);
}

static void tell(struct desk *desk, enum episode_kind kind, enum check_state state)
{
    const struct episode episode = {
        .kind = kind, .state = state, .hard = true, .at_utc_ms = WATCHED_UTC_MS, .event = "4711"};

    desk_episode(desk, &episode);
}

static void reopen(struct desk *desk, const struct office_config *config)
{
    struct err err = ERR_INIT;

    desk_close(desk);
    assert_int_equal(desk_open(desk, &pool, config, &err), 0);
}

static void assert_open(const struct desk *desk, bool failover, bool failback)
{
    assert_int_equal(desk->episodes[EPISODE_FAILOVER].is_open, failover);
    assert_int_equal(desk->episodes[EPISODE_FAILBACK].is_open, failback);
    assert_true(desk_is_busy(desk));
}

/* Each kind is open and over for itself, and so after a restart. */
static void each_kind_of_episode_is_remembered(void **state)
{
    char state_dir[] = "/tmp/test_desk.XXXXXX", command[64];
    struct office_config config = {.state_dir = mkdtemp(state_dir)};
    struct desk desk;
    struct err err = ERR_INIT;

    (void)state;
    assert_int_equal(desk_open(&desk, &pool, &config, &err), 0);
    tell(&desk, EPISODE_FAILBACK, CHECK_OK);
    reopen(&desk, &config);
    assert_open(&desk, false, true);
    assert_int_equal(desk.episodes[EPISODE_FAILBACK].episode.kind, EPISODE_FAILBACK);
    assert_string_equal(desk.episodes[EPISODE_FAILBACK].episode.event, "4711");
    tell(&desk, EPISODE_FAILOVER, CHECK_CRITICAL);
    reopen(&desk, &config);
    assert_open(&desk, true, true);
    tell(&desk, EPISODE_FAILBACK, CHECK_CRITICAL);
    reopen(&desk, &config);
    assert_open(&desk, true, false);
    desk_close(&desk);
    snprintf(command, sizeof(command), "rm -r %s", state_dir);
    assert_int_equal(system(command), 0);
}

static void write_entry(struct desk *desk, enum entry_kind kind, const char *step, const char *text)
{
    const struct journal_entry entry = {.run = 31,
                                        .plan = "p",
                                        .kind = kind,
                                        .at_utc_ms = 5000,
                                        .step = step,
                                        .target = "sqldr1",
                                        .text = text};
    struct err err = ERR_INIT;

    assert_int_equal(journal_write(desk->journal, &entry, &err), 0);
}

/* The newest run with its steps, while it goes: what was read once is not read again. */
static void runs_and_their_steps_are_shown(void **state)
{
    const struct journal_run run = {.run = 31,
                                    .plan = "p",
                                    .verb = "failover",
                                    .pool = pool.fqdn,
                                    .origin = "person",
                                    .state = "open",
                                    .person = "kim"};
    char state_dir[] = "/tmp/test_desk.XXXXXX", command[64];
    struct office_config config = {.state_dir = mkdtemp(state_dir)};
    struct desk desk;
    struct err err = ERR_INIT;

    (void)state;
    assert_int_equal(desk_open(&desk, &pool, &config, &err), 0);
    assert_int_equal(journal_put_run(desk.journal, &run, &err), 0);
    write_entry(&desk, ENTRY_INTENT, "export", "");
    for (int i = 0; i < 3; i++) {
        AUTO(arena) struct arena *arena = arena_new();
        struct runs_file file;
        const struct runs_run *shown;

        desk_write_runs(&desk);
        assert_int_equal(runs_file_read(arena_format(arena, "%s/runs.json", state_dir), arena, &file, &err),
                         0);
        assert_int_equal(file.pools[0].run_count, 1);
        shown = &file.pools[0].runs[0];
        assert_string_equal(shown->verb, "failover");
        assert_int_equal(shown->step_count, i < 2 ? 1 : 2);
        assert_string_equal(shown->steps[0].step, "export");
        if (i == 0)
            assert_null(shown->steps[0].outcome);
        else
            assert_string_equal(shown->steps[0].outcome, "done");
        write_entry(&desk, i == 0 ? ENTRY_OUTCOME : ENTRY_INTENT, i == 0 ? "export" : "stop_jobs", "done");
    }
    desk_close(&desk);
    snprintf(command, sizeof(command), "rm -r %s", state_dir);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_and_their_steps_are_shown),
        cmocka_unit_test(the_time_of_the_last_look_stays),
        cmocka_unit_test(each_kind_of_episode_is_remembered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

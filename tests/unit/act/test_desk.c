/* What a desk of the runner tells of itself in runs.json. */
#include "act/runner/desk.h"
#include "act/runner/runs_file.h"
#include "unit/cmocka_unit.h"

#include <stdio.h>
#include <stdlib.h>

enum { WATCHED_UTC_MS = 1000 };

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
    const struct topology_pool pool = {.fqdn = "lyncpc.litwareinc.com"};
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_time_of_the_last_look_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

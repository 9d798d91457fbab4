/* A file that is not there, or is none, is unknown; what is there comes onto the board once. */
#include "observer/runs_watch.h"

#include "act/runner/runs_file.h"
#include "base/mem.h"
#include "unit/cmocka_unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void what_is_there_is_told_and_what_is_not_is_unknown(void **state)
{
    char folder[] = "/tmp/test_runs_XXXXXX";
    AUTO(feed_board) struct feed_board *board = feed_board_new("t.yaml", clock_system());
    struct runs_pool pool = {.pool = "a.example", .open_run = 31};
    AUTO_FREE char *path = NULL;
    int64_t changed;

    (void)state;
    assert_non_null(mkdtemp(folder));
    path = mem_format("%s/runs.json", folder);
    runs_watch_look(path, "/nowhere", board);
    assert_non_null(strstr(board->runs_unknown, "No such file"));
    assert_false(board->episodes_waiting.known);

    assert_int_equal(runs_file_put(path, &pool, 1, NULL), 0);
    runs_watch_look(path, folder, board);
    assert_null(board->runs_unknown);
    assert_non_null(strstr(board->runs_file, "\"open_run\":31"));
    assert_true(board->episodes_waiting.known);
    assert_int_equal(board->episodes_waiting.value, 0);

    changed = board->sequence;
    runs_watch_look(path, folder, board);
    assert_int_equal(board->sequence, changed);

    assert_int_equal(truncate(path, 10), 0);
    runs_watch_look(path, folder, board);
    assert_non_null(strstr(board->runs_unknown, "no runs.json"));
    assert_null(board->runs_file);
    assert_int_equal(board->sequence, changed + 1);
    unlink(path);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_there_is_told_and_what_is_not_is_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

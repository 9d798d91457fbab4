/* What the board says is what the reader reads; what is no document is refused with its place. */
#include "unit/feed/feed_fixture.h"

#include "base/mem.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static struct feed_document *read_line(const struct strbuf *line, struct clock *clock)
{
    struct err err = ERR_INIT;
    struct feed_document *document;

    assert_true(line->length > 0 && line->text[line->length - 1] == '\n');
    assert_ptr_equal(strchr(line->text, '\n'), line->text + line->length - 1);
    document = feed_read(line->text, line->length - 1, clock, &err);
    if (!document)
        fail_msg("%s", err.text);
    return document;
}

static struct feed_document *read_pool(const struct feed_board *board, size_t pool)
{
    AUTO(strbuf) struct strbuf line = STRBUF_INIT;

    feed_board_put_pool(board, board->pools[pool], &line);
    return read_line(&line, board->clock);
}

static void an_observer_comes_through(void **state)
{
    struct still_clock clock = still_clock();
    AUTO(feed_board) struct feed_board *board = board_of_two(&clock);
    AUTO(strbuf) struct strbuf line = STRBUF_INIT;
    AUTO(feed_document) struct feed_document *document = NULL;

    (void)state;
    feed_board_topology_error(board, "topology.yaml:3: \"x\"");
    feed_board_put_observer(board, &line);
    document = read_line(&line, &clock.clock);
    assert_int_equal(document->kind, FEED_OBSERVER);
    assert_string_equal(document->observer.version, PCHAT_VERSION);
    assert_int_equal(document->observer.started_utc_ms, clock.utc_ms);
    assert_string_equal(document->observer.topology, "/etc/topology.yaml");
    assert_string_equal(document->observer.topology_error, "topology.yaml:3: \"x\"");
    assert_int_equal(document->observer.pool_count, 2);
    assert_string_equal(document->observer.pools[1], POOL_B);
}

static void a_pool_that_was_not_seen_yet_has_no_age(void **state)
{
    struct still_clock clock = still_clock();
    AUTO(feed_board) struct feed_board *board = board_of_two(&clock);
    AUTO(feed_document) struct feed_document *document = read_pool(board, 1);

    (void)state;
    assert_int_equal(document->kind, FEED_POOL);
    assert_string_equal(document->pool.name, POOL_B);
    assert_int_equal(document->pool.interval_ms, 30000);
    assert_int_equal(document->pool.pass, 0);
    assert_int_equal(document->pool.generation, 0);
    assert_null(document->pool.snapshot);
    assert_false(feed_pool_age_ms(&document->pool, &clock.clock).known);
    assert_null(document->pool.failure_why);
}

/* The snapshot byte by byte; and its age goes on growing here. */
static void a_snapshot_comes_through_with_its_age(void **state)
{
    struct still_clock clock = still_clock();
    AUTO(feed_board) struct feed_board *board = board_of_two(&clock);
    AUTO(feed_document) struct feed_document *document = NULL;
    AUTO_FREE char *want = NULL, *got = NULL;
    AUTO_FREE char *line = snapshot_line(POOL_A, 7);
    AUTO(snapshot) struct snapshot *snapshot = snapshot_from_json(line, strlen(line), NULL);

    (void)state;
    see(board, 0, 4000);
    clock.mono_ms += 1500;
    document = read_pool(board, 0);
    assert_int_equal(document->pool.pass, 1);
    assert_int_equal(document->pool.generation, 1);
    assert_int_equal(document->pool.duration_ms.value, 4000);
    assert_int_equal(feed_pool_age_ms(&document->pool, &clock.clock).value, 5500);
    clock.mono_ms += 500;
    assert_int_equal(feed_pool_age_ms(&document->pool, &clock.clock).value, 6000);
    want = snapshot_to_json(snapshot);
    got = snapshot_to_json(document->pool.snapshot);
    assert_string_equal(got, want);
}

static void a_failed_pass_keeps_the_old_snapshot(void **state)
{
    struct still_clock clock = still_clock();
    AUTO(feed_board) struct feed_board *board = board_of_two(&clock);
    AUTO(feed_document) struct feed_document *failing = NULL;
    AUTO(feed_document) struct feed_document *well = NULL;

    (void)state;
    see(board, 0, 0);
    clock.mono_ms += 60000;
    feed_board_failure(board, board->pools[0], "it was held up");
    clock.mono_ms += 10000;
    failing = read_pool(board, 0);
    assert_int_equal(failing->pool.pass, 2);
    assert_int_equal(failing->pool.generation, 1);
    assert_int_equal(failing->pool.failed, 1);
    assert_int_equal(failing->pool.failure_pass, 2);
    assert_int_equal(failing->pool.failure_at.ms, clock.mono_ms - 10000);
    assert_string_equal(failing->pool.failure_why, "it was held up");
    assert_int_equal(feed_pool_age_ms(&failing->pool, &clock.clock).value, 70000);
    assert_non_null(failing->pool.snapshot);
    see(board, 0, 0);
    well = read_pool(board, 0);
    assert_int_equal(well->pool.generation, 3);
    assert_int_equal(well->pool.failure_pass, 2);
}

static void runs_come_through_or_are_unknown(void **state)
{
    struct still_clock clock = still_clock();
    AUTO(feed_board) struct feed_board *board = board_of_two(&clock);
    AUTO(strbuf) struct strbuf unknown_line = STRBUF_INIT, line = STRBUF_INIT;
    AUTO(feed_document) struct feed_document *unknown = NULL;
    AUTO(feed_document) struct feed_document *document = NULL;

    (void)state;
    assert_true(feed_board_runs(board, "runs.json: no such file", NULL, (struct fact_num){0}));
    feed_board_put_runs(board, &unknown_line);
    unknown = read_line(&unknown_line, &clock.clock);
    assert_int_equal(unknown->kind, FEED_RUNS);
    assert_string_equal(unknown->runs.unknown, "runs.json: no such file");
    assert_false(unknown->runs.episodes_waiting.known);

    assert_true(feed_board_runs(board, NULL,
                                "{\"schema\":1,\"written_utc_ms\":5,\"pools\":[{\"pool\":\"" POOL_A
                                "\",\"open_run\":31}]}",
                                (struct fact_num){true, 2}));
    feed_board_put_runs(board, &line);
    document = read_line(&line, &clock.clock);
    assert_null(document->runs.unknown);
    assert_int_equal(document->runs.episodes_waiting.value, 2);
    assert_int_equal(document->runs.file.written_utc_ms, 5);
    assert_int_equal(document->runs.file.pool_count, 1);
    assert_int_equal(document->runs.file.pools[0].open_run, 31);
}

static void a_new_topology_keeps_what_is_known(void **state)
{
    static const struct feed_board_plan plans[] = {{"c.example", 60000}, {"A.Example", 60000}};
    struct still_clock clock = still_clock();
    AUTO(feed_board) struct feed_board *board = board_of_two(&clock);
    const struct feed_board_pool *kept = board->pools[0];
    struct err err = ERR_INIT;

    (void)state;
    see(board, 0, 0);
    feed_board_topology_error(board, "bad");
    feed_board_plan(board, plans, COUNT(plans));
    assert_null(board->topology_error);
    assert_int_equal(board->pool_count, 2);
    assert_ptr_equal(board->pools[1], kept);
    assert_int_equal(kept->generation, 1);
    assert_ptr_equal(feed_board_find(board, "a.EXAMPLE", &err), kept);
    assert_null(feed_board_find(board, POOL_B, &err));
    assert_string_equal(err.text, "\"" POOL_B "\" is no pool of the observer's topology /etc/topology.yaml");
    assert_null(feed_board_find(board, NULL, &err));
    assert_string_equal(err.text, "the observer has 2 pools; name one");
}

#define POOL_HEAD "{\"pool\":{\"name\":\"a\",\"interval_ms\":1,\"pass\":1,\"failed\":0,\"generation\":"

static void what_is_no_document_is_said(void **state)
{
    static const struct {
        const char *line, *why;
    } cases[] = {
        {"", "no valid JSON"},
        {"[]", "expected a document of the observer"},
        {"{\"poll\":{}}", "expected a document of the observer"},
        {"{\"observer\":[]}", "observer: expected an object"},
        {"{\"observer\":{\"schema\":2}}", "different age"},
        {"{\"pool\":{}}", "pool.name: expected text"},
        {"{\"pool\":{\"name\":\"a\",\"interval_ms\":-1}}", "pool.interval_ms: expected a number"},
        {POOL_HEAD "1}}", "a snapshot where there is a generation"},
        {POOL_HEAD "0,\"snapshot\":{}}}", "a snapshot where there is a generation"},
        {POOL_HEAD "1,\"snapshot\":{}}}", "pool.age_ms: expected a number"},
        {POOL_HEAD "1,\"age_ms\":5,\"snapshot\":{\"schema\":9}}}", "schema"},
        {POOL_HEAD "0,\"failure\":{\"pass\":1,\"age_ms\":1}}}", "pool.why: expected text"},
        {POOL_HEAD "0,\"failure\":7}}", "pool.pass"},
        {"{\"pool\":{\"name\":\"a\",\"name\":\"b\"}}", "no valid JSON"},
        {"{\"runs\":{}}", "why there is no file"},
        {"{\"runs\":{\"file\":{\"schema\":9}}}", "no runs.json of this version"},
        {"{\"error\":null}", "error: expected text"},
    };
    struct still_clock clock = still_clock();

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err err = ERR_INIT;

        assert_null(feed_read(cases[i].line, strlen(cases[i].line), &clock.clock, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        if (!strstr(err.text, cases[i].why))
            fail_msg("%s: \"%s\"", cases[i].line, err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_observer_comes_through),
        cmocka_unit_test(a_pool_that_was_not_seen_yet_has_no_age),
        cmocka_unit_test(a_snapshot_comes_through_with_its_age),
        cmocka_unit_test(a_failed_pass_keeps_the_old_snapshot),
        cmocka_unit_test(runs_come_through_or_are_unknown),
        cmocka_unit_test(a_new_topology_keeps_what_is_known),
        cmocka_unit_test(what_is_no_document_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

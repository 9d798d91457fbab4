/* A reader as the server has it: what it asks is answered, what it does not take costs nobody anything. */
#include "unit/feed/feed_fixture.h"

#include "feed/feed_client.h"
#include "unit/cmocka_unit.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

/* More than a socket takes. */
enum { CHANGES = 500 };

/* The other end is in our hand. */
struct pair {
    struct still_clock clock;
    struct feed_board *board;
    struct feed_client client;
    int end;
    struct strbuf heard;
};

static int begin(void **state)
{
    static struct pair pair;
    int ends[2];

    pair = (struct pair){.clock = still_clock()};
    pair.board = board_of_two(&pair.clock);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    feed_client_start(&pair.client, ends[0], &pair.clock.clock);
    pair.end = ends[1];
    *state = &pair;
    return 0;
}

static int end(void **state)
{
    struct pair *pair = *state;

    feed_client_done(&pair->client);
    close(pair->end);
    feed_board_free(pair->board);
    strbuf_done(&pair->heard);
    return 0;
}

static void say(struct pair *pair, const char *text)
{
    assert_int_equal(write(pair->end, text, strlen(text)), (ssize_t)strlen(text));
}

static bool attend(struct pair *pair)
{
    return feed_client_attend(&pair->client, pair->board, true);
}

static const char *hear(struct pair *pair)
{
    char bytes[65536];
    ssize_t got;

    strbuf_truncate(&pair->heard, 0);
    while ((got = read(pair->end, bytes, sizeof(bytes))) > 0)
        strbuf_add_n(&pair->heard, bytes, (size_t)got);
    return strbuf_text(&pair->heard);
}

/* The kinds of the lines that it says now, "observer pool:a.example ". */
static const char *kinds(struct pair *pair)
{
    static char text[1024];
    const char *line = hear(pair);
    struct strbuf out = STRBUF_INIT;

    for (const char *next; (next = strchr(line, '\n')); line = next + 1) {
        AUTO(feed_document) struct feed_document *document = NULL;
        struct err err = ERR_INIT;

        document = feed_read(line, (size_t)(next - line), &pair->clock.clock, &err);
        if (!document) {
            fail_msg("%s", err.text);
            break;
        }
        strbuf_format(&out, "%s%s%s ",
                      (const char *[]){"observer", "runs", "pool:", "error:"}[document->kind],
                      document->kind == FEED_POOL ? document->pool.name : "",
                      document->kind == FEED_ERROR ? document->error : "");
    }
    assert_string_equal(line, "");
    snprintf(text, sizeof(text), "%s", strbuf_text(&out));
    strbuf_done(&out);
    return text;
}

static void each_request_has_its_answer(void **state)
{
    static const struct {
        const char *request, *answer;
        bool goes_on;
    } cases[] = {
        {"{\"ask\":\"pool\",\"name\":\"B.EXAMPLE\"}\n", "pool:b.example ", true},
        {"{\"ask\":\"observer\"}\n{\"ask\":\"runs\"}\n", "observer runs ", true},
        {"{\"ask\":\"pool\",\"name\":\"x\"}\n{\"ask\":\"runs\"}\n",
         "error:\"x\" is no pool of the observer's topology /etc/topology.yaml runs ", true},
        {"{\"ask\":\"pool\"}\n", "error:the observer has 2 pools; name one ", true},
        {"{\"ask\":\"pool\",\"name\":7}\n", "error:the observer has 2 pools; name one ", true},
        {"{\"ask\":\"everything\"}\n", NULL, false},
        {"{\"ask\":7}\n", NULL, false},
        {"\n", NULL, false},
        {"GET / HTTP/1.0\r\n", NULL, false},
        {"\xff\xfe\n", NULL, false},
        {"{\"ask\":\"pool\",\"ask\":\"runs\"}\n", NULL, false},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct pair *pair;
        const char *got;

        if (i > 0)
            begin(state);
        pair = *state;
        say(pair, cases[i].request);
        assert_int_equal(attend(pair), cases[i].goes_on);
        got = kinds(pair);
        if (cases[i].answer)
            assert_string_equal(got, cases[i].answer);
        else
            assert_ptr_equal(strstr(got, "error:expected {\"ask\": \"pool\""), got);
        if (i + 1 < COUNT(cases))
            end(state);
    }
}

static void a_request_may_come_in_pieces(void **state)
{
    struct pair *pair = *state;

    say(pair, "{\"ask\":");
    assert_true(attend(pair));
    assert_string_equal(kinds(pair), "");
    say(pair, "\"runs\"}\n{\"ask\"");
    assert_true(attend(pair));
    assert_string_equal(kinds(pair), "runs ");
    say(pair, ":\"observer\"}\n");
    shutdown(pair->end, SHUT_WR);
    attend(pair);
    assert_string_equal(kinds(pair), "observer ");
    assert_false(attend(pair));
}

static void a_request_without_end_is_refused(void **state)
{
    struct pair *pair = *state;
    char bytes[FEED_REQUEST_MAX_BYTES + 1];

    memset(bytes, ' ', sizeof(bytes) - 1);
    bytes[sizeof(bytes) - 1] = '\0';
    say(pair, bytes);
    assert_false(attend(pair));
    assert_string_equal(kinds(pair), "error:a request is shorter ");
}

static void a_follower_hears_everything_then_what_changes(void **state)
{
    struct pair *pair = *state;

    see(pair->board, 1, 100);
    say(pair, "{\"ask\":\"follow\"}\n");
    assert_true(attend(pair));
    assert_string_equal(kinds(pair), "observer runs pool:a.example pool:b.example ");
    assert_true(attend(pair));
    assert_string_equal(kinds(pair), "");
    assert_false(feed_client_poll(&pair->client, pair->board).events & POLLOUT);
    feed_board_failure(pair->board, pair->board->pools[0], "held up");
    assert_true(feed_client_poll(&pair->client, pair->board).events & POLLOUT);
    assert_true(attend(pair));
    assert_string_equal(kinds(pair), "pool:a.example ");
    feed_board_runs(pair->board, "gone", NULL, (struct fact_num){0});
    see(pair->board, 0, 0);
    feed_board_topology_error(pair->board, "bad");
    assert_true(attend(pair));
    assert_string_equal(kinds(pair), "observer runs pool:a.example ");
    pair->clock.mono_ms += 3600000; /* it may be silent for long */
    assert_true(attend(pair));
}

static void a_follower_may_shut_its_mouth_and_is_missed_when_it_goes(void **state)
{
    struct pair *pair = *state;

    say(pair, "{\"ask\":\"follow\"}\n");
    shutdown(pair->end, SHUT_WR);
    assert_true(attend(pair));
    assert_string_equal(kinds(pair), "observer runs pool:a.example pool:b.example ");
    assert_true(attend(pair));
    close(pair->end);
    pair->end = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_false(attend(pair));
}

static void a_follower_has_nothing_more_to_ask(void **state)
{
    struct pair *pair = *state;

    say(pair, "{\"ask\":\"follow\"}\nx");
    assert_false(attend(pair));
}

static void too_many_followers_are_told(void **state)
{
    struct pair *pair = *state;

    say(pair, "{\"ask\":\"follow\"}\n");
    assert_false(feed_client_attend(&pair->client, pair->board, false));
    assert_string_equal(kinds(pair), "error:too many follow already ");
}

/* However much happens meanwhile, one document waits for it, and then comes the newest. */
static void a_slow_follower_costs_one_document(void **state)
{
    struct pair *pair = *state;
    AUTO_FREE char *line = snapshot_line(POOL_A, 7);
    size_t document_bytes = 2 * strlen(line) + 4096;
    char last[64];

    say(pair, "{\"ask\":\"follow\"}\n");
    for (int i = 0; i < CHANGES; i++) {
        feed_board_snapshot(pair->board, pair->board->pools[0], (struct mono_ms){i}, line);
        assert_true(attend(pair));
        assert_true(pair->client.out.length <= document_bytes);
    }
    assert_true(pair->client.out.length > 0);
    snprintf(last, sizeof(last), "\"generation\":%d,", CHANGES);
    for (int i = 0; i < 4; i++) {
        const char *heard = hear(pair);

        assert_true(attend(pair));
        if (strstr(heard, last))
            return;
    }
    fail_msg("the newest was never told");
}

static void who_takes_nothing_is_cut_off(void **state)
{
    struct pair *pair = *state;
    AUTO_FREE char *line = snapshot_line(POOL_A, 7);

    say(pair, "{\"ask\":\"follow\"}\n");
    for (int i = 0; i < CHANGES; i++) {
        feed_board_snapshot(pair->board, pair->board->pools[0], (struct mono_ms){i}, line);
        attend(pair);
    }
    pair->clock.mono_ms += 9000;
    assert_true(attend(pair));
    pair->clock.mono_ms += 2000;
    assert_false(attend(pair));
}

static void who_asks_nothing_is_cut_off(void **state)
{
    struct pair *pair = *state;

    say(pair, "{\"ask\":\"runs\"}\n{\"a");
    assert_true(attend(pair));
    pair->clock.mono_ms += 9000;
    assert_true(attend(pair));
    pair->clock.mono_ms += 2000;
    assert_false(attend(pair));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(each_request_has_its_answer),
        TEST(a_request_may_come_in_pieces),
        TEST(a_request_without_end_is_refused),
        TEST(a_follower_hears_everything_then_what_changes),
        TEST(a_follower_may_shut_its_mouth_and_is_missed_when_it_goes),
        TEST(a_follower_has_nothing_more_to_ask),
        TEST(too_many_followers_are_told),
        TEST(a_slow_follower_costs_one_document),
        TEST(who_takes_nothing_is_cut_off),
        TEST(who_asks_nothing_is_cut_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

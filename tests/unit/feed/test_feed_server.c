/* Server and followers over a real socket, in one thread. */
#include "unit/feed/feed_fixture.h"

#include "base/mem.h"
#include "base/unix_socket.h"
#include "feed/feed_server.h"
#include "unit/cmocka_unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { ROUNDS = 100 };

static char folder[] = "/tmp/test_feed_XXXXXX";
static char *path;

static int make_folder(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    path = mem_format("%s/observer.sock", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    rmdir(folder);
    free(path);
    return 0;
}

/* Until it has a document, or the end. */
static struct feed_document *next(struct feed_server *server, struct feed_follower *follower, struct err *err)
{
    struct feed_document *document = NULL;

    for (int i = 0; i < ROUNDS; i++) {
        feed_server_attend(server);
        switch (feed_follower_next(follower, &document, err)) {
        case FEED_NEWS_DOCUMENT:
            return document;
        case FEED_NEWS_END:
            return NULL;
        case FEED_NEWS_NONE:
            break;
        }
    }
    return NULL;
}

static void expect(struct feed_server *server, struct feed_follower *follower, enum feed_kind kind)
{
    struct err err = ERR_INIT;
    AUTO(feed_document) struct feed_document *document = next(server, follower, &err);

    if (document)
        assert_int_equal(document->kind, kind);
    else
        fail_msg("nothing came: %s", err.text);
}

static void a_follower_follows(void **state)
{
    struct still_clock clock = still_clock();
    AUTO(feed_board) struct feed_board *board = board_of_two(&clock);
    AUTO_CLOSE int fd = unix_socket_listen(path, 8);
    AUTO(feed_server) struct feed_server *server = feed_server_new(fd, board);
    struct err err = ERR_INIT;
    AUTO(feed_follower) struct feed_follower *follower = feed_follow(path, &clock.clock, &err);
    struct feed_document *document = NULL;
    struct stat file;

    (void)state;
    assert_non_null(follower);
    assert_int_equal(stat(path, &file), 0);
    assert_int_equal(file.st_mode & 0777, 0660);
    expect(server, follower, FEED_OBSERVER);
    expect(server, follower, FEED_RUNS);
    expect(server, follower, FEED_POOL);
    expect(server, follower, FEED_POOL);
    assert_int_equal(feed_follower_next(follower, &document, &err), FEED_NEWS_NONE);
    see(board, 1, 0);
    document = next(server, follower, &err);
    assert_string_equal(document->pool.name, POOL_B);
    assert_non_null(document->pool.snapshot);
    feed_document_free(document);
    feed_server_free(server);
    server = NULL;
    assert_int_equal(feed_follower_next(follower, &document, &err), FEED_NEWS_END);
    assert_string_equal(err.text, "the observer has ended the connection");
}

/* A place that a follower leaves is the next one's. */
static void followers_are_counted(void **state)
{
    struct still_clock clock = still_clock();
    AUTO(feed_board) struct feed_board *board = board_of_two(&clock);
    AUTO_CLOSE int fd = unix_socket_listen(path, 64);
    AUTO(feed_server) struct feed_server *server = feed_server_new(fd, board);
    struct feed_follower *followers[FEED_FOLLOWERS_MAX];
    struct err err = ERR_INIT;
    AUTO(feed_follower) struct feed_follower *refused = NULL;
    AUTO(feed_follower) struct feed_follower *after = NULL;

    (void)state;
    for (size_t i = 0; i < COUNT(followers); i++) {
        followers[i] = feed_follow(path, &clock.clock, &err);
        expect(server, followers[i], FEED_OBSERVER);
    }
    refused = feed_follow(path, &clock.clock, &err);
    assert_null(next(server, refused, &err));
    assert_string_equal(err.text, "too many follow already");
    feed_follower_free(followers[3]);
    feed_server_attend(server);
    after = feed_follow(path, &clock.clock, &err);
    expect(server, after, FEED_OBSERVER);
    for (size_t i = 0; i < COUNT(followers); i++)
        if (i != 3)
            feed_follower_free(followers[i]);
}

static void nobody_there_is_said_with_the_remedy(void **state)
{
    struct deadline deadline = deadline_in_ms(clock_system(), 100);
    AUTO_FREE char *want =
        mem_format("no observer answers at %s: Connection refused -> systemctl start pchat-observer", path);
    struct err err = ERR_INIT;

    (void)state;
    assert_null(feed_ask_pool(path, NULL, deadline, &err));
    assert_string_equal(err.text, want);
    assert_null(feed_ask_pool("/nowhere/observer.sock", NULL, deadline, &err));
    assert_string_equal(err.text,
                        "no observer answers at /nowhere/observer.sock: No such file or directory -> "
                        "systemctl start pchat-observer");
}

/* It listens and says nothing; then nobody can even connect any more. */
static void a_silent_observer_costs_the_deadline(void **state)
{
    AUTO_CLOSE int fd = unix_socket_listen(path, 0);
    struct err err = ERR_INIT;

    (void)state;
    assert_true(fd >= 0);
    assert_null(feed_ask_pool(path, NULL, deadline_in_ms(clock_system(), 100), &err));
    assert_string_equal(err.text, "the observer does not answer in time");
    assert_null(feed_ask_pool(path, NULL, deadline_in_ms(clock_system(), 100), &err));
    assert_null(feed_ask_pool(path, NULL, deadline_in_ms(clock_system(), 100), &err));
    assert_non_null(strstr(err.text, "too many ask the observer at "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_follower_follows),
        cmocka_unit_test(followers_are_counted),
        cmocka_unit_test(nobody_there_is_said_with_the_remedy),
        cmocka_unit_test(a_silent_observer_costs_the_deadline),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}

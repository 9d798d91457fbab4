/* The first layer that fails, against servers that fail there. */
#include "observe/sql/tls_probe.h"

#include "unit/cmocka_unit.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

enum { PATIENCE_MS = 300 };

/* What a server does when it has said its piece. */
enum manner { CLOSES, STAYS_SILENT, SENDS_FOR_EVER };

/* A server of one connection: reads a request and says its piece. */
struct fake_server {
    const unsigned char *answer;
    size_t answer_bytes;
    enum manner manner;
    int listener;
    pthread_t thread;
};

static void *serve(void *argument)
{
    static const unsigned char empty_packet[] = {0x12, 1, 0, 8, 0, 0, 0, 0};
    struct fake_server *server = argument;
    AUTO_CLOSE int fd = accept(server->listener, NULL, NULL);
    char request[512];

    if (fd < 0 || recv(fd, request, sizeof(request), 0) <= 0)
        return NULL;
    if (server->answer_bytes)
        (void)send(fd, server->answer, server->answer_bytes, MSG_NOSIGNAL);
    while (server->manner == STAYS_SILENT && recv(fd, request, sizeof(request), 0) > 0)
        ;
    while (server->manner == SENDS_FOR_EVER && send(fd, empty_packet, sizeof(empty_packet), MSG_NOSIGNAL) > 0)
        ;
    return NULL;
}

/* Returns the port. */
static int start(struct fake_server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(address);

    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(server->listener, 1), 0);
    assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &size), 0);
    pthread_create(&server->thread, NULL, serve, server);
    return ntohs(address.sin_port);
}

static void stop(struct fake_server *server)
{
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listener);
}

#define PRELOGIN_ANSWER(encryption) 4, 1, 0, 15, 0, 0, 1, 0, 1, 0, 6, 0, 1, 0xff, (encryption)
#define REPLY(...)                  (const unsigned char[]){__VA_ARGS__}, sizeof((const unsigned char[]){__VA_ARGS__})

static const struct {
    const unsigned char *answer;
    size_t answer_bytes;
    enum manner manner;
    enum sight sight;
    const char *text;
} cases[] = {
    {NULL, 0, STAYS_SILENT, SIGHT_TIMED_OUT, "PRELOGIN: no answer"},
    {NULL, 0, CLOSES, SIGHT_PROTOCOL_ERROR, "PRELOGIN: the server closed the connection"},
    {REPLY('H', 'T', 'T', 'P', '/', '1', '.', '1', ' ', '4'), CLOSES, SIGHT_PROTOCOL_ERROR,
     "PRELOGIN: what answers there does not speak TDS"},
    {REPLY(4, 1, 0, 15, 0, 0, 1, 0, 1, 0), CLOSES, SIGHT_PROTOCOL_ERROR,
     "PRELOGIN: the server closed the connection"},
    {REPLY(4, 1, 0, 9, 0, 0, 1, 0, 1), CLOSES, SIGHT_PROTOCOL_ERROR,
     "PRELOGIN: what answers there does not speak TDS"},
    {REPLY(PRELOGIN_ANSWER(2)), STAYS_SILENT, SIGHT_TLS_FAILED,
     "the server offers no encryption, but the topology requires it"},
    {REPLY(PRELOGIN_ANSWER(1)), STAYS_SILENT, SIGHT_TIMED_OUT, "TLS handshake: no answer"},
    {REPLY(PRELOGIN_ANSWER(1)), SENDS_FOR_EVER, SIGHT_TIMED_OUT, "TLS handshake: no answer"},
    {REPLY(PRELOGIN_ANSWER(1)), CLOSES, SIGHT_PROTOCOL_ERROR,
     "TLS handshake: the server closed the connection"},
    /* a TLS alert: protocol_version, inside a packet of type 0x12 */
    {REPLY(PRELOGIN_ANSWER(1), 0x12, 1, 0, 15, 0, 0, 0, 0, 0x15, 3, 1, 0, 2, 2, 70), STAYS_SILENT,
     SIGHT_TLS_FAILED, "no common TLS version (here 1.0 or newer)"},
    {REPLY(PRELOGIN_ANSWER(1), 0x12, 1, 0, 15, 0, 0, 0, 0, 0x15, 3, 3, 0, 2, 2, 40), STAYS_SILENT,
     SIGHT_TLS_FAILED, "no common TLS cipher"},
};

static struct sql_failure probe(int port, struct arena *arena)
{
    const struct topology_sql endpoint = {.name = "x", .host = "127.0.0.1", .port = port, .tls = TLS_REQUIRE};
    struct sql_failure failure;

    tls_probe(&endpoint, deadline_in_ms(clock_system(), PATIENCE_MS), arena, &failure);
    return failure;
}

static void the_failing_layer_is_named(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fake_server server = {cases[i].answer, cases[i].answer_bytes, cases[i].manner, -1, 0};
        struct sql_failure failure = probe(start(&server), arena);

        stop(&server);
        assert_string_equal(failure.text, cases[i].text);
        assert_int_equal(failure.sight, cases[i].sight);
    }
}

static void a_closed_port_refuses(void **state)
{
    struct fake_server server = {.manner = STAYS_SILENT};
    AUTO(arena) struct arena *arena = arena_new();
    int port = start(&server);
    struct sql_failure failure;

    (void)state;
    stop(&server);
    failure = probe(port, arena);
    assert_int_equal(failure.sight, SIGHT_REFUSED);
    assert_string_equal(failure.text, "TCP: Connection refused");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_failing_layer_is_named),
        cmocka_unit_test(a_closed_port_refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

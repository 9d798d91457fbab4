/* Ports that only accept, seen by the product's own TCP probe: chat servers' WCF and file servers' SMB follow
 * the world. */
#include "lab/tcp/listener.h"

#include "base/mem.h"
#include "observe/sip/tcp_probe.h"
#include "unit/lab/port_bench.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

struct tcp_bench {
    struct port_bench *port;
    struct tcp_listener *listener;
    struct probe_result result;
};

static struct tcp_bench open_port(const char *host, int port)
{
    struct tcp_bench bench = {.port = bench_new()};
    struct world *world = bench.port->world;
    struct err err = ERR_INIT;

    bench.listener = tcp_listener_new(bench.port->base, world, world_host(world, host), port, &err);
    assert_non_null(bench.listener);
    bench.port->target.port = tcp_listener_port(bench.listener);
    return bench;
}

static void close_port(struct tcp_bench *bench)
{
    tcp_listener_free(bench->listener);
    bench_free(bench->port);
}

static void refresh(struct tcp_bench *bench)
{
    struct err err = ERR_INIT;

    assert_int_equal(tcp_listener_refresh(bench->listener, &err), 0);
}

static void probe(void *user)
{
    struct tcp_bench *bench = user;

    tcp_probe(&bench->port->target, bench_deadline(bench->port), bench->port->arena, &bench->result);
}

static enum sight look(struct tcp_bench *bench, int64_t patience_ms)
{
    bench->port->patience_ms = patience_ms;
    refresh(bench);
    bench_look(bench->port, probe, bench);
    return bench->result.sighting.sight;
}

static void ports_follow_the_world(void **state)
{
    static const struct {
        const char *host;
        int port;
        const char *fault, *target, *params;
        enum sight sight;
    } cases[] = {
        {"pc1", PORT_WCF, "service", "pc1", "how=stopped", SIGHT_REFUSED},
        {"pc1", PORT_WCF, "service", "pc1", "how=hung", SIGHT_SEEN},
        {"pc1", PORT_WCF, "host_down", "pc1", "", SIGHT_TIMED_OUT},
        {"pc1", PORT_WCF, "link_cut", "monitor->pc1", "", SIGHT_TIMED_OUT},
        {"pc1", PORT_WCF, "port", "pc1", "port=8011 how=filtered", SIGHT_TIMED_OUT},
        {"pc1", PORT_WCF, "port", "pc1", "port=8011 how=closed", SIGHT_REFUSED},
        {"pc1", PORT_WCF, "file_store_down", NULL, "", SIGHT_SEEN},
        {"fs2", PORT_SMB, "file_store_down", NULL, "", SIGHT_REFUSED},
        {"fs2", PORT_SMB, "share_unreachable", NULL, "", SIGHT_SEEN},
        {"fs2", PORT_SMB, "site_down", "dub", "", SIGHT_TIMED_OUT},
        {"fs1", PORT_SMB, "share_unreachable", NULL, "", SIGHT_REFUSED},
        {"sqlpri1", PORT_SMB, "share_unreachable", NULL, "", SIGHT_SEEN},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tcp_bench bench = open_port(cases[i].host, cases[i].port);

        assert_int_equal(look(&bench, BENCH_LONG_MS), SIGHT_SEEN);
        fixture_set(bench.port->world, cases[i].fault, cases[i].target, cases[i].params);
        if (look(&bench, cases[i].sight == SIGHT_TIMED_OUT ? BENCH_PATIENCE_MS : BENCH_LONG_MS) !=
            cases[i].sight)
            fail_msg("row %zu: %s", i, sight_name(bench.result.sighting.sight));
        fixture_clear(bench.port->world, cases[i].fault, cases[i].target);
        fixture_pass_s(bench.port->world, 60);
        assert_int_equal(look(&bench, BENCH_LONG_MS), SIGHT_SEEN);
        close_port(&bench);
    }
}

/* ---- who is connected already ---- */

static int visit(struct tcp_bench *bench)
{
    const struct timeval soon = {5, 0};
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)bench->port->target.port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(write(fd, "hello", 5), 5);
    event_base_loop(bench->port->base, EVLOOP_NONBLOCK); /* accepts */
    event_base_loop(bench->port->base, EVLOOP_NONBLOCK); /* reads */
    return fd;
}

static bool is_open(int fd)
{
    char byte;

    return recv(fd, &byte, 1, MSG_DONTWAIT) < 0;
}

static void nobody_is_answered_and_a_closed_port_ends_connections(void **state)
{
    struct tcp_bench bench = open_port("pc1", PORT_WCF);
    int fd = visit(&bench);
    char byte;

    (void)state;
    assert_true(is_open(fd));
    fixture_set(bench.port->world, "link_cut", "monitor->pc1", "");
    refresh(&bench);
    assert_true(is_open(fd));
    fixture_clear(bench.port->world, "link_cut", "monitor->pc1");
    fixture_set(bench.port->world, "service", "pc1", "how=stopped");
    refresh(&bench);
    event_base_loop(bench.port->base, EVLOOP_NONBLOCK); /* libevent closes in its own time */
    assert_int_equal(recv(fd, &byte, 1, 0), 0);
    close(fd);
    close_port(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ports_follow_the_world),
        cmocka_unit_test(nobody_is_answered_and_a_closed_port_ends_connections),
    };

    return cmocka_run_group_tests(tests, bench_make_authorities, bench_drop_authorities);
}

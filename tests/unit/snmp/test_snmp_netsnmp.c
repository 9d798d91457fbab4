/*
 * Ports by net-snmp in several threads at once, against an agent in this process that sends every question
 * back as its answer: the names are right, the values null.
 */
#include "base/strbuf.h"
#include "observe/snmp/snmp_netsnmp.h"
#include "unit/cmocka_unit.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

enum { THREADS = 8, QUESTIONS = 20, GET_REQUEST = 0xA0, RESPONSE = 0xA2 };

static int agent_fd = -1, agent_port;
static char secret_path[] = "/tmp/pchat-community-XXXXXX";
static struct secret *community;

static void *echo(void *unused)
{
    unsigned char datagram[2048];
    struct sockaddr_in from;

    (void)unused;
    for (;;) {
        socklen_t from_length = sizeof(from);
        ssize_t length =
            recvfrom(agent_fd, datagram, sizeof(datagram), 0, (struct sockaddr *)&from, &from_length);
        unsigned char *request = length > 0 ? memchr(datagram, GET_REQUEST, (size_t)length) : NULL;

        if (!request)
            return NULL;
        *request = RESPONSE;
        sendto(agent_fd, datagram, (size_t)length, 0, (const struct sockaddr *)&from, from_length);
    }
}

static int bind_agent(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(address);

    agent_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (bind(agent_fd, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
        getsockname(agent_fd, (struct sockaddr *)&address, &length) != 0)
        return -1;
    agent_port = ntohs(address.sin_port);
    return 0;
}

static int set_up(void **state)
{
    AUTO_CLOSE int fd = mkstemp(secret_path);
    struct err err = ERR_INIT;

    (void)state;
    if (write(fd, "community\n", 10) != 10)
        return -1;
    community = secret_read_file(secret_path, (gid_t)-1, &err);
    unlink(secret_path);
    return community ? bind_agent() : -1;
}

static int tear_down(void **state)
{
    (void)state;
    secret_free(community);
    return close(agent_fd);
}

static int ask_once(struct snmp_port *port, int64_t timeout_ms, struct snmp_value values[2],
                    struct arena *arena, struct snmp_failure *failure)
{
    static const struct object_id ids[2] = {{{1, 3, 6, 1, 2, 1, 1, 3, 0}, 9},
                                            {{1, 3, 6, 1, 4, 1, 77, 1, 2}, 9}};

    return port->ops->get(port, ids, 2, deadline_in_ms(clock_system(), timeout_ms), arena, values, failure);
}

/* counted: size_t, how many questions were answered */
static void *ask_often(void *counted)
{
    const struct snmp_endpoint endpoint = {.host = "localhost", .port = agent_port, .community = community};
    AUTO(arena) struct arena *arena = arena_new();
    struct err err = ERR_INIT;
    struct snmp_port *port = snmp_netsnmp_open(&endpoint, &err);
    size_t *answered = counted;

    for (int i = 0; port && i < QUESTIONS; i++) {
        struct snmp_failure failure;
        struct snmp_value values[2];

        *answered += ask_once(port, 20000, values, arena, &failure) == 0 && values[1].kind == SNMP_KIND_NULL;
    }
    snmp_port_close(port);
    return NULL;
}

static void ports_do_not_hinder_each_other(void **state)
{
    pthread_t agent, threads[THREADS];
    size_t answered[THREADS] = {0};

    (void)state;
    assert_int_equal(pthread_create(&agent, NULL, echo, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_often, &answered[i]), 0);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(answered[i], QUESTIONS);
    }
    shutdown(agent_fd, SHUT_RDWR); /* wakes it */
    pthread_join(agent, NULL);
}

static void nobody_listens(void **state)
{
    const struct snmp_endpoint endpoint = {.host = "127.0.0.1", .port = 1, .community = community};
    AUTO(arena) struct arena *arena = arena_new();
    struct err err = ERR_INIT;
    struct snmp_port *port = snmp_netsnmp_open(&endpoint, &err);
    struct snmp_failure failure;
    struct snmp_value values[2];

    (void)state;
    for (int again = 0; again < 2; again++) {
        assert_int_equal(ask_once(port, 20000, values, arena, &failure), -1);
        assert_int_equal(failure.sight, SIGHT_REFUSED);
    }
    snmp_port_close(port);
}

static void endpoints_must_be_complete(void **state)
{
    static const struct {
        struct snmp_endpoint endpoint;
        const char *error;
    } rows[] = {
        {{.host = ""}, "SNMP: \"\" is not a host name"},
        {{.host = "a/b"}, "SNMP: \"a/b\" is not a host name"},
        {{.host = "[::1]"}, "SNMP: \"[::1]\" is not a host name"},
        {{.host = "a"}, "SNMP on a: version 2c needs a community"},
        {{.host = "a", .version = SNMP_BY_USER}, "SNMP on a: version 3 needs a user"},
        {{.host = "a", .version = SNMP_BY_USER, .user = "u"},
         "SNMP on a: a passphrase of user u is missing or shorter than 8"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct err err = ERR_INIT;

        assert_null(snmp_netsnmp_open(&rows[i].endpoint, &err));
        assert_int_equal(err.kind, ERR_CONFIG);
        assert_string_equal(err.text, rows[i].error);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ports_do_not_hinder_each_other),
        cmocka_unit_test(nobody_listens),
        cmocka_unit_test(endpoints_must_be_complete),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* FreeTDS against ports where no SQL Server is: each kind of silence has its name, and nothing stays behind.
 */
#include "observe/sql/sql_freetds.h"

#include "unit/cmocka_unit.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

enum { PATIENCE_MS = 1300 /* a login timeout of one second, the least that FreeTDS knows */ };

static struct secret *make_secret(const char *text)
{
    char path[] = "/tmp/pchat-secret-XXXXXX";
    AUTO_CLOSE int fd = mkstemp(path);
    struct err err = ERR_INIT;
    struct secret *secret;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    secret = secret_read_file(path, (gid_t)-1, &err);
    unlink(path);
    assert_non_null(secret);
    return secret;
}

/* A listener that accepts into its backlog and says nothing. */
static int listen_silently(int *ret_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(fd, 4), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *ret_port = ntohs(address.sin_port);
    return fd;
}

static struct sql_failure open_failure(const struct topology_sql *endpoint, struct arena *arena)
{
    struct deadline deadline = deadline_in_ms(clock_system(), PATIENCE_MS);
    struct err err = ERR_INIT;
    AUTO(freetds) struct freetds *freetds = freetds_new(&endpoint, 1, "test", deadline, &err);
    struct sql_opener opener;
    struct sql_failure failure = {0};
    const char *_Atomic doing = NULL;

    assert_non_null(freetds);
    opener = freetds_opener(freetds);
    assert_null(opener.open(opener.user, endpoint, deadline, arena, &doing, &failure));
    return failure;
}

static void expect(const char *host, int port, const char *password, enum sight sight, const char *words)
{
    AUTO(secret) struct secret *secret = make_secret(password);
    AUTO(arena) struct arena *arena = arena_new();
    const struct topology_credential credential = {.name = "c", .sql_user = "m", .password = secret};
    const struct topology_sql endpoint = {
        .name = "x", .host = host, .port = port, .tls = TLS_REQUIRE, .credential = &credential};
    struct sql_failure failure = open_failure(&endpoint, arena);

    if (!strstr(failure.text, words))
        fail_msg("\"%s\" does not hold \"%s\"", failure.text, words);
    assert_int_equal(failure.sight, sight);
}

static void a_closed_port_refuses(void **state)
{
    int port;

    (void)state;
    close(listen_silently(&port));
    expect("127.0.0.1", port, "secret", SIGHT_REFUSED, "refused");
}

static void a_silent_port_times_out(void **state)
{
    int port;
    AUTO_CLOSE int fd = listen_silently(&port);

    (void)state;
    assert_true(fd >= 0);
    expect("127.0.0.1", port, "secret", SIGHT_TIMED_OUT, "no answer");
}

static void an_unknown_name_is_unresolved(void **state)
{
    (void)state;
    expect("sqlpri1.invalid", 1433, "secret", SIGHT_UNRESOLVED, "sqlpri1.invalid");
}

static void a_password_too_long_is_told(void **state)
{
    char password[130];

    (void)state;
    memset(password, 'x', sizeof(password) - 1);
    password[sizeof(password) - 1] = '\0';
    expect("127.0.0.1", 1, password, SIGHT_NOT_ASKED, "128 bytes");
}

static void a_ca_path_too_long_is_told(void **state)
{
    char path[300];
    AUTO(arena) struct arena *arena = arena_new();
    const struct topology_credential credential = {.name = "c", .sql_user = "m"};
    const struct topology_sql endpoint = {
        .name = "x", .host = "127.0.0.1", .port = 1, .ca = path, .credential = &credential};
    struct sql_failure failure;

    (void)state;
    memset(path, 'x', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    failure = open_failure(&endpoint, arena);
    assert_int_equal(failure.sight, SIGHT_NOT_ASKED);
    assert_non_null(strstr(failure.text, "240 bytes"));
}

static void the_environment_is_cleared(void **state)
{
    (void)state;
    setenv("TDSDUMP", "/tmp/pchat-must-not-exist", 1);
    setenv("FREETDSCONF", "/dev/null", 1);
    a_closed_port_refuses(state);
    assert_null(getenv("TDSDUMP"));
    assert_null(getenv("FREETDSCONF"));
    assert_int_not_equal(access("/tmp/pchat-must-not-exist", F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_closed_port_refuses),         cmocka_unit_test(a_silent_port_times_out),
        cmocka_unit_test(an_unknown_name_is_unresolved), cmocka_unit_test(a_password_too_long_is_told),
        cmocka_unit_test(a_ca_path_too_long_is_told),    cmocka_unit_test(the_environment_is_cleared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

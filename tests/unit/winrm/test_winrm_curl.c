/* libcurl against hosts that answer, refuse, cut and stay silent. */
#include "observe/winrm/winrm_curl.h"

#include "unit/cmocka_unit.h"
#include "unit/winrm/tls_peer.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

enum { TIMEOUT_MS = 5000, SHORT_MS = 700, SLACK_MS = 2000 };

#define IDENTITY                                                                                             \
    "<s:Envelope xmlns:s='urn:s'><s:Body><IdentifyResponse><ProductVendor>V</ProductVendor>"                 \
    "</IdentifyResponse></s:Body></s:Envelope>"
#define HTTP(status, headers, length, body)                                                                  \
    "HTTP/1.1 " status "\r\n" headers "Content-Length: " length "\r\n\r\n" body
#define IDENTIFIED            HTTP("200 OK", "", "127", IDENTITY)
#define UNAUTHORISED(headers) HTTP("401 Unauthorized", headers, "0", "")

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

static struct winrm_port *open_port(const struct tls_peer *peer, const struct secret *password)
{
    struct winrm_endpoint endpoint = {.host = "127.0.0.1",
                                      .port = tls_peer_port(peer),
                                      .auth = WINRM_AUTH_BASIC,
                                      .user = "monitor",
                                      .password = password,
                                      .pinned_key = tls_peer_pin(peer)};
    struct err err = ERR_INIT;
    struct winrm_port *port = winrm_curl_open(&endpoint, &err);

    assert_non_null(port);
    return port;
}

static int identify(struct winrm_port *port, int64_t timeout_ms, struct arena *arena,
                    struct winrm_failure *failure)
{
    struct winrm_identity identity;

    return port->ops->identify(port, deadline_in_ms(clock_system(), timeout_ms), arena, &identity, failure);
}

static int query(struct winrm_port *port, int64_t timeout_ms, struct arena *arena,
                 struct winrm_failure *failure)
{
    static const char *const columns[] = {"Name"};
    struct winrm_rows rows;

    return port->ops->wmi_query(port, "SELECT Name FROM Win32_Service", columns, 1, 10,
                                deadline_in_ms(clock_system(), timeout_ms), arena, &rows, failure);
}

static void identify_carries_no_login(void **state)
{
    static const struct tls_peer_line lines[] = {{PEER_ANSWER, IDENTIFIED}};
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(secret) struct secret *password = make_secret("pass:word");
    AUTO(tls_peer) struct tls_peer *peer = tls_peer_new(lines, COUNT(lines));
    struct winrm_port *port = open_port(peer, password);
    struct winrm_failure failure;

    (void)state;
    assert_int_equal(identify(port, TIMEOUT_MS, arena, &failure), 0);
    port->ops->close(port);
    tls_peer_stop(peer);
    assert_non_null(strstr(tls_peer_request(peer), "POST /wsman HTTP/1.1\r\n"));
    assert_non_null(strstr(tls_peer_request(peer), "\r\nWSMANIDENTIFY: unauthenticated\r\n"));
    assert_non_null(
        strstr(tls_peer_request(peer), "\r\nContent-Type: application/soap+xml;charset=UTF-8\r\n"));
    assert_null(strstr(tls_peer_request(peer), "Authorization"));
}

static void the_address_is_where_to_connect(void **state)
{
    static const struct tls_peer_line lines[] = {{PEER_ANSWER, IDENTIFIED}};
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(tls_peer) struct tls_peer *peer = tls_peer_new(lines, COUNT(lines));
    struct winrm_endpoint endpoint = {.host = "fe1.invalid",
                                      .address = "127.0.0.1",
                                      .port = tls_peer_port(peer),
                                      .pinned_key = tls_peer_pin(peer)};
    struct err err = ERR_INIT;
    struct winrm_port *port = winrm_curl_open(&endpoint, &err);
    struct winrm_failure failure;

    (void)state;
    assert_non_null(port);
    assert_int_equal(identify(port, TIMEOUT_MS, arena, &failure), 0);
    port->ops->close(port);
    tls_peer_stop(peer);
    assert_non_null(strstr(tls_peer_request(peer), "\r\nHost: fe1.invalid:"));
}

static void basic_is_sent_and_a_401_explained(void **state)
{
    static const struct {
        struct tls_peer_line line;
        const char *words;
    } cases[] = {
        {{PEER_ANSWER, UNAUTHORISED("WWW-Authenticate: Negotiate\r\nWWW-Authenticate: Kerberos\r\n")},
         "offers Negotiate, Kerberos, but this login is Basic"},
        {{PEER_ANSWER, UNAUTHORISED("WWW-Authenticate: Basic realm=\"WSMAN\"\r\n")}, "accepts no such login"},
        {{PEER_ANSWER, UNAUTHORISED("")}, "accepts no such login"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        AUTO(secret) struct secret *password = make_secret("pass:word");
        AUTO(tls_peer) struct tls_peer *peer = tls_peer_new(&cases[i].line, 1);
        struct winrm_port *port = open_port(peer, password);
        struct winrm_failure failure;

        assert_int_equal(query(port, TIMEOUT_MS, arena, &failure), -1);
        port->ops->close(port);
        tls_peer_stop(peer);
        assert_int_equal(failure.sight, SIGHT_LOGIN_FAILED);
        assert_non_null(strstr(failure.text, cases[i].words));
        assert_non_null(failure.hint);
        /* monitor:pass:word */
        assert_non_null(strstr(tls_peer_request(peer), "Authorization: Basic bW9uaXRvcjpwYXNzOndvcmQ=\r\n"));
    }
}

static void negotiate_without_a_ticket_says_so(void **state)
{
    static const struct tls_peer_line line = {PEER_ANSWER, UNAUTHORISED("WWW-Authenticate: Negotiate\r\n")};
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(tls_peer) struct tls_peer *peer = tls_peer_new(&line, 1);
    struct winrm_endpoint endpoint = {
        .host = "127.0.0.1", .port = tls_peer_port(peer), .pinned_key = tls_peer_pin(peer)};
    struct err err = ERR_INIT;
    struct winrm_port *port = winrm_curl_open(&endpoint, &err);
    struct winrm_failure failure;

    (void)state;
    assert_non_null(port);
    setenv("KRB5CCNAME", "FILE:/nonexistent/ccache", 1);
    setenv("KRB5_CLIENT_KTNAME", "FILE:/nonexistent/keytab", 1);
    assert_int_equal(query(port, TIMEOUT_MS, arena, &failure), -1);
    port->ops->close(port);
    assert_int_equal(failure.sight, SIGHT_LOGIN_FAILED);
    if (!strstr(failure.text, "no ticket for HTTP@127.0.0.1: "))
        fail_msg("%s", failure.text);
}

/* libcurl by itself would send again on a new connection when a kept one is cut without an answer. */
static void nothing_is_sent_twice(void **state)
{
    static const struct tls_peer_line lines[] = {
        {PEER_ANSWER, IDENTIFIED}, {PEER_CUT, NULL}, {PEER_ANSWER, IDENTIFIED}};
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(secret) struct secret *password = make_secret("word");
    AUTO(tls_peer) struct tls_peer *peer = tls_peer_new(lines, COUNT(lines));
    struct winrm_port *port = open_port(peer, password);
    struct winrm_failure failure;

    (void)state;
    assert_int_equal(identify(port, TIMEOUT_MS, arena, &failure), 0);
    assert_int_equal(query(port, TIMEOUT_MS, arena, &failure), -1);
    assert_int_equal(failure.sight, SIGHT_PROTOCOL_ERROR);
    assert_non_null(strstr(failure.text, "closed without an answer"));
    port->ops->close(port);
    tls_peer_stop(peer);
    assert_int_equal(tls_peer_bodies(peer), 2);
}

static void what_hosts_answer_is_named(void **state)
{
    static const struct {
        struct tls_peer_line line;
        enum sight sight;
        const char *words;
    } cases[] = {
        {{PEER_CUT, NULL}, SIGHT_PROTOCOL_ERROR, "closed without an answer"},
        {{PEER_ANSWER_AND_CUT, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<x"},
         SIGHT_PROTOCOL_ERROR,
         "cut"},
        {{PEER_ANSWER_AND_CUT, "SSH-2.0-x\r\n\r\n"}, SIGHT_PROTOCOL_ERROR, "does not speak HTTP"},
        {{PEER_ANSWER, HTTP("302 Found", "Location: https://127.0.0.1:1/\r\n", "0", "")},
         SIGHT_PROTOCOL_ERROR,
         "HTTP 302"},
        {{PEER_ANSWER, HTTP("200 OK", "", "3", "abc")}, SIGHT_PROTOCOL_ERROR, "no XML"},
        {{PEER_ANSWER, HTTP("500 Internal Server Error", "", "0", "")}, SIGHT_PROTOCOL_ERROR, "500 without"},
        {{PEER_ANSWER_AND_CUT, HTTP("200 OK", "", "99999999999999999999", "x")}, SIGHT_PROTOCOL_ERROR, ""},
        {{PEER_SILENCE, NULL}, SIGHT_TIMED_OUT, "waiting for the answer"},
        {{PEER_SILENCE, "HTTP/1.1 200 OK\r\n"}, SIGHT_TIMED_OUT, "waiting for the answer"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        AUTO(secret) struct secret *password = make_secret("word");
        AUTO(tls_peer) struct tls_peer *peer = tls_peer_new(&cases[i].line, 1);
        struct winrm_port *port = open_port(peer, password);
        struct winrm_failure failure;
        int64_t since_ms = clock_mono(clock_system()).ms;

        assert_int_equal(query(port, SHORT_MS, arena, &failure), -1);
        assert_true(clock_mono(clock_system()).ms - since_ms < SHORT_MS + SLACK_MS);
        if (failure.sight != cases[i].sight || !strstr(failure.text, cases[i].words))
            fail_msg("case %zu: %s, \"%s\"", i, sight_name(failure.sight), failure.text);
        port->ops->close(port);
    }
}

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

static void expect(const struct winrm_endpoint *endpoint, enum sight sight, const char *words)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct err err = ERR_INIT;
    struct winrm_port *port = winrm_curl_open(endpoint, &err);
    struct winrm_failure failure;

    assert_non_null(port);
    assert_int_equal(query(port, sight == SIGHT_TIMED_OUT ? SHORT_MS : TIMEOUT_MS, arena, &failure), -1);
    if (failure.sight != sight || !strstr(failure.text, words))
        fail_msg("%s, \"%s\"", sight_name(failure.sight), failure.text);
    port->ops->close(port);
}

static void silence_before_http_has_names(void **state)
{
    int port;
    int listener = listen_silently(&port);

    (void)state;
    expect(&(struct winrm_endpoint){.host = "127.0.0.1", .port = port}, SIGHT_TIMED_OUT, "TLS handshake");
    close(listener);
    expect(&(struct winrm_endpoint){.host = "127.0.0.1", .port = port}, SIGHT_REFUSED, "no connection");
    expect(&(struct winrm_endpoint){.host = "x.invalid"}, SIGHT_UNRESOLVED, "not resolved");
}

static void keys_are_checked(void **state)
{
    static const struct tls_peer_line lines[] = {{PEER_ANSWER, IDENTIFIED}};
    AUTO(tls_peer) struct tls_peer *peer = tls_peer_new(lines, COUNT(lines));
    struct winrm_endpoint endpoint = {.host = "127.0.0.1", .port = tls_peer_port(peer)};

    (void)state;
    expect(&endpoint, SIGHT_TLS_FAILED, "not trusted");
    endpoint.pinned_key = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    expect(&endpoint, SIGHT_TLS_FAILED, "not the pinned one");
    endpoint.pinned_key = NULL;
    endpoint.ca = "/nonexistent/ca.pem";
    expect(&endpoint, SIGHT_TLS_FAILED, "ca cannot be read");
}

static void incomplete_endpoints_are_refused(void **state)
{
    static const struct winrm_endpoint endpoints[] = {
        {.host = NULL},
        {.host = ""},
        {.host = "a/b"},
        {.host = "user@host"},
        {.host = "h", .address = ""},
        {.host = "h", .address = "a/b"},
        {.host = "h", .auth = WINRM_AUTH_BASIC},
        {.host = "h", .auth = WINRM_AUTH_BASIC, .user = "u"},
        {.host = "h", .auth = WINRM_AUTH_CERTIFICATE, .certificate = "c.pem"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(endpoints); i++) {
        struct err err = ERR_INIT;

        assert_null(winrm_curl_open(&endpoints[i], &err));
        assert_int_equal(err.kind, ERR_CONFIG);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identify_carries_no_login),
        cmocka_unit_test(the_address_is_where_to_connect),
        cmocka_unit_test(basic_is_sent_and_a_401_explained),
        cmocka_unit_test(negotiate_without_a_ticket_says_so),
        cmocka_unit_test(nothing_is_sent_twice),
        cmocka_unit_test(what_hosts_answer_is_named),
        cmocka_unit_test(silence_before_http_has_names),
        cmocka_unit_test(keys_are_checked),
        cmocka_unit_test(incomplete_endpoints_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The SIP ports of the world's hosts, seen by the product's own probes: every manner of answering, and mutual
 * TLS. */
#include "lab/sip/listener.h"

#include "base/mem.h"
#include "lab/control/pki.h"
#include "observe/sip/certificate_probe.h"
#include "observe/sip/sip_probe.h"
#include "unit/lab/world_fixture.h"

#include <pthread.h>
#include <string.h>

enum { DAY_S = 86400, PATIENCE_MS = 300, LONG_MS = 10000, PATH_BYTES = 64 };

static struct pki authority, stranger;
static char ca_file[PATH_BYTES], client_file[PATH_BYTES];

/* ---- certificates ---- */

static SSL_CTX *issue(void *user, const struct host *host, struct err *err)
{
    const struct windows_certificate *state = &host->windows.certificates[CERTIFICATE_SIP];
    const struct pki_leaf leaf = {
        .common_name = "localhost",
        .names = state->wrong_name ? "DNS:decommissioned.invalid" : "DNS:localhost,IP:127.0.0.1",
        .from_s = -60L * DAY_S,
        .to_s = state->expired ? -DAY_S : 30L * DAY_S,
    };

    (void)user;
    return pki_issue(state->untrusted ? &stranger : &authority, &leaf, err);
}

static void write_file(char path[PATH_BYTES], const struct strbuf *text)
{
    int fd;

    snprintf(path, PATH_BYTES, "/tmp/sip_listener_XXXXXX");
    fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text->text, text->length), text->length);
    close(fd);
}

static void write_files(void)
{
    const struct pki_leaf leaf = {"monitor", "DNS:mon1.litwareinc.com", -DAY_S, DAY_S};
    AUTO(strbuf) struct strbuf ca = STRBUF_INIT;
    AUTO(strbuf) struct strbuf client = STRBUF_INIT;
    struct err err = ERR_INIT;

    assert_int_equal(pki_write_pem(&authority, &ca, &err), 0);
    assert_int_equal(pki_issue_pem(&authority, &leaf, &client, &err), 0);
    write_file(ca_file, &ca);
    write_file(client_file, &client);
}

static int make_authorities(void **state)
{
    struct err err = ERR_INIT;

    (void)state;
    assert_int_equal(pki_new(&authority, &err), 0);
    assert_int_equal(pki_new(&stranger, &err), 0);
    write_files();
    return 0;
}

static int drop_authorities(void **state)
{
    (void)state;
    unlink(ca_file);
    unlink(client_file);
    pki_done(&authority);
    pki_done(&stranger);
    return 0;
}

/* ---- a port, and a probe in a thread while the loop runs here ---- */

struct bench {
    struct event_base *base;
    struct world *world;
    struct sip_listener *listener;
    struct arena *arena;
    struct probe_target target;
    int64_t patience_ms;
    int done[2]; /* a pipe: the probe has ended */
    struct sip_result result;
};

static void stand_still(void *user)
{
    (void)user;
}

static struct bench *open_port(const char *host, int port)
{
    struct bench *bench = mem_alloc(sizeof *bench);
    const struct sip_issuer issuer = {NULL, issue, authority.certificate};
    const struct tds_clockwork clockwork = {NULL, stand_still};
    struct err err = ERR_INIT;

    bench->base = event_base_new();
    bench->world = fixture_world();
    bench->arena = arena_new();
    bench->listener = sip_listener_new(bench->base, bench->world, world_host(bench->world, host), port,
                                       &issuer, &clockwork, &err);
    assert_non_null(bench->listener);
    assert_int_equal(pipe(bench->done), 0);
    bench->target =
        (struct probe_target){.host = "127.0.0.1", .port = sip_listener_port(bench->listener), .ca = ca_file};
    bench->patience_ms = LONG_MS;
    return bench;
}

static void close_port(struct bench *bench)
{
    sip_listener_free(bench->listener);
    world_free(bench->world);
    event_base_free(bench->base);
    arena_free(bench->arena);
    close(bench->done[0]);
    close(bench->done[1]);
    free(bench);
}

static void *probe(void *user)
{
    struct bench *bench = user;
    const struct sip_question question = {0};

    sip_probe(&bench->target, &question, deadline_in_ms(clock_system(), bench->patience_ms), bench->arena,
              &bench->result);
    assert_int_equal(write(bench->done[1], "", 1), 1);
    return NULL;
}

static void on_done(evutil_socket_t fd, short what, void *user)
{
    char byte;

    (void)what;
    assert_int_equal(read((int)fd, &byte, 1), 1);
    event_base_loopbreak(user);
}

static const struct sip_result *ask(struct bench *bench)
{
    struct event *done = event_new(bench->base, bench->done[0], EV_READ, on_done, bench->base);
    struct err err = ERR_INIT;
    pthread_t thread;

    assert_int_equal(sip_listener_refresh(bench->listener, &err), 0);
    event_add(done, NULL);
    pthread_create(&thread, NULL, probe, bench);
    event_base_dispatch(bench->base);
    pthread_join(thread, NULL);
    event_free(done);
    return &bench->result;
}

/* ---- what is seen ---- */

static void codes_come_as_asked(void **state)
{
    static const int codes[] = {200, 401, 403, 404, 405, 406, 407, 408, 480, 481, 488, 500, 501, 503, 504};
    struct bench *bench = open_port("fe-dub1", PORT_SIP);

    (void)state;
    for (size_t i = 0; i < COUNT(codes); i++) {
        char params[16];

        snprintf(params, sizeof params, "code=%d", codes[i]);
        fixture_set(bench->world, "sip", "fe-dub1", params);
        assert_int_equal(ask(bench)->probe.sighting.sight, SIGHT_SEEN);
        assert_int_equal(bench->result.status, codes[i]);
        assert_int_equal(bench->result.class, sip_class_of(codes[i]));
        assert_string_equal(bench->result.server, "RTC/5.0");
        assert_int_equal(bench->result.challenges != NULL, codes[i] == 401 || codes[i] == 407);
        fixture_clear(bench->world, "sip", "fe-dub1");
    }
    close_port(bench);
}

static void other_manners_are_acted_out(void **state)
{
    static const struct {
        const char *fault, *params;
        enum sight sight;
        enum evidence evidence;
        bool closed;
    } cases[] = {
        {"sip", "how=garbage", SIGHT_PROTOCOL_ERROR, EVIDENCE_TLS, false},
        {"sip", "how=silent", SIGHT_TIMED_OUT, EVIDENCE_TLS, false},
        {"sip", "how=half_closed", SIGHT_PROTOCOL_ERROR, EVIDENCE_TLS, true},
        {"sip", "how=closed", SIGHT_PROTOCOL_ERROR, EVIDENCE_TLS, true},
        {"sip", "ms=100", SIGHT_SEEN, EVIDENCE_SIP, false},
        {"sip", "ms=60000", SIGHT_TIMED_OUT, EVIDENCE_TLS, false},
        {"port", "port=5061 how=closed", SIGHT_REFUSED, EVIDENCE_NONE, false},
        {"port", "port=5061 how=filtered", SIGHT_TIMED_OUT, EVIDENCE_NONE, false},
    };
    struct bench *bench = open_port("fe-dub1", PORT_SIP);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        fixture_set(bench->world, cases[i].fault, "fe-dub1", cases[i].params);
        bench->patience_ms = cases[i].sight == SIGHT_TIMED_OUT ? PATIENCE_MS : LONG_MS;
        assert_int_equal(ask(bench)->probe.sighting.sight, cases[i].sight);
        assert_int_equal(bench->result.probe.evidence, cases[i].evidence);
        assert_int_equal(bench->result.closed, cases[i].closed);
        fixture_clear(bench->world, cases[i].fault, "fe-dub1");
    }
    bench->patience_ms = LONG_MS;
    assert_int_equal(ask(bench)->status, 200);
    close_port(bench);
}

static void a_chat_server_wants_to_know_its_clients(void **state)
{
    struct bench *bench = open_port("pc1", PORT_SIP_CHAT);

    (void)state;
    assert_int_equal(ask(bench)->probe.sighting.sight, SIGHT_TLS_FAILED);
    assert_true(bench->result.probe.client_certificate_wanted);
    assert_int_equal(bench->result.probe.evidence, EVIDENCE_LISTENING);
    assert_null(bench->result.probe.certificate->problem);
    bench->target.client_certificate = client_file;
    bench->target.client_key = client_file;
    assert_int_equal(ask(bench)->status, 200);
    close_port(bench);
}

static void certificates_follow_the_world(void **state)
{
    static const struct {
        const char *params, *problem;
    } cases[] = {
        {"use=sip how=expired", "certificate expired on "},
        {"use=sip how=wrong_name", "certificate is for decommissioned.invalid, not 127.0.0.1"},
        {"use=sip how=untrusted", "certificate not trusted by the CA file: "},
    };
    struct bench *bench = open_port("fe-dub1", PORT_SIP);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        fixture_set(bench->world, "certificate", "fe-dub1", cases[i].params);
        assert_int_equal(ask(bench)->probe.sighting.sight, SIGHT_TLS_FAILED);
        assert_memory_equal(bench->result.probe.certificate->problem, cases[i].problem,
                            strlen(cases[i].problem));
        fixture_clear(bench->world, "certificate", "fe-dub1");
    }
    assert_int_equal(ask(bench)->status, 200);
    close_port(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_come_as_asked),
        cmocka_unit_test(other_manners_are_acted_out),
        cmocka_unit_test(a_chat_server_wants_to_know_its_clients),
        cmocka_unit_test(certificates_follow_the_world),
    };

    return cmocka_run_group_tests(tests, make_authorities, drop_authorities);
}

/* The SIP ports of the world's hosts, seen by the product's own probes: every manner of answering, and mutual
 * TLS. */
#include "lab/sip/listener.h"

#include "observe/sip/certificate_probe.h"
#include "observe/sip/sip_probe.h"
#include "unit/lab/port_bench.h"

#include <string.h>

struct sip_bench {
    struct port_bench *port;
    struct sip_listener *listener;
    struct sip_result result;
};

static struct sip_bench open_port(const char *host, int port)
{
    static enum certificate_use use = CERTIFICATE_SIP;
    const struct sip_issuer issuer = {&use, bench_issue, bench_authority()};
    struct sip_bench bench = {.port = bench_new()};
    struct world *world = bench.port->world;
    struct err err = ERR_INIT;

    bench.listener = sip_listener_new(bench.port->base, world, world_host(world, host), port, &issuer,
                                      &bench_clockwork, &err);
    assert_non_null(bench.listener);
    bench.port->target.port = sip_listener_port(bench.listener);
    return bench;
}

static void close_port(struct sip_bench *bench)
{
    sip_listener_free(bench->listener);
    bench_free(bench->port);
}

static void probe(void *user)
{
    struct sip_bench *bench = user;
    const struct sip_question question = {0};

    sip_probe(&bench->port->target, &question, bench_deadline(bench->port), bench->port->arena,
              &bench->result);
}

static const struct sip_result *ask(struct sip_bench *bench)
{
    struct err err = ERR_INIT;

    assert_int_equal(sip_listener_refresh(bench->listener, &err), 0);
    bench_look(bench->port, probe, bench);
    return &bench->result;
}

/* ---- what is seen ---- */

static void codes_come_as_asked(void **state)
{
    static const int codes[] = {200, 401, 403, 404, 405, 406, 407, 408, 480, 481, 488, 500, 501, 503, 504};
    struct sip_bench bench = open_port("fe-dub1", PORT_SIP);

    (void)state;
    for (size_t i = 0; i < COUNT(codes); i++) {
        char params[16];

        snprintf(params, sizeof params, "code=%d", codes[i]);
        fixture_set(bench.port->world, "sip", "fe-dub1", params);
        assert_int_equal(ask(&bench)->probe.sighting.sight, SIGHT_SEEN);
        assert_int_equal(bench.result.status, codes[i]);
        assert_int_equal(bench.result.class, sip_class_of(codes[i]));
        assert_string_equal(bench.result.server, "RTC/5.0");
        assert_int_equal(bench.result.challenges != NULL, codes[i] == 401 || codes[i] == 407);
        fixture_clear(bench.port->world, "sip", "fe-dub1");
    }
    close_port(&bench);
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
    struct sip_bench bench = open_port("fe-dub1", PORT_SIP);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        fixture_set(bench.port->world, cases[i].fault, "fe-dub1", cases[i].params);
        bench.port->patience_ms = cases[i].sight == SIGHT_TIMED_OUT ? BENCH_PATIENCE_MS : BENCH_LONG_MS;
        assert_int_equal(ask(&bench)->probe.sighting.sight, cases[i].sight);
        assert_int_equal(bench.result.probe.evidence, cases[i].evidence);
        assert_int_equal(bench.result.closed, cases[i].closed);
        fixture_clear(bench.port->world, cases[i].fault, "fe-dub1");
    }
    bench.port->patience_ms = BENCH_LONG_MS;
    assert_int_equal(ask(&bench)->status, 200);
    close_port(&bench);
}

static void a_chat_server_wants_to_know_its_clients(void **state)
{
    struct sip_bench bench = open_port("pc1", PORT_SIP_CHAT);

    (void)state;
    assert_int_equal(ask(&bench)->probe.sighting.sight, SIGHT_TLS_FAILED);
    assert_true(bench.result.probe.client_certificate_wanted);
    assert_int_equal(bench.result.probe.evidence, EVIDENCE_LISTENING);
    assert_null(bench.result.probe.certificate->problem);
    bench.port->target.client_certificate = bench_client_file();
    bench.port->target.client_key = bench_client_file();
    assert_int_equal(ask(&bench)->status, 200);
    close_port(&bench);
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
    struct sip_bench bench = open_port("fe-dub1", PORT_SIP);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        fixture_set(bench.port->world, "certificate", "fe-dub1", cases[i].params);
        assert_int_equal(ask(&bench)->probe.sighting.sight, SIGHT_TLS_FAILED);
        assert_memory_equal(bench.result.probe.certificate->problem, cases[i].problem,
                            strlen(cases[i].problem));
        fixture_clear(bench.port->world, "certificate", "fe-dub1");
    }
    assert_int_equal(ask(&bench)->status, 200);
    close_port(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_come_as_asked),
        cmocka_unit_test(other_manners_are_acted_out),
        cmocka_unit_test(a_chat_server_wants_to_know_its_clients),
        cmocka_unit_test(certificates_follow_the_world),
    };

    return cmocka_run_group_tests(tests, bench_make_authorities, bench_drop_authorities);
}

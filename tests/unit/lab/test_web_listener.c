/* Front ends' web sites: what is answered to whom, and how the product's own web probe sees every manner of
 * answering, both sites, a stopped service and the certificates. */
#include "lab/web/listener.h"

#include "lab/web/site_rules.h"
#include "observe/sip/web_probe.h"
#include "unit/lab/port_bench.h"

#include <string.h>

/* ---- the rules alone ---- */

static const char *header(const struct http_answer *answer, const char *name)
{
    for (size_t i = 0; i < answer->header_count; i++)
        if (strcmp(answer->headers[i].name, name) == 0)
            return answer->headers[i].value;
    return "";
}

static void requests_are_answered_as_by_iis(void **state)
{
    static const struct {
        const char *method, *path;
        bool body_announced;
        int code;
        unsigned status;
        const char *header, *value;
    } cases[] = {
        {"GET", "/PersistentChat/RM/", false, 0, 200, "Content-Type", "text/html"},
        {"HEAD", "/persistentchat/rm/", false, 0, 200, "X-Powered-By", "ASP.NET"},
        {"GET", "/PersistentChat/RM/default.aspx", false, 0, 200, "Content-Type", "text/html"},
        {"GET", "/PersistentChat/MGCWebService.asmx", false, 0, 401, "WWW-Authenticate", "Negotiate"},
        {"POST", "/PersistentChat/MGCWebService.asmx", true, 0, 401, "WWW-Authenticate", "Negotiate"},
        {"POST", "/PersistentChat/RM/", true, 0, 405, "Allow", "GET, HEAD, OPTIONS, TRACE"},
        {"DELETE", "/PersistentChat/RM/", false, 0, 405, "Allow", "GET, HEAD, OPTIONS, TRACE"},
        {"POST", "/PersistentChat/RM/", false, 0, 411, "Connection", "close"},
        {"PUT", "/", false, 0, 411, "Connection", "close"},
        {"GET", "/", false, 0, 404, "X-Powered-By", "ASP.NET"},
        {"POST", "/", true, 0, 404, "X-Powered-By", "ASP.NET"},
        {"GET", "/PersistentChat/RM", false, 0, 404, "X-Powered-By", "ASP.NET"},
        {"GET", "/PersistentChat/RM/../../etc/", false, 0, 404, "X-Powered-By", "ASP.NET"},
        {"GET", "/PersistentChat/RM/", false, 302, 302, "Location", "/PersistentChat/RM/default.aspx"},
        {"GET", "/PersistentChat/RM/", false, 500, 500, "X-Powered-By", "ASP.NET"},
        {"GET", "/PersistentChat/RM/", false, 503, 503, "X-Powered-By", ""}, /* HTTP.sys */
        {"GET", "/PersistentChat/RM/", false, 599, 599, "X-Powered-By", "ASP.NET"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct http_exchange exchange = {.request = {.method = cases[i].method, .path = cases[i].path},
                                               .body_announced = cases[i].body_announced};
        struct http_answer answer = {0};

        web_site_answer(&exchange, web_part_of(cases[i].path), cases[i].code, &answer);
        if (answer.status != cases[i].status || strcmp(header(&answer, cases[i].header), cases[i].value) != 0)
            fail_msg("row %zu: %u, %s: %s", i, answer.status, cases[i].header,
                     header(&answer, cases[i].header));
        assert_int_equal(answer.server == NULL, cases[i].status == 503 || cases[i].status == 411);
        strbuf_done(&answer.body);
    }
}

/* ---- on the wire ---- */

struct web_bench {
    struct port_bench *port;
    struct web_listener *listener;
    const char *path;
    struct web_result result;
};

static struct web_bench open_site(enum web_site site)
{
    static enum certificate_use use = CERTIFICATE_WEB;
    const struct certificate_issuer issuer = {&use, bench_issue};
    struct web_bench bench = {.port = bench_new(), .path = WEB_PATH_ROOM_MANAGEMENT};
    struct world *world = bench.port->world;
    struct err err = ERR_INIT;

    bench.listener = web_listener_new(bench.port->base, world, world_host(world, "fe-dub1"), site, &issuer,
                                      &bench_clockwork, &err);
    assert_non_null(bench.listener);
    bench.port->target.port = web_listener_port(bench.listener);
    return bench;
}

static void close_site(struct web_bench *bench)
{
    web_listener_free(bench->listener);
    bench_free(bench->port);
}

static void probe(void *user)
{
    struct web_bench *bench = user;

    web_probe(&bench->port->target, bench->path, bench_deadline(bench->port), bench->port->arena,
              &bench->result);
}

static const struct web_result *ask(struct web_bench *bench)
{
    struct err err = ERR_INIT;

    assert_int_equal(web_listener_refresh(bench->listener, &err), 0);
    bench_look(bench->port, probe, bench);
    return &bench->result;
}

static void faults_are_acted_out(void **state)
{
    static const struct {
        const char *fault, *params;
        enum sight sight;
        int status;
    } cases[] = {
        {"web", "code=500", SIGHT_SEEN, 500},
        {"web", "code=503", SIGHT_SEEN, 503},
        {"web", "code=302", SIGHT_SEEN, 302},
        {"web", "ms=100", SIGHT_SEEN, 200},
        {"web", "code=500 path=files", SIGHT_SEEN, 200},
        {"web", "code=500 path=rm", SIGHT_SEEN, 500},
        {"web", "code=500 site=external", SIGHT_SEEN, 200},
        {"web", "code=500 site=internal", SIGHT_SEEN, 500},
        {"web", "ms=60000", SIGHT_TIMED_OUT, 0},
        {"web", "how=hung", SIGHT_TIMED_OUT, 0},
        {"web", "how=garbage", SIGHT_PROTOCOL_ERROR, 0},
        {"web", "how=closed", SIGHT_PROTOCOL_ERROR, 0},
        {"service", "service=W3SVC how=stopped", SIGHT_REFUSED, 0},
        {"service", "service=W3SVC how=hung", SIGHT_TIMED_OUT, 0},
        {"service", "service=RTCSRV how=stopped", SIGHT_SEEN, 200},
        {"port", "port=443 how=closed", SIGHT_REFUSED, 0},
        {"port", "port=443 how=filtered", SIGHT_TIMED_OUT, 0},
        {"port", "port=4443 how=closed", SIGHT_SEEN, 200},
        {"host_down", "", SIGHT_TIMED_OUT, 0},
    };
    struct web_bench bench = open_site(WEB_INTERNAL);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        fixture_set(bench.port->world, cases[i].fault, "fe-dub1", cases[i].params);
        bench.port->patience_ms = cases[i].sight == SIGHT_TIMED_OUT ? BENCH_PATIENCE_MS : BENCH_LONG_MS;
        ask(&bench);
        if (bench.result.probe.sighting.sight != cases[i].sight || bench.result.status != cases[i].status)
            fail_msg("%s %s: %s, %d", cases[i].fault, cases[i].params,
                     sight_name(bench.result.probe.sighting.sight), bench.result.status);
        fixture_clear(bench.port->world, cases[i].fault, "fe-dub1");
        fixture_pass_s(bench.port->world, 60);
    }
    bench.port->patience_ms = BENCH_LONG_MS;
    assert_int_equal(ask(&bench)->status, 200);
    close_site(&bench);
}

static void the_external_site_is_another(void **state)
{
    struct web_bench bench = open_site(WEB_EXTERNAL);

    (void)state;
    bench.path = WEB_PATH_FILE_TRANSFER;
    assert_int_equal(ask(&bench)->status, 401);
    fixture_set(bench.port->world, "web", "fe-dub1", "code=500 site=external");
    assert_int_equal(ask(&bench)->status, 500);
    fixture_clear(bench.port->world, "web", "fe-dub1");
    fixture_set(bench.port->world, "port", "fe-dub1", "port=4443 how=closed");
    assert_int_equal(ask(&bench)->probe.sighting.sight, SIGHT_REFUSED);
    close_site(&bench);
}

static void certificates_follow_the_world(void **state)
{
    static const struct {
        const char *params, *problem;
    } cases[] = {
        {"use=web how=expired", "certificate expired on "},
        {"use=web how=wrong_name", "certificate is for decommissioned.invalid, not 127.0.0.1"},
        {"use=web how=untrusted", "certificate not trusted by the CA file: "},
    };
    struct web_bench bench = open_site(WEB_INTERNAL);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        fixture_set(bench.port->world, "certificate", "fe-dub1", cases[i].params);
        assert_int_equal(ask(&bench)->probe.sighting.sight, SIGHT_TLS_FAILED);
        assert_memory_equal(bench.result.probe.certificate->problem, cases[i].problem,
                            strlen(cases[i].problem));
        fixture_clear(bench.port->world, "certificate", "fe-dub1");
    }
    fixture_set(bench.port->world, "certificate", "fe-dub1", "use=sip how=expired");
    assert_int_equal(ask(&bench)->status, 200);
    close_site(&bench);
}

static void faults_that_make_no_sense_are_refused(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    assert_string_equal(fixture_refused_set(world, "web", "pc1", ""), "pc1 has no web site");
    assert_string_equal(fixture_refused_set(world, "web", "fe-dub1", "code=100"),
                        "code=100: no final status of HTTP");
    assert_non_null(strstr(fixture_refused_set(world, "web", "fe-dub1", "path=meet"), "path"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_answered_as_by_iis),
        cmocka_unit_test(faults_are_acted_out),
        cmocka_unit_test(the_external_site_is_another),
        cmocka_unit_test(certificates_follow_the_world),
        cmocka_unit_test(faults_that_make_no_sense_are_refused),
    };

    return cmocka_run_group_tests(tests, bench_make_authorities, bench_drop_authorities);
}

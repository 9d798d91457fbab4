/* The probes from outside against servers that answer badly, late, in pieces or not at all. */
#include "observe/sip/certificate_probe.h"
#include "observe/sip/sip_probe.h"
#include "observe/sip/tcp_probe.h"
#include "observe/sip/web_probe.h"

#include "base/strbuf.h"
#include "unit/cmocka_unit.h"
#include "unit/observe/tls_server.h"

#include <signal.h>
#include <string.h>

enum { PATIENCE_MS = 250, LONG_MS = 10000 };

#define PARTY     "Via: SIP/2.0/TLS x\r\nFrom: <sip:a>;tag=1\r\nTo: <sip:b>;tag=2\r\n"
#define OURS      PARTY "Call-ID: {call_id}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
#define FOREIGN   PARTY "Call-ID: other\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
#define OK        "SIP/2.0 200 OK\r\n"
#define CUT_SHORT "the server closed the connection without an answer"

static struct tls_server server;

static int start(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN); /* for the server's sake: a client may go while it still sends */
    tls_server_start(&server);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    tls_server_stop(&server);
    return 0;
}

static struct probe_target target(void)
{
    return (struct probe_target){.host = "127.0.0.1", .port = server.port, .ca = server.ca_file};
}

static struct sip_result ask(struct arena *arena, int64_t patience_ms)
{
    const struct probe_target there = target();
    const struct sip_question question = {0};
    struct sip_result result;

    sip_probe(&there, &question, deadline_in_ms(clock_system(), patience_ms), arena, &result);
    return result;
}

static const struct {
    struct tls_server_script script;
    int64_t patience_ms;
    enum sight sight;
    enum evidence evidence;
    int status;
    bool closed;
    const char *detail;
} cases[] = {
    {{.answer = OK OURS}, LONG_MS, SIGHT_SEEN, EVIDENCE_SIP, 200, false, NULL},
    {{.answer = OK OURS, .byte_by_byte = true}, LONG_MS, SIGHT_SEEN, EVIDENCE_SIP, 200, false, NULL},
    {{.answer = OK OURS, .end = TLS_SERVER_CUT}, LONG_MS, SIGHT_SEEN, EVIDENCE_SIP, 200, false, NULL},
    {{.answer = "\r\n\r\nSIP/2.0 100 Trying\r\n" OURS OK FOREIGN "NOTIFY sip:x SIP/2.0\r\n" FOREIGN
                "SIP/2.0 503 Busy\r\n" OURS,
      .end = TLS_SERVER_STAY},
     LONG_MS,
     SIGHT_SEEN,
     EVIDENCE_SIP,
     503,
     false,
     NULL},
    {{.answer = "SIP/2.0 100 Trying\r\n" OURS, .end = TLS_SERVER_STAY},
     PATIENCE_MS,
     SIGHT_TIMED_OUT,
     EVIDENCE_TLS,
     0,
     false,
     "after TLS: no answer"},
    {{.answer = OK FOREIGN, .end = TLS_SERVER_STAY},
     PATIENCE_MS,
     SIGHT_TIMED_OUT,
     EVIDENCE_TLS,
     0,
     false,
     "after TLS: no answer"},
    {{.end = TLS_SERVER_STAY}, PATIENCE_MS, SIGHT_TIMED_OUT, EVIDENCE_TLS, 0, false, "after TLS: no answer"},
    {{.end = TLS_SERVER_HALF_CLOSE}, LONG_MS, SIGHT_PROTOCOL_ERROR, EVIDENCE_TLS, 0, true, CUT_SHORT},
    {{.end = TLS_SERVER_CLOSE}, LONG_MS, SIGHT_PROTOCOL_ERROR, EVIDENCE_TLS, 0, true, CUT_SHORT},
    {{.end = TLS_SERVER_CUT}, LONG_MS, SIGHT_PROTOCOL_ERROR, EVIDENCE_TLS, 0, true, CUT_SHORT},
    {{.answer = OK OURS, .answer_bytes = 40},
     LONG_MS,
     SIGHT_PROTOCOL_ERROR,
     EVIDENCE_TLS,
     0,
     false,
     CUT_SHORT},
    {{.answer = OK FOREIGN}, LONG_MS, SIGHT_PROTOCOL_ERROR, EVIDENCE_TLS, 0, false, CUT_SHORT},
    {{.answer = "HTTP/1.1 400 Bad Request\r\n\r\n", .end = TLS_SERVER_STAY},
     LONG_MS,
     SIGHT_PROTOCOL_ERROR,
     EVIDENCE_TLS,
     0,
     false,
     "not SIP: no SIP start line"},
    {{.answer = "\x01\x02\x03", .end = TLS_SERVER_STAY},
     LONG_MS,
     SIGHT_PROTOCOL_ERROR,
     EVIDENCE_TLS,
     0,
     false,
     "not SIP: bytes that are no text"},
    {{.answer = OK PARTY "Call-ID: {call_id}\r\nCSeq: 1 OPTIONS\r\n\r\n", .end = TLS_SERVER_STAY},
     LONG_MS,
     SIGHT_PROTOCOL_ERROR,
     EVIDENCE_TLS,
     0,
     false,
     "not SIP: not exactly one Content-Length"},
    {{.answer = "220 mail ESMTP\r\n", .plain = true},
     LONG_MS,
     SIGHT_TLS_FAILED,
     EVIDENCE_LISTENING,
     0,
     false,
     ""},
    {{.answer = "", .plain = true}, LONG_MS, SIGHT_TLS_FAILED, EVIDENCE_LISTENING, 0, false, ""},
};

static void answers_are_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        struct sip_result result;

        tls_server_play(&server, cases[i].script);
        result = ask(arena, cases[i].patience_ms);
        assert_int_equal(result.probe.sighting.sight, cases[i].sight);
        assert_int_equal(result.probe.evidence, cases[i].evidence);
        assert_int_equal(result.status, cases[i].status);
        assert_int_equal(result.closed, cases[i].closed);
        if (cases[i].detail && *cases[i].detail)
            assert_string_equal(result.probe.sighting.detail, cases[i].detail);
        else
            assert_int_equal(result.probe.sighting.detail != NULL, cases[i].detail != NULL);
    }
}

static void no_cut_makes_an_answer(void **state)
{
    enum { STEP_BYTES = 13 };

    (void)state;
    for (size_t length = 1; length < strlen(OK OURS); length += STEP_BYTES) {
        AUTO(arena) struct arena *arena = arena_new();
        struct sip_result result;

        server.script =
            (struct tls_server_script){.answer = OK OURS,
                                       .answer_bytes = length,
                                       .end = length % 2 ? TLS_SERVER_CUT : TLS_SERVER_HALF_CLOSE};
        result = ask(arena, LONG_MS);
        assert_int_equal(result.probe.sighting.sight, SIGHT_PROTOCOL_ERROR);
        assert_int_equal(result.status, 0);
    }
}

static void a_flood_is_given_up(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(strbuf) struct strbuf flood = STRBUF_INIT;

    (void)state;
    while (flood.length < 1 << 20)
        strbuf_add(&flood, OK FOREIGN);
    tls_server_play(&server,
                    (struct tls_server_script){.answer = strbuf_text(&flood), .end = TLS_SERVER_CUT});
    assert_string_equal(ask(arena, LONG_MS).probe.sighting.detail, "not SIP: no answer among too many bytes");
}

static void a_bad_certificate_is_read_and_nothing_is_said(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    const struct {
        const char *name, *ca, *problem;
    } bad[] = {
        {"fe1.litwareinc.com", server.ca_file, "certificate is for server, not fe1.litwareinc.com"},
        {NULL, server.stranger_file, "certificate not trusted by the CA file: self-signed certificate"},
    };

    (void)state;
    tls_server_play(&server, (struct tls_server_script){.answer = OK OURS});
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct probe_target there = target();
        struct probe_result result;

        there.name = bad[i].name;
        there.ca = bad[i].ca;
        certificate_probe(&there, deadline_in_ms(clock_system(), LONG_MS), arena, &result);
        assert_int_equal(result.sighting.sight, SIGHT_TLS_FAILED);
        assert_int_equal(result.evidence, EVIDENCE_LISTENING);
        assert_string_equal(result.certificate->problem, bad[i].problem);
        assert_string_equal(result.sighting.detail, bad[i].problem);
    }
}

static void names_that_are_none_are_not_asked(void **state)
{
    static const char *const names[] = {"", "a b", "evil\r\nVia: x", "user@host", "host/path"};
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        const struct probe_target there = {.host = names[i], .port = server.port};
        struct probe_result result;

        tcp_probe(&there, deadline_in_ms(clock_system(), LONG_MS), arena, &result);
        assert_int_equal(result.sighting.sight, SIGHT_NOT_ASKED);
        assert_int_equal(result.evidence, EVIDENCE_NONE);
    }
}

static void a_passed_deadline_asks_nobody(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    assert_int_equal(ask(arena, 0).probe.sighting.sight, SIGHT_TIMED_OUT);
}

static void web_answers_are_told_apart(void **state)
{
    static const struct {
        const char *answer;
        enum sight sight;
        int status;
        const char *location;
    } answers[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n<html>", SIGHT_SEEN, 200, NULL},
        {"HTTP/1.1 302 Found\r\nLocation: https://fe1/login\r\nContent-Length: 0\r\n\r\n", SIGHT_SEEN, 302,
         "https://fe1/login"},
        {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", SIGHT_SEEN, 404, NULL},
        {"SIP/2.0 400 Bad Request\r\n\r\n", SIGHT_PROTOCOL_ERROR, 0, NULL},
        {"", SIGHT_PROTOCOL_ERROR, 0, NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(answers); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        const struct probe_target there = target();
        struct web_result result;

        tls_server_play(&server, (struct tls_server_script){.answer = answers[i].answer});
        web_probe(&there, WEB_PATH_ROOM_MANAGEMENT, deadline_in_ms(clock_system(), LONG_MS), arena, &result);
        assert_int_equal(result.probe.sighting.sight, answers[i].sight);
        assert_int_equal(result.status, answers[i].status);
        assert_int_equal(result.class, answers[i].status ? web_class_of(answers[i].status) : WEB_CLASS_NONE);
        if (answers[i].location)
            assert_string_equal(result.location, answers[i].location);
        else
            assert_null(result.location);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_told_apart),
        cmocka_unit_test(no_cut_makes_an_answer),
        cmocka_unit_test(a_flood_is_given_up),
        cmocka_unit_test(a_bad_certificate_is_read_and_nothing_is_said),
        cmocka_unit_test(names_that_are_none_are_not_asked),
        cmocka_unit_test(a_passed_deadline_asks_nobody),
        cmocka_unit_test(web_answers_are_told_apart),
    };

    return cmocka_run_group_tests(tests, start, stop);
}

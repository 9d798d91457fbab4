/* Messages of a SIP stream, good, bad and in pieces. */
#include "observe/sip/sip_message.h"

#include "base/strbuf.h"
#include "unit/cmocka_unit.h"

#include <string.h>

#define VIA    "Via: SIP/2.0/TLS mon1:5061;branch=z9hG4bK1\r\n"
#define PARTY  "From: <sip:probe@b>;tag=1\r\nTo: <sip:a>;tag=2\r\n"
#define CALL   "Call-ID: c@mon1\r\nCSeq: 1 OPTIONS\r\n"
#define LENGTH "Content-Length: 0\r\n"
#define END    "\r\n"
#define OK     "SIP/2.0 200 OK\r\n"

static enum sip_read read_text(const char *text, struct arena *arena, struct sip_message *message,
                               size_t *used, const char **problem)
{
    return sip_message_read(text, strlen(text), arena, message, used, problem);
}

static const struct {
    const char *text;
    int status;
    const char *reason;
} good[] = {
    {OK VIA PARTY CALL LENGTH END, 200, "OK"},
    {"SIP/2.0 404 \r\n" VIA PARTY CALL LENGTH END, 404, ""},
    {"sip/2.0 699 Nobody at all\r\n" VIA PARTY CALL LENGTH END, 699, "Nobody at all"},
    {"SIP/2.0 503 \xff\xfe\r\n" VIA PARTY CALL LENGTH END, 503, "\xEF\xBF\xBD\xEF\xBF\xBD"},
    {"\r\n\r\n\r\n" OK VIA PARTY CALL LENGTH END, 200, "OK"},
    {OK "v: x\r\nf: y\r\nt: z\r\ni: c@mon1\r\ncseq \t:  1   OPTIONS \r\nl: 4\r\n" END "body", 200, "OK"},
    {OK "Via:\r\n  SIP/2.0/TLS\r\n\tmon1\r\n" PARTY CALL "Content-Length:\r\n 0\r\n" END, 200, "OK"},
    {"OPTIONS sip:mon1:5061;transport=tls SIP/2.0\r\n" VIA PARTY CALL LENGTH END, 0, ""},
    {"NOTIFY sip:x SIP/2.0\r\n" VIA PARTY CALL "Content-Length: 5\r\n" END "\0\1\2\3\4", 0, ""},
};

static void good_messages_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        struct sip_message message;
        const char *problem;
        size_t used, length = strlen(good[i].text);

        if (strncmp(good[i].text, "NOTIFY", 6) == 0)
            length += 5; /* a body may hold anything */
        assert_int_equal(sip_message_read(good[i].text, length, arena, &message, &used, &problem),
                         SIP_READ_MESSAGE);
        assert_int_equal(used, length);
        assert_int_equal(message.status, good[i].status);
        assert_string_equal(message.reason, good[i].reason);
    }
}

/* Every beginning of a good message is a beginning. */
static void pieces_wait_for_the_rest(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++)
        for (size_t length = 0; length < strlen(good[i].text); length++) {
            AUTO(arena) struct arena *arena = arena_new();
            struct sip_message message;
            const char *problem;
            size_t used;

            if (sip_message_read(good[i].text, length, arena, &message, &used, &problem) != SIP_READ_MORE)
                fail_msg("%zu bytes of case %zu: %s", length, i, problem ? problem : "a message");
        }
}

#define START_LINE "no SIP start line"
#define NO_TEXT    "bytes that are no text"
static const struct {
    const char *text, *problem;
} bad[] = {
    {"HTTP/1.1 400 Bad Request\r\n", START_LINE},
    {"SIP/2.0 200\r\n", START_LINE},
    {"SIP/2.0 099 OK\r\n", START_LINE},
    {"SIP/2.0 700 OK\r\n", START_LINE},
    {"SIP/2.0 2x0 OK\r\n", START_LINE},
    {"SIP/2.0 2000 OK\r\n", START_LINE},
    {"SIP/2.0  200 OK\r\n", START_LINE},
    {"SIP/3.0 200 OK\r\n", START_LINE},
    {"SIP/2.0\r\n", START_LINE},
    {"OPTIONS SIP/2.0\r\n", START_LINE},
    {"OPTIONS  SIP/2.0\r\n", START_LINE},
    {"OPT(ONS sip:a SIP/2.0\r\n", START_LINE},
    {"OPTIONS sip:a HTTP/1.1\r\n", START_LINE},
    {" SIP/2.0 200 OK\r\n", START_LINE},
    {"\x16\x03\x01", NO_TEXT},
    {"SIP/2.0 200 OK\n", NO_TEXT},
    {"SIP/2.0 200 O\rK\r\n", NO_TEXT},
    {"SIP/2.0 200 O\x7fK\r\n", NO_TEXT},
    {OK "Server: \x1b[31m\r\n", NO_TEXT},
    {OK " folded: into nothing\r\n" VIA PARTY CALL LENGTH END, "a continuation of no header"},
    {OK "no colon\r\n" VIA PARTY CALL LENGTH END, "a header line without a colon"},
    {OK ": no name\r\n" VIA PARTY CALL LENGTH END, "a header without a name"},
    {OK "two words: x\r\n" VIA PARTY CALL LENGTH END, "a header name that is none"},
    {OK END, "a header is missing that every message has"},
    {OK VIA CALL LENGTH END, "a header is missing that every message has"},
    {OK VIA PARTY "CSeq: 1 OPTIONS\r\n" LENGTH END, "not exactly one Call-ID and one CSeq"},
    {OK VIA PARTY CALL CALL LENGTH END, "not exactly one Call-ID and one CSeq"},
    {OK VIA PARTY CALL "i: other\r\n" LENGTH END, "not exactly one Call-ID and one CSeq"},
    {OK VIA PARTY CALL END, "not exactly one Content-Length"},
    {OK VIA PARTY CALL LENGTH "l: 4\r\n" END, "not exactly one Content-Length"},
    {OK VIA PARTY CALL "Content-Length: -1\r\n" END, "not exactly one Content-Length"},
    {OK VIA PARTY CALL "Content-Length: 0x10\r\n" END, "not exactly one Content-Length"},
    {OK VIA PARTY CALL "Content-Length: 99999999999999999999\r\n" END, "not exactly one Content-Length"},
    {OK VIA PARTY CALL "Content-Length: 65537\r\n" END, "a message too large"},
};

static void bad_messages_are_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        struct sip_message message;
        const char *problem = NULL;
        size_t used;

        assert_int_equal(read_text(bad[i].text, arena, &message, &used, &problem), SIP_READ_BROKEN);
        assert_string_equal(problem, bad[i].problem);
    }
}

static void a_nul_is_no_text(void **state)
{
    static const char text[] = "SIP/2.0 200 O\0K\r\n";
    AUTO(arena) struct arena *arena = arena_new();
    struct sip_message message;
    const char *problem;
    size_t used;

    (void)state;
    assert_int_equal(sip_message_read(text, sizeof(text) - 1, arena, &message, &used, &problem),
                     SIP_READ_BROKEN);
    assert_string_equal(problem, NO_TEXT);
}

static void what_never_ends_is_given_up(void **state)
{
    static const struct {
        const char *start, *again, *problem;
        size_t repeat;
    } cases[] = {
        {"", "x", "a message too large", SIP_MESSAGE_MAX_BYTES + 1},
        {OK, "a: b\r\n", "a message too large", SIP_MESSAGE_MAX_BYTES / 6 + 1},
        {OK VIA PARTY CALL LENGTH, "a: b\r\n", "too many headers", SIP_MAX_HEADERS},
        {OK VIA PARTY CALL LENGTH "a:", "\r\n x", NULL, 10000},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        AUTO(strbuf) struct strbuf text = STRBUF_INIT;
        struct sip_message message;
        const char *problem;
        size_t used;

        strbuf_add(&text, cases[i].start);
        for (size_t n = 0; n < cases[i].repeat; n++)
            strbuf_add(&text, cases[i].again);
        if (cases[i].repeat < SIP_MESSAGE_MAX_BYTES / 6)
            strbuf_add(&text, "\r\n\r\n");
        assert_int_equal(read_text(strbuf_text(&text), arena, &message, &used, &problem),
                         cases[i].problem ? SIP_READ_BROKEN : SIP_READ_MESSAGE);
        if (cases[i].problem)
            assert_string_equal(problem, cases[i].problem);
    }
}

static void headers_are_found_by_their_long_names(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct sip_message message;
    const char *problem;
    size_t used;

    (void)state;
    assert_int_equal(
        read_text("SIP/2.0 401 Unauthorized\r\nv: a\r\nf: b\r\nt: c\r\nI: d\r\nCSeq: 1 OPTIONS\r\n"
                  "k: 100rel\r\nL: 0\r\nserver:  RTC/5.0  \r\n"
                  "ms-diagnostics: 1000;reason=\"Final\r\n   handshake\";source=\"fe1\"\r\n"
                  "WWW-Authenticate: NTLM realm=\"SIP\", version=4\r\n"
                  "www-authenticate: TLS-DSK\r\nProxy-Authenticate:\tKerberos realm=\"x\"\r\n\r\n",
                  arena, &message, &used, &problem),
        SIP_READ_MESSAGE);
    assert_string_equal(sip_message_header(&message, "call-id"), "d");
    assert_string_equal(sip_message_header(&message, "Supported"), "100rel");
    assert_string_equal(sip_message_header(&message, "Server"), "RTC/5.0");
    assert_string_equal(sip_message_header(&message, "ms-diagnostics"),
                        "1000;reason=\"Final handshake\";source=\"fe1\"");
    assert_string_equal(sip_message_challenges(&message, arena), "NTLM, TLS-DSK, Kerberos");
    assert_null(sip_message_header(&message, "i"));
}

static void only_our_answer_matches(void **state)
{
    static const struct {
        const char *start, *call_id, *sequence;
        enum sip_match match;
    } cases[] = {
        {"SIP/2.0 200 OK", "c@mon1", "1 OPTIONS", SIP_MATCH_FINAL},
        {"SIP/2.0 200 OK", "c@mon1", "01  OPTIONS", SIP_MATCH_FINAL},
        {"SIP/2.0 100 Trying", "c@mon1", "1 OPTIONS", SIP_MATCH_PROVISIONAL},
        {"SIP/2.0 199 Early", "c@mon1", "1 OPTIONS", SIP_MATCH_PROVISIONAL},
        {"SIP/2.0 200 OK", "C@mon1", "1 OPTIONS", SIP_MATCH_FOREIGN},
        {"SIP/2.0 200 OK", "c@mon", "1 OPTIONS", SIP_MATCH_FOREIGN},
        {"SIP/2.0 200 OK", "c@mon1", "2 OPTIONS", SIP_MATCH_FOREIGN},
        {"SIP/2.0 200 OK", "c@mon1", "1 INVITE", SIP_MATCH_FOREIGN},
        {"SIP/2.0 200 OK", "c@mon1", "1 options", SIP_MATCH_FOREIGN},
        {"SIP/2.0 200 OK", "c@mon1", "1OPTIONS", SIP_MATCH_FOREIGN},
        {"SIP/2.0 200 OK", "c@mon1", "4294967297 OPTIONS", SIP_MATCH_FOREIGN},
        {"SIP/2.0 200 OK", "c@mon1", "", SIP_MATCH_FOREIGN},
        {"OPTIONS sip:a SIP/2.0", "c@mon1", "1 OPTIONS", SIP_MATCH_FOREIGN},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        struct sip_message message;
        const char *problem,
            *text = arena_format(arena, "%s\r\n" VIA PARTY "Call-ID: %s\r\nCSeq: %s\r\n" LENGTH END,
                                 cases[i].start, cases[i].call_id, cases[i].sequence);
        size_t used;

        assert_int_equal(read_text(text, arena, &message, &used, &problem), SIP_READ_MESSAGE);
        assert_int_equal(sip_message_match(&message, "c@mon1", 1, "OPTIONS"), cases[i].match);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_messages_are_read),
        cmocka_unit_test(pieces_wait_for_the_rest),
        cmocka_unit_test(bad_messages_are_named),
        cmocka_unit_test(a_nul_is_no_text),
        cmocka_unit_test(what_never_ends_is_given_up),
        cmocka_unit_test(headers_are_found_by_their_long_names),
        cmocka_unit_test(only_our_answer_matches),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The request as text, and read back by our own reader of messages. */
#include "observe/sip/probe.h"
#include "observe/sip/sip_message.h"
#include "observe/sip/sip_request.h"

#include "unit/cmocka_unit.h"

#include <string.h>

static const struct sip_dialog dialog = {"0011", "2233", "4455", "66778899aa"};

static void a_request_has_what_it_must(void **state)
{
    const struct sip_request request = {NULL, "pchat01.litwareinc.com", 5041, "litwareinc.com", "mon1", 70,
                                        1};
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    (void)state;
    sip_request_text(&text, &request, &dialog);
    assert_string_equal(strbuf_text(&text),
                        "OPTIONS sip:pchat01.litwareinc.com:5041;transport=tls SIP/2.0\r\n"
                        "Via: SIP/2.0/TLS mon1;branch=z9hG4bK22331\r\n"
                        "Max-Forwards: 70\r\n"
                        "From: <sip:probe@litwareinc.com>;tag=4455;epid=66778899aa\r\n"
                        "To: <sip:pchat01.litwareinc.com>\r\n"
                        "Call-ID: 0011@mon1\r\n"
                        "CSeq: 1 OPTIONS\r\n"
                        "Contact: <sip:probe@mon1;transport=tls>\r\n"
                        "Accept: application/sdp\r\n"
                        "User-Agent: pchat-plugins/" PCHAT_VERSION "\r\n"
                        "Content-Length: 0\r\n\r\n");
}

static void addresses_and_users_have_their_form(void **state)
{
    const struct sip_request request = {"ping", "fe80::1", 5061, "a.b", "::1", 0, 2};
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    (void)state;
    sip_request_text(&text, &request, &dialog);
    assert_non_null(strstr(text.text, "OPTIONS sip:ping@[fe80::1]:5061;transport=tls SIP/2.0\r\n"));
    assert_non_null(strstr(text.text, "Via: SIP/2.0/TLS [::1];branch=z9hG4bK22332\r\nMax-Forwards: 0\r\n"));
    assert_non_null(strstr(text.text, "Call-ID: 0011@[::1]\r\nCSeq: 2 OPTIONS\r\n"));
}

static void dialogs_differ_and_are_valid(void **state)
{
    const struct sip_request request = {NULL, "a", 1, "b", "c", 70, 1};
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    AUTO(arena) struct arena *arena = arena_new();
    struct sip_dialog one, other;
    struct sip_message message;
    const char *problem;
    size_t used;

    (void)state;
    assert_true(sip_dialog_new(&one) && sip_dialog_new(&other));
    assert_string_not_equal(one.call_id, other.call_id);
    assert_string_not_equal(one.branch, other.branch);
    assert_int_equal(strlen(one.epid), SIP_EPID_BYTES - 1);
    sip_request_text(&text, &request, &one);
    assert_int_equal(sip_message_read(text.text, text.length, arena, &message, &used, &problem),
                     SIP_READ_MESSAGE);
    assert_int_equal(used, text.length);
}

static void names_cannot_carry_a_header(void **state)
{
    static const struct {
        const char *name;
        bool valid;
    } cases[] = {
        {"pchat01.litwareinc.com", true},
        {"10.0.0.1", true},
        {"fe80::1", true},
        {"a_b-c", true},
        {"", false},
        {"a b", false},
        {"a\r\nVia: x", false},
        {"a@b", false},
        {"a/b", false},
        {"a%2fb", false},
        {"a>", false},
        {"[::1]", false},
        {"\xc3\xa4", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(probe_name_valid(cases[i].name), cases[i].valid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_has_what_it_must),
        cmocka_unit_test(addresses_and_users_have_their_form),
        cmocka_unit_test(dialogs_differ_and_are_valid),
        cmocka_unit_test(names_cannot_carry_a_header),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

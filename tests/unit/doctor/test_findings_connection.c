/* From what a probe saw to the first layer that fails. */
#include "doctor/findings.h"

#include "unit/doctor/blank_examination.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>

#include "unit/cmocka_unit.h"

enum { NOW = 1000000000, DAY = 24 * 60 * 60 * 1000 };

static void names_are_known_or_not(void **state)
{
    static const struct {
        int status;
        const char *verdict;
    } cases[] = {
        {0, "ok"},
        {EAI_NONAME, "name_unknown"},
        {EAI_AGAIN, "resolver_silent"},
        {EAI_FAIL, "resolver_silent"},
    };
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct examination examination = blank_examination(arena, BY_SQL);

        assert_int_equal(find_name(&examination, cases[i].status, "10.0.0.1", 2), !cases[i].status);
        assert_string_equal(verdict_name(&examination), cases[i].verdict);
    }
}

static const struct certificate_view
    good = {"a.example.com", "CA", 0, NOW + 212LL * DAY, true, true, X509_V_OK, NULL},
    expired = {"a.example.com", "CA", 0, NOW - DAY, false, true, X509_V_ERR_CERT_HAS_EXPIRED, "expired"},
    of_expired = {"a.example.com", "CA", 0, NOW + DAY, false, true, X509_V_ERR_CERT_HAS_EXPIRED, "authority"},
    early = {"a.example.com", "CA", NOW + DAY, NOW + 2LL * DAY, false, true, X509_V_ERR_CERT_NOT_YET_VALID,
             "not yet"},
    of_another = {"b.example.com", "CA", 0, NOW + DAY, true, false, X509_V_OK, "is for b"},
    stranger = {
        "a.example.com", "CA", 0, NOW + DAY, false, true, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
        "not trusted"};

#define UNREACHED PHASE_NOT_REACHED
static const struct {
    struct probe_result probe;
    bool has_certificate, pinned;
    enum layer layer;
    const char *verdict;
} dialled[] = {
    {{{SIGHT_SEEN, NULL}, EVIDENCE_TLS, {0, 1, 2, 3}, &good, "TLSv1.3", false, 0},
     false,
     false,
     LAYER_TLS,
     "ok"},
    {{{SIGHT_REFUSED, "TCP"},
      EVIDENCE_NONE,
      {0, UNREACHED, UNREACHED, UNREACHED},
      NULL,
      NULL,
      false,
      ECONNREFUSED},
     false,
     false,
     LAYER_TCP,
     "port_refused"},
    {{{SIGHT_TIMED_OUT, "TCP"}, EVIDENCE_NONE, {0, UNREACHED, UNREACHED, UNREACHED}, NULL, NULL, false, 0},
     false,
     false,
     LAYER_TCP,
     "port_filtered"},
    {{{SIGHT_TIMED_OUT, "TCP"},
      EVIDENCE_NONE,
      {0, UNREACHED, UNREACHED, UNREACHED},
      NULL,
      NULL,
      false,
      EHOSTUNREACH},
     false,
     false,
     LAYER_TCP,
     "host_unreachable"},
#define TLS_CASE(sight, detail, certificate, wanted)                                                         \
    {                                                                                                        \
        {sight, detail}, EVIDENCE_LISTENING, {0, 1, UNREACHED, UNREACHED}, certificate, "TLSv1.2", wanted, 0 \
    }
    {TLS_CASE(SIGHT_TIMED_OUT, "no answer", NULL, false), false, false, LAYER_TLS, "tls_silent"},
    {TLS_CASE(SIGHT_TLS_FAILED, "x", &expired, false), false, false, LAYER_TLS, "certificate_expired"},
    {TLS_CASE(SIGHT_TLS_FAILED, "x", &of_expired, false), false, false, LAYER_TLS,
     "certificate_authority_expired"},
    {TLS_CASE(SIGHT_TLS_FAILED, "x", &early, false), false, false, LAYER_TLS, "certificate_not_yet_valid"},
    {TLS_CASE(SIGHT_TLS_FAILED, "x", &of_another, false), false, false, LAYER_TLS, "certificate_wrong_name"},
    {TLS_CASE(SIGHT_TLS_FAILED, "x", &stranger, false), false, false, LAYER_TLS, "certificate_untrusted"},
    {TLS_CASE(SIGHT_TLS_FAILED, "x", &stranger, false), false, true, LAYER_TLS, "ok"},
    {TLS_CASE(SIGHT_TLS_FAILED, "alert", &good, true), false, false, LAYER_TLS, "client_certificate_missing"},
    {TLS_CASE(SIGHT_TLS_FAILED, "alert", &good, true), true, false, LAYER_TLS, "client_certificate_refused"},
    {TLS_CASE(SIGHT_TLS_FAILED, "error:0A00010B:SSL routines::wrong version number", NULL, false), false,
     false, LAYER_TLS, "tls_not_spoken"},
    {TLS_CASE(SIGHT_TLS_FAILED, "the server ended TLS with \"protocol version\"", NULL, false), false, false,
     LAYER_TLS, "tls_too_old"},
    {TLS_CASE(SIGHT_TLS_FAILED, "the server ended TLS with \"handshake failure\"", NULL, false), false, false,
     LAYER_TLS, "tls_no_common_cipher"},
    {TLS_CASE(SIGHT_TLS_FAILED, "error setting certificate verify locations", NULL, false), false, false,
     LAYER_TLS, "ca_unusable"},
    {TLS_CASE(SIGHT_TLS_FAILED, "something else", NULL, false), false, false, LAYER_TLS, "tls_failed"},
};

static void the_first_layer_of_a_connection_that_fails(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(dialled); i++) {
        struct examination examination = blank_examination(arena, BY_SIP);
        const struct dialled what = {&dialled[i].probe, true, dialled[i].pinned, dialled[i].has_certificate};
        bool went_on = find_connection(&examination, &what, NOW);

        assert_string_equal(verdict_name(&examination), dialled[i].verdict);
        assert_int_equal(went_on, strcmp(dialled[i].verdict, "ok") == 0);
        assert_int_equal(examination.steps[examination.step_count - 1].layer, dialled[i].layer);
    }
}

static void a_good_connection_has_its_facts(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct examination examination = blank_examination(arena, BY_SIP);
    const struct dialled what = {&dialled[0].probe, true, false, false};

    (void)state;
    find_connection(&examination, &what, NOW);
    assert_string_equal(examination.steps[0].text, "1 ms");
    assert_string_equal(examination.steps[1].text, "1.3, \"a.example.com\", 212 days");
}

static const struct {
    struct tls_probe_seen seen;
    enum layer layer;
    const char *verdict;
} looks[] = {
    {{.layer = PROBE_ALL_GOOD, .certificate = &good}, LAYER_TLS, "ok"},
    {{.layer = PROBE_TCP, .trouble = TROUBLE_SYSTEM, .system_error = ECONNREFUSED},
     LAYER_TCP,
     "port_refused"},
    {{.layer = PROBE_TCP, .trouble = TROUBLE_SYSTEM, .system_error = ENETUNREACH},
     LAYER_TCP,
     "host_unreachable"},
    {{.layer = PROBE_TCP, .trouble = TROUBLE_SILENT}, LAYER_TCP, "port_filtered"},
    {{.layer = PROBE_PRELOGIN, .trouble = TROUBLE_SILENT}, LAYER_PRELOGIN, "sql_silent"},
    {{.layer = PROBE_PRELOGIN, .trouble = TROUBLE_CLOSED}, LAYER_PRELOGIN, "connection_cut"},
    {{.layer = PROBE_PRELOGIN, .trouble = TROUBLE_FOREIGN}, LAYER_PRELOGIN, "not_sql_server"},
    {{.layer = PROBE_TLS, .trouble = TROUBLE_NO_ENCRYPTION}, LAYER_TLS, "tls_not_offered"},
    {{.layer = PROBE_TLS, .trouble = TROUBLE_NO_VERSION}, LAYER_TLS, "tls_too_old"},
    {{.layer = PROBE_TLS, .trouble = TROUBLE_NO_CIPHER}, LAYER_TLS, "tls_no_common_cipher"},
    {{.layer = PROBE_TLS, .trouble = TROUBLE_SILENT}, LAYER_TLS, "tls_silent"},
    {{.layer = PROBE_TLS, .trouble = TROUBLE_OWN}, LAYER_TLS, "ca_unusable"},
    {{.layer = PROBE_TLS, .trouble = TROUBLE_HANDSHAKE}, LAYER_TLS, "tls_failed"},
    {{.layer = PROBE_TLS, .trouble = TROUBLE_CERTIFICATE}, LAYER_TLS, "certificate_missing"},
    {{.layer = PROBE_TLS, .trouble = TROUBLE_CERTIFICATE, .certificate = &expired},
     LAYER_TLS,
     "certificate_expired"},
};

static void the_first_layer_of_a_sql_server_that_fails(void **state)
{
    static const struct topology_sql sql = {.name = "sqldr1", .ca = "ca.pem"};
    const struct sql_failure failure = {SIGHT_TLS_FAILED, 0, "in its words"};
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(looks); i++) {
        struct examination examination = blank_examination(arena, BY_SQL);
        bool went_on = find_sql_connection(&examination, &sql, &looks[i].seen, &failure, NOW);

        assert_string_equal(verdict_name(&examination), looks[i].verdict);
        assert_int_equal(went_on, strcmp(looks[i].verdict, "ok") == 0);
        assert_int_equal(examination.steps[examination.step_count - 1].layer, looks[i].layer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_known_or_not),
        cmocka_unit_test(the_first_layer_of_a_connection_that_fails),
        cmocka_unit_test(a_good_connection_has_its_facts),
        cmocka_unit_test(the_first_layer_of_a_sql_server_that_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

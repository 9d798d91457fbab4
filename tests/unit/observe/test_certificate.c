/* What is wrong with a certificate, in words. */
#include "observe/tls/certificate.h"

#include "unit/cmocka_unit.h"

#include <openssl/x509v3.h>
#include <string.h>

static void add_alternative_name(X509 *certificate, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, value);

    assert_non_null(extension);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

static X509 *make_certificate(const char *common_name, const char *alternative_names)
{
    X509 *certificate = X509_new();
    X509_NAME *subject = X509_NAME_new();

    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)common_name, -1, -1, 0);
    X509_set_version(certificate, X509_VERSION_3);
    X509_set_subject_name(certificate, subject);
    X509_NAME_free(subject);
    ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate), "20200102030400Z");
    ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate), "20210102030400Z");
    if (alternative_names)
        add_alternative_name(certificate, alternative_names);
    return certificate;
}

static const struct {
    const char *common_name, *alternative_names, *host;
    long verify_error;
    const char *problem; /* NULL: none; a prefix */
} cases[] = {
    {"sqlpri1", NULL, "sqlpri1", X509_V_OK, NULL},
    {"old", "DNS:sqlpri1.litwareinc.com,DNS:sqlpri1", "sqlpri1", X509_V_OK, NULL},
    {"old", "IP:127.0.0.1", "127.0.0.1", X509_V_OK, NULL},
    {"old", "DNS:*.litwareinc.com", "sqlpri1.litwareinc.com", X509_V_OK, NULL},
    {"sqlold1", NULL, "sqlpri1", X509_V_OK, "certificate is for sqlold1, not sqlpri1"},
    {"x", "DNS:sqlold1,DNS:sqlold2", "sqlpri1", X509_V_OK,
     "certificate is for sqlold1, sqlold2, not sqlpri1"},
    {"sqlpri1", NULL, "sqlpri1", X509_V_ERR_CERT_HAS_EXPIRED, "certificate expired on 2021-01-02 03:04Z"},
    {"sqlpri1", NULL, "sqlpri1", X509_V_ERR_CERT_NOT_YET_VALID,
     "certificate is not valid before 2020-01-02 03:04Z"},
    {"sqlpri1", NULL, "sqlpri1", X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
     "certificate not trusted by the CA file: self-signed certificate"},
    {"sqlpri1", NULL, "sqlpri1", X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
     "certificate not trusted by the CA file: unable to get local issuer certificate"},
};

static void problems_are_told(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        X509 *certificate = make_certificate(cases[i].common_name, cases[i].alternative_names);
        const char *problem = certificate_problem(arena, certificate, cases[i].verify_error, cases[i].host);

        X509_free(certificate);
        if (cases[i].problem)
            assert_string_equal(problem, cases[i].problem);
        else
            assert_null(problem);
    }
}

static void an_authority_can_expire_too(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    X509 *certificate = make_certificate("sqlpri1", NULL);

    (void)state;
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    assert_string_equal(certificate_problem(arena, certificate, X509_V_ERR_CERT_HAS_EXPIRED, "sqlpri1"),
                        "the certificate of its authority has expired");
    X509_free(certificate);
}

static void facts_are_told(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    X509 *certificate = make_certificate("old", "DNS:sqlpri1,DNS:sqlpri1.litwareinc.com");
    const struct certificate_view *facts =
        certificate_view(arena, certificate, X509_V_ERR_CERT_HAS_EXPIRED, "sqlpri1");

    (void)state;
    X509_free(certificate);
    assert_string_equal(facts->names, "sqlpri1, sqlpri1.litwareinc.com");
    assert_string_equal(facts->issuer, "nobody");
    assert_true(facts->for_host);
    assert_false(facts->trusted);
    assert_string_equal(facts->problem, "certificate expired on 2021-01-02 03:04Z");
    assert_true(facts->not_before_utc_ms == 1577934240000);
    assert_true(facts->not_after_utc_ms == 1609556640000);
}

static void days_are_whole(void **state)
{
    static const int64_t day_ms = (int64_t)24 * 60 * 60 * 1000;
    const struct {
        int64_t now_utc_ms, days;
    } moments[] = {{0, 10},
                   {1, 9},
                   {10 * day_ms - 1, 0},
                   {10 * day_ms, 0},
                   {10 * day_ms + 1, -1},
                   {11 * day_ms, -1},
                   {11 * day_ms + 1, -2}};
    const struct certificate_view facts = {.not_after_utc_ms = 10 * day_ms};

    (void)state;
    for (size_t i = 0; i < COUNT(moments); i++)
        assert_true(certificate_days_left(&facts, moments[i].now_utc_ms) == moments[i].days);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(problems_are_told),
        cmocka_unit_test(an_authority_can_expire_too),
        cmocka_unit_test(facts_are_told),
        cmocka_unit_test(days_are_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

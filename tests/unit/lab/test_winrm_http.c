/* What is refused before any message is read; durations besides. */
#include "base/cleanup.h"
#include "lab/winrm/http_rules.h"
#include "lab/winrm/period.h"
#include "unit/cmocka_unit.h"

#include <string.h>

/* monitor:s:cret */
#define RIGHT      "Basic bW9uaXRvcjpzOmNyZXQ="
#define RIGHT_HOST "Basic cGMxXE1vbml0b3I6czpjcmV0" /* pc1\Monitor:s:cret */
#define WRONG      "Basic bW9uaXRvcjpvdGhlcg=="     /* monitor:other */
#define SOAP       "application/soap+xml;charset=UTF-8"

static void requests_are_judged(void **state)
{
    static const struct http_logons logons = {.account = {"monitor", "s:cret"}};
    static const struct {
        struct http_request request;
        enum winrm_manner manner;
        enum http_verdict verdict;
        const char *user;
    } cases[] = {
        {{"POST", "/wsman", SOAP, RIGHT, NULL}, WINRM_ANSWERS, HTTP_PASS, "monitor"},
        {{"POST", "/WSMAN", "Application/SOAP+xml", RIGHT_HOST, NULL}, WINRM_ANSWERS, HTTP_PASS, "monitor"},
        {{"POST", "/wsman", SOAP, NULL, "unauthenticated"}, WINRM_ANSWERS, HTTP_PASS, NULL},
        {{"POST", "/wsman", SOAP, NULL, "x"}, WINRM_ANSWERS, HTTP_CHALLENGE, NULL},
        {{"POST", "/wsman", SOAP, NULL, NULL}, WINRM_ANSWERS, HTTP_CHALLENGE, NULL},
        {{"POST", "/wsman", SOAP, WRONG, NULL}, WINRM_ANSWERS, HTTP_LOGON_FAILED, NULL},
        {{"POST", "/wsman", SOAP, "Basic ???", NULL}, WINRM_ANSWERS, HTTP_LOGON_FAILED, NULL},
        {{"POST", "/wsman", SOAP, "Basic ", NULL}, WINRM_ANSWERS, HTTP_LOGON_FAILED, NULL},
        {{"POST", "/wsman", SOAP, "NTLM TlRMTVNTUAAB", NULL}, WINRM_ANSWERS, HTTP_LOGON_FAILED, NULL},
        {{"POST", "/wsman", SOAP, "Negotiate YWJj", NULL}, WINRM_ANSWERS, HTTP_LOGON_FAILED, NULL},
        {{"GET", "/wsman", NULL, NULL, NULL}, WINRM_ANSWERS, HTTP_NOT_ALLOWED, NULL},
        {{"PUT", "/wsman", SOAP, RIGHT, NULL}, WINRM_ANSWERS, HTTP_NOT_ALLOWED, NULL},
        {{"POST", "/", SOAP, RIGHT, NULL}, WINRM_ANSWERS, HTTP_NOT_FOUND, NULL},
        {{"POST", "/OcsPowershell", SOAP, RIGHT, NULL}, WINRM_ANSWERS, HTTP_NOT_FOUND, NULL},
        {{"POST", "/wsman", "text/xml", RIGHT, NULL}, WINRM_ANSWERS, HTTP_UNSUPPORTED, "monitor"},
        {{"POST", "/wsman", "application/soap+xmlx", RIGHT, NULL},
         WINRM_ANSWERS,
         HTTP_UNSUPPORTED,
         "monitor"},
        {{"POST", "/wsman", NULL, RIGHT, NULL}, WINRM_ANSWERS, HTTP_UNSUPPORTED, "monitor"},
        {{"POST", "/wsman", SOAP, RIGHT, NULL}, WINRM_UNAUTHORIZED, HTTP_LOGON_FAILED, NULL},
        {{"POST", "/wsman", SOAP, RIGHT, NULL}, WINRM_NO_BODY, HTTP_EMPTY_ERROR, "monitor"},
        {{"POST", "/wsman", SOAP, RIGHT, NULL}, WINRM_UNAVAILABLE, HTTP_UNAVAILABLE, NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *user = "";
        enum http_verdict verdict = http_judge(&cases[i].request, &logons, cases[i].manner, &user);
        if (verdict != cases[i].verdict ||
            (user ? strcmp(user, cases[i].user ? cases[i].user : "") != 0 : cases[i].user != NULL))
            fail_msg("row %zu: verdict %d, user %s", i, verdict, user ? user : "(nobody)");
    }
}

/* Says what the token says: "pass", "more" or "fail". */
static enum http_verdict negotiate(void *user, const char *scheme, const char *encoded,
                                   const char **ret_account)
{
    (void)user;
    (void)scheme;
    if (strcmp(encoded, "pass") == 0)
        *ret_account = "LITWARE\\svc-pchatmon";
    return strcmp(encoded, "pass") == 0   ? HTTP_PASS
           : strcmp(encoded, "more") == 0 ? HTTP_CONTINUE
                                          : HTTP_LOGON_FAILED;
}

static void negotiation_is_of_the_connection(void **state)
{
    static const struct {
        const char *known;
        struct http_request request;
        enum winrm_manner manner;
        enum http_verdict verdict;
        const char *user;
    } cases[] = {
        {NULL,
         {"POST", "/wsman", SOAP, "Negotiate pass", NULL},
         WINRM_ANSWERS,
         HTTP_PASS,
         "LITWARE\\svc-pchatmon"},
        {NULL,
         {"POST", "/wsman", SOAP, "kerberos pass", NULL},
         WINRM_ANSWERS,
         HTTP_PASS,
         "LITWARE\\svc-pchatmon"},
        {NULL, {"POST", "/wsman", SOAP, "Negotiate more", NULL}, WINRM_ANSWERS, HTTP_CONTINUE, NULL},
        {NULL, {"POST", "/wsman", SOAP, "Negotiate fail", NULL}, WINRM_ANSWERS, HTTP_LOGON_FAILED, NULL},
        {NULL, {"POST", "/wsman", SOAP, "Negotiate pass", NULL}, WINRM_UNAUTHORIZED, HTTP_LOGON_FAILED, NULL},
        {NULL, {"POST", "/wsman", SOAP, "NTLM pass", NULL}, WINRM_ANSWERS, HTTP_LOGON_FAILED, NULL},
        {NULL, {"GET", "/wsman", SOAP, "Negotiate pass", NULL}, WINRM_ANSWERS, HTTP_NOT_ALLOWED, NULL},
        {"LITWARE\\a", {"POST", "/wsman", SOAP, NULL, NULL}, WINRM_ANSWERS, HTTP_PASS, "LITWARE\\a"},
        {"LITWARE\\a", {"POST", "/wsman", SOAP, NULL, NULL}, WINRM_UNAUTHORIZED, HTTP_LOGON_FAILED, NULL},
        {"LITWARE\\a", {"POST", "/wsman", SOAP, WRONG, NULL}, WINRM_ANSWERS, HTTP_LOGON_FAILED, NULL},
        {"LITWARE\\a", {"POST", "/wsman", SOAP, RIGHT, NULL}, WINRM_ANSWERS, HTTP_PASS, "monitor"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct http_logons logons = {
            .account = {"monitor", "s:cret"}, .negotiate = negotiate, .known = cases[i].known};
        const char *user = NULL;
        enum http_verdict verdict = http_judge(&cases[i].request, &logons, cases[i].manner, &user);

        if (verdict != cases[i].verdict || strcmp(user ? user : "", cases[i].user ? cases[i].user : "") != 0)
            fail_msg("row %zu: verdict %d, user %s", i, verdict, user ? user : "(nobody)");
    }
}

static void durations_are_read(void **state)
{
    static const struct {
        const char *text;
        int64_t ms; /* -1: no duration */
    } cases[] = {{"PT20S", 20000},
                 {"PT0.5S", 500},
                 {"PT2M30.25S", 150250},
                 {"P1DT2H", 93600000},
                 {"PT7200.000S", 7200000},
                 {"P0DT0H0M0S", 0},
                 {"PT0S", 0},
                 {"-PT5S", -1},
                 {"PT", -1},
                 {"P", -1},
                 {"", -1},
                 {"20", -1},
                 {"PT5", -1},
                 {"PT5S5S", -1},
                 {"PT5S3M", -1},
                 {"P5S", -1},
                 {"PT1.5M", -1},
                 {"P1M", -1},
                 {"PT5.S", -1},
                 {"PTT5S", -1},
                 {"PT9999999999S", -1}};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t ms = -1;
        bool read = period_parse(cases[i].text, &ms);
        if (read != (cases[i].ms >= 0) || ms != cases[i].ms)
            fail_msg("%s: %lld", cases[i].text, (long long)ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_judged),
        cmocka_unit_test(negotiation_is_of_the_connection),
        cmocka_unit_test(durations_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

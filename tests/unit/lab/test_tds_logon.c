/* LOGIN7 and SSPI: Windows authentication in the packets of TDS, by NTLM between two ends of this process. */
#include "gss_client.h"
#include "lab/tds/logon.h"
#include "lab/tds/token.h"
#include "lab/tds/wire.h"
#include "tds_client.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static struct domain_options options = {.realm = "LITWAREINC.COM"};
static struct tds_server server = {.instance = "sqlpri1", .fqdn = "sqlpri1.litwareinc.com", .port = 1433};
static struct domain *domain;

static int set_up(void **state)
{
    struct err err = ERR_INIT;

    (void)state;
    options.ntlm_users = gss_client_set_up();
    domain = domain_new(&options, &err);
    server.domain = domain;
    return domain ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    domain_free(domain);
    gss_client_tear_down();
    return 0;
}

static int read_login(struct tds_logon *logon, const struct strbuf *sspi, bool sspi_long, uint8_t flags2)
{
    AUTO(strbuf) struct strbuf message = STRBUF_INIT;
    const struct client_login client = {.version = TDS_7_4,
                                        .user = "x",
                                        .password = "y",
                                        .flags2 = flags2,
                                        .sspi = sspi->text,
                                        .sspi_bytes = sspi->length,
                                        .sspi_long = sspi_long};

    client_put_login(&message, &client);
    return tds_login7_parse(message.text, message.length, &logon->login);
}

/* The SSPI token that the reply begins with. */
static void take_token(const struct tds_reply *reply, struct strbuf *token)
{
    struct wire_reader in = wire_reader_of(reply->tokens.text, reply->tokens.length);

    strbuf_truncate(token, 0);
    assert_int_equal(wire_get_le(&in, 1), TOKEN_SSPI);
    size_t length = (size_t)wire_get_le(&in, 2);
    const uint8_t *bytes = wire_get_bytes(&in, length);
    assert_non_null(bytes);
    strbuf_add_n(token, (const char *)bytes, length);
    assert_int_equal(in.left, 0); /* no DONE: the login goes on */
}

static void logon_auto(struct tds_logon *logon)
{
    tds_logon_done(logon);
}

static void an_account_logs_on_in_rounds(void **state)
{
    static const struct {
        const char *password;
        bool sspi_long, wrapped;
        enum tds_logon_state state;
    } cases[] = {
        {"right", false, false, TDS_LOGON_KNOWN},  {"right", true, false, TDS_LOGON_KNOWN},
        {"right", false, true, TDS_LOGON_KNOWN},   {"wrong", false, false, TDS_LOGON_REFUSED},
        {"wrong", false, true, TDS_LOGON_REFUSED},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(gss_client)
        struct gss_client *client =
            gss_client_new("LITWARE\\svc-pchatmon", cases[i].password, cases[i].wrapped, NULL);
        CLEANUP(logon_auto) struct tds_logon logon = {.acceptor = NULL};
        AUTO(strbuf) struct strbuf token = STRBUF_INIT;
        struct tds_reply reply = tds_reply_new(TDS_7_4, "SQLPRI1");

        assert_true(gss_client_step(client, &token));
        assert_int_equal(read_login(&logon, &token, cases[i].sspi_long, 0x80), 0);
        assert_int_equal(logon.login.sspi_bytes, token.length);
        assert_int_equal(tds_logon_begin(&logon, &server, &reply), TDS_LOGON_MORE);
        take_token(&reply, &token);
        tds_reply_done(&reply);

        reply = tds_reply_new(TDS_7_4, "SQLPRI1");
        assert_true(gss_client_step(client, &token));
        assert_int_equal(tds_logon_continue(&logon, token.text, token.length, &reply), cases[i].state);
        if (cases[i].state == TDS_LOGON_KNOWN) {
            struct tsql_login login = {.instance = "sqlpri1"};
            tds_logon_put(&logon, &login);
            assert_string_equal(login.user, "LITWARE\\svc-pchatmon");
            assert_null(login.password);
            assert_int_equal(login.kind, TSQL_LOGIN_NTLM);
        } else {
            assert_non_null(memmem(reply.tokens.text, reply.tokens.length, "\x14\x48\0\0", 4)); /* 18452 */
        }
        tds_reply_done(&reply);
    }
}

static void what_is_no_windows_login_is_refused(void **state)
{
    static const char token[] = "not a token";
    const struct tds_server alone = {.instance = "sqlpri1", .fqdn = "sqlpri1.litwareinc.com"};
    const struct {
        const struct tds_server *server;
        const char *sspi;
        uint8_t flags2;
        enum tds_logon_state state;
    } cases[] = {
        {&server, "", 0x80, TDS_LOGON_REFUSED},
        {&server, token, 0x80, TDS_LOGON_REFUSED},
        {&alone, token, 0x80, TDS_LOGON_REFUSED},
        {&server, token, 0, TDS_LOGON_KNOWN}, /* a SQL login; its password is looked at later */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        CLEANUP(logon_auto) struct tds_logon logon = {.acceptor = NULL};
        AUTO(strbuf) struct strbuf sspi = STRBUF_INIT;
        struct tds_reply reply = tds_reply_new(TDS_7_4, "SQLPRI1");

        strbuf_add(&sspi, cases[i].sspi);
        assert_int_equal(read_login(&logon, &sspi, false, cases[i].flags2), 0);
        assert_int_equal(tds_logon_begin(&logon, cases[i].server, &reply), cases[i].state);
        tds_reply_done(&reply);
    }
}

/* A length or an offset that lies leads nowhere. */
static void lying_tokens_are_refused(void **state)
{
    enum { SSPI_AT = 78, SSPI_LONG_AT = 90 };
    AUTO(strbuf) struct strbuf message = STRBUF_INIT;
    const struct client_login client = {
        .version = TDS_7_4, .user = "x", .password = "y", .flags2 = 0x80, .sspi = "abc", .sspi_bytes = 3};
    static const struct {
        size_t at;
        uint64_t value;
        size_t width;
    } lies[] = {{SSPI_AT, 0xFFFF, 2}, {SSPI_AT + 2, 0x7FFF, 2}, {SSPI_AT + 2, 0xFFFF, 2}};

    (void)state;
    for (size_t i = 0; i < COUNT(lies); i++) {
        AUTO(tds_login7) struct tds_login7 login = {0};

        strbuf_truncate(&message, 0);
        client_put_login(&message, &client);
        wire_patch_le(&message, lies[i].at, lies[i].value, lies[i].width);
        assert_int_equal(tds_login7_parse(message.text, message.length, &login), -1);
        wire_patch_le(&message, SSPI_LONG_AT, UINT32_MAX, 4);
        assert_int_equal(tds_login7_parse(message.text, message.length, &login), -1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_account_logs_on_in_rounds),
        cmocka_unit_test(what_is_no_windows_login_is_refused),
        cmocka_unit_test(lying_tokens_are_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

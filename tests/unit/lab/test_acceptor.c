/* Logons as a server of the domain sees them: NTLM between two ends of this process, and names of Kerberos.
 */
#include "gss_client.h"
#include "lab/domain/acceptor.h"
#include "lab/domain/ntlm_leniency.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static struct domain_options options = {.realm = "LITWAREINC.COM"};
static struct domain *domain;

static int set_up(void **state)
{
    struct err err = ERR_INIT;

    (void)state;
    options.ntlm_users = gss_client_set_up();
    domain = domain_new(&options, &err);
    if (!domain)
        print_error("%s\n", err.text);
    return domain ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    domain_free(domain);
    gss_client_tear_down();
    return 0;
}

static enum acceptor_state log_on(struct acceptor *acceptor, struct gss_client *client)
{
    AUTO(strbuf) struct strbuf token = STRBUF_INIT;
    enum acceptor_state state = ACCEPTOR_MORE;

    while (state == ACCEPTOR_MORE && gss_client_step(client, &token)) {
        AUTO(strbuf) struct strbuf answer = STRBUF_INIT;
        state = acceptor_take(acceptor, strbuf_text(&token), token.length, &answer);
        strbuf_truncate(&token, 0);
        if (answer.length > 0)
            strbuf_add_n(&token, answer.text, answer.length);
    }
    return state;
}

static void accounts_of_the_domain_log_on(void **state)
{
    static const struct {
        const char *account, *password, *server_binding, *client_binding;
        enum acceptor_state state;
        bool binding_required;
    } cases[] = {
        {"LITWARE\\svc-pchatmon", "right", NULL, NULL, ACCEPTOR_DONE, false},
        {"LITWARE\\svc-pchatmon", "wrong", NULL, NULL, ACCEPTOR_REFUSED, false},
        {"LITWARE\\nobody", "right", NULL, NULL, ACCEPTOR_REFUSED, false},
        {"OTHER\\guest", "right", NULL, NULL, ACCEPTOR_REFUSED, false},
        {"LITWARE\\svc-pchatmon", "right", "tls-server-end-point:x", NULL, ACCEPTOR_DONE, false},
        {"LITWARE\\svc-pchatmon", "right", "tls-server-end-point:x", "tls-server-end-point:y",
         ACCEPTOR_REFUSED, false},
        {"LITWARE\\svc-pchatmon", "right", "tls-server-end-point:x", NULL, ACCEPTOR_REFUSED, true},
    };

    (void)state;
    for (size_t i = 0; i < 2 * COUNT(cases); i++) {
        size_t row = i / 2;
        const struct acceptor_server server = {
            .domain = domain,
            .fqdn = "pc1.litwareinc.com",
            .services = (const char *const[]){"HTTP", NULL},
            .binding = cases[row].server_binding,
            .binding_bytes = cases[row].server_binding ? strlen(cases[row].server_binding) : 0,
            .binding_required = cases[row].binding_required,
        };
        AUTO(acceptor) struct acceptor *acceptor = acceptor_new(&server);
        AUTO(gss_client)
        struct gss_client *client =
            gss_client_new(cases[row].account, cases[row].password, i % 2 == 1, cases[row].client_binding);
        enum acceptor_state got = log_on(acceptor, client);

        if (got != cases[row].state)
            fail_msg("row %zu%s: %d", row, i % 2 ? " in SPNEGO" : "", got);
        if (got == ACCEPTOR_DONE)
            assert_string_equal(acceptor_account(acceptor), cases[row].account);
        assert_false(acceptor_by_kerberos(acceptor));
        assert_false(acceptor_delegated(acceptor));
    }
}

static void tokens_out_of_place_are_refused(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
    } tokens[] = {
        {"", 0},
        {"x", 1},
        {"NTLMSSP\0\3\0\0\0", 12},
        {"NTLMSSP\0\1\0\0\0", 12},
        {"\x60\x06\x06\x04\x2b\x06\x01\x05", 8},
        {"\x60\x84\xFF\xFF\xFF\xFF", 6},
    };
    const struct acceptor_server server = {
        .domain = domain, .fqdn = "pc1.litwareinc.com", .services = (const char *const[]){"HTTP", NULL}};

    (void)state;
    for (size_t i = 0; i < COUNT(tokens); i++) {
        AUTO(acceptor) struct acceptor *acceptor = acceptor_new(&server);
        AUTO(strbuf) struct strbuf answer = STRBUF_INIT;

        assert_int_equal(acceptor_take(acceptor, tokens[i].bytes, tokens[i].length, &answer),
                         ACCEPTOR_REFUSED);
        assert_int_equal(acceptor_take(acceptor, "NTLMSSP", 8, &answer), ACCEPTOR_REFUSED);
    }
}

static void names_are_mapped(void **state)
{
    static const struct {
        const char *name, *account; /* NULL: nobody of the domain */
    } cases[] = {
        {"svc-pchatmon@LITWAREINC.COM", "LITWARE\\svc-pchatmon"},
        {"LITWARE\\svc-pchatmon", "LITWARE\\svc-pchatmon"},
        {"litware\\Svc", "LITWARE\\Svc"},
        {"svc-pchatmon@OTHER.COM", NULL},
        {"svc-pchatmon@litwareinc.com", NULL},
        {"HTTP/pc1.litwareinc.com@LITWAREINC.COM", NULL},
        {"OTHER\\svc", NULL},
        {"@LITWAREINC.COM", NULL},
        {"LITWARE\\", NULL},
        {"svc-pchatmon", NULL},
        {"", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char account[DOMAIN_ACCOUNT_BYTES];
        bool known = domain_account(domain, cases[i].name, account);

        if (known != (cases[i].account != NULL) || (known && strcmp(account, cases[i].account) != 0))
            fail_msg("%s: %s", cases[i].name, known ? account : "(nobody)");
    }
}

static void keys_that_are_missing_are_told(void **state)
{
    const struct domain_options none = {.keytab = "/nonexistent/keytab", .realm = "LITWAREINC.COM"};
    struct err err = ERR_INIT;

    (void)state;
    assert_null(domain_new(&none, &err));
    assert_non_null(strstr(err.text, "/nonexistent/keytab"));
    setenv("NTLM_USER_FILE", options.ntlm_users, 1); /* as it was */
}

/* FreeTDS's: no wish for a target; the payload right behind the head, no room for a version. */
static void messages_of_freetds_are_mended(void **state)
{
    enum { HEAD = 64, BEHIND_VERSION = 72 };
    AUTO(strbuf) struct strbuf first = STRBUF_INIT, last = STRBUF_INIT, mended = STRBUF_INIT;

    (void)state;
    strbuf_add_n(&first, "NTLMSSP\0\1\0\0\0\x01\xb2\x08\x02", 16);
    ntlm_leniency(&first);
    assert_memory_equal(first.text, "NTLMSSP\0\1\0\0\0\x05\xb2\x08\x02", 16);

    strbuf_add_n(&last, "NTLMSSP\0\3\0\0\0", 12);
    for (size_t i = last.length; i < HEAD; i++)
        strbuf_add_char(&last, 0);
    last.text[12] = last.text[14] = 2; /* two bytes at the end of the head */
    last.text[16] = HEAD;
    strbuf_add(&last, "ab");
    ntlm_leniency(&last);
    assert_int_equal(last.length, BEHIND_VERSION + 2);
    assert_int_equal(last.text[16], BEHIND_VERSION);
    assert_memory_equal(last.text + BEHIND_VERSION, "ab", 2);

    strbuf_add_n(&mended, last.text, last.length);
    ntlm_leniency(&mended);
    assert_int_equal(mended.length, last.length);
    assert_memory_equal(mended.text, last.text, last.length);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accounts_of_the_domain_log_on),
        cmocka_unit_test(tokens_out_of_place_are_refused),
        cmocka_unit_test(names_are_mapped),
        cmocka_unit_test(messages_of_freetds_are_mended),
        cmocka_unit_test(keys_that_are_missing_are_told),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

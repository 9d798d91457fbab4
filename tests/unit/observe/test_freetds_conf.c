/* FreeTDS's private configuration: a section each, and nothing that a value could add to it. */
#include "observe/sql/freetds_conf.h"
#include "observe/sql/freetds_spn.h"

#include "unit/cmocka_unit.h"

#include <string.h>

static void sections_say_it_all(void **state)
{
    const struct topology_sql required = {.host = "sqlpri1.litwareinc.com",
                                          .port = 1433,
                                          .tls = TLS_REQUIRE,
                                          .ca = "/etc/pchat-plugins/ca.pem"};
    const struct topology_sql plain = {.host = "::1", .instance = "RTC", .tls = TLS_OFF};
    AUTO(strbuf) struct strbuf conf = STRBUF_INIT;

    (void)state;
    assert_true(freetds_conf_add(&conf, 0, &required));
    assert_true(freetds_conf_add(&conf, 12, &plain));
    assert_string_equal(strbuf_text(&conf), "[pcha_0]\n"
                                            "\thost = sqlpri1.litwareinc.com\n"
                                            "\tport = 1433\n"
                                            "\ttds version = 7.4\n"
                                            "\tclient charset = UTF-8\n"
                                            "\tencryption = require\n"
                                            "\tca file = /etc/pchat-plugins/ca.pem\n"
                                            "\tcheck certificate hostname = yes\n"
                                            "[pcha_12]\n"
                                            "\thost = ::1\n"
                                            "\tinstance = RTC\n"
                                            "\ttds version = 7.4\n"
                                            "\tclient charset = UTF-8\n"
                                            "\tencryption = off\n");
}

static void logins_have_their_lines(void **state)
{
    static const struct topology_credential kerberos = {.kerberos = true},
                                            ntlm = {.sql_user = "LITWARE\\watcher"},
                                            sql = {.sql_user = "watcher"};
    static const char spn[] = "MSSQLSvc/a.example.com:1433";
    const struct {
        struct topology_sql endpoint;
        const char *lines;
    } cases[] = {
        {{.host = "a", .port = 1, .credential = &kerberos}, "\tmutual authentication = yes\n"},
        {{.host = "a", .port = 1, .credential = &kerberos, .spn = spn},
         "\tmutual authentication = yes\n\tspn = MSSQLSvc/a.example.com:1433\n"},
        {{.host = "a", .port = 1, .credential = &ntlm, .spn = spn}, "\tuse ntlmv2 = yes\n"},
        {{.host = "a", .port = 1, .credential = &sql, .spn = spn}, ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(strbuf) struct strbuf conf = STRBUF_INIT, expected = STRBUF_INIT;

        strbuf_format(&expected,
                      "[pcha_0]\n\thost = a\n\tport = 1\n\ttds version = 7.4\n\tclient charset = UTF-8\n"
                      "\tencryption = require\n%s",
                      cases[i].lines);
        assert_true(freetds_conf_add(&conf, 0, &cases[i].endpoint));
        assert_string_equal(strbuf_text(&conf), strbuf_text(&expected));
    }
}

static void tickets_are_for_the_principal_that_freetds_wants(void **state)
{
    const struct {
        struct topology_sql endpoint;
        const char *canonical, *spn; /* NULL: not known */
    } cases[] = {
        {{.host = "a.example.com", .port = 1433}, "b.example.com", "MSSQLSvc/a.example.com:1433"},
        {{.host = "a", .port = 21433}, "a.example.com", "MSSQLSvc/a.example.com:21433"},
        {{.host = "a", .port = 21433}, "a", "MSSQLSvc/a:21433"},
        {{.host = "a", .port = 21433}, NULL, "MSSQLSvc/a:21433"},
        {{.host = "a", .instance = "RTC"}, "a.example.com", NULL},
        {{.host = "a", .instance = "RTC", .spn = "MSSQLSvc/a:RTC"}, NULL, "MSSQLSvc/a:RTC"},
        {{.host = "10.20.4.11", .port = 1433, .spn = "x/y"}, NULL, "x/y"},
    };
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *spn = freetds_spn(&cases[i].endpoint, cases[i].canonical, arena);

        assert_true((spn == NULL) == (cases[i].spn == NULL));
        if (spn)
            assert_string_equal(spn, cases[i].spn);
    }
}

static const char *const hostile[] = {
    "a\nencryption = off", "a\r", "a]", "[b", " a", "a ", "", "a\tb", "a\x7f"};

static void values_cannot_add_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(hostile); i++) {
        const struct topology_sql cases[] = {
            {.host = hostile[i], .port = 1433},
            {.host = "a", .instance = hostile[i]},
            {.host = "a", .port = 1433, .ca = hostile[i]},
            {.host = "a", .port = 1433, .spn = hostile[i]},
        };

        for (size_t c = 0; c < COUNT(cases); c++) {
            AUTO(strbuf) struct strbuf conf = STRBUF_INIT;

            assert_false(freetds_conf_add(&conf, 0, &cases[c]));
            assert_int_equal(conf.length, 0);
        }
    }
}

/* FreeTDS would take the path up to its line's end, and the rest for a key of its own. */
static void a_path_beyond_the_readers_line_is_refused(void **state)
{
    char path[242];
    const struct topology_sql endpoint = {.host = "a", .port = 1433, .ca = path};

    (void)state;
    memset(path, 'a', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    assert_false(freetds_conf_can_say(&endpoint));
    path[sizeof(path) - 2] = '\0';
    assert_true(freetds_conf_can_say(&endpoint));
}

static void the_file_has_a_path_and_no_name(void **state)
{
    char path[FREETDS_PATH_BYTES], text[16] = "";
    AUTO_CLOSE int fd = freetds_conf_publish("[pcha_0]\n", path);
    AUTO_FCLOSE FILE *file = fopen(path, "r");

    (void)state;
    assert_true(fd >= 0);
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof(text), file));
    assert_string_equal(text, "[pcha_0]\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sections_say_it_all),
        cmocka_unit_test(logins_have_their_lines),
        cmocka_unit_test(tickets_are_for_the_principal_that_freetds_wants),
        cmocka_unit_test(values_cannot_add_lines),
        cmocka_unit_test(a_path_beyond_the_readers_line_is_refused),
        cmocka_unit_test(the_file_has_a_path_and_no_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Examinations as JSON and back, as text, and under hostile words. */
#include "doctor/doctor.h"

#include <string.h>

#include "unit/cmocka_unit.h"

static struct examination *add(struct examinations *all, enum way way, const char *name)
{
    struct examination *examination = arena_push(all->arena, &all->list, &all->count, sizeof(*all->list));

    *examination = (struct examination){
        .arena = all->arena, .site = "red", .name = name, .address = "h.litwareinc.com:1433", .way = way};
    return examination;
}

static struct examinations *sample(void)
{
    struct examinations *all = examinations_new("lyncpc.litwareinc.com");
    struct examination *good = add(all, BY_WEB, "fe1"), *bad;

    examination_good(good, LAYER_NAME, "10.0.0.%d", 1);
    examination_good(good, LAYER_WEB, "/PersistentChat/RM/ 200 in 3 ms");
    bad = add(all, BY_SQL, "sqldr1");
    examination_good(bad, LAYER_NAME, "10.20.4.11 in 2 ms");
    examination_good(bad, LAYER_LOGIN, "LITWARE\\svc-pchatmon (Kerberos)");
    examination_bad(bad, LAYER_RIGHT, DIAGNOSIS_right_on_object, "SELECT on msdb.dbo.backupset",
                    "USE [msdb]; GRANT SELECT ON [dbo].[backupset] TO [LITWARE\\svc-pchatmon];");
    examination_bad(bad, LAYER_RIGHT, DIAGNOSIS_user_missing, NULL, NULL);
    return all;
}

static void records_read_back(void **state)
{
    AUTO(examinations) struct examinations *all = sample(), *copy = NULL;
    AUTO(strbuf) struct strbuf first = STRBUF_INIT, again = STRBUF_INIT;
    struct err err = ERR_INIT;

    (void)state;
    examinations_json(all, &first);
    copy = examinations_read(first.text, first.length, &err);
    assert_non_null(copy);
    examinations_json(copy, &again);
    assert_string_equal(first.text, again.text);
    assert_int_equal(examinations_bad_count(copy), 1);
    assert_int_equal(examination_verdict(&copy->list[1]), DIAGNOSIS_right_on_object);
}

static void the_text_tells_the_worst_first(void **state)
{
    static const char expected[] =
        "DOCTOR FAIL - 1 of 2 endpoints: sqldr1 SQL Server (right)\n"
        "\n"
        "h.litwareinc.com:1433  SQL Server of sqldr1, red\n"
        "  name      ok   10.20.4.11 in 2 ms           login     ok   LITWARE\\svc-pchatmon (Kerberos)\n"
        "  right     FAIL SELECT on msdb.dbo.backupset\n"
        "            -> USE [msdb]; GRANT SELECT ON [dbo].[backupset] TO [LITWARE\\svc-pchatmon];\n"
        "  right     FAIL the login is no user of a database\n"
        "            -> run contrib/sql/monitor-login.sql\n"
        "\n"
        "h.litwareinc.com:1433  web of fe1, red\n"
        "  name      ok   10.0.0.1                     web       ok   /PersistentChat/RM/ 200 in 3 ms\n";
    AUTO(examinations) struct examinations *all = sample();
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    (void)state;
    examinations_text(all, &text);
    assert_string_equal(text.text, expected);
}

static void hostile_words_stay_in_their_line(void **state)
{
    AUTO(examinations) struct examinations *all = examinations_new("p");
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    (void)state;
    examination_bad(add(all, BY_SQL, "s"), LAYER_LOGIN, DIAGNOSIS_login_failed,
                    "a\nb\r\x1B[31m\xFF \xE2\x80\xAE"
                    "dcba",
                    NULL);
    examinations_text(all, &text);
    assert_null(strstr(text.text, "\x1B"));
    assert_null(strstr(text.text, "\nb"));
    assert_null(strstr(text.text, "\xFF"));
    assert_null(strstr(text.text, "\xE2\x80\xAE"));
}

static void lines_keep_to_eighty_columns(void **state)
{
    AUTO(examinations) struct examinations *all = examinations_new("p");
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    (void)state;
    for (int id = DIAGNOSIS_NONE + 1; id < DIAGNOSIS_COUNT; id++)
        if (diagnosis_info((enum diagnosis)id)->layer != LAYER_RIGHT)
            examination_bad(add(all, BY_SQL, "s"), diagnosis_info((enum diagnosis)id)->layer,
                            (enum diagnosis)id, NULL, NULL);
    examinations_text(all, &text);
    /* But for the first, which is one, whatever it names. */
    for (const char *line = strchr(text.text, '\n') + 1; *line; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 80);
}

static void what_is_no_record_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "{}",
        "{\"schema\": 1, \"title\": \"PCHAT POOL\"}",
        "{\"schema\": 2, \"title\": \"PCHAT DOCTOR\"}",
        "{\"schema\": 1, \"title\": \"PCHAT DOCTOR\", \"endpoints\": [{\"way\": \"pigeon\"}]}",
        "{\"schema\": 1, \"title\": \"PCHAT DOCTOR\", \"endpoints\": [{\"way\": \"sql\", \"steps\": [{}]}]}",
        ("{\"schema\": 1, \"title\": \"PCHAT DOCTOR\", \"endpoints\": [{\"way\": \"sql\", \"steps\": "
         "[{\"layer\": \"tcp\", \"diagnosis\": \"plague\"}]}]}"),
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct err err = ERR_INIT;

        assert_null(examinations_read(texts[i], strlen(texts[i]), &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_true(err.text[0] != '\0');
    }
}

static void one_host_that_reads_the_store_is_enough(void **state)
{
    AUTO(examinations) struct examinations *all = examinations_new("p");

    (void)state;
    examination_bad(add(all, BY_WINRM, "fe2"), LAYER_STORE, DIAGNOSIS_second_hop_denied, NULL, NULL);
    doctor_compare(all);
    assert_int_equal(examinations_bad_count(all), 1);
    examination_good(add(all, BY_WINRM, "fe1"), LAYER_STORE, "read");
    doctor_compare(all);
    assert_int_equal(examinations_bad_count(all), 0);
    assert_non_null(strstr(all->list[0].steps[0].text, "fe1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_read_back),
        cmocka_unit_test(the_text_tells_the_worst_first),
        cmocka_unit_test(hostile_words_stay_in_their_line),
        cmocka_unit_test(lines_keep_to_eighty_columns),
        cmocka_unit_test(what_is_no_record_is_refused),
        cmocka_unit_test(one_host_that_reads_the_store_is_enough),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

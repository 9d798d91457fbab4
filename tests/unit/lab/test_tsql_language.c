/* The language: expressions, functions, queries, statements and their errors, as tables of transcripts. */
#include "unit/lab/tsql_fixture.h"

#include <string.h>

static const struct tsql_case language_cases[] = {
#include "unit/lab/tsql_language_cases.def"
};

static const struct tsql_case batch_cases[] = {
#include "unit/lab/tsql_batch_cases.def"
};

static void test_language(void **state)
{
    AUTO(tsql_session) struct tsql_session *session = fixture_sa(*state, "sqlpri1");

    assert_cases(session, language_cases, COUNT(language_cases));
}

static void test_batches(void **state)
{
    AUTO(tsql_session) struct tsql_session *session = fixture_sa(*state, "sqlpri1");

    assert_cases(session, batch_cases, COUNT(batch_cases));
}

/* The line is that of the statement's fault, not of the batch. */
static void test_lines(void **state)
{
    static const struct tsql_case cases[] = {
        {"SELECT 1\n\nSELECT *\nFROM nosuch", "208: Invalid object name 'nosuch'. line 4\n(!)\n"},
        {"\n\nEXEC nosuch", "2812: Could not find stored procedure 'nosuch'. line 3\n(!)\n"},
        {"SELECT /* one\ntwo */ 'a\nb', nocolumn", "207: Invalid column name 'nocolumn'. line 3\n(!)\n"},
        {"SELECT 1,\n)", "102: Incorrect syntax near ')'. line 2\n(!)\n"},
    };
    AUTO(tsql_session) struct tsql_session *session = fixture_sa(*state, "sqlpri1");

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(strbuf) struct strbuf out = STRBUF_INIT;
        AUTO(transcript) struct transcript transcript = {.out = &out, .with_done = true, .with_lines = true};
        struct tsql_sink sink = transcript_sink(&transcript);

        tsql_execute(session, cases[i].batch, &sink);
        /* What came before the error is another test's business. */
        assert_non_null(strstr(strbuf_text(&out), cases[i].expected));
    }
}

/* SET NOCOUNT takes the counts out of DONE; each statement has one. */
static void test_done(void **state)
{
    static const char expected[] = "()\nx int\n1\n(1)\n()\nx int\n1\n()\n()\n()\n";
    AUTO(tsql_session) struct tsql_session *session = fixture_sa(*state, "sqlpri1");
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    AUTO(transcript) struct transcript transcript = {.out = &out, .with_done = true};
    struct tsql_sink sink = transcript_sink(&transcript);

    tsql_execute(session,
                 "SET LOCK_TIMEOUT 5 SELECT 1 AS x SET NOCOUNT ON SELECT 1 AS x SET NOCOUNT OFF "
                 "DECLARE @a int SET @a = 1",
                 &sink);
    assert_string_equal(strbuf_text(&out), expected);
}

static int set_up(void **state)
{
    *state = fixture_world();
    return 0;
}

static int tear_down(void **state)
{
    world_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_language),
        cmocka_unit_test(test_batches),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_done),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

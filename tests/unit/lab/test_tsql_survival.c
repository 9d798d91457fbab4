/* Any bytes may come as a batch: mutations of good batches end in an answer or an error, never in anything
 * else. */
#include "unit/lab/tsql_fixture.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static const struct tsql_case seeds[] = {
#include "unit/lab/tsql_batch_cases.def"
#include "unit/lab/tsql_language_cases.def"
};

/* A generator of one's own: the same mutations on every machine. */
static uint64_t next_random(uint64_t *random)
{
    *random = *random * 6364136223846793005u + 1442695040888963407u;
    return *random >> 33;
}

/* length > 0 */
static void mutate(char *batch, size_t length, uint64_t *random)
{
    static const char bytes[] = "'\"[](),.;*@#%-+/=<>!_ \n\t0x9aNSELECT\x01\x7f\x80\xc3\xff";

    for (uint64_t changes = next_random(random) % 4 + 1; changes; changes--) {
        size_t at = next_random(random) % length, from = next_random(random) % length;

        if (next_random(random) % 3 == 0)
            memmove(batch + at, batch + from, (length - (at > from ? at : from)) % 16);
        else
            batch[at] = bytes[next_random(random) % (sizeof(bytes) - 1)];
    }
    if (next_random(random) % 5 == 0)
        batch[next_random(random) % length] = '\0';
}

static void test_mutated_batches(void **state)
{
    enum { ROUNDS = 300 };
    AUTO(tsql_session) struct tsql_session *session = fixture_sa(*state, "sqlpri1");
    uint64_t random = 1;

    for (size_t i = 0; i < COUNT(seeds); i++) {
        for (int round = 0; round < ROUNDS; round++) {
            AUTO_FREE char *batch = mem_copy_text(seeds[i].batch);
            AUTO_FREE char *answer = NULL;

            if (strlen(batch) > 0)
                mutate(batch, strlen(batch), &random);
            answer = transcript_of(session, batch);
            /* The renderer never makes what SQLite cannot read. */
            if (strstr(answer, "8623:"))
                fail_msg("%s\n%s", batch, answer);
        }
    }
}

static char *repeated(const char *before, const char *middle, size_t times, const char *after)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    strbuf_add(&text, before);
    for (size_t i = 0; i < times; i++)
        strbuf_add(&text, middle);
    strbuf_add(&text, after);
    return strbuf_take(&text);
}

/* Whatever nests without end is 191, not a stack that overflows. */
static void test_deep_nesting(void **state)
{
    static const struct {
        const char *before, *middle, *after;
    } cases[] = {
        {"SELECT ", "(", "1"},
        {"SELECT ", "- ", "1"},
        {"SELECT 1", "+1", ""},
        {"SELECT 1 WHERE ", "NOT ", "1=1"},
        {"SELECT 1 WHERE 1=1", " AND 1=1", ""},
        {"SELECT ", "CASE WHEN 1=1 THEN ", "1"},
        {"SELECT ", "LEN(", "1"},
        {"SELECT * FROM ", "(SELECT * FROM ", "t"},
        {"SELECT * FROM ", "(", "t"},
        {"", "IF 1=1 ", "SELECT 1"},
        {"", "BEGIN ", "SELECT 1"},
        {"SELECT 1 WHERE 1 IN ", "(SELECT 1 WHERE 1 IN ", "(1)"},
    };
    AUTO(tsql_session) struct tsql_session *session = fixture_sa(*state, "sqlpri1");

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_FREE char *batch = repeated(cases[i].before, cases[i].middle, 20000, cases[i].after);
        AUTO_FREE char *answer = transcript_of(session, batch);

        if (strncmp(answer, "191:", 4) != 0)
            fail_msg("%s%s...: %.200s", cases[i].before, cases[i].middle, answer);
    }
}

static void test_long_lists(void **state)
{
    AUTO(tsql_session) struct tsql_session *session = fixture_sa(*state, "sqlpri1");
    AUTO_FREE char *list = repeated("SELECT 1 AS x WHERE 7 IN (1", ",2", 5000, ",7)");
    AUTO_FREE char *statements = repeated("", "SET NOCOUNT ON ", 5000, "SELECT 1 AS x");
    AUTO_FREE char *text = repeated("SELECT LEN('", "abcdefgh", 20000, "') AS n");

    assert_batch(session, list, "x int\n1\n");
    assert_batch(session, statements, "x int\n1\n");
    assert_batch(session, text, "n int\n160000\n");
}

/* A join that would take for ever ends by itself. */
static void test_endless_join(void **state)
{
    AUTO(tsql_session) struct tsql_session *session = fixture_sa(*state, "sqlpri1");
    AUTO(strbuf) struct strbuf join = STRBUF_INIT;
    AUTO_FREE char *answer = NULL;

    strbuf_add(&join, "SELECT COUNT(*) AS n FROM msdb.dbo.backupset AS a0");
    for (int i = 1; i < 9; i++)
        strbuf_format(&join, ", msdb.dbo.backupset AS a%d", i);
    answer = transcript_of(session, strbuf_text(&join));
    assert_non_null(strstr(answer, "8623:"));
    assert_batch(session, "SELECT 1 AS x", "x int\n1\n");
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
        cmocka_unit_test(test_mutated_batches),
        cmocka_unit_test(test_deep_nesting),
        cmocka_unit_test(test_long_lists),
        cmocka_unit_test(test_endless_join),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

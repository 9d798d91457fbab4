/* Runbook scripts: how values get into them, and which file counts. */
#include "act/judge/lock_name.h"
#include "act/plan/runbooks.h"
#include "act/plan/script.h"
#include "base/cleanup.h"
#include "unit/cmocka_unit.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *render(struct arena *arena, const char *text, const char *value, struct err *err)
{
    const struct script script = {"test/01-x.sql", SCRIPT_SQL, text, true};
    const struct script_value values[] = {SCRIPT_TEXT("x", value), SCRIPT_TEXT("other", "OTHER")};

    return script_render_sql(&script, values, COUNT(values), arena, err);
}

/* A value in each of the three places. */
static void test_places(void **state)
{
    static const struct {
        const char *text, *value, *expected;
    } cases[] = {
        {"USE [$(x)];", "mgc", "USE [mgc];"},
        {"USE [$(x)];", "a]b", "USE [a]]b];"},
        {"USE [$(x)];", "]; DROP DATABASE [mgc", "USE []]; DROP DATABASE [mgc];"},
        {"SELECT N'$(x)'", "O'Brien", "SELECT N'O''Brien'"},
        {"SELECT N'$(x)'", "''", "SELECT N''''''"},
        {"SELECT N'$(x)'", "'; DROP DATABASE mgc --", "SELECT N'''; DROP DATABASE mgc --'"},
        {"SELECT N'$(x)'", "$(other)", "SELECT N'$(other)'"},
        {"SELECT N'$(x)', N'$(other)'", "$(x)", "SELECT N'$(x)', N'OTHER'"},
        {"SELECT N'$(x)'", "$()", "SELECT N'$()'"},
        {"SELECT N'$(x)'", "`whoami`", "SELECT N'`whoami`'"},
        {"SELECT N'$(x)'", "a\nGO\nb", "SELECT N'a\nGO\nb'"},
        {"SELECT N'$(x)'", "", "SELECT N''"},
        {"SELECT N'$(x)'", "caf\xC3\xA9 \xF0\x9F\x92\xAC", "SELECT N'caf\xC3\xA9 \xF0\x9F\x92\xAC'"},
        {"SELECT N'$(x)'", "\xFF\xC3", "SELECT N'\xEF\xBF\xBD\xEF\xBF\xBD'"},
        {"USE [$(x)]", "\xC0\xAF]", "USE [\xEF\xBF\xBD\xEF\xBF\xBD]]]"},
        {"SELECT N'$(x)'", "\xE2\x80\x99", "SELECT N'\xE2\x80\x99'"}, /* another quote is none */
        {"KILL $(x)", "57", "KILL 57"},
        {"SELECT $(x)", "4500000001230000100001", "SELECT 4500000001230000100001"},
        {"SELECT N'it''s' + N'$(x)' /* it's */ -- it's\n, [a]]b]", "v",
         "SELECT N'it''s' + N'v' /* it's */ -- it's\n, [a]]b]"},
        {"no variable: $x $ ( x )", "v", "no variable: $x $ ( x )"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        struct err err = ERR_INIT;
        const char *text = render(arena, cases[i].text, cases[i].value, &err);

        if (!text)
            fail_msg("%s: %s", cases[i].text, err.text);
        assert_string_equal(text, cases[i].expected);
    }
}

static void test_refused(void **state)
{
    static const struct {
        const char *text, *value, *complaint;
    } cases[] = {
        {"SELECT '$(x)'", "v", "test/01-x.sql:1: a variable inside a text, a name or a comment"},
        {"SELECT N'a $(x)'", "1", "test/01-x.sql:1: a variable inside a text, a name or a comment"},
        {"\n\nSELECT N'$(x) a'", "v",
         "test/01-x.sql:3: a variable must stand alone in its quotes: [$(name)], N'$(name)' or a bare "
         "number"},
        {"USE [$(x)_log]", "v",
         "test/01-x.sql:1: a variable must stand alone in its quotes: [$(name)], N'$(name)' or a bare "
         "number"},
        {"USE [log_$(x)]", "v", "test/01-x.sql:1: a variable inside a text, a name or a comment"},
        {"SELECT \"$(x)\"", "v", "test/01-x.sql:1: a variable inside a text, a name or a comment"},
        {"-- $(x)\n", "1", "test/01-x.sql:1: a variable inside a text, a name or a comment"},
        {"/*\n$(x) */", "1", "test/01-x.sql:2: a variable inside a text, a name or a comment"},
        {"SELECT N'$(y)'", "v", "test/01-x.sql:1: a variable without a value"},
        {"SELECT $(y)", "v", "test/01-x.sql:1: a variable without a value"},
        {"SELECT $(x", "1", NULL},
        {"SELECT N'$(x", "1", NULL},
        {"KILL $(x)", "57; SHUTDOWN", "test/01-x.sql:1: a bare variable must be a number"},
        {"KILL $(x)", "", "test/01-x.sql:1: a bare variable must be a number"},
        {"KILL $(x)", "-1", "test/01-x.sql:1: a bare variable must be a number"},
        {"KILL $(x)", "0x10", "test/01-x.sql:1: a bare variable must be a number"},
        {"KILL $(x)", "12345678901234567890123456", "test/01-x.sql:1: a bare variable must be a number"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        struct err err = ERR_INIT;

        assert_null(render(arena, cases[i].text, cases[i].value, &err));
        assert_int_equal(err.kind, ERR_CONFIG);
        if (cases[i].complaint)
            assert_string_equal(err.text, cases[i].complaint);
    }
}

static void test_parameters(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    static const struct script_value values[] = {
        SCRIPT_TEXT("plain", "a'b`$(x)\"\\"), SCRIPT_JSON("list", "[\"a\", \"b\"]"),
        SCRIPT_JSON("object", "{\"k\": 1}"),  SCRIPT_TEXT("looks", "[\"a\"]"),
        SCRIPT_TEXT("bytes", "\xFF"),         SCRIPT_TEXT("number", "7"),
    };

    (void)state;
    assert_string_equal(script_parameters(values, COUNT(values), arena),
                        "{\"plain\":\"a'b`$(x)\\\"\\\\\",\"list\":[\"a\",\"b\"],\"object\":{\"k\":1},"
                        "\"looks\":\"[\\\"a\\\"]\",\"bytes\":\"\\uFFFD\",\"number\":\"7\"}");
    assert_string_equal(script_parameters(NULL, 0, arena), "{}");
}

/* ---- files ---- */

static void write_file(const char *folder, const char *name, const char *text, mode_t mode)
{
    AUTO(arena) struct arena *arena = arena_new();
    const char *path = arena_format(arena, "%s/%s", folder, name);
    AUTO_FCLOSE FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fflush(file);
    assert_int_equal(chmod(path, mode), 0);
}

static void test_override(void **state)
{
    char folder[] = "/tmp/pchat-script-XXXXXX";
    AUTO(arena) struct arena *arena = arena_new();
    struct script script;
    struct err err = ERR_INIT;
    const char *verb;

    (void)state;
    assert_non_null(mkdtemp(folder));
    verb = arena_format(arena, "%s/failover", folder);
    assert_int_equal(script_find("failover/07-recover.sql", folder, arena, &script, &err), 0);
    assert_false(script.overridden);
    assert_int_equal(mkdir(verb, 0755), 0);
    write_file(folder, "failover/07-recover.sql", "SELECT N'mine'", 0644);
    assert_int_equal(script_find("failover/07-recover.sql", folder, arena, &script, &err), 0);
    assert_true(script.overridden);
    assert_int_equal(script.kind, SCRIPT_SQL);
    assert_string_equal(script.text, "SELECT N'mine'");
    assert_int_equal(script_find("failover/08-state.ps1", folder, arena, &script, &err), 0);
    assert_int_equal(script.kind, SCRIPT_PS1);
    /* what others may write, nobody sends */
    write_file(folder, "failover/07-recover.sql", "SELECT N'theirs'", 0664);
    assert_int_equal(script_find("failover/07-recover.sql", folder, arena, &script, &err), -1);
    assert_int_equal(err.kind, ERR_CONFIG);
    write_file(folder, "failover/07-recover.sql", "SELECT N'mine'", 0644);
    assert_int_equal(chmod(verb, 0777), 0);
    assert_int_equal(script_find("failover/07-recover.sql", folder, arena, &script, &err), -1);
    assert_int_equal(chmod(verb, 0755), 0);
    write_file(folder, "failover/07-recover.sql", "SELECT N'mine'\nEXEC (N'ALTER ' + @x)", 0644);
    assert_int_equal(script_find("failover/07-recover.sql", folder, arena, &script, &err), -1);
    assert_int_equal(err.kind, ERR_CONFIG);
    assert_non_null(strstr(err.text, "/failover/07-recover.sql:2: EXEC of a string: "));
    assert_non_null(strstr(err.text, "expected names that are written out"));
    write_file(folder, "failover/08-state.ps1", "$Answer = 1; & $x", 0644);
    assert_int_equal(script_find("failover/08-state.ps1", folder, arena, &script, &err), -1);
    assert_non_null(strstr(err.text, "/failover/08-state.ps1:1: a command by a computed name (&): "));
    write_file(folder, "failover/07-recover.sql", "SELECT N'\xFF'", 0644);
    assert_int_equal(script_find("failover/07-recover.sql", folder, arena, &script, &err), -1);
    assert_int_equal(script_find("failover/99-nosuch.sql", folder, arena, &script, &err), -1);
    assert_int_equal(script_find("../etc/passwd", folder, arena, &script, &err), -1);
    unlink(arena_format(arena, "%s/failover/07-recover.sql", folder));
    unlink(arena_format(arena, "%s/failover/08-state.ps1", folder));
    rmdir(verb);
    rmdir(folder);
}

/* Each T-SQL file of a verb proves the lock before anything else, and says that it is done last. */
static void test_frames(void **state)
{
    static const struct script_value values[] = {SCRIPT_TEXT("lock", "pchat:pool"),
                                                 SCRIPT_TEXT("server", "SQL'DR1")};
    AUTO(strbuf) struct strbuf proof = STRBUF_INIT;
    size_t seen = 0;

    (void)state;
    lock_prove(&proof, "pchat:pool", "SQL'DR1");
    for (size_t i = 0; i < runbook_count; i++) {
        AUTO(arena) struct arena *arena = arena_new();
        static const char last[] = "\nSELECT N'done' AS outcome;\n";
        const char *text = runbooks[i].text, *begin = strstr(text, "USE master;"), *end;
        struct script script = {runbooks[i].name, SCRIPT_SQL, NULL, false};
        struct err err = ERR_INIT;

        if (!strchr(runbooks[i].name, '/') || strstr(runbooks[i].name, ".ps1"))
            continue;
        seen++;
        assert_non_null(begin);
        assert_ptr_equal(strstr(text, "*/\n") + 3, begin); /* one comment, no more */
        end = strstr(begin, "END;\n") + 5;
        script.text = arena_text_n(arena, begin, (size_t)(end - begin));
        assert_string_equal(script_render_sql(&script, values, COUNT(values), arena, &err),
                            strbuf_text(&proof));
        assert_string_equal(text + strlen(text) - strlen(last), last);
        assert_null(strstr(text, "\nGO"));
    }
    assert_true(seen > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),   cmocka_unit_test(test_refused), cmocka_unit_test(test_parameters),
        cmocka_unit_test(test_override), cmocka_unit_test(test_frames),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

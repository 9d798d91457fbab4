/* WQL: what is a query, and which rows it wants. */
#include "base/cleanup.h"
#include "lab/winrm/wmi.h"
#include "unit/cmocka_unit.h"

#include <string.h>

enum { COLUMN_NAME, COLUMN_PID, COLUMN_STARTED, COLUMN_TIME, COLUMN_USER, COLUMN_TEST_COUNT };

static const struct wmi_column columns[COLUMN_TEST_COUNT] = {
    [COLUMN_NAME] = {"Name", WMI_STRING},        [COLUMN_PID] = {"ProcessId", WMI_UNSIGNED},
    [COLUMN_STARTED] = {"Started", WMI_BOOLEAN}, [COLUMN_TIME] = {"TimeGenerated", WMI_DATETIME},
    [COLUMN_USER] = {"User", WMI_STRING},
};
static const struct wmi_class test_class = {"Test_Class", columns, COLUMN_TEST_COUNT, NULL};

/* 2015-11-23T05:15:00Z */
static const struct wmi_value row[COLUMN_TEST_COUNT] = {
    [COLUMN_NAME] = {.text = "C:\\it's\\ChannelService.exe"},
    [COLUMN_PID] = {.number = 4711},
    [COLUMN_STARTED] = {.number = 1},
    [COLUMN_TIME] = {.number = INT64_C(1448255700000)},
    [COLUMN_USER] = {.is_null = true},
};

static void queries_are_told_from_nonsense(void **state)
{
    static const struct {
        const char *text;
        bool is_query;
        size_t columns;
    } cases[] = {
        {"SELECT * FROM Win32_Service", true, 0},
        {"select Name , State from Win32_Service", true, 2},
        {"SELECT Name FROM a WHERE b = 1", true, 1},
        {"SELECT Name FROM a WHERE 'x' = b", true, 1},
        {"SELECT Name FROM a WHERE (b = 1 OR c = 'x') AND NOT d <> NULL", true, 1},
        {"SELECT Name FROM a WHERE b IS NOT NULL", true, 1},
        {"SELECT Name FROM a WHERE b LIKE \"%x\"", true, 1},
        {"SELECT Name FROM a WHERE b >= -5", true, 1},
        {"", false, 0},
        {"SELECT", false, 0},
        {"SELECT Name", false, 0},
        {"SELECT Name, FROM a", false, 0},
        {"SELECT *, Name FROM a", false, 0},
        {"SELECT Name FROM a WHERE", false, 0},
        {"SELECT Name FROM a WHERE b", false, 0},
        {"SELECT Name FROM a WHERE b =", false, 0},
        {"SELECT Name FROM a WHERE b = c", false, 0},
        {"SELECT Name FROM a WHERE b = 1 AND", false, 0},
        {"SELECT Name FROM a WHERE (b = 1", false, 0},
        {"SELECT Name FROM a WHERE b = 1)", false, 0},
        {"SELECT Name FROM a WHERE b = 'x", false, 0},
        {"SELECT Name FROM a WHERE b LIKE 5", false, 0},
        {"SELECT Name FROM a WHERE 'x' LIKE b", false, 0},
        {"SELECT Name FROM a WHERE b IS 5", false, 0},
        {"SELECT Name FROM a WHERE b = 1x", false, 0},
        {"SELECT Name FROM a; DROP", false, 0},
        {"SELECT Name FROM a ORDER BY Name", false, 0},
        {"ASSOCIATORS OF {a}", false, 0},
        {"SELECT Name FROM a WHERE b = 99999999999999999999", false, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        struct wql_query query;
        bool is_query = wql_parse(arena, cases[i].text, &query);
        if (is_query != cases[i].is_query || (is_query && query.column_count != cases[i].columns))
            fail_msg("%s", cases[i].text);
    }
}

static void rows_are_chosen(void **state)
{
    static const struct {
        const char *where;
        bool matches;
    } cases[] = {
        {"Name LIKE '%channelservice.exe'", true},
        {"Name LIKE '%ChannelService'", false},
        {"Name LIKE 'C:\\\\it\\'s\\\\%'", true},
        {"Name LIKE '%'", true},
        {"Name LIKE '[A-D]:%'", true},
        {"Name LIKE '[^A-D]:%'", false},
        {"Name LIKE '_:%x_'", true},
        {"Name LIKE '%%exe%%'", true},
        {"Name LIKE ''", false},
        {"Name LIKE '[C'", false},
        {"Name = 'c:\\\\IT\\'s\\\\channelservice.EXE'", true},
        {"Name <> 'other'", true},
        {"ProcessId = 4711", true},
        {"ProcessId > 4711 OR ProcessId < 4711", false},
        {"4711 <= ProcessId AND 4712 > ProcessId", true},
        {"Started = TRUE", true},
        {"NOT Started = TRUE", false},
        {"TimeGenerated >= '20151123051500.000000+000'", true},
        {"TimeGenerated >= '20151123061500.000000+060'", true},
        {"TimeGenerated > '20151123001500.000000-300'", false},
        {"User IS NULL", true},
        {"User = NULL", true},
        {"User <> NULL", false},
        {"User IS NOT NULL", false},
        {"User = 'x'", false},
        {"User <> 'x'", false},
        {"Name = 'no' OR ProcessId = 4711 AND Started = FALSE", false},
        {"(Name = 'no' OR ProcessId = 4711) AND NOT (Started = FALSE)", true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        struct wql_query query;
        bool sound =
            wql_parse(arena, arena_format(arena, "SELECT Name FROM x WHERE %s", cases[i].where), &query) &&
            wql_fits(&query, &test_class);
        if (!sound || wql_matches(query.where, &test_class, row) != cases[i].matches)
            fail_msg("%s", cases[i].where);
    }
}

static void what_does_not_fit_the_class_is_refused(void **state)
{
    static const char *const texts[] = {
        "SELECT Nome FROM x",
        "SELECT Name FROM x WHERE Nome = 'x'",
        "SELECT Name FROM x WHERE Name = 5",
        "SELECT Name FROM x WHERE ProcessId = 'x'",
        "SELECT Name FROM x WHERE ProcessId LIKE 'x'",
        "SELECT Name FROM x WHERE TimeGenerated > '2015-11-23'",
        "SELECT Name FROM x WHERE Name = 'x' OR (Name = 'y' AND NOT Nome = 'x')",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        struct wql_query query;
        assert_true(wql_parse(arena, texts[i], &query));
        if (wql_fits(&query, &test_class))
            fail_msg("%s", texts[i]);
    }
}

static void endless_conditions_end(void **state)
{
    static const char *const pieces[] = {"(", "NOT ", "a = 1 AND "};

    (void)state;
    for (size_t i = 0; i < COUNT(pieces); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        AUTO(strbuf) struct strbuf text = STRBUF_INIT;
        struct wql_query query;
        strbuf_add(&text, "SELECT * FROM x WHERE ");
        for (size_t n = 0; n < 100000; n++)
            strbuf_add(&text, pieces[i]);
        strbuf_add(&text, "a = 1");
        assert_false(wql_parse(arena, strbuf_text(&text), &query));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queries_are_told_from_nonsense),
        cmocka_unit_test(rows_are_chosen),
        cmocka_unit_test(what_does_not_fit_the_class_is_refused),
        cmocka_unit_test(endless_conditions_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Numbers are given for good: they outlive restarts, and damage is no reason to number anew. */
#include "snmp/indexes.h"
#include "unit/cmocka_unit.h"

#include "base/strbuf.h"
#include "base/whole_file.h"

#include <string.h>

static char folder[] = "/tmp/pchat-indexes-XXXXXX", path[64];

static struct indexes *reopened(struct indexes *indexes)
{
    struct err err = ERR_INIT;

    if (indexes) {
        assert_int_equal(indexes_save(indexes, &err), 0);
        indexes_free(indexes);
    }
    indexes = indexes_read(path, &err);
    if (!indexes)
        fail_msg("%s", err.text);
    return indexes;
}

static void numbers_outlive_restarts(void **state)
{
    struct indexes *indexes = reopened(NULL);

    (void)state;
    assert_int_equal(index_of(indexes, 0, INDEX_POOL, "b.example"), 1);
    assert_int_equal(index_of(indexes, 0, INDEX_POOL, "a.example"), 2);
    assert_true(indexes_changed(indexes));
    for (int i = 0; i < 40; i++) {
        char name[16];

        snprintf(name, sizeof(name), "sql%d", 40 - i);
        assert_int_equal(index_of(indexes, 2, INDEX_INSTANCE, name), i + 1);
    }
    assert_int_equal(index_of(indexes, 2, INDEX_OBJECT, "sql1"), 1);
    indexes = reopened(indexes);
    assert_false(indexes_changed(indexes));
    assert_int_equal(index_of(indexes, 0, INDEX_POOL, "a.example"), 2);
    assert_int_equal(index_of(indexes, 2, INDEX_INSTANCE, "sql40"), 1);
    assert_int_equal(index_of(indexes, 2, INDEX_INSTANCE, "sql1"), 40);
    assert_int_equal(index_of(indexes, 2, INDEX_INSTANCE, "new"), 41);
    assert_int_equal(index_of(indexes, 1, INDEX_INSTANCE, "new"), 1);
    assert_string_equal(index_pool_name(indexes, 2), "a.example");
    assert_null(index_pool_name(indexes, 3));
    indexes_free(indexes);
    unlink(path);
}

static void names_may_hold_anything(void **state)
{
    static const char *const names[] = {"a\tb", "a\nb", "a\\tb", "\\",   "\xff\xfe",
                                        " ",    "# x",  "a\\",   "\\n\n"};
    struct indexes *indexes = reopened(NULL);

    (void)state;
    index_of(indexes, 0, INDEX_POOL, "p");
    for (size_t i = 0; i < COUNT(names); i++)
        assert_int_equal(index_of(indexes, 1, INDEX_OBJECT, names[i]), i + 1);
    indexes = reopened(indexes);
    for (size_t i = 0; i < COUNT(names); i++)
        assert_int_equal(index_of(indexes, 1, INDEX_OBJECT, names[i]), i + 1);
    assert_false(indexes_changed(indexes));
    indexes_free(indexes);
    unlink(path);
}

static void damage_is_told(void **state)
{
    static const struct {
        const char *text, *place;
    } cases[] = {
        {"", ":1: "},
        {"something\n", ":1: "},
        {"0\tpool\t1\n", ":2: "},
        {"0\tpool\t1\ta\n0\tpool\t1\tb\n", ":3: "},
        {"0\tpool\t1\ta\n0\tpool\t2\ta\n", ":3: "},
        {"0\tpool\t0\ta\n", ":2: "},
        {"0\tpool\t2147483648\ta\n", ":2: "},
        {"0\tinstance\t1\ta\n", ":2: "},
        {"1\tinstance\t1\ta\n", ":2: "},
        {"4000000\tinstance\t1\ta\n", ":2: "},
        {"0\tpool\t1x\ta\n", ":2: "},
        {"0\tplace\t1\ta\n", ":2: "},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(strbuf) struct strbuf text = STRBUF_INIT;
        struct err err = ERR_INIT;

        if (i > 1)
            strbuf_add(&text,
                       "# Numbers that pchat-agentx has given: pool, kind, number, name.  Do not edit.\n");
        strbuf_add(&text, cases[i].text);
        assert_int_equal(whole_file_write(path, 0600, strbuf_text(&text), &err), 0);
        if (indexes_read(path, &err))
            fail_msg("case %zu was read", i);
        if (!strstr(err.text, cases[i].place))
            fail_msg("case %zu: %s", i, err.text);
        unlink(path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_outlive_restarts),
        cmocka_unit_test(names_may_hold_anything),
        cmocka_unit_test(damage_is_told),
    };
    int failed;

    if (!mkdtemp(folder))
        return 1;
    snprintf(path, sizeof(path), "%s/indexes", folder);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(folder);
    return failed;
}

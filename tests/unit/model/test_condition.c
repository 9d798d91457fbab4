#include "model/condition.h"
#include "unit/cmocka_unit.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { MIB_NAME_MOST = 32 };

/* The length of snake_case in lowerCamelCase: the underscores go. */
static size_t camel_length(const char *name)
{
    size_t length = 0;

    for (; *name; name++)
        length += *name != '_';
    return length;
}

static void assert_sound(const struct condition_info *info)
{
    if (strspn(info->name, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(info->name) ||
        !islower((unsigned char)info->name[0]) || camel_length(info->name) > MIB_NAME_MOST)
        fail_msg("%s is no name for the MIB", info->name);
    if (!*info->meaning || !*info->action || strpbrk(info->meaning, "|\n") || strpbrk(info->action, "|\n"))
        fail_msg("%s needs a meaning and an action of one line each", info->name);
    if (info->number <= 0)
        fail_msg("%s needs a number", info->name);
}

static void conditions_def_is_sound(void **state)
{
    (void)state;
    for (const struct condition_info *info = conditions(); info->number; info++) {
        assert_sound(info);
        for (const struct condition_info *other = conditions(); other < info; other++)
            if (other->number == info->number || strcmp(other->name, info->name) == 0)
                fail_msg("%s and %s share a number or a name", other->name, info->name);
    }
}

static void conditions_are_found(void **state)
{
    (void)state;
    for (const struct condition_info *info = conditions(); info->number; info++) {
        assert_ptr_equal(condition_info((enum condition)info->number), info);
        assert_ptr_equal(condition_find(info->name), info);
    }
    assert_null(condition_find("all_is_well"));
    assert_null(condition_find(""));
}

static void severities_read_back(void **state)
{
    enum severity severity = SEVERITY_OK;

    (void)state;
    for (int i = 0; i < SEVERITY_COUNT; i++) {
        assert_true(severity_parse(severity_name((enum severity)i), &severity));
        assert_int_equal(severity, i);
    }
    assert_true(severity_parse("critical", &severity));
    assert_int_equal(severity, SEVERITY_CRITICAL);
    assert_false(severity_parse("bad", &severity));
}

static void worst_of_order(void **state)
{
    static const enum severity worst_first[] = {SEVERITY_CRITICAL, SEVERITY_WARNING, SEVERITY_UNKNOWN,
                                                SEVERITY_OK};

    (void)state;
    for (int i = 0; i < SEVERITY_COUNT; i++)
        for (int k = 0; k < SEVERITY_COUNT; k++)
            assert_int_equal(severity_worse(worst_first[i], worst_first[k]), worst_first[i < k ? i : k]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_def_is_sound),
        cmocka_unit_test(conditions_are_found),
        cmocka_unit_test(severities_read_back),
        cmocka_unit_test(worst_of_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A missing right and its cure are told as one line, and read back. */
#include "model/right.h"

#include "unit/cmocka_unit.h"

static const struct {
    const char *detail, *name, *grant; /* NULL: no right */
} cases[] = {
    {"SELECT on msdb.dbo.backupset -> USE [msdb]; GRANT SELECT ON [dbo].[backupset] TO [m];",
     "SELECT on msdb.dbo.backupset", "USE [msdb]; GRANT SELECT ON [dbo].[backupset] TO [m];"},
    {"a -> b -> c", "a", "b -> c"},
    {"User does not have permission to perform this action.", NULL, NULL},
    {" -> USE master;", NULL, NULL},
    {"a -> ", NULL, NULL},
    {"", NULL, NULL},
    {NULL, NULL, NULL},
};

static void details_are_read(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct missing_right right = {0};

        assert_int_equal(right_read(arena, cases[i].detail, &right), cases[i].name != NULL);
        if (cases[i].name) {
            assert_string_equal(right.name, cases[i].name);
            assert_string_equal(right.grant, cases[i].grant);
        }
    }
}

static void server_rights_are_written(void **state)
{
    AUTO(strbuf) struct strbuf known = STRBUF_INIT, unknown = STRBUF_INIT;

    (void)state;
    right_add_server(&known, "VIEW ANY DEFINITION", "a]b");
    assert_string_equal(strbuf_text(&known),
                        "VIEW ANY DEFINITION -> USE master; GRANT VIEW ANY DEFINITION TO [a]]b];");
    right_add_server(&unknown, "VIEW SERVER STATE", NULL);
    assert_string_equal(strbuf_text(&unknown), "VIEW SERVER STATE -> USE master; GRANT VIEW SERVER STATE TO "
                                               "[the monitoring login];");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(details_are_read),
        cmocka_unit_test(server_rights_are_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

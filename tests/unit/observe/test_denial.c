/* A missing right is named, with the statement that grants it. */
#include "observe/sql/denial.h"

#include "unit/cmocka_unit.h"

static const struct {
    int number;
    const char *message, *login, *expected;
} cases[] = {
    {229, "The SELECT permission was denied on the object 'backupset', database 'msdb', schema 'dbo'.",
     "LITWARE\\svc-pchatmon",
     "SELECT on msdb.dbo.backupset -> USE [msdb]; GRANT SELECT ON [dbo].[backupset] TO "
     "[LITWARE\\svc-pchatmon];"},
    {229, "The EXECUTE permission was denied on the object 'sp_x', database 'a]b', schema 'dbo'.", NULL,
     "EXECUTE on a]b.dbo.sp_x -> USE [a]]b]; GRANT EXECUTE ON [dbo].[sp_x] TO [the monitoring login];"},
    {230,
     "The SELECT permission was denied on the column 'name' of the object 'sysjobs', database 'msdb', schema "
     "'dbo'.",
     "m", "SELECT on msdb.dbo.sysjobs -> USE [msdb]; GRANT SELECT ON [dbo].[sysjobs] TO [m];"},
    {262, "VIEW DATABASE STATE permission denied in database 'mgc'.", "m",
     "VIEW DATABASE STATE in mgc -> USE [mgc]; GRANT VIEW DATABASE STATE TO [m];"},
    {297, "The user does not have permission to perform this action.", "m",
     "VIEW SERVER STATE -> USE master; GRANT VIEW SERVER STATE TO [m];"},
    {300, "VIEW SERVER STATE permission was denied on object 'server', database 'master'.", "m",
     "VIEW SERVER STATE -> USE master; GRANT VIEW SERVER STATE TO [m];"},
    {916,
     "The server principal \"m\" is not able to access the database \"msdb\" under the current security "
     "context.",
     "m", "a user in msdb -> USE [msdb]; CREATE USER [m] FOR LOGIN [m];"},
    /* What does not have the known form is told as it is, and no statement is made of it. */
    {229, "permission denied, somehow", "m", "permission denied, somehow"},
    {229, "The SELECT; DROP permission was denied on the object 'x', database 'y', schema 'z'.", "m",
     "The SELECT; DROP permission was denied on the object 'x', database 'y', schema 'z'."},
    {229, "The SELECT permission was denied on the object '', database 'y', schema 'z'.", "m",
     "The SELECT permission was denied on the object '', database 'y', schema 'z'."},
    {229,
     "The SELECT permission was denied on the object 'x -> DROP DATABASE mgc; --', database 'y', schema 'z'.",
     "m", "permission denied"},
    {15247, "User does not have permission to perform this action.", "m",
     "User does not have permission to perform this action."},
};

static void messages_become_grants(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(denial_from_message(arena, cases[i].number, cases[i].message, cases[i].login),
                            cases[i].expected);
}

static void server_rights_are_named(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(denial_of_server_right(arena, "VIEW ANY DEFINITION", "a]b"),
                        "VIEW ANY DEFINITION -> USE master; GRANT VIEW ANY DEFINITION TO [a]]b];");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_become_grants),
        cmocka_unit_test(server_rights_are_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

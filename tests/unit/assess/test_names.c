/* Names of log backup files and of servers. */
#include "assess/log_file.h"
#include "assess/server_name.h"
#include "base/utc.h"
#include "unit/assess/snapshot_builder.h"
#include "unit/cmocka_unit.h"

static const struct {
    const char *path, *when; /* NULL: no log backup of mgc */
} files[] = {
    {"mgc_20261123051240.trn", "2026-11-23T05:12:40Z"},
    {"\\\\fs1\\lsship\\mgc_20261123051240.trn", "2026-11-23T05:12:40Z"},
    {"E:/lscopy/mgc_20261123051240.trn", "2026-11-23T05:12:40Z"},
    {"E:\\mgc_1\\x/MGC_20261123051240.TRN", "2026-11-23T05:12:40Z"},
    {"mgc_20240229000000.trn", "2024-02-29T00:00:00Z"},
    {"mgc_20230229000000.trn", NULL},
    {"mgc_20261323051240.trn", NULL},
    {"mgc_2026112305124.trn", NULL},
    {"mgc_202611230512400.trn", NULL},
    {"mgc_20261123051240.wrk", NULL},
    {"mgc_20261123051240.trn.bak", NULL},
    {"mgc_20261123051240.tuf", NULL},
    {"mgc_20261123051240", NULL},
    {"mgccomp_20261123051240.trn", NULL},
    {"mgc20261123051240.trn", NULL},
    {" mgc_20261123051240.trn", NULL},
    {"mgc_2026112305124x.trn", NULL},
    {"mgc_", NULL},
    {"mgc", NULL},
    {"", NULL},
    {"\\", NULL},
    {NULL, NULL},
};

static void stamps_are_read_strictly(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(files); i++) {
        char text[UTC_TEXT_BYTES];
        int64_t utc_ms = 42;
        bool good = log_file_stamp(files[i].path, "mgc", &utc_ms);

        if (good != (files[i].when != NULL))
            fail_msg("%s", files[i].path ? files[i].path : "NULL");
        if (good)
            assert_string_equal(utc_format(utc_ms, text), files[i].when);
        else
            assert_int_equal(utc_ms, 42);
    }
}

static const struct {
    const char *path, *folder;
    bool inside;
} folders[] = {
    {"\\\\fs1\\lsship\\a.trn", "\\\\fs1\\lsship", true},
    {"\\\\FS1\\LSship\\a.trn", "\\\\fs1\\lsship\\", true},
    {"//fs1/lsship/a.trn", "\\\\fs1\\lsship", true},
    {"\\\\fs1\\lsship2\\a.trn", "\\\\fs1\\lsship", false},
    {"\\\\fs1\\lsship", "\\\\fs1\\lsship", false},
    {"D:\\adhoc\\a.trn", "\\\\fs1\\lsship", false},
    {"\\\\fs1\\lsship\\a.trn", "", false},
    {"\\\\fs1\\lsship\\a.trn", NULL, false},
    {NULL, "\\\\fs1\\lsship", false},
    {"{1B2C}", "\\\\fs1\\lsship", false},
    {"E:\\a.trn", "E:\\", true},
};

static void folders_are_compared_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(folders); i++)
        if (log_file_in_folder(folders[i].path, folders[i].folder) != folders[i].inside)
            fail_msg("%s in %s", folders[i].path, folders[i].folder);
}

static const struct {
    const char *a, *b;
    bool equal;
} servers[] = {
    {"SQLPRI1", "sqlpri1", true},
    {"SQLPRI1", "sqlpri1.litwareinc.com", true},
    {"TCP://sqlpri1.litwareinc.com:5022", "SQLPRI1", true},
    {"HOST\\INST", "host.litwareinc.com\\inst", true},
    {"HOST\\INST", "HOST", false},
    {"HOST\\INST", "HOST\\INST2", false},
    {"HOST\\MSSQLSERVER", "host", true},
    {"SQLPRI1", "SQLPRI10", false},
    {"SQLPRI1", "SQLMIR1", false},
    {"10.20.4.11", "10.20.4.12", false},
    {"10.20.4.11:1433", "10.20.4.11", true},
    {"", "", false},
    {NULL, "a", false},
    {"a", NULL, false},
};

static void servers_are_the_same_by_host_and_instance(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(servers); i++)
        if (server_name_equal(servers[i].a, servers[i].b) != servers[i].equal)
            fail_msg("%s and %s", servers[i].a, servers[i].b);
}

static void an_unseen_instance_is_known_by_its_address(void **state)
{
    AUTO(snapshot) struct snapshot *snapshot = builder_healthy();
    const struct instance_snapshot *instance = builder_at(snapshot, "sqlpri1");

    (void)state;
    assert_true(server_name_is("SQLPRI1", instance));
    builder_unsee(snapshot, "sqlpri1", SIGHT_TIMED_OUT, NULL);
    assert_true(server_name_is("SQLPRI1", instance));
    assert_false(server_name_is("SQLMIR1", instance));
    assert_false(server_name_is("SQLPRI1", NULL));
    assert_true(server_name_host_is("\\\\sqlpri1\\share", instance));
    assert_true(server_name_host_is("\\\\SQLPRI1.litwareinc.com\\share", instance));
    assert_false(server_name_host_is("\\\\fs1\\share", instance));
    assert_false(server_name_host_is("E:\\share", instance));
    assert_false(server_name_host_is(NULL, instance));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stamps_are_read_strictly),
        cmocka_unit_test(folders_are_compared_whole),
        cmocka_unit_test(servers_are_the_same_by_host_and_instance),
        cmocka_unit_test(an_unseen_instance_is_known_by_its_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

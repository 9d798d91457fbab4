/* Small files, read and written whole. */
#include "base/whole_file.h"
#include "unit/cmocka_unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char directory[] = "/tmp/pchat-whole-file-XXXXXX";

static int make_directory(void **state)
{
    (void)state;
    return mkdtemp(directory) && chdir(directory) == 0 ? 0 : -1;
}

static int remove_directory(void **state)
{
    (void)state;
    unlink("profile.yaml");
    return rmdir(directory);
}

static void what_is_written_is_read(void **state)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    struct err err = ERR_INIT;
    struct stat file;

    (void)state;
    assert_int_equal(whole_file_write("profile.yaml", 0640, "first\n", &err), 0);
    assert_int_equal(whole_file_write("profile.yaml", 0640, "second\n", &err), 0);
    assert_int_equal(whole_file_read("profile.yaml", 7, &text, &err), 0);
    assert_string_equal(strbuf_text(&text), "second\n");
    assert_int_equal(stat("profile.yaml", &file), 0);
    assert_int_equal(file.st_mode & 07137, 0);
}

static void failures_name_the_file(void **state)
{
    static const struct {
        const char *path, *error;
    } cases[] = {{"missing/profile.yaml", "missing/profile.yaml: No such file or directory"},
                 {"", ": No such file or directory"}};
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err err = ERR_INIT;

        assert_int_equal(whole_file_read(cases[i].path, 10, &text, &err), -1);
        assert_string_equal(err.text, cases[i].error);
        assert_int_equal(err.kind, ERR_IO);
    }
    assert_int_equal(whole_file_write(cases[0].path, 0600, "", NULL), -1);
    assert_int_equal(whole_file_write("profile.yaml", 0600, "more than three", NULL), 0);
    assert_int_equal(whole_file_read("profile.yaml", 3, &text, NULL), -1);
}

/* What cannot take the place of the old file leaves nothing beside it. */
static void a_failure_leaves_nothing_behind(void **state)
{
    struct err err = ERR_INIT;

    (void)state;
    assert_int_equal(mkdir("folder", 0700), 0);
    assert_int_equal(whole_file_write("folder", 0600, "text", &err), -1);
    assert_int_equal(rmdir("folder"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(failures_name_the_file),
        cmocka_unit_test(a_failure_leaves_nothing_behind),
    };

    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}

#include "base/secret.h"
#include "unit/cmocka_unit.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

static char directory[] = "/tmp/pchat-secret-XXXXXX";
static char file_path[64], other_path[64];

static int make_directory(void **state)
{
    (void)state;
    if (!mkdtemp(directory))
        return -1;
    snprintf(file_path, sizeof(file_path), "%s/password", directory);
    snprintf(other_path, sizeof(other_path), "%s/other", directory);
    return 0;
}

static int remove_directory(void **state)
{
    (void)state;
    unlink(file_path);
    unlink(other_path);
    return rmdir(directory);
}

static void write_file(const void *bytes, size_t length, mode_t mode)
{
    AUTO_CLOSE int fd = -1;

    unlink(file_path);
    fd = open(file_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, length), length);
    assert_int_equal(fchmod(fd, mode), 0);
}

static void expect_refusal(const char *path, gid_t reader_group, const char *expected)
{
    struct err err = ERR_INIT;
    AUTO(secret) struct secret *secret = secret_read_file(path, reader_group, &err);

    assert_null(secret);
    assert_int_equal(err.kind, ERR_SECRET);
    if (!strstr(err.text, expected))
        fail_msg("\"%s\" does not say \"%s\"", err.text, expected);
    assert_null(strstr(err.text, "hunter2"));
}

#define TEXT(text) text, sizeof(text) - 1

static void the_first_line_is_the_secret(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *secret;
    } cases[] = {
        {TEXT("hunter2"), "hunter2"},
        {TEXT("hunter2\n"), "hunter2"},
        {TEXT("hunter2\r\n"), "hunter2"},
        {TEXT("hunter2\n# a note\n\0\0"), "hunter2"},
        {TEXT(" with blanks \n"), " with blanks "},
        {TEXT("p\xC3\xA4sswort\n"), "p\xC3\xA4sswort"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err err = ERR_INIT;
        AUTO(secret) struct secret *secret = NULL;

        write_file(cases[i].bytes, cases[i].length, 0600);
        secret = secret_read_file(file_path, (gid_t)-1, &err);
        assert_string_equal(err.text, "");
        assert_string_equal(secret_text(secret), cases[i].secret);
    }
}

static void other_contents_are_refused(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *error;
    } cases[] = {
        {TEXT(""), "empty"},
        {TEXT("\n"), "empty"},
        {TEXT("\r\n"), "empty"},
        {TEXT("hunter2\0hidden\n"), "NUL byte"},
        {TEXT("\xEF\xBB\xBFhunter2\n"), "byte order mark"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        write_file(cases[i].bytes, cases[i].length, 0600);
        expect_refusal(file_path, (gid_t)-1, cases[i].error);
    }
}

static void the_length_is_bounded(void **state)
{
    char bytes[SECRET_MAX_BYTES + 2];
    struct err err = ERR_INIT;
    AUTO(secret) struct secret *longest = NULL;

    (void)state;
    memset(bytes, 'x', sizeof(bytes));
    bytes[SECRET_MAX_BYTES] = '\r';
    bytes[SECRET_MAX_BYTES + 1] = '\n';
    write_file(bytes, sizeof(bytes), 0600);
    longest = secret_read_file(file_path, (gid_t)-1, &err);
    assert_int_equal(strlen(secret_text(longest)), SECRET_MAX_BYTES);
    write_file(bytes, SECRET_MAX_BYTES + 1, 0600);
    expect_refusal(file_path, (gid_t)-1, "longer than 1024 bytes");
}

static void the_mode_must_keep_others_out(void **state)
{
    static const struct {
        mode_t mode;
        bool own_group;    /* the file's group is the reader group */
        const char *error; /* NULL: fine */
    } cases[] = {
        {0600, false, NULL},          {0400, false, NULL},          {0640, true, NULL},
        {0440, true, NULL},           {0640, false, "lets group"},  {0660, true, "lets group"},
        {0620, true, "lets group"},   {0604, true, "lets others"},  {0602, false, "lets others"},
        {0601, false, "lets others"}, {0644, false, "lets others"}, {0777, true, "lets others"},
        {0610, true, "lets group"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        gid_t readers = cases[i].own_group ? getegid() : (gid_t)-1;
        AUTO(secret) struct secret *secret = NULL;

        write_file(TEXT("hunter2\n"), cases[i].mode);
        if (cases[i].error) {
            expect_refusal(file_path, readers, cases[i].error);
            continue;
        }
        secret = secret_read_file(file_path, readers, NULL);
        assert_non_null(secret);
    }
}

static void a_foreign_owner_is_refused(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip();
    write_file(TEXT("hunter2\n"), 0600);
    assert_int_equal(chown(file_path, 12345, (gid_t)-1), 0);
    expect_refusal(file_path, (gid_t)-1, "belongs to uid 12345; expected root or the caller");
}

static void only_regular_files_are_read(void **state)
{
    (void)state;
    expect_refusal(directory, (gid_t)-1, "not a regular file");
    unlink(other_path);
    assert_int_equal(mkfifo(other_path, 0600), 0);
    expect_refusal(other_path, (gid_t)-1, "not a regular file");
    unlink(other_path);
    expect_refusal(other_path, (gid_t)-1, "No such file or directory");
}

static void a_link_leads_to_the_file_that_is_checked(void **state)
{
    (void)state;
    unlink(other_path);
    assert_int_equal(symlink(file_path, other_path), 0);
    write_file(TEXT("hunter2\n"), 0644);
    expect_refusal(other_path, (gid_t)-1, "lets others");
}

static void systemd_credentials_are_exempt(void **state)
{
    AUTO(secret) struct secret *secret = NULL;

    (void)state;
    write_file(TEXT("hunter2\n"), 0444);
    setenv("CREDENTIALS_DIRECTORY", directory, 1);
    secret = secret_read_file(file_path, (gid_t)-1, NULL);
    assert_non_null(secret);
    setenv("CREDENTIALS_DIRECTORY", "/tmp/pchat-sec", 1);
    expect_refusal(file_path, (gid_t)-1, "lets others");
    unsetenv("CREDENTIALS_DIRECTORY");
}

static void the_process_leaves_no_core(void **state)
{
    struct rlimit core;

    (void)state;
    secret_protect_process();
    assert_int_equal(getrlimit(RLIMIT_CORE, &core), 0);
    assert_int_equal(core.rlim_max, 0);
    assert_int_equal(prctl(PR_GET_DUMPABLE, 0L, 0L, 0L, 0L), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_line_is_the_secret),
        cmocka_unit_test(other_contents_are_refused),
        cmocka_unit_test(the_length_is_bounded),
        cmocka_unit_test(the_mode_must_keep_others_out),
        cmocka_unit_test(a_foreign_owner_is_refused),
        cmocka_unit_test(only_regular_files_are_read),
        cmocka_unit_test(a_link_leads_to_the_file_that_is_checked),
        cmocka_unit_test(systemd_credentials_are_exempt),
        cmocka_unit_test(the_process_leaves_no_core),
    };

    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}

/*
 * Every file in bad/ is wrong in one way, and bad/expected says the line that it earns, as people will see
 * it.
 */
#include "base/strbuf.h"
#include "topology/topology.h"
#include "unit/cmocka_unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>

static int enter_directory(void **state)
{
    (void)state;
    return chdir(TEST_DIRECTORY "/bad");
}

static int is_yaml(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');

    return dot && strcmp(dot, ".yaml") == 0;
}

/* Appends the text without the directory that the tests happen to lie in. */
static void add_without_directory(struct strbuf *out, const char *text)
{
    AUTO_FREE char *directory = realpath(".", NULL);
    size_t length = strlen(directory) + 1;

    for (const char *hit; (hit = strstr(text, directory)); text = hit + length)
        strbuf_add_n(out, text, (size_t)(hit - text));
    strbuf_add(out, text);
}

static void add_error(struct strbuf *out, const char *name)
{
    struct err err = ERR_INIT;
    AUTO(topology) struct topology *topology = topology_load(name, &err);

    if (topology) {
        strbuf_format(out, "%s: read without complaint\n", name);
        return;
    }
    assert_int_equal(err.kind, strcmp(name, "password_nowhere.yaml") == 0 ? ERR_SECRET : ERR_CONFIG);
    add_without_directory(out, err.text);
    strbuf_add_char(out, '\n');
}

static void compare_lines(const char *got, const char *expected)
{
    while (*got || *expected) {
        size_t got_length = strcspn(got, "\n"), expected_length = strcspn(expected, "\n");

        if (got_length != expected_length || strncmp(got, expected, got_length) != 0)
            fail_msg("got      %.*s\nexpected %.*s", (int)got_length, got, (int)expected_length, expected);
        got += got_length + (got[got_length] == '\n');
        expected += expected_length + (expected[expected_length] == '\n');
    }
}

static void each_mistake_earns_its_line(void **state)
{
    AUTO_CLOSE int fd = open("expected", O_RDONLY | O_CLOEXEC);
    AUTO(strbuf) struct strbuf got = STRBUF_INIT, expected = STRBUF_INIT;
    struct dirent **entries = NULL;
    int count = scandir(".", &entries, is_yaml, alphasort);

    (void)state;
    assert_true(count >= 60);
    for (int i = 0; i < count; i++) {
        add_error(&got, entries[i]->d_name);
        free(entries[i]);
    }
    free((void *)entries);
    if (getenv("PCHAT_SHOW")) /* to see them all, and to write `expected` anew after reading them */
        fputs(strbuf_text(&got), stderr);
    assert_int_equal(strbuf_read_fd(&expected, fd, 1 << 20), 0);
    compare_lines(strbuf_text(&got), strbuf_text(&expected));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_mistake_earns_its_line)};

    return cmocka_run_group_tests(tests, enter_directory, NULL);
}

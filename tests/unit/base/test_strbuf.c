#include "base/strbuf.h"
#include "unit/cmocka_unit.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

static void text_grows(void **state)
{
    AUTO(strbuf) struct strbuf buf = STRBUF_INIT;

    (void)state;
    assert_string_equal(strbuf_text(&buf), "");
    strbuf_add(&buf, "mgc");
    strbuf_add_char(&buf, '_');
    strbuf_format(&buf, "%04d", 7);
    strbuf_add_n(&buf, ".trn.bak", 4);
    assert_string_equal(strbuf_text(&buf), "mgc_0007.trn");
    assert_int_equal(buf.length, 12);
    for (int i = 0; i < 10000; i++)
        strbuf_add_char(&buf, 'x');
    assert_int_equal(strlen(strbuf_text(&buf)), 10012);
    strbuf_truncate(&buf, 3);
    strbuf_truncate(&buf, 30);
    assert_string_equal(strbuf_text(&buf), "mgc");
}

/* Whatever fits or does not: the edge of what is kept ready lies somewhere between. */
static void what_is_formatted_is_whole(void **state)
{
    (void)state;
    for (int length = 0; length < 600; length++) {
        AUTO(strbuf) struct strbuf buf = STRBUF_INIT;

        strbuf_format(&buf, "%0*d", length, 0);
        strbuf_format(&buf, "%s", "|");
        assert_int_equal(buf.length, strlen(strbuf_text(&buf)));
        assert_int_equal(strspn(strbuf_text(&buf), "0"), length ? length : 1);
        assert_string_equal(strbuf_text(&buf) + buf.length - 1, "|");
    }
}

static void taking_empties_the_buffer(void **state)
{
    AUTO(strbuf) struct strbuf buf = STRBUF_INIT;
    AUTO_FREE char *nothing = strbuf_take(&buf);
    AUTO_FREE char *something = NULL;

    (void)state;
    assert_string_equal(nothing, "");
    strbuf_add(&buf, "x");
    something = strbuf_take(&buf);
    assert_string_equal(something, "x");
    assert_int_equal(buf.length, 0);
    assert_string_equal(strbuf_text(&buf), "");
}

static void files_are_read_up_to_a_limit(void **state)
{
    AUTO_CLOSE int fd = memfd_create("strbuf", MFD_CLOEXEC);
    AUTO(strbuf) struct strbuf whole = STRBUF_INIT, cut = STRBUF_INIT;
    char bytes[10000];

    (void)state;
    memset(bytes, 'a', sizeof(bytes));
    bytes[5000] = '\0';
    assert_int_equal(write(fd, bytes, sizeof(bytes)), sizeof(bytes));
    lseek(fd, 0, SEEK_SET);
    assert_int_equal(strbuf_read_fd(&whole, fd, sizeof(bytes)), 0);
    assert_int_equal(whole.length, sizeof(bytes));
    assert_memory_equal(whole.text, bytes, sizeof(bytes));
    lseek(fd, 0, SEEK_SET);
    assert_int_equal(strbuf_read_fd(&cut, fd, sizeof(bytes) - 1), -1);
    assert_int_equal(errno, EFBIG);
    assert_int_equal(strbuf_read_fd(&cut, -1, 10), -1);
    assert_int_equal(errno, EBADF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_grows),
        cmocka_unit_test(what_is_formatted_is_whole),
        cmocka_unit_test(taking_empties_the_buffer),
        cmocka_unit_test(files_are_read_up_to_a_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

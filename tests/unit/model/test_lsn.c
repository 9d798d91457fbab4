#include "base/cleanup.h"
#include "model/lsn.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static const struct {
    const char *text, *digits, *shown;
} good[] = {
    {"0", "0000000000000000000000000", "0"},
    {"35000000012300001", "0000000035000000012300001", "35000000012300001"},
    {"0000000035000000012300001", "0000000035000000012300001", "35000000012300001"},
    {"9999999999999999999999999", "9999999999999999999999999", "9999999999999999999999999"},
};

static void reads_up_to_25_digits(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        struct lsn lsn = {{0}};

        assert_true(lsn_parse(good[i].text, &lsn));
        assert_string_equal(lsn.digits, good[i].digits);
        assert_string_equal(lsn_text(&lsn), good[i].shown);
    }
}

static void refuses_the_rest(void **state)
{
    static const char *const bad[] = {
        "", " 1", "1 ", "-1", "+1", "1.0", "1e3", "0x1", "12345678901234567890123456", "1a", "\xd9\xa1"};

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct lsn lsn = {"7"};

        assert_false(lsn_parse(bad[i], &lsn));
        assert_string_equal(lsn.digits, "7");
    }
}

/* In the order of the log, whatever a 64-bit number would make of it. */
static void orders_as_numbers(void **state)
{
    static const char *const ascending[] = {"0",
                                            "9",
                                            "10",
                                            "35000000012300001",
                                            "35000000012400001",
                                            "18446744073709551616",
                                            "9999999999999999999999999"};

    (void)state;
    for (size_t i = 0; i < COUNT(ascending); i++) {
        for (size_t k = 0; k < COUNT(ascending); k++) {
            struct lsn a, b;
            int order;

            assert_true(lsn_parse(ascending[i], &a) && lsn_parse(ascending[k], &b));
            order = lsn_compare(&a, &b);
            assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
        }
    }
}

static void unknown_is_its_own(void **state)
{
    struct lsn lsn = {{0}};

    (void)state;
    assert_false(lsn_known(&lsn));
    assert_string_equal(lsn_text(&lsn), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_up_to_25_digits),
        cmocka_unit_test(refuses_the_rest),
        cmocka_unit_test(orders_as_numbers),
        cmocka_unit_test(unknown_is_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

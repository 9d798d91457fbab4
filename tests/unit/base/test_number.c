#include "base/cleanup.h"
#include "base/number.h"
#include "unit/cmocka_unit.h"

static const struct {
    const char *text;
    bool good;
    int64_t value;
} cases[] = {
    {"0", true, 0},
    {"7", true, 7},
    {"1433", true, 1433},
    {"-5", true, -5},
    {"9223372036854775807", true, INT64_MAX},
    {"-9223372036854775808", true, INT64_MIN},
    {"9223372036854775808", false, 0},
    {"-9223372036854775809", false, 0},
    {"99999999999999999999999", false, 0},
    {"", false, 0},
    {"-", false, 0},
    {"-0", false, 0},
    {"010", false, 0},
    {"00", false, 0},
    {"-01", false, 0},
    {"+5", false, 0},
    {"10x", false, 0},
    {"0x10", false, 0},
    {"1e3", false, 0},
    {"1.0", false, 0},
    {" 7", false, 0},
    {"7 ", false, 0},
    {"1_000", false, 0},
    {"\xD9\xA3", false, 0}, /* ARABIC-INDIC DIGIT THREE */
};

static void numbers_are_read_whole_or_not_at_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t value = 42;

        assert_int_equal(number_parse(cases[i].text, &value), cases[i].good);
        assert_int_equal(value, cases[i].good ? cases[i].value : 42);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(numbers_are_read_whole_or_not_at_all)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

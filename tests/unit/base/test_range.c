#include "base/cleanup.h"
#include "base/range.h"
#include "unit/cmocka_unit.h"

#include <math.h>
#include <string.h>

/* shown: what range_format makes of it. */
static const struct {
    const char *text;
    double low, high;
    bool alert_inside;
    const char *shown;
} good[] = {
    {"10", 0, 10, false, "10"},
    {"0", 0, 0, false, "0"},
    {"-0", 0, 0, false, "0"},
    {"10:", 10, INFINITY, false, "10:"},
    {"0:", 0, INFINITY, false, "0:"},
    {"~:10", -INFINITY, 10, false, "~:10"},
    {"~:", -INFINITY, INFINITY, false, "~:"},
    {"10:20", 10, 20, false, "10:20"},
    {"10:10", 10, 10, false, "10:10"},
    {"@10:20", 10, 20, true, "@10:20"},
    {"@10", 0, 10, true, "@10"},
    {"@~:-1", -INFINITY, -1, true, "@~:-1"},
    {":10", 0, 10, false, "10"},
    {"-20:-10", -20, -10, false, "-20:-10"},
    {"-0.5:0.5", -0.5, 0.5, false, "-0.5:0.5"},
    {".5", 0, 0.5, false, "0.5"},
    {"0.05", 0, 0.05, false, "0.05"},
    {"0.1", 0, 0.1, false, "0.1"},
    {"007", 0, 7, false, "7"},
    {"1.50", 0, 1.5, false, "1.5"},
    {"536870912", 0, 536870912, false, "536870912"},
    {"999999999999999", 0, 999999999999999, false, "999999999999999"},
    {".999999999959999", 0, 0.999999999959999, false, "0.999999999959999"},
    {"00000000000000000000010", 0, 10, false, "10"},
    {"0.00000000000001", 0, 1e-14, false, "0.00000000000001"},
};

static const char *const bad[] = {
    "",
    "@",
    ":",
    "@:",
    "~",
    "@~",
    "10x",
    "x10",
    "10:20x",
    "nan",
    "inf",
    "~:inf",
    "0x10",
    "1e3",
    "1e999",
    "+5",
    " 10",
    "10 ",
    "10,5",
    "5.",
    "1.2.3",
    "10:20:30",
    "--5",
    "-",
    "10::20",
    "~10",
    "10:~",
    "@@10",
    "10@",
    "20:10",
    "-5",
    "@-5",
    "\xC2\xA0",
    "1\n",
    "0.1:-0.1",
    "10..20",
    "~~:1",
    "::10",
    "1 : 10",
    "1:\xD9\xA3",
    "10%",
    "10s",
    "0:10;20",
    "١",
    "10:20 ",
    "9999999999999999",
    "0.0000000000000001",
};

static void good_ranges_are_read_and_shown(void **state)
{
    char text[RANGE_TEXT_BYTES];

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        struct range range = {0};

        assert_int_equal(range_parse(good[i].text, &range, NULL), 0);
        assert_true(range.set);
        assert_true(range.low == good[i].low && range.high == good[i].high);
        assert_int_equal(range.alert_inside, good[i].alert_inside);
        assert_string_equal(range_format(&range, text), good[i].shown);
    }
}

static void bad_ranges_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct range range = {.set = true, .low = 1, .high = 2};
        struct err err = ERR_INIT;

        assert_int_equal(range_parse(bad[i], &range, &err), -1);
        assert_int_equal(err.kind, ERR_USAGE);
        assert_true(range.low == 1 && range.high == 2);
    }
}

static void the_error_says_what_was_expected(void **state)
{
    struct range range;
    struct err err = ERR_INIT;

    (void)state;
    range_parse("10x", &range, &err);
    assert_string_equal(
        err.text, "\"10x\" is not a range; expected N, N:, ~:N, N:M or @N:M with plain decimal numbers");
    range_parse("20:10", &range, &err);
    assert_string_equal(err.text, "\"20:10\" is not a range; expected the lower end first");
}

static const struct {
    const char *text;
    double value;
    bool alerts;
} alerts[] = {
    {"10", 10, false},        {"10", 10.001, true},  {"10", -0.001, true},    {"10", 0, false},
    {"10:", 9.9, true},       {"10:", 1e300, false}, {"~:10", -1e300, false}, {"~:10", 11, true},
    {"@10:20", 10, true},     {"@10:20", 20, true},  {"@10:20", 9.99, false}, {"@10:20", 20.01, false},
    {"10", NAN, false},       {"@10", NAN, false},   {"@~:", NAN, false},     {"10", INFINITY, true},
    {"~:", -INFINITY, false},
};

static void values_outside_alert(void **state)
{
    const struct range none = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(alerts); i++) {
        struct range range;

        assert_int_equal(range_parse(alerts[i].text, &range, NULL), 0);
        assert_int_equal(range_alerts(&range, alerts[i].value), alerts[i].alerts);
    }
    assert_false(range_alerts(&none, 1e9));
}

static void ranges_that_no_text_can_say_are_still_safe_to_show(void **state)
{
    char text[RANGE_TEXT_BYTES];
    const struct range odd[] = {{false, 0, 0, false},
                                {true, 1.0 / 3, 1e300, false},
                                {true, -1e300, 1e-300, true},
                                {true, NAN, NAN, false}};

    (void)state;
    assert_string_equal(range_format(&odd[0], text), "");
    for (size_t i = 1; i < COUNT(odd); i++)
        assert_true(strlen(range_format(&odd[i], text)) < RANGE_TEXT_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_ranges_are_read_and_shown),
        cmocka_unit_test(bad_ranges_are_refused),
        cmocka_unit_test(the_error_says_what_was_expected),
        cmocka_unit_test(values_outside_alert),
        cmocka_unit_test(ranges_that_no_text_can_say_are_still_safe_to_show),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

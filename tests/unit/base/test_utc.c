#include "base/cleanup.h"
#include "base/utc.h"
#include "unit/cmocka_unit.h"

static const struct {
    const char *text;
    int64_t utc_ms;
    const char *shown; /* NULL: as text */
} good[] = {
    {"1970-01-01T00:00:00Z", 0, NULL},
    {"2026-11-23T05:15:40.123Z", 1795410940123, NULL},
    {"2026-11-23T05:15:40Z", 1795410940000, NULL},
    {"2026-11-23 05:15:40", 1795410940000, "2026-11-23T05:15:40Z"},
    {"2026-11-23T05:15:40.1", 1795410940100, "2026-11-23T05:15:40.100Z"},
    {"2026-11-23T05:15:40.1234567", 1795410940123, "2026-11-23T05:15:40.123Z"},
    {"2024-02-29T23:59:59.997Z", 1709251199997, NULL},
    {"1969-12-31T23:59:59.999Z", -1, NULL},
    {"1753-01-01T00:00:00Z", -6847804800000, NULL},
    {"9999-12-31T23:59:59.997Z", 253402300799997, NULL},
};

static const char *const bad[] = {
    "",
    "2026-11-23",
    "2026-02-30T00:00:00Z",
    "2025-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-11-23T24:00:00Z",
    "2026-11-23T05:60:40Z",
    "2026-11-23T05:15:61Z",
    "2026-11-23T05:15:40.Z",
    "2026-11-23T05:15:40.1234567890Z",
    "2026-11-23T05:15:40Zx",
    "2026-11-23T05:15:40+01:00",
    "1752-12-31T00:00:00Z",
    "0000-01-01T00:00:00Z",
    " 2026-11-23T05:15:40Z",
    "26-11-23T05:15:40Z",
};

static void times_are_read_and_shown(void **state)
{
    char text[UTC_TEXT_BYTES];

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        int64_t utc_ms = 42;

        assert_true(utc_parse(good[i].text, &utc_ms));
        assert_int_equal(utc_ms, good[i].utc_ms);
        assert_string_equal(utc_format(utc_ms, text), good[i].shown ? good[i].shown : good[i].text);
    }
    assert_string_equal(utc_format_time(1795410940123, text), "05:15:40Z");
}

static void other_texts_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        int64_t utc_ms = 42;

        assert_false(utc_parse(bad[i], &utc_ms));
        assert_int_equal(utc_ms, 42);
    }
}

static void stamps_of_file_names_are_read(void **state)
{
    int64_t utc_ms = 0;

    (void)state;
    assert_true(utc_parse_stamp("20261123051540", &utc_ms));
    assert_int_equal(utc_ms, 1795410940000);
    assert_false(utc_parse_stamp("2026112305154", &utc_ms));
    assert_false(utc_parse_stamp("20261323051540", &utc_ms));
    assert_false(utc_parse_stamp("2026-123051540", &utc_ms));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_read_and_shown),
        cmocka_unit_test(other_texts_are_refused),
        cmocka_unit_test(stamps_of_file_names_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

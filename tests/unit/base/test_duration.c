#include "base/cleanup.h"
#include "base/duration.h"
#include "unit/cmocka_unit.h"

static const struct {
    int64_t duration_s;
    const char *text, *exact;
} durations[] = {
    {0, "0 s", "0 s"},
    {35, "35 s", "35 s"},
    {59, "59 s", "59 s"},
    {60, "1 min", "1 min 00 s"},
    {119, "1 min", "1 min 59 s"},
    {2820, "47 min", "47 min 00 s"},
    {3599, "59 min", "59 min 59 s"},
    {3600, "1 h 00 min", "1 h 00 min 00 s"},
    {7500, "2 h 05 min", "2 h 05 min 00 s"},
    {172799, "47 h 59 min", "47 h 59 min 59 s"},
    {172800, "2 d 00 h", "48 h 00 min 00 s"},
    {273600, "3 d 04 h", "76 h 00 min 00 s"},
    {-90, "-1 min", "-1 min 30 s"},
    {INT64_MIN, "-106751991167300 d 15 h", "-2562047788015215 h 30 min 07 s"},
    {INT64_MAX, "106751991167300 d 15 h", "2562047788015215 h 30 min 07 s"},
};

static void durations_read_well(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(durations); i++) {
        char text[DURATION_TEXT_BYTES];

        assert_string_equal(duration_format(durations[i].duration_s, text), durations[i].text);
        assert_string_equal(duration_format_exact(durations[i].duration_s, text), durations[i].exact);
    }
}

static const struct {
    int64_t bytes;
    const char *text;
} amounts[] = {
    {0, "0 B"},          {512, "512 B"},         {1023, "1023 B"},
    {1024, "1.0 kB"},    {1536, "1.5 kB"},       {16777216, "16 MB"},
    {20480000, "20 MB"}, {1610612736, "1.5 GB"}, {INT64_MAX, "8.0 EB"},
    {-2048, "-2.0 kB"},
};

static void amounts_read_well(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(amounts); i++) {
        char text[DURATION_TEXT_BYTES];

        assert_string_equal(bytes_format(amounts[i].bytes, text), amounts[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations_read_well),
        cmocka_unit_test(amounts_read_well),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Times of WMI, in both of their forms. */
#include "observe/winrm/cim_datetime.h"

#include "base/cleanup.h"
#include "base/utc.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static const struct {
    const char *text, *utc; /* NULL: no time */
} cases[] = {
    {"2026-11-23T05:15:00Z", "2026-11-23T05:15:00Z"},
    {"2026-11-23T05:15:00.5Z", "2026-11-23T05:15:00.500Z"},
    {"2026-11-23T06:15:00.123456+01:00", "2026-11-23T05:15:00.123Z"},
    {"2026-11-22T23:45:00-05:30", "2026-11-23T05:15:00Z"},
    {"20261123051500.000000+000", "2026-11-23T05:15:00Z"},
    {"20261123061500.250000+060", "2026-11-23T05:15:00.250Z"},
    {"20261123001500.000000-300", "2026-11-23T05:15:00Z"},
    {"2026-11-23T05:15:00", NULL}, /* any hour */
    {"2026-11-23T05:15:00Z+01:00", NULL},
    {"2026-11-23T05:15:00+1:00", NULL},
    {"2026-11-23T05:15:00+01:60", NULL},
    {"2026-11-23T05:15:00+99:00", NULL},
    {"2026-02-30T05:15:00Z", NULL},
    {"20261323051500.000000+000", NULL},
    {"20261123051500.000000 000", NULL},
    {"20261123051500.0000", NULL},
    {"20261123******.******+***", NULL}, /* a pattern, not a time */
    {"00000000000100.000000:000", NULL}, /* an interval */
    {"+01:00", NULL},
    {"Z", NULL},
    {"", NULL},
    {"never", NULL},
};

static void times_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[UTC_TEXT_BYTES];
        int64_t utc_ms = -1;
        bool is_time = cim_datetime_parse(cases[i].text, &utc_ms);

        if (is_time != (cases[i].utc != NULL) ||
            (is_time && strcmp(utc_format(utc_ms, text), cases[i].utc) != 0))
            fail_msg("%s: %s", cases[i].text, is_time ? text : "no time");
        assert_true(is_time || utc_ms == -1);
    }
}

static void what_is_written_can_be_read(void **state)
{
    static const int64_t times[] = {0, 1, 999, INT64_C(1795411530123)};
    char text[CIM_DATETIME_BYTES];

    (void)state;
    assert_string_equal(cim_datetime_format(INT64_C(1795411530123), text), "20261123052530.123000+000");
    for (size_t i = 0; i < COUNT(times); i++) {
        int64_t utc_ms = -1;

        assert_true(cim_datetime_parse(cim_datetime_format(times[i], text), &utc_ms));
        assert_true(utc_ms == times[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_read),
        cmocka_unit_test(what_is_written_can_be_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

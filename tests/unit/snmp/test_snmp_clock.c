/* DateAndTime: only one that says its offset from UTC is a time. */
#include "base/cleanup.h"
#include "base/utc.h"
#include "observe/snmp/snmp_clock.h"
#include "unit/cmocka_unit.h"
#include "unit/snmp/scripted_agent.h"

static const struct {
    struct snmp_value date;
    const char *utc; /* NULL: unknown */
} cases[] = {
    /* RFC 2579: Tuesday May 26, 1992 at 1:30:15 PM EDT */
    {SCRIPTED_TEXT("\x07\xC8\x05\x1A\x0D\x1E\x0F\x00-\x04\x00"), "1992-05-26T17:30:15Z"},
    {SCRIPTED_TEXT("\x07\xEA\x0B\x17\x00\x00\x00\x09+\x05\x1E"), "2026-11-22T18:30:00.900Z"},
    {SCRIPTED_TEXT("\x07\xEA\x0B\x17\x00\x00\x00\x00+\x00\x00"), "2026-11-23T00:00:00Z"},
    {SCRIPTED_TEXT("\x07\xEA\x0B\x17\x00\x00\x00\x00"), NULL}, /* local time of an unknown zone */
    {SCRIPTED_TEXT("\x07\xEA\x0D\x17\x00\x00\x00\x00+\x00\x00"), NULL},
    {SCRIPTED_TEXT("\x07\xEA\x02\x1E\x00\x00\x00\x00+\x00\x00"), NULL},
    {SCRIPTED_TEXT("\x07\xEA\x0B\x17\x18\x00\x00\x00+\x00\x00"), NULL},
    {SCRIPTED_TEXT("\x07\xEA\x0B\x17\x00\x00\x00\x0A+\x00\x00"), NULL},
    {SCRIPTED_TEXT("\x07\xEA\x0B\x17\x00\x00\x00\x00*\x00\x00"), NULL},
    {SCRIPTED_TEXT("\x07\xEA\x0B\x17\x00\x00\x00\x00+\x0F\x00"), NULL},
    {SCRIPTED_TEXT("\x07\xEA\x0B\x17\x00\x00\x00\x00+\x00\x3C"), NULL},
    {SCRIPTED_TEXT("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), NULL},
    {SCRIPTED_TEXT(""), NULL},
    {SCRIPTED_NUMBER(0), NULL},
    {{.kind = SNMP_KIND_NO_OBJECT}, NULL},
};

static void dates_with_an_offset_are_times(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fact_num got = snmp_date_utc_ms(&cases[i].date);
        char text[UTC_TEXT_BYTES];

        assert_int_equal(got.known, cases[i].utc != NULL);
        if (got.known)
            assert_string_equal(utc_format(got.value, text), cases[i].utc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(dates_with_an_offset_are_times)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "observe/snmp/snmp_clock.h"

#include "base/utc.h"

enum { DATE_WITH_OFFSET_BYTES = 11, MS_PER_MINUTE = 60000, OFFSET_MAX_HOURS = 14 };

/* Minutes east of UTC; false for what is no offset. */
static bool read_offset(const unsigned char *bytes, int64_t *ret_minutes)
{
    int64_t minutes = bytes[9] * 60 + bytes[10];

    if ((bytes[8] != '+' && bytes[8] != '-') || bytes[9] > OFFSET_MAX_HOURS || bytes[10] > 59)
        return false;
    *ret_minutes = bytes[8] == '+' ? minutes : -minutes;
    return true;
}

struct fact_num snmp_date_utc_ms(const struct snmp_value *date)
{
    const unsigned char *bytes = (const unsigned char *)date->bytes;
    char text[UTC_TEXT_BYTES];
    int64_t local_ms, offset_minutes;

    if (date->kind != SNMP_KIND_BYTES || date->length != DATE_WITH_OFFSET_BYTES || bytes[7] > 9 ||
        !read_offset(bytes, &offset_minutes))
        return (struct fact_num){0};
    snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d.%d", bytes[0] << 8 | bytes[1], bytes[2],
             bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]);
    if (!utc_parse(text, &local_ms))
        return (struct fact_num){0};
    return (struct fact_num){true, local_ms - offset_minutes * MS_PER_MINUTE};
}

/* What codes mean, and the words for it. */
#include "observe/sip/evidence.h"
#include "observe/sip/sip_status.h"
#include "observe/sip/web_status.h"

#include "base/cleanup.h"
#include "unit/cmocka_unit.h"

static void sip_codes_have_classes(void **state)
{
    static const struct {
        int status;
        enum sip_class class;
    } cases[] = {
        {200, SIP_CLASS_HEALTHY},  {401, SIP_CLASS_CHALLENGED}, {407, SIP_CLASS_CHALLENGED},
        {403, SIP_CLASS_REFUSED},  {404, SIP_CLASS_REFUSED},    {405, SIP_CLASS_REFUSED},
        {406, SIP_CLASS_REFUSED},  {481, SIP_CLASS_REFUSED},    {488, SIP_CLASS_REFUSED},
        {501, SIP_CLASS_REFUSED},  {408, SIP_CLASS_DEGRADED},   {480, SIP_CLASS_DEGRADED},
        {500, SIP_CLASS_DEGRADED}, {503, SIP_CLASS_OVERLOADED}, {504, SIP_CLASS_NEXT_HOP},
        {202, SIP_CLASS_UNLISTED}, {302, SIP_CLASS_UNLISTED},   {483, SIP_CLASS_UNLISTED},
        {603, SIP_CLASS_UNLISTED},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(sip_class_of(cases[i].status), cases[i].class);
}

static void web_codes_have_classes(void **state)
{
    static const struct {
        int status;
        enum web_class class;
    } cases[] = {
        {200, WEB_CLASS_ALIVE},    {302, WEB_CLASS_ALIVE},         {401, WEB_CLASS_ALIVE},
        {403, WEB_CLASS_REFUSED},  {404, WEB_CLASS_NOT_INSTALLED}, {500, WEB_CLASS_FAILING},
        {503, WEB_CLASS_STOPPED},  {502, WEB_CLASS_BEHIND_PROXY},  {504, WEB_CLASS_BEHIND_PROXY},
        {418, WEB_CLASS_UNLISTED},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(web_class_of(cases[i].status), cases[i].class);
}

static void all_have_words(void **state)
{
    (void)state;
    for (int i = 0; i < SIP_CLASS_COUNT; i++)
        assert_non_null(sip_class_words((enum sip_class)i));
    for (int i = 0; i < WEB_CLASS_COUNT; i++)
        assert_non_null(web_class_words((enum web_class)i));
    for (int i = 0; i < EVIDENCE_COUNT; i++)
        assert_non_null(evidence_words((enum evidence)i));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sip_codes_have_classes),
        cmocka_unit_test(web_codes_have_classes),
        cmocka_unit_test(all_have_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

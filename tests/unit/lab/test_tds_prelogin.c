#include "lab/tds/prelogin.h"
#include "unit/cmocka_unit.h"

static const struct {
    const char *name;
    const char *bytes;
    size_t length;
    bool sound;
    enum tds_encryption encryption;
} prelogins[] = {
    {"empty", "", 0, false, 0},
    {"no option at all", "\xFF", 1, true, TDS_ENCRYPT_NOT_SUP},
    {"no end", "\x01\x00\x05\x00\x01", 5, false, 0},
    {"off", "\x01\x00\x06\x00\x01\xFF\x00", 7, true, TDS_ENCRYPT_OFF},
    {"on", "\x01\x00\x06\x00\x01\xFF\x01", 7, true, TDS_ENCRYPT_ON},
    {"required", "\x01\x00\x06\x00\x01\xFF\x03", 7, true, TDS_ENCRYPT_REQ},
    {"an unknown wish", "\x01\x00\x06\x00\x01\xFF\x04", 7, false, 0},
    {"a wish of no length", "\x01\x00\x06\x00\x00\xFF\x00", 7, false, 0},
    {"an offset behind the end", "\x01\x00\x07\x00\x01\xFF\x00", 7, false, 0},
    {"a length behind the end", "\x01\x00\x06\x00\x02\xFF\x00", 7, false, 0},
    {"an offset far away", "\x01\xFF\xFF\xFF\xFF\xFF\x00", 7, false, 0},
    {"cut in the table", "\x00\x00\x0B\x00", 4, false, 0},
    {"unknown options are passed over", "\x07\x00\x0B\x00\x01\x01\x00\x0C\x00\x01\xFF\x09\x01", 13, true,
     TDS_ENCRYPT_ON},
};

static void parses(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(prelogins); i++) {
        struct tds_prelogin prelogin = {TDS_ENCRYPT_NOT_SUP};
        if (tds_prelogin_parse(prelogins[i].bytes, prelogins[i].length, &prelogin) != prelogins[i].sound)
            fail_msg("%s: %s", prelogins[i].name, prelogins[i].sound ? "refused" : "taken");
        if (prelogins[i].sound)
            assert_int_equal(prelogin.encryption, prelogins[i].encryption);
    }
}

/* The table of [MS-TDS] 2.2.6.5 for a server that has a certificate. */
static const struct {
    enum tds_encryption client;
    bool forced;
    enum tds_encryption answer;
    enum tds_coverage coverage;
} bargains[] = {
    {TDS_ENCRYPT_OFF, false, TDS_ENCRYPT_OFF, TDS_LOGIN_ENCRYPTED},
    {TDS_ENCRYPT_ON, false, TDS_ENCRYPT_ON, TDS_ALL_ENCRYPTED},
    {TDS_ENCRYPT_NOT_SUP, false, TDS_ENCRYPT_NOT_SUP, TDS_CLEAR},
    {TDS_ENCRYPT_OFF, true, TDS_ENCRYPT_REQ, TDS_ALL_ENCRYPTED},
    {TDS_ENCRYPT_ON, true, TDS_ENCRYPT_ON, TDS_ALL_ENCRYPTED},
    {TDS_ENCRYPT_NOT_SUP, true, TDS_ENCRYPT_REQ, TDS_NO_AGREEMENT},
};

static void bargains_over_encryption(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bargains); i++) {
        assert_int_equal(tds_prelogin_answer(bargains[i].client, bargains[i].forced), bargains[i].answer);
        assert_int_equal(tds_prelogin_coverage(bargains[i].client, bargains[i].forced), bargains[i].coverage);
    }
}

static void its_own_answer_parses(void **state)
{
    (void)state;
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    struct tds_prelogin prelogin;

    tds_prelogin_put(&out, (struct tds_product_version){12, 0, 6024}, TDS_ENCRYPT_ON);
    assert_true(tds_prelogin_parse(out.text, out.length, &prelogin));
    assert_int_equal(prelogin.encryption, TDS_ENCRYPT_ON);
    assert_memory_equal(out.text + 26, "\x0C\x00\x17\x88", 4); /* 12.0, build 6024 = 0x1788 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses),
        cmocka_unit_test(bargains_over_encryption),
        cmocka_unit_test(its_own_answer_parses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "lab/tds/login7.h"
#include "lab/tds/wire.h"
#include "tds_client.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static const struct client_login plain = {.version = TDS_7_4,
                                          .packet_bytes = 4096,
                                          .user = "pchat_monitor",
                                          .password = "p\xC3\xA4ss w\xC3\xB6rd",
                                          .database = "msdb"};

static void reads_what_a_client_sends(void **state)
{
    (void)state;
    AUTO(strbuf) struct strbuf message = STRBUF_INIT;
    AUTO(tds_login7) struct tds_login7 login = {0};

    client_put_login(&message, &plain);
    assert_int_equal(tds_login7_parse(message.text, message.length, &login), 0);
    assert_string_equal(login.user, "pchat_monitor");
    assert_string_equal(login.password, "p\xC3\xA4ss w\xC3\xB6rd");
    assert_string_equal(login.database, "msdb");
    assert_string_equal(login.host, "watcher");
    assert_string_equal(login.program, "unit test");
    assert_int_equal(login.version, TDS_7_4);
    assert_int_equal(login.packet_bytes, 4096);
    assert_false(login.integrated);
    assert_false(login.federated);
}

static void knows_other_ways_to_log_in(void **state)
{
    (void)state;
    struct client_login client = plain;
    AUTO(strbuf) struct strbuf message = STRBUF_INIT;
    AUTO(tds_login7) struct tds_login7 login = {0};

    client.flags2 = 0x80;
    client.flags3 = 0x10;
    client.extension = "\x0A\1\0\0\0\1\x02\2\0\0\0ab\xFF";
    client.extension_bytes = 14;
    client_put_login(&message, &client);
    assert_int_equal(tds_login7_parse(message.text, message.length, &login), 0);
    assert_true(login.integrated);
    assert_true(login.federated);
}

/* Every packet that ends early, and every packet that lies about one offset or length, is refused or read in
 * bounds. */
static void truncated_and_lying_packets(void **state)
{
    (void)state;
    AUTO(strbuf) struct strbuf message = STRBUF_INIT;

    client_put_login(&message, &plain);
    for (size_t length = 1; length < message.length; length++) {
        AUTO(tds_login7) struct tds_login7 login = {0};
        AUTO_FREE char *cut = malloc(length); /* its own block, so that ASan sees the end */
        memcpy(cut, message.text, length);
        assert_int_equal(tds_login7_parse(cut, length, &login), -1);
    }
    for (size_t field = 36; field < 94; field += 2) {
        for (uint64_t lie = 0; lie <= 0xFFFF; lie = lie * 2 + 1) {
            AUTO(tds_login7) struct tds_login7 login = {0};
            AUTO_FREE char *copy = malloc(message.length);
            memcpy(copy, message.text, message.length);
            copy[field] = (char)(lie & 0xFF);
            copy[field + 1] = (char)(lie >> 8);
            tds_login7_parse(copy, message.length, &login);
        }
    }
}

static void a_wrong_length_is_refused(void **state)
{
    (void)state;
    AUTO(strbuf) struct strbuf message = STRBUF_INIT;
    AUTO(tds_login7) struct tds_login7 login = {0};

    client_put_login(&message, &plain);
    wire_patch_le(&message, 0, message.length + 1, 4);
    assert_int_equal(tds_login7_parse(message.text, message.length, &login), -1);
}

static const struct {
    const char *name, *features;
    size_t length;
} endless[] = {
    {"no end", "\x0A\1\0\0\0\1", 6},
    {"a length beyond the packet", "\x0A\xFF\xFF\xFF\xFF\1\xFF", 7},
    {"nothing", "", 0},
};

static void feature_lists_without_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(endless); i++) {
        struct client_login client = plain;
        AUTO(strbuf) struct strbuf message = STRBUF_INIT;
        AUTO(tds_login7) struct tds_login7 login = {0};
        client.flags3 = 0x10;
        client.extension = endless[i].features;
        client.extension_bytes = endless[i].length;
        client_put_login(&message, &client);
        if (tds_login7_parse(message.text, message.length, &login) != -1)
            fail_msg("%s: taken", endless[i].name);
    }
}

static const struct {
    uint32_t client;
    unsigned product_major;
    enum tds_version agreed;
    uint32_t acknowledged;
} versions[] = {
    {0x70000000, 12, TDS_7_0, 0x07000000}, {0x71000000, 12, TDS_7_1, 0x71000001},
    {0x71000001, 12, TDS_7_1, 0x71000001}, {0x72090002, 12, TDS_7_2, 0x72090002},
    {0x730A0003, 12, TDS_7_3, 0x730B0003}, {0x730B0003, 15, TDS_7_3, 0x730B0003},
    {0x74000004, 10, TDS_7_3, 0x730B0003}, {0x74000004, 11, TDS_7_4, 0x74000004},
    {0x75000000, 15, TDS_7_4, 0x74000004},
};

static void the_lower_version_wins(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(versions); i++) {
        enum tds_version agreed = tds_version_agreed(versions[i].client, versions[i].product_major);
        assert_int_equal(agreed, versions[i].agreed);
        assert_int_equal(tds_version_acknowledged(agreed), versions[i].acknowledged);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_a_client_sends),   cmocka_unit_test(knows_other_ways_to_log_in),
        cmocka_unit_test(truncated_and_lying_packets), cmocka_unit_test(a_wrong_length_is_refused),
        cmocka_unit_test(feature_lists_without_end),   cmocka_unit_test(the_lower_version_wins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

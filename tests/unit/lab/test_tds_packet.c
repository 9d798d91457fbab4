#include "lab/tds/packet.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static const struct {
    const char *name;
    const char *bytes;
    size_t length;
    enum tds_inbox_state state;
    const char *message;
    size_t message_length;
} arrivals[] = {
    {"nothing", "", 0, TDS_INBOX_MORE, "", 0},
    {"half a header", "\x01\x01\x00", 3, TDS_INBOX_MORE, "", 0},
    {"a header whose payload is due", "\x01\x01\x00\x0A\0\0\1\0", 8, TDS_INBOX_MORE, "", 0},
    {"an empty message", "\x06\x01\x00\x08\0\0\1\0", 8, TDS_INBOX_MESSAGE, "", 0},
    {"one packet", "\x01\x01\x00\x0A\0\0\1\0ab", 10, TDS_INBOX_MESSAGE, "ab", 2},
    {"two packets", "\x01\x00\x00\x0A\0\0\1\0ab\x01\x01\x00\x09\0\0\2\0c", 19, TDS_INBOX_MESSAGE, "abc", 3},
    {"the second is due", "\x01\x00\x00\x0A\0\0\1\0ab\x01\x01", 12, TDS_INBOX_MORE, "", 0},
    {"a length below the header's", "\x01\x01\x00\x07\0\0\1\0", 8, TDS_INBOX_BROKEN, "", 0},
    {"a length of zero", "\x01\x01\x00\x00\0\0\1\0", 8, TDS_INBOX_BROKEN, "", 0},
    {"another type in mid-message", "\x01\x00\x00\x0A\0\0\1\0ab\x03\x01\x00\x09\0\0\2\0c", 19,
     TDS_INBOX_BROKEN, "", 0},
};

static void packets_become_messages(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(arrivals); i++) {
        struct tds_inbox inbox = {0};
        tds_inbox_add(&inbox, arrivals[i].bytes, arrivals[i].length);
        if (tds_inbox_poll(&inbox) != arrivals[i].state)
            fail_msg("%s: another state", arrivals[i].name);
        if (arrivals[i].state == TDS_INBOX_MESSAGE) {
            assert_int_equal(inbox.message.length, arrivals[i].message_length);
            assert_memory_equal(strbuf_text(&inbox.message), arrivals[i].message, arrivals[i].message_length);
        }
        tds_inbox_done(&inbox);
    }
}

static void any_split_gives_the_same_message(void **state)
{
    (void)state;
    static const char bytes[] = "\x01\x00\x00\x0A\0\0\1\0ab\x01\x01\x00\x09\0\0\2\0c";
    struct tds_inbox inbox = {0};
    enum tds_inbox_state last = TDS_INBOX_MORE;

    for (size_t i = 0; i < sizeof bytes - 1; i++) {
        assert_int_equal(last, TDS_INBOX_MORE);
        tds_inbox_add(&inbox, &bytes[i], 1);
        last = tds_inbox_poll(&inbox);
    }
    assert_int_equal(last, TDS_INBOX_MESSAGE);
    assert_string_equal(strbuf_text(&inbox.message), "abc");
    tds_inbox_done(&inbox);
}

static void endless_messages_are_refused(void **state)
{
    (void)state;
    char packet[4096] = "\x01\x00\x10\x00";
    struct tds_inbox inbox = {0};
    enum tds_inbox_state last = TDS_INBOX_MORE;

    for (size_t i = 0; i <= TDS_MESSAGE_MAX_BYTES / sizeof packet + 4 && last == TDS_INBOX_MORE; i++) {
        tds_inbox_add(&inbox, packet, sizeof packet);
        last = tds_inbox_poll(&inbox);
    }
    assert_int_equal(last, TDS_INBOX_BROKEN);
    tds_inbox_done(&inbox);
}

static const struct {
    size_t message_bytes, packet_bytes, packets;
} cuts[] = {{0, 512, 1},    {1, 512, 1},     {504, 512, 1},     {505, 512, 2},
            {1008, 512, 2}, {4088, 4096, 1}, {100000, 512, 199}};

static void messages_become_packets_and_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cuts); i++) {
        AUTO(strbuf) struct strbuf message = STRBUF_INIT;
        AUTO(strbuf) struct strbuf packets = STRBUF_INIT;
        struct tds_inbox inbox = {0};
        while (message.length < cuts[i].message_bytes)
            strbuf_add_char(&message, (char)(message.length * 7));
        tds_packets_put(&packets, TDS_REPLY, strbuf_text(&message), message.length, cuts[i].packet_bytes, 51);
        assert_int_equal(packets.length, message.length + TDS_HEADER_BYTES * cuts[i].packets);
        tds_inbox_add(&inbox, packets.text, packets.length);
        assert_int_equal(tds_inbox_poll(&inbox), TDS_INBOX_MESSAGE);
        assert_int_equal(inbox.message.length, message.length);
        assert_memory_equal(strbuf_text(&inbox.message), strbuf_text(&message), message.length);
        assert_int_equal(inbox.raw.length, 0);
        tds_inbox_done(&inbox);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packets_become_messages),
        cmocka_unit_test(any_split_gives_the_same_message),
        cmocka_unit_test(endless_messages_are_refused),
        cmocka_unit_test(messages_become_packets_and_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

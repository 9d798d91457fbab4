#include "lab/tds/wire.h"
#include "unit/cmocka_unit.h"

#include <string.h>

/* UTF-16LE without NULs in between is written as text of bytes. */
static const struct {
    const char *name;
    const char *utf8;
    const char *utf16;
    size_t utf16_bytes;
    const char *cp1252;
} texts[] = {
    {"empty", "", "", 0, ""},
    {"ascii", "Az", "A\0z\0", 4, "Az"},
    {"latin", "\xC3\xA9", "\xE9\0", 2, "\xE9"},
    {"euro", "\xE2\x82\xAC", "\xAC\x20", 2, "\x80"},
    {"beyond code page 1252", "\xD0\x96", "\x16\x04", 2, "?"},
    {"astral", "\xF0\x9F\x98\x80", "\x3D\xD8\x00\xDE", 4, "?"},
    {"a stray continuation byte", "\x80", "\xFD\xFF", 2, "?"},
    {"an overlong slash", "\xC0\xAF", "\xFD\xFF\xFD\xFF", 4, "??"},
    {"a surrogate in UTF-8", "\xED\xA0\x80", "\xFD\xFF\xFD\xFF\xFD\xFF", 6, "???"},
    {"cut in mid-character", "\xE2\x82", "\xFD\xFF\xFD\xFF", 4, "??"},
    {"beyond Unicode", "\xF4\x90\x80\x80", "\xFD\xFF\xFD\xFF\xFD\xFF\xFD\xFF", 8, "????"},
};

static void encodes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        AUTO(strbuf) struct strbuf utf16 = STRBUF_INIT;
        AUTO(strbuf) struct strbuf cp1252 = STRBUF_INIT;
        wire_utf16_from_utf8(&utf16, texts[i].utf8, strlen(texts[i].utf8));
        wire_cp1252_from_utf8(&cp1252, texts[i].utf8, strlen(texts[i].utf8));
        if (utf16.length != texts[i].utf16_bytes)
            fail_msg("%s: %zu bytes of UTF-16", texts[i].name, utf16.length);
        assert_memory_equal(strbuf_text(&utf16), texts[i].utf16, texts[i].utf16_bytes);
        assert_string_equal(strbuf_text(&cp1252), texts[i].cp1252);
    }
}

static const struct {
    const char *utf16;
    size_t utf16_bytes;
    const char *utf8;
} decoded[] = {
    {"A\0", 2, "A"},
    {"A\0z", 3, "A"}, /* half a character */
    {"\x3D\xD8\x00\xDE", 4, "\xF0\x9F\x98\x80"},
    {"\x3D\xD8", 2, "\xEF\xBF\xBD"},                     /* a high surrogate at the end */
    {"\x3D\xD8\x41\x00", 4, "\xEF\xBF\xBD\x41"},         /* or before something else */
    {"\x00\xDE\x3D\xD8", 4, "\xEF\xBF\xBD\xEF\xBF\xBD"}, /* the wrong way round */
    {"\0\0A\0", 4, "\xEF\xBF\xBD\x41"},                  /* NUL would end our text */
};

static void decodes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(decoded); i++) {
        AUTO(strbuf) struct strbuf utf8 = STRBUF_INIT;
        wire_utf8_from_utf16(&utf8, (const uint8_t *)decoded[i].utf16, decoded[i].utf16_bytes);
        assert_string_equal(strbuf_text(&utf8), decoded[i].utf8);
    }
    AUTO(strbuf) struct strbuf utf8 = STRBUF_INIT;
    wire_utf8_from_cp1252(&utf8, (const uint8_t *)"\x80\x81\xE9", 3);
    assert_string_equal(strbuf_text(&utf8), "\xE2\x82\xAC\xEF\xBF\xBD\xC3\xA9");
}

static void a_reader_stops_at_its_end(void **state)
{
    (void)state;
    struct wire_reader in = wire_reader_of("\x01\x02\x03", 3);

    assert_int_equal(wire_get_be(&in, 2), 0x0102);
    assert_false(in.past_end);
    assert_int_equal(wire_get_le(&in, 2), 0);
    assert_true(in.past_end);
    assert_null(wire_get_bytes(&in, 0)); /* and stays there */
    assert_true(wire_slice("abc", 3, 4, 0).past_end);
    assert_true(wire_slice("abc", 3, 2, SIZE_MAX).past_end);
    assert_false(wire_slice("abc", 3, 3, 0).past_end);
}

static void lengths_are_cut_to_their_field(void **state)
{
    (void)state;
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    char text[3001];

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    wire_put_b_varchar(&out, text);
    assert_int_equal(out.length, 1 + 2 * 255);
    strbuf_truncate(&out, 0);
    wire_put_us_varchar(&out, text);
    assert_int_equal(out.length, 2 + 2 * 2047);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodes),
        cmocka_unit_test(decodes),
        cmocka_unit_test(a_reader_stops_at_its_end),
        cmocka_unit_test(lengths_are_cut_to_their_field),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tds_client.h"

#include "lab/tds/wire.h"

#include <string.h>

enum { FIXED_BYTES = 94, TABLE_AT = 36, STRINGS = 9, SSPI_AT = 78, SSPI_LONG_AT = 90 };

void client_put_text(struct strbuf *out, const char *utf8)
{
    wire_utf16_from_utf8(out, utf8, strlen(utf8));
}

static void put_string(struct strbuf *out, size_t row, const char *utf8, bool obfuscated)
{
    size_t at = out->length;

    client_put_text(out, utf8);
    for (size_t i = at; obfuscated && i < out->length; i++) {
        uint8_t byte = (uint8_t)out->text[i];
        out->text[i] = (char)((uint8_t)(byte << 4 | byte >> 4) ^ 0xA5);
    }
    wire_patch_le(out, TABLE_AT + 4 * row, at, 2);
    wire_patch_le(out, TABLE_AT + 4 * row + 2, (out->length - at) / 2, 2);
}

static void put_sspi(struct strbuf *out, const struct client_login *login)
{
    wire_patch_le(out, SSPI_AT, out->length, 2);
    wire_patch_le(out, SSPI_AT + 2, login->sspi_long ? 0xFFFF : login->sspi_bytes, 2);
    wire_patch_le(out, SSPI_LONG_AT, login->sspi_long ? login->sspi_bytes : 0, 4);
    if (login->sspi)
        wire_put_bytes(out, login->sspi, login->sspi_bytes);
}

void client_put_login(struct strbuf *out, const struct client_login *login)
{
    const char *const strings[STRINGS] = {"watcher", login->user, login->password, "unit test", "sqlpri1", "",
                                          "lib",     "",          login->database};

    for (size_t i = 0; i < FIXED_BYTES; i++)
        strbuf_add_char(out, 0);
    wire_patch_le(out, 4, login->version, 4);
    wire_patch_le(out, 8, login->packet_bytes, 4);
    wire_patch_le(out, 25, login->flags2, 1);
    wire_patch_le(out, 27, login->flags3, 1);
    for (size_t i = 0; i < STRINGS; i++)
        put_string(out, i, strings[i] ? strings[i] : "", i == 2);
    if (login->extension) {
        wire_patch_le(out, TABLE_AT + 4 * 5, out->length, 2);
        wire_patch_le(out, TABLE_AT + 4 * 5 + 2, 4, 2);
        wire_put_le(out, out->length + 4, 4);
        wire_put_bytes(out, login->extension, login->extension_bytes);
    }
    put_sspi(out, login);
    wire_patch_le(out, 0, out->length, 4);
}

void client_put_headers(struct strbuf *out)
{
    wire_put_le(out, 22, 4);
    wire_put_le(out, 18, 4);
    wire_put_le(out, 2, 2);
    wire_put_le(out, 0, 8);
    wire_put_le(out, 1, 4);
}

void client_send(struct strbuf *out, enum tds_packet_type type, const struct strbuf *message)
{
    tds_packets_put(out, type, strbuf_text(message), message->length, TDS_PACKET_DEFAULT_BYTES, 0);
}

#include "lab/domain/ntlm_leniency.h"

#include "base/cleanup.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { TYPE_AT = 8, NEGOTIATE = 1, AUTHENTICATE = 3 };

static uint32_t get(const struct strbuf *token, size_t at, size_t width)
{
    uint32_t value = 0;

    for (size_t i = width; i > 0; i--)
        value = value << 8 | (unsigned char)token->text[at + i - 1];
    return value;
}

static void put(struct strbuf *token, size_t at, uint32_t value)
{
    for (size_t i = 0; i < sizeof value; i++)
        token->text[at + i] = (char)(value >> 8 * i);
}

static void ask_for_target(struct strbuf *token)
{
    enum { FLAGS_AT = 12, REQUEST_TARGET = 0x04, TARGET_INFO = 0x00800000 };
    uint32_t flags = token->length >= FLAGS_AT + sizeof flags ? get(token, FLAGS_AT, 4) : REQUEST_TARGET;

    if (!(flags & (REQUEST_TARGET | TARGET_INFO)))
        put(token, FLAGS_AT, flags | REQUEST_TARGET);
}

/* The six fields of the head: length, room, offset of their bytes. */
enum { FIELDS_AT = 12, FIELD_BYTES = 8, FIELDS = 6, OFFSET_IN_FIELD = 4, HEAD_BYTES = 64, VERSION_BYTES = 8 };

static bool has_room_for_version(const struct strbuf *token)
{
    for (size_t i = 0; i < FIELDS; i++) {
        size_t field = FIELDS_AT + i * FIELD_BYTES;

        if (get(token, field, 2) > 0 && get(token, field + OFFSET_IN_FIELD, 4) < HEAD_BYTES + VERSION_BYTES)
            return false;
    }
    return true;
}

static void make_room_for_version(struct strbuf *token)
{
    static const char version[VERSION_BYTES] = {0};
    AUTO(strbuf) struct strbuf payload = STRBUF_INIT;

    if (token->length < HEAD_BYTES || has_room_for_version(token))
        return;
    for (size_t i = 0; i < FIELDS; i++) {
        size_t offset_at = FIELDS_AT + i * FIELD_BYTES + OFFSET_IN_FIELD;
        put(token, offset_at, get(token, offset_at, 4) + VERSION_BYTES);
    }
    strbuf_add_n(&payload, token->text + HEAD_BYTES, token->length - HEAD_BYTES);
    strbuf_truncate(token, HEAD_BYTES);
    strbuf_add_n(token, version, VERSION_BYTES);
    strbuf_add_n(token, strbuf_text(&payload), payload.length);
}

void ntlm_leniency(struct strbuf *token)
{
    static const char signature[] = "NTLMSSP";

    if (token->length < TYPE_AT + 4 || memcmp(token->text, signature, sizeof signature) != 0)
        return;
    if (get(token, TYPE_AT, 4) == NEGOTIATE)
        ask_for_target(token);
    if (get(token, TYPE_AT, 4) == AUTHENTICATE)
        make_room_for_version(token);
}

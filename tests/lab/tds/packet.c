#include "lab/tds/packet.h"

#include "lab/tds/wire.h"

#include <string.h>

void tds_inbox_done(struct tds_inbox *inbox)
{
    strbuf_done(&inbox->raw);
    strbuf_done(&inbox->message);
}

void tds_inbox_add(struct tds_inbox *inbox, const void *bytes, size_t length)
{
    strbuf_add_n(&inbox->raw, bytes, length);
}

static void drop_front(struct strbuf *buf, size_t length)
{
    memmove(buf->text, buf->text + length, buf->length - length);
    strbuf_truncate(buf, buf->length - length);
}

enum tds_inbox_state tds_inbox_poll(struct tds_inbox *inbox)
{
    while (inbox->raw.length >= TDS_HEADER_BYTES) {
        const uint8_t *header = (const uint8_t *)inbox->raw.text;
        size_t length = (size_t)header[2] << 8 | header[3];
        uint8_t status = header[1];
        bool first = inbox->message.length == 0;

        if (length < TDS_HEADER_BYTES || (!first && header[0] != inbox->type) ||
            inbox->message.length + length > TDS_MESSAGE_MAX_BYTES)
            return TDS_INBOX_BROKEN;
        if (inbox->raw.length < length)
            return TDS_INBOX_MORE;
        inbox->type = header[0];
        inbox->ignored = (status & TDS_STATUS_IGNORE) != 0;
        strbuf_add_n(&inbox->message, inbox->raw.text + TDS_HEADER_BYTES, length - TDS_HEADER_BYTES);
        drop_front(&inbox->raw, length);
        if (status & TDS_STATUS_END)
            return TDS_INBOX_MESSAGE;
    }
    return TDS_INBOX_MORE;
}

void tds_inbox_next_message(struct tds_inbox *inbox)
{
    strbuf_truncate(&inbox->message, 0);
}

void tds_packets_put(struct strbuf *out, enum tds_packet_type type, const void *message, size_t length,
                     size_t packet_bytes, uint16_t session_id)
{
    const uint8_t *at = message;
    uint8_t packet_id = 1;

    do {
        size_t room = packet_bytes - TDS_HEADER_BYTES;
        size_t piece = length < room ? length : room;
        wire_put_le(out, type, 1);
        wire_put_le(out, piece == length ? TDS_STATUS_END : 0, 1);
        wire_put_be(out, piece + TDS_HEADER_BYTES, 2);
        wire_put_be(out, session_id, 2);
        wire_put_le(out, packet_id++, 1);
        wire_put_le(out, 0, 1);
        wire_put_bytes(out, at, piece);
        at += piece;
        length -= piece;
    } while (length > 0);
}

/*
 * TDS packets: an 8-byte header (type, status, length big-endian, spid, packet id, window) and a piece of a
 * message. Source: [MS-TDS] 2.2.3 "Packets".
 */
#ifndef PCHAT_LAB_TDS_PACKET_H
#define PCHAT_LAB_TDS_PACKET_H

#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tds_packet_type {
    TDS_BATCH = 0x01,
    TDS_RPC = 0x03,
    TDS_REPLY = 0x04,
    TDS_ATTENTION = 0x06,
    TDS_BULK = 0x07,
    TDS_TRANSACTION = 0x0E,
    TDS_LOGIN = 0x10,
    TDS_SSPI = 0x11,
    TDS_PRELOGIN = 0x12
};

enum {
    TDS_HEADER_BYTES = 8,
    TDS_PACKET_DEFAULT_BYTES = 4096,
    TDS_PACKET_MIN_BYTES = 512,
    TDS_PACKET_MAX_BYTES = 16383,    /* the limit of an encrypted session */
    TDS_MESSAGE_MAX_BYTES = 4 << 20, /* ours: no client of the lab asks more at once */
    TDS_STATUS_END = 0x01,
    TDS_STATUS_IGNORE = 0x02 /* with END: the client takes its message back */
};

/* Puts a message together from packets.  Bytes may arrive in any pieces. */
struct tds_inbox {
    struct strbuf raw;     /* received, not yet a whole packet */
    struct strbuf message; /* payloads of the packets so far */
    enum tds_packet_type type;
    bool ignored;
};

enum tds_inbox_state { TDS_INBOX_MORE, TDS_INBOX_MESSAGE, TDS_INBOX_BROKEN };

void tds_inbox_done(struct tds_inbox *inbox);
void tds_inbox_add(struct tds_inbox *inbox, const void *bytes, size_t length);
/* After TDS_INBOX_MESSAGE the message, its type and `ignored` stand in *inbox until tds_inbox_next_message.
 */
enum tds_inbox_state tds_inbox_poll(struct tds_inbox *inbox);
void tds_inbox_next_message(struct tds_inbox *inbox);

/* Appends `message` cut into packets of at most packet_bytes. */
void tds_packets_put(struct strbuf *out, enum tds_packet_type type, const void *message, size_t length,
                     size_t packet_bytes, uint16_t session_id);

#endif

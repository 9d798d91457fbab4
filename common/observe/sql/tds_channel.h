/*
 * A plain TCP connection that carries TDS packets, with a deadline on every wait.  For diagnosis only: the
 * product's sessions are FreeTDS's.  Source: [MS-TDS] 2.2.3 Packets.  One thread at a time.
 */
#ifndef PCHAT_OBSERVE_SQL_TDS_CHANNEL_H
#define PCHAT_OBSERVE_SQL_TDS_CHANNEL_H

#include "base/clock.h"
#include "base/strbuf.h"

#include <netdb.h>

enum tds_packet_type { TDS_PACKET_REPLY = 0x04, TDS_PACKET_PRELOGIN = 0x12 };

enum tds_outcome {
    TDS_DONE,
    TDS_TIMED_OUT,
    TDS_CLOSED, /* by the other side, between or inside packets */
    TDS_FAILED, /* a system call; errno */
    TDS_GARBAGE /* bytes that are no TDS packet of the wanted type */
};

/* Connects to the first address that answers; *ret_socket is the caller's to close. */
enum tds_outcome tds_connect(const struct addrinfo *addresses, struct deadline deadline, int *ret_socket);
/* Sends the payload as one message. */
enum tds_outcome tds_send(int socket, enum tds_packet_type type, const void *payload, size_t length,
                          struct deadline deadline);
/* Appends the payload of the next packet of either type. */
enum tds_outcome tds_receive(int socket, struct strbuf *payload, struct deadline deadline);

#endif

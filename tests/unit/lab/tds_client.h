/*
 * The client's side of what tests of the session need: messages as a client would send them.
 */
#ifndef PCHAT_TESTS_TDS_CLIENT_H
#define PCHAT_TESTS_TDS_CLIENT_H

#include "base/strbuf.h"
#include "lab/tds/packet.h"

#include <stdbool.h>
#include <stdint.h>

struct client_login {
    uint32_t version, packet_bytes;
    uint8_t flags2, flags3;
    const char *user, *password, *database;
    const char *extension; /* raw feature list, ended by \xFF; NULL = none */
    size_t extension_bytes;
    const void *sspi; /* NULL = none */
    size_t sspi_bytes;
    bool sspi_long; /* its length is told in four bytes */
};

/* A LOGIN7 message (no packet header). */
void client_put_login(struct strbuf *out, const struct client_login *login);
/* ALL_HEADERS with a transaction descriptor, as TDS 7.2+ requests begin. */
void client_put_headers(struct strbuf *out);
void client_put_text(struct strbuf *out, const char *utf8);
/* The message in packets. */
void client_send(struct strbuf *out, enum tds_packet_type type, const struct strbuf *message);

#endif

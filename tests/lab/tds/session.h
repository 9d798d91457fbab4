/*
 * One connection to a SQL Server instance of the lab, as a pure state machine: bytes in, bytes out.
 *
 * PRELOGIN, TLS inside PRELOGIN packets, LOGIN7 and for Windows logins SSPI, then requests, each answered by
 * tsql before the next one: at once, unless a statement waits.  Knows no socket and no clock; faults of the
 * wire are the listener's business.  Not thread-safe. Source: [MS-TDS] 3.3 "Server Details".
 */
#ifndef PCHAT_LAB_TDS_SESSION_H
#define PCHAT_LAB_TDS_SESSION_H

#include "base/strbuf.h"
#include "lab/tds/prelogin.h"

#include <openssl/ssl.h>

struct domain;
struct world;

/* What the sessions of one instance share; outlives them. */
struct tds_server {
    struct world *world;
    const char *instance;    /* its name in the world */
    const char *server_name; /* @@SERVERNAME, as messages carry it */
    struct tds_product_version version;
    bool force_encryption;
    const struct domain *domain; /* for Windows logins; NULL: there are none */
    const char *fqdn;            /* of its host, and its port as others know it: for its SPN */
    int port;
};

struct tds_session;

/* The certificate is that of the moment of connecting; the context is referenced, not taken. */
struct tds_session *tds_session_new(const struct tds_server *server, SSL_CTX *certificate);
void tds_session_free(struct tds_session *session);

/* Handles what a client sent; the answers stand in the output. */
void tds_session_receive(struct tds_session *session, const void *bytes, size_t length);

/* Virtual time has passed or the world has changed: a request that waits may go on. */
void tds_session_continue(struct tds_session *session);

/* Bytes to be sent; whoever sends them removes them. */
struct strbuf *tds_session_output(struct tds_session *session);

/* To be closed once the output is sent: a protocol violation, a refused login, KILL, the instance going down.
 */
bool tds_session_ended(const struct tds_session *session);
/* The size of the packets agreed upon, in bytes. */
size_t tds_session_packet_bytes(const struct tds_session *session);

#endif

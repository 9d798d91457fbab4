/*
 * A SIP port of a host on the wire: SIP over TLS on a port of 127.0.0.1 in the place of 5061 (front ends) or
 * of 5041 (chat servers, which demand a client certificate of the authority).
 *
 * What the world holds against it - the port, the certificate, struct sip_policy, a hung service - applies to
 * connections made afterwards; a port that closes ends those that exist, one that packets cannot reach falls
 * silent.  One thread only.
 */
#ifndef PCHAT_LAB_SIP_LISTENER_H
#define PCHAT_LAB_SIP_LISTENER_H

#include "base/err.h"
#include "lab/tds/listener.h"
#include "lab/world/world.h"

#include <event2/event.h>
#include <openssl/ssl.h>

/* Who makes certificates: of the host, as the world has it now (CERTIFICATE_SIP); the caller frees the
 * context.  NULL with *err set. */
struct sip_issuer {
    void *user;
    SSL_CTX *(*issue)(void *user, const struct host *host, struct err *err);
    X509 *client_authority; /* of the clients of mutual TLS */
};

struct sip_listener;

/* port: PORT_SIP_CHAT or PORT_SIP.  Host and issuer's authority must outlive it.  NULL with *err set. */
struct sip_listener *sip_listener_new(struct event_base *base, struct world *world, struct host *host,
                                      int port, const struct sip_issuer *issuer,
                                      const struct tds_clockwork *clockwork, struct err *err);
void sip_listener_free(struct sip_listener *listener);
uint16_t sip_listener_port(const struct sip_listener *listener);
/* The world changed: opens or closes the door, shows the other certificate. */
int sip_listener_refresh(struct sip_listener *listener, struct err *err);

#endif

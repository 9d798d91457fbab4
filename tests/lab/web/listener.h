/*
 * A web site of a front end on the wire: HTTPS on a port of 127.0.0.1 in the place of 443 (internal) or of
 * 4443 (external, behind the reverse proxy).
 *
 * struct web_policy and a hung W3SVC are read anew for every request; ports and certificates follow with the
 * next refresh.  One thread only.
 */
#ifndef PCHAT_LAB_WEB_LISTENER_H
#define PCHAT_LAB_WEB_LISTENER_H

#include "base/err.h"
#include "lab/http/certificate_issuer.h"
#include "lab/tds/listener.h"
#include "lab/world/world.h"

struct web_listener;

/* Host and issuer must outlive it; issue() is asked for CERTIFICATE_WEB.  NULL with *err set. */
struct web_listener *web_listener_new(struct event_base *base, struct world *world, struct host *host,
                                      enum web_site site, const struct certificate_issuer *issuer,
                                      const struct tds_clockwork *clockwork, struct err *err);
void web_listener_free(struct web_listener *listener);
uint16_t web_listener_port(const struct web_listener *listener);
/* The world changed: opens or closes the door, shows the other certificate. */
int web_listener_refresh(struct web_listener *listener, struct err *err);

#endif

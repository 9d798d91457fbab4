/*
 * A Windows host on the wire: HTTPS on a port of 127.0.0.1 in the place of its 5986.
 *
 * What the world holds against it (ports, certificates, struct winrm_policy) is acted out here: read anew for
 * every request, except certificates and ports, which follow with the next refresh.
 */
#ifndef PCHAT_LAB_WINRM_LISTENER_H
#define PCHAT_LAB_WINRM_LISTENER_H

#include "base/err.h"
#include "lab/http/certificate_issuer.h"
#include "lab/tds/listener.h"
#include "lab/winrm/http_rules.h"

struct domain;
struct winrm_listener;

/* Host, account, domain (NULL: nobody logs on by Negotiate) and issuer must outlive it.  NULL with *err set.
 */
struct winrm_listener *winrm_listener_new(struct event_base *base, struct world *world, struct host *host,
                                          const struct certificate_issuer *issuer,
                                          const struct winrm_account *account, const struct domain *domain,
                                          const struct tds_clockwork *clockwork, struct err *err);
void winrm_listener_free(struct winrm_listener *listener);
uint16_t winrm_listener_port(const struct winrm_listener *listener);
/* The world changed: opens or closes the door, shows the other certificate. */
int winrm_listener_refresh(struct winrm_listener *listener, struct err *err);

#endif

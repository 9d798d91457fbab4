/*
 * An instance of the world on the wire: its door, its connections, and the faults that the world holds for
 * them.
 *
 * Faults of struct wire_fault apply to new connections; a stopped instance closes those that exist, and one
 * that packets cannot reach from host "monitor" falls silent.
 */
#ifndef PCHAT_LAB_TDS_LISTENER_H
#define PCHAT_LAB_TDS_LISTENER_H

#include "base/err.h"
#include "lab/tds/session.h"
#include "lab/world/world.h"

#include <event2/event.h>
#include <openssl/ssl.h>

/* Which certificate a new connection is shown; contexts are referenced, not taken. */
struct tds_certificates {
    SSL_CTX *valid, *expired, *wrong_name;
};

/*
 * Called before each piece of input is handled, so that virtual time has passed up to now.  It must not
 * refresh a listener (that may end the very connection that calls), only see to it that this happens soon.
 */
struct tds_clockwork {
    void *user;
    void (*advance)(void *user);
};

struct tds_listener;

/* instance must stay in world; domain: of Windows logins, NULL: there are none.  NULL with *err set. */
struct tds_listener *tds_listener_new(struct event_base *base, struct world *world, struct instance *instance,
                                      const struct tds_certificates *certificates,
                                      const struct domain *domain, const struct tds_clockwork *clockwork,
                                      struct err *err);
void tds_listener_free(struct tds_listener *listener);
uint16_t tds_listener_port(const struct tds_listener *listener);
/* The world changed: opens or closes the door, ends sessions that the server ended. */
int tds_listener_refresh(struct tds_listener *listener, struct err *err);

#endif

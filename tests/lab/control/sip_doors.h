/*
 * The SIP ports of the lab: a chat server's for other servers, a front end's for clients.
 */
#ifndef PCHAT_LAB_CONTROL_SIP_DOORS_H
#define PCHAT_LAB_CONTROL_SIP_DOORS_H

#include "lab/control/host_ports.h"
#include "lab/control/pki.h"
#include "lab/sip/listener.h"
#include "lab/world/world.h"

struct sip_doors {
    const struct pki *authority;
    struct pki stranger;                             /* an authority that nobody trusts */
    struct sip_listener *listeners[WORLD_HOSTS_MAX]; /* NULL: a host without SIP */
};

/* authority must outlive them. */
int sip_doors_open(struct sip_doors *doors, struct event_base *base, struct world *world,
                   const struct pki *authority, const struct tds_clockwork *clockwork, struct err *err);
int sip_doors_refresh(struct sip_doors *doors, struct err *err);
void sip_doors_done(struct sip_doors *doors);
void sip_doors_tell(const struct sip_doors *doors, struct host_ports *ports);

#endif

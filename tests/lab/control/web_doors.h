/*
 * The web sites of the lab's front ends, two for each.
 */
#ifndef PCHAT_LAB_CONTROL_WEB_DOORS_H
#define PCHAT_LAB_CONTROL_WEB_DOORS_H

#include "lab/control/host_ports.h"
#include "lab/control/pki.h"
#include "lab/web/listener.h"

struct web_doors {
    const struct pki *authority;
    struct pki stranger;                                        /* an authority that nobody trusts */
    struct web_listener *listeners[WORLD_HOSTS_MAX][WEB_SITES]; /* NULL: no front end */
};

/* authority must outlive them. */
int web_doors_open(struct web_doors *doors, struct event_base *base, struct world *world,
                   const struct pki *authority, const struct tds_clockwork *clockwork, struct err *err);
int web_doors_refresh(struct web_doors *doors, struct err *err);
void web_doors_done(struct web_doors *doors);
void web_doors_tell(const struct web_doors *doors, struct host_ports *ports);

#endif

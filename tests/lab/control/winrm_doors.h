/*
 * The Windows hosts of the lab as WinRM listeners, one for each, and the one local account that may log on to
 * them, besides those of a domain.
 */
#ifndef PCHAT_LAB_CONTROL_WINRM_DOORS_H
#define PCHAT_LAB_CONTROL_WINRM_DOORS_H

#include "lab/control/host_ports.h"
#include "lab/control/pki.h"
#include "lab/winrm/listener.h"
#include "lab/world/world.h"

struct winrm_doors {
    const struct pki *authority;
    struct pki stranger;                               /* an authority that nobody trusts */
    struct winrm_listener *listeners[WORLD_HOSTS_MAX]; /* NULL: no Windows host */
};

/* authority, account and domain (NULL: none) must outlive them. */
int winrm_doors_open(struct winrm_doors *doors, struct event_base *base, struct world *world,
                     const struct pki *authority, const struct winrm_account *account,
                     const struct domain *domain, const struct tds_clockwork *clockwork, struct err *err);
int winrm_doors_refresh(struct winrm_doors *doors, struct err *err);
void winrm_doors_done(struct winrm_doors *doors);
void winrm_doors_tell(const struct winrm_doors *doors, struct host_ports *ports);

#endif

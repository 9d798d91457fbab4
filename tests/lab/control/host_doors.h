/*
 * Everything on the wire that belongs to a Windows host: WinRM, SIP, web sites and ports that only accept.
 */
#ifndef PCHAT_LAB_CONTROL_HOST_DOORS_H
#define PCHAT_LAB_CONTROL_HOST_DOORS_H

#include "lab/control/sip_doors.h"
#include "lab/control/tcp_doors.h"
#include "lab/control/web_doors.h"
#include "lab/control/winrm_doors.h"

struct host_doors {
    struct winrm_doors winrm;
    struct sip_doors sip;
    struct web_doors web;
    struct tcp_doors tcp;
};

/* authority, account and domain (NULL: none) must outlive them. */
int host_doors_open(struct host_doors *doors, struct event_base *base, struct world *world,
                    const struct pki *authority, const struct winrm_account *account,
                    const struct domain *domain, const struct tds_clockwork *clockwork, struct err *err);
/* The world changed. */
int host_doors_refresh(struct host_doors *doors, struct err *err);
void host_doors_done(struct host_doors *doors);
/* *ret_ports need not be zeroed. */
void host_doors_tell(const struct host_doors *doors, const struct world *world, struct host_ports *ret_ports);

#endif

#include "lab/control/host_doors.h"

int host_doors_open(struct host_doors *doors, struct event_base *base, struct world *world,
                    const struct pki *authority, const struct winrm_account *account,
                    const struct domain *domain, const struct tds_clockwork *clockwork, struct err *err)
{
    if (winrm_doors_open(&doors->winrm, base, world, authority, account, domain, clockwork, err) != 0 ||
        sip_doors_open(&doors->sip, base, world, authority, clockwork, err) != 0 ||
        web_doors_open(&doors->web, base, world, authority, clockwork, err) != 0)
        return -1;
    return tcp_doors_open(&doors->tcp, base, world, err);
}

int host_doors_refresh(struct host_doors *doors, struct err *err)
{
    if (winrm_doors_refresh(&doors->winrm, err) != 0 || sip_doors_refresh(&doors->sip, err) != 0 ||
        web_doors_refresh(&doors->web, err) != 0)
        return -1;
    return tcp_doors_refresh(&doors->tcp, err);
}

void host_doors_done(struct host_doors *doors)
{
    winrm_doors_done(&doors->winrm);
    sip_doors_done(&doors->sip);
    web_doors_done(&doors->web);
    tcp_doors_done(&doors->tcp);
}

void host_doors_tell(const struct host_doors *doors, const struct world *world, struct host_ports *ret_ports)
{
    *ret_ports = (struct host_ports){0};
    winrm_doors_tell(&doors->winrm, ret_ports);
    sip_doors_tell(&doors->sip, ret_ports);
    web_doors_tell(&doors->web, ret_ports);
    tcp_doors_tell(&doors->tcp, world, ret_ports);
}

#include "lab/control/winrm_doors.h"

#include "lab/control/host_certificate.h"

static SSL_CTX *issue(void *user, const struct host *host, struct err *err)
{
    const struct winrm_doors *doors = user;

    return host_certificate(doors->authority, &doors->stranger, host, CERTIFICATE_WINRM, err);
}

int winrm_doors_open(struct winrm_doors *doors, struct event_base *base, struct world *world,
                     const struct pki *authority, const struct winrm_account *account,
                     const struct domain *domain, const struct tds_clockwork *clockwork, struct err *err)
{
    const struct certificate_issuer issuer = {doors, issue};

    doors->authority = authority;
    if (pki_new(&doors->stranger, err) != 0)
        return -1;
    for (size_t i = 0; i < world->host_count; i++) {
        if (!world->hosts[i].windows.installed)
            continue;
        doors->listeners[i] =
            winrm_listener_new(base, world, &world->hosts[i], &issuer, account, domain, clockwork, err);
        if (!doors->listeners[i])
            return -1;
    }
    return 0;
}

int winrm_doors_refresh(struct winrm_doors *doors, struct err *err)
{
    for (size_t i = 0; i < WORLD_HOSTS_MAX; i++)
        if (doors->listeners[i] && winrm_listener_refresh(doors->listeners[i], err) != 0)
            return -1;
    return 0;
}

void winrm_doors_done(struct winrm_doors *doors)
{
    for (size_t i = 0; i < WORLD_HOSTS_MAX; i++)
        winrm_listener_free(doors->listeners[i]);
    pki_done(&doors->stranger);
}

void winrm_doors_tell(const struct winrm_doors *doors, struct host_ports *ports)
{
    for (size_t i = 0; i < WORLD_HOSTS_MAX; i++)
        if (doors->listeners[i])
            ports->ports[i][DOOR_WINRM] = winrm_listener_port(doors->listeners[i]);
}

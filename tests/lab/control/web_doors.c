#include "lab/control/web_doors.h"

#include "lab/control/host_certificate.h"

static SSL_CTX *issue(void *user, const struct host *host, struct err *err)
{
    const struct web_doors *doors = user;

    return host_certificate(doors->authority, &doors->stranger, host, CERTIFICATE_WEB, err);
}

static int open_sites(struct web_doors *doors, struct event_base *base, struct world *world,
                      struct host *host, const struct tds_clockwork *clockwork, struct err *err)
{
    const struct certificate_issuer issuer = {doors, issue};
    struct web_listener **listeners = doors->listeners[host->index];

    for (size_t site = 0; site < WEB_SITES; site++) {
        listeners[site] = web_listener_new(base, world, host, (enum web_site)site, &issuer, clockwork, err);
        if (!listeners[site])
            return -1;
    }
    return 0;
}

int web_doors_open(struct web_doors *doors, struct event_base *base, struct world *world,
                   const struct pki *authority, const struct tds_clockwork *clockwork, struct err *err)
{
    doors->authority = authority;
    if (pki_new(&doors->stranger, err) != 0)
        return -1;
    for (size_t i = 0; i < world->host_count; i++)
        if (world->hosts[i].role == HOST_FRONT_END &&
            open_sites(doors, base, world, &world->hosts[i], clockwork, err) != 0)
            return -1;
    return 0;
}

int web_doors_refresh(struct web_doors *doors, struct err *err)
{
    for (size_t i = 0; i < WORLD_HOSTS_MAX; i++)
        for (size_t site = 0; site < WEB_SITES; site++)
            if (doors->listeners[i][site] && web_listener_refresh(doors->listeners[i][site], err) != 0)
                return -1;
    return 0;
}

void web_doors_done(struct web_doors *doors)
{
    for (size_t i = 0; i < WORLD_HOSTS_MAX; i++)
        for (size_t site = 0; site < WEB_SITES; site++)
            web_listener_free(doors->listeners[i][site]);
    pki_done(&doors->stranger);
}

void web_doors_tell(const struct web_doors *doors, struct host_ports *ports)
{
    static const enum door_kind kinds[WEB_SITES] = {
        [WEB_INTERNAL] = DOOR_WEB, [WEB_EXTERNAL] = DOOR_WEB_EXTERNAL};

    for (size_t i = 0; i < WORLD_HOSTS_MAX; i++)
        for (size_t site = 0; site < WEB_SITES; site++)
            if (doors->listeners[i][site])
                ports->ports[i][kinds[site]] = web_listener_port(doors->listeners[i][site]);
}

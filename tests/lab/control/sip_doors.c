#include "lab/control/sip_doors.h"

#include "lab/control/host_certificate.h"

static SSL_CTX *issue(void *user, const struct host *host, struct err *err)
{
    const struct sip_doors *doors = user;

    return host_certificate(doors->authority, &doors->stranger, host, CERTIFICATE_SIP, err);
}

/* 0: a host without SIP. */
static int sip_port(const struct host *host)
{
    switch (host->role) {
    case HOST_CHAT:
        return PORT_SIP_CHAT;
    case HOST_FRONT_END:
        return PORT_SIP;
    default:
        return 0;
    }
}

int sip_doors_open(struct sip_doors *doors, struct event_base *base, struct world *world,
                   const struct pki *authority, const struct tds_clockwork *clockwork, struct err *err)
{
    const struct sip_issuer issuer = {doors, issue, authority->certificate};

    doors->authority = authority;
    if (pki_new(&doors->stranger, err) != 0)
        return -1;
    for (size_t i = 0; i < world->host_count; i++) {
        int port = sip_port(&world->hosts[i]);

        if (!port)
            continue;
        doors->listeners[i] = sip_listener_new(base, world, &world->hosts[i], port, &issuer, clockwork, err);
        if (!doors->listeners[i])
            return -1;
    }
    return 0;
}

int sip_doors_refresh(struct sip_doors *doors, struct err *err)
{
    for (size_t i = 0; i < WORLD_HOSTS_MAX; i++)
        if (doors->listeners[i] && sip_listener_refresh(doors->listeners[i], err) != 0)
            return -1;
    return 0;
}

void sip_doors_done(struct sip_doors *doors)
{
    for (size_t i = 0; i < WORLD_HOSTS_MAX; i++)
        sip_listener_free(doors->listeners[i]);
    pki_done(&doors->stranger);
}

void sip_doors_tell(const struct sip_doors *doors, struct host_ports *ports)
{
    for (size_t i = 0; i < WORLD_HOSTS_MAX; i++)
        if (doors->listeners[i])
            ports->ports[i][DOOR_SIP] = sip_listener_port(doors->listeners[i]);
}

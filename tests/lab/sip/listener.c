#include "lab/sip/listener.h"

#include "base/mem.h"
#include "lab/sip/connection.h"
#include "lab/tds/door.h"
#include "lab/tds/door_state.h"

#include <string.h>

enum { CONNECTIONS_MAX = 128 };

struct sip_listener {
    struct event_base *base;
    struct world *world;
    struct host *host;
    int port;
    struct sip_issuer issuer;
    struct tds_clockwork clockwork;
    struct door *door;
    SSL_CTX *context;
    struct windows_certificate shown; /* what the context was made for */
    struct sip_connection *connections[CONNECTIONS_MAX];
    size_t connection_count;
};

/* Which service listens, and whether it wants to know its clients. */
static const struct {
    int port;
    enum service_kind service;
    bool mutual;
} ports[] = {{PORT_SIP_CHAT, SERVICE_CHAT, true}, {PORT_SIP, SERVICE_FRONT_END, false}};

static size_t port_index(const struct sip_listener *listener)
{
    return listener->port == ports[0].port ? 0 : 1;
}

static void on_input(void *user)
{
    struct sip_listener *listener = user;

    listener->clockwork.advance(listener->clockwork.user);
}

static void on_closed(void *user, struct sip_connection *gone)
{
    struct sip_listener *listener = user;

    for (size_t i = 0; i < listener->connection_count; i++) {
        if (listener->connections[i] != gone)
            continue;
        listener->connections[i] = listener->connections[--listener->connection_count];
        return;
    }
}

/* A hung service's port is open - the kernel accepts for it - but nobody reads. */
static struct sip_policy policy_now(const struct sip_listener *listener)
{
    struct sip_policy policy = listener->host->windows.sip;
    const struct windows_service *service =
        windows_service_for(listener->host, ports[port_index(listener)].service);

    if (service && service->hung)
        policy.manner = SIP_SILENT;
    return policy;
}

static void on_visitor(void *user, int fd)
{
    struct sip_listener *listener = user;
    const struct sip_connection_owner owner = {listener, on_input, on_closed};
    const struct sip_policy policy = policy_now(listener);
    struct sip_session *session = NULL;

    if (listener->connection_count < CONNECTIONS_MAX)
        session = sip_session_new(listener->context, &policy, listener->host->fqdn);
    if (!session) {
        close(fd);
        return;
    }
    listener->connections[listener->connection_count++] =
        sip_connection_new(listener->base, fd, session, policy.slow_ms, &owner);
}

static void close_all(struct sip_listener *listener)
{
    while (listener->connection_count > 0)
        sip_connection_free(listener->connections[--listener->connection_count]);
}

/* The certificate as the world has it now. */
static int show_certificate(struct sip_listener *listener, struct err *err)
{
    SSL_CTX *context = listener->issuer.issue(listener->issuer.user, listener->host, err);

    if (!context)
        return -1;
    if (ports[port_index(listener)].mutual) {
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context), listener->issuer.client_authority);
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    }
    SSL_CTX_free(listener->context);
    listener->context = context;
    listener->shown = listener->host->windows.certificates[CERTIFICATE_SIP];
    return 0;
}

static bool certificate_changed(const struct sip_listener *listener)
{
    return !windows_certificate_equal(&listener->host->windows.certificates[CERTIFICATE_SIP],
                                      &listener->shown);
}

struct sip_listener *sip_listener_new(struct event_base *base, struct world *world, struct host *host,
                                      int port, const struct sip_issuer *issuer,
                                      const struct tds_clockwork *clockwork, struct err *err)
{
    struct sip_listener *listener = mem_alloc(sizeof *listener);

    listener->base = base;
    listener->world = world;
    listener->host = host;
    listener->port = port;
    listener->issuer = *issuer;
    listener->clockwork = *clockwork;
    listener->door = door_new(base, on_visitor, listener, err);
    if (!listener->door || show_certificate(listener, err) != 0) {
        sip_listener_free(listener);
        return NULL;
    }
    return listener;
}

void sip_listener_free(struct sip_listener *listener)
{
    if (!listener)
        return;
    close_all(listener);
    door_free(listener->door);
    SSL_CTX_free(listener->context);
    free(listener);
}

uint16_t sip_listener_port(const struct sip_listener *listener)
{
    return door_port(listener->door);
}

int sip_listener_refresh(struct sip_listener *listener, struct err *err)
{
    enum door_state state = door_state_seen(listener->world, listener->host, listener->port);

    if (state == DOOR_REFUSING)
        close_all(listener);
    for (size_t i = 0; i < listener->connection_count; i++)
        sip_connection_set_frozen(listener->connections[i], state == DOOR_BLACKHOLED);
    if (certificate_changed(listener) && show_certificate(listener, err) != 0)
        return -1;
    return door_set_state(listener->door, state, err);
}

#include "lab/tds/listener.h"

#include "base/mem.h"
#include "lab/tds/connection.h"
#include "lab/tds/door.h"
#include "lab/tds/door_state.h"

enum { CONNECTIONS_MAX = 512 };

struct tds_listener {
    struct event_base *base;
    struct world *world;
    struct instance *instance;
    struct tds_server server;
    struct tds_certificates certificates;
    struct tds_clockwork clockwork;
    struct door *door;
    struct connection *connections[CONNECTIONS_MAX];
    size_t connection_count;
};

static void on_input(void *user)
{
    struct tds_listener *listener = user;

    listener->clockwork.advance(listener->clockwork.user);
}

static void on_closed(void *user, struct connection *gone)
{
    struct tds_listener *listener = user;

    for (size_t i = 0; i < listener->connection_count; i++) {
        if (listener->connections[i] != gone)
            continue;
        listener->connections[i] = listener->connections[--listener->connection_count];
        return;
    }
}

static SSL_CTX *certificate_now(const struct tds_listener *listener)
{
    const struct wire_fault *wire = &listener->instance->wire;

    if (wire->certificate_expired)
        return listener->certificates.expired;
    return wire->certificate_wrong_name ? listener->certificates.wrong_name : listener->certificates.valid;
}

static void on_visitor(void *user, int fd)
{
    struct tds_listener *listener = user;
    const struct wire_fault *fault = &listener->instance->wire;
    struct connection_wire wire = {fault->hung, fault->slow_ms, fault->cut_after_bytes};
    struct connection_owner owner = {listener, on_input, on_closed};

    if (listener->connection_count == CONNECTIONS_MAX) {
        close(fd);
        return;
    }
    struct tds_session *session = tds_session_new(&listener->server, certificate_now(listener));
    listener->connections[listener->connection_count++] =
        connection_new(listener->base, fd, session, &wire, &owner);
}

struct tds_listener *tds_listener_new(struct event_base *base, struct world *world, struct instance *instance,
                                      const struct tds_certificates *certificates,
                                      const struct domain *domain, const struct tds_clockwork *clockwork,
                                      struct err *err)
{
    struct tds_listener *listener = mem_alloc(sizeof *listener);

    listener->base = base;
    listener->world = world;
    listener->instance = instance;
    listener->server = (struct tds_server){
        .world = world,
        .instance = instance->name,
        .server_name = instance->server_name,
        .version = {(uint8_t)instance->version_major, (uint8_t)instance->version_minor,
                    (uint16_t)instance->version_build},
    };
    listener->server.domain = domain;
    listener->server.fqdn = world_host_of(world, instance)->fqdn;
    listener->server.port = instance->port;
    listener->certificates = *certificates;
    listener->clockwork = *clockwork;
    listener->door = door_new(base, on_visitor, listener, err);
    if (!listener->door) {
        tds_listener_free(listener);
        return NULL;
    }
    return listener;
}

static void close_all(struct tds_listener *listener)
{
    while (listener->connection_count > 0)
        connection_free(listener->connections[--listener->connection_count]);
}

void tds_listener_free(struct tds_listener *listener)
{
    if (!listener)
        return;
    close_all(listener);
    door_free(listener->door);
    free(listener);
}

uint16_t tds_listener_port(const struct tds_listener *listener)
{
    return door_port(listener->door);
}

/* A machine that is down or cut off drops packets; a stopped service refuses them. */
static enum door_state door_state_now(const struct tds_listener *listener)
{
    struct host *here = world_host(listener->world, "monitor");
    struct host *there = world_host_of(listener->world, listener->instance);

    if (door_is_dark(listener->world, there))
        return DOOR_REFUSING;
    if (listener->instance->wire.blackholed || there->down ||
        (here && !world_connects(listener->world, here, there)))
        return DOOR_BLACKHOLED;
    return listener->instance->down ? DOOR_REFUSING : DOOR_OPEN;
}

int tds_listener_refresh(struct tds_listener *listener, struct err *err)
{
    enum door_state state = door_state_now(listener);

    if (state == DOOR_REFUSING)
        close_all(listener);
    /* From the last to the first: one that closes leaves its place to one already seen. */
    for (size_t i = listener->connection_count; i > 0; i--) {
        struct connection *connection = listener->connections[i - 1];
        connection_set_frozen(connection, state == DOOR_BLACKHOLED);
        connection_review(connection);
    }
    return door_set_state(listener->door, state, err);
}

#include "lab/tcp/listener.h"

#include "base/cleanup.h"
#include "base/mem.h"
#include "lab/tds/door_state.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>

enum { VISITORS_MAX = 128 };

struct tcp_listener {
    struct event_base *base;
    struct world *world;
    const struct host *host;
    int port;
    struct door *door;
    struct bufferevent *visitors[VISITORS_MAX];
    size_t visitor_count;
};

static void on_readable(struct bufferevent *visitor, void *user)
{
    struct evbuffer *input = bufferevent_get_input(visitor);

    (void)user;
    evbuffer_drain(input, evbuffer_get_length(input));
}

static void on_end(struct bufferevent *visitor, short what, void *user)
{
    struct tcp_listener *listener = user;

    (void)what;
    for (size_t i = 0; i < listener->visitor_count; i++) {
        if (listener->visitors[i] != visitor)
            continue;
        listener->visitors[i] = listener->visitors[--listener->visitor_count];
        break;
    }
    bufferevent_free(visitor); /* closes the socket */
}

static void on_visitor(void *user, int fd)
{
    struct tcp_listener *listener = user;

    if (listener->visitor_count == VISITORS_MAX) {
        close(fd);
        return;
    }
    struct bufferevent *visitor = bufferevent_socket_new(listener->base, fd, BEV_OPT_CLOSE_ON_FREE);
    bufferevent_setcb(visitor, on_readable, NULL, on_end, listener);
    bufferevent_enable(visitor, EV_READ);
    listener->visitors[listener->visitor_count++] = visitor;
}

static void close_all(struct tcp_listener *listener)
{
    while (listener->visitor_count > 0)
        bufferevent_free(listener->visitors[--listener->visitor_count]);
}

struct tcp_listener *tcp_listener_new(struct event_base *base, struct world *world, const struct host *host,
                                      int port, struct err *err)
{
    struct tcp_listener *listener = mem_alloc(sizeof *listener);

    listener->base = base;
    listener->world = world;
    listener->host = host;
    listener->port = port;
    listener->door = door_new(base, on_visitor, listener, err);
    if (!listener->door) {
        tcp_listener_free(listener);
        return NULL;
    }
    return listener;
}

void tcp_listener_free(struct tcp_listener *listener)
{
    if (!listener)
        return;
    close_all(listener);
    door_free(listener->door);
    free(listener);
}

uint16_t tcp_listener_port(const struct tcp_listener *listener)
{
    return door_port(listener->door);
}

/* Nobody is told when packets get lost: not even of the end of a connection. */
static void set_frozen(struct tcp_listener *listener, bool frozen)
{
    for (size_t i = 0; i < listener->visitor_count; i++)
        (frozen ? bufferevent_disable : bufferevent_enable)(listener->visitors[i], EV_READ);
}

int tcp_listener_refresh(struct tcp_listener *listener, struct err *err)
{
    enum door_state state = door_state_seen(listener->world, listener->host, listener->port);

    if (state == DOOR_REFUSING)
        close_all(listener);
    set_frozen(listener, state == DOOR_BLACKHOLED);
    return door_set_state(listener->door, state, err);
}

#include "lab/sip/connection.h"

#include "base/cleanup.h"
#include "base/mem.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <sys/socket.h>

struct sip_connection {
    struct bufferevent *wire;
    struct sip_session *session;
    struct sip_connection_owner owner;
    int64_t slow_ms;
    struct event *thinking; /* pending while a slow answer takes its time */
};

void sip_connection_free(struct sip_connection *connection)
{
    if (!connection)
        return;
    bufferevent_free(connection->wire); /* closes the socket */
    event_free(connection->thinking);
    sip_session_free(connection->session);
    free(connection);
}

static void close_connection(struct sip_connection *connection)
{
    connection->owner.closed(connection->owner.user, connection);
    sip_connection_free(connection);
}

/* All was sent: what the session wants then.  May free the connection. */
static void finish(struct sip_connection *connection)
{
    switch (sip_session_state(connection->session)) {
    case SIP_SESSION_OPEN:
        break;
    case SIP_SESSION_HALF_CLOSED:
        shutdown(bufferevent_getfd(connection->wire), SHUT_WR);
        break;
    case SIP_SESSION_ENDED:
        close_connection(connection);
        break;
    }
}

/* May free the connection. */
static void send_output(struct sip_connection *connection)
{
    struct strbuf *output = sip_session_output(connection->session);

    if (!output->length) {
        if (!evbuffer_get_length(bufferevent_get_output(connection->wire)))
            finish(connection);
        return;
    }
    bufferevent_write(connection->wire, output->text, output->length);
    strbuf_truncate(output, 0);
}

static void answer(struct sip_connection *connection)
{
    sip_session_answer(connection->session);
    send_output(connection);
}

static void on_thought(evutil_socket_t fd, short what, void *user)
{
    (void)fd, (void)what;
    answer(user);
}

static void think(struct sip_connection *connection)
{
    const struct timeval delay = {connection->slow_ms / 1000, connection->slow_ms % 1000 * 1000};

    if (!evtimer_pending(connection->thinking, NULL))
        evtimer_add(connection->thinking, &delay);
}

static void on_readable(struct bufferevent *wire, void *user)
{
    struct sip_connection *connection = user;
    char bytes[4096];
    size_t length;

    connection->owner.input(connection->owner.user);
    while ((length = bufferevent_read(wire, bytes, sizeof bytes)) > 0)
        sip_session_receive(connection->session, bytes, length);
    if (!sip_session_asked(connection->session)) {
        send_output(connection);
        return;
    }
    if (connection->slow_ms) {
        think(connection);
        return;
    }
    answer(connection);
}

static void on_written(struct bufferevent *wire, void *user)
{
    (void)wire;
    finish(user);
}

static void on_end(struct bufferevent *wire, short what, void *user)
{
    (void)wire, (void)what;
    close_connection(user);
}

struct sip_connection *sip_connection_new(struct event_base *base, int fd, struct sip_session *session,
                                          int64_t slow_ms, const struct sip_connection_owner *owner)
{
    struct sip_connection *connection = mem_alloc(sizeof *connection);

    connection->session = session;
    connection->owner = *owner;
    connection->slow_ms = slow_ms;
    connection->thinking = evtimer_new(base, on_thought, connection);
    connection->wire = bufferevent_socket_new(base, fd, BEV_OPT_CLOSE_ON_FREE);
    bufferevent_setcb(connection->wire, on_readable, on_written, on_end, connection);
    bufferevent_enable(connection->wire, EV_READ | EV_WRITE);
    return connection;
}

void sip_connection_set_frozen(struct sip_connection *connection, bool frozen)
{
    if (frozen)
        bufferevent_disable(connection->wire, EV_READ | EV_WRITE);
    else
        bufferevent_enable(connection->wire, EV_READ | EV_WRITE);
}
